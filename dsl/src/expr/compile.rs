//! Text to a checked expression.

use std::ops::Range;

use rhai::{AST, Expr as Tree, Stmt};

use crate::diagnostic::Code;
use crate::expr::compiled::{Body, Compiled, ExprError, Scope};
use crate::expr::room::Room;
use crate::expr::token::Tokens;
use crate::expr::{literal, read, script, syntax};
use crate::ty::Type;

/// Checks `source` against `scope`.
///
/// # Errors
/// All that is wrong in it.
pub fn compile(source: &str, scope: &Scope) -> Result<Compiled, Vec<ExprError>> {
    let tokens = Tokens::new(source);
    syntax::measure(&tokens).map_err(|error| vec![error])?;
    let room = Room::of(tokens.list.len());
    room.run(|| {
        let ast =
            syntax::parse(&tokens).map_err(|error| vec![literal::lone_point(&tokens).unwrap_or(error)])?;
        let reading = read::read(&ast, &tokens, scope);
        let (mut errors, ty, body) = match reading.outside {
            Some(reason) => (script::check(&ast, &tokens, scope), Type::Any, Body::Rhai { reason }),
            None => {
                let ty = reading.expr.ty.clone();
                (reading.errors, ty, Body::Ir { expr: reading.expr, n_locals: reading.n_locals })
            }
        };
        errors.extend(literal::check(&tokens));
        errors.extend(no_value(&ast, &tokens));
        errors.sort_by_key(|error| error.range.start);
        if errors.is_empty() {
            Ok(Compiled { source: source.to_owned(), scope: scope.clone(), ty, body, room })
        } else {
            Err(errors)
        }
    })
}

/// The comment behind an expression of one line: it may be meant as a division.
pub fn comment_behind(source: &str) -> Option<Range<usize>> {
    if source.contains('\n') || !source.contains("//") { None } else { Tokens::new(source).line_comment() }
}

/// An expression that ends with what is no value: one assignment, or a range.
fn no_value(ast: &AST, tokens: &Tokens<'_>) -> Option<ExprError> {
    let (position, message, label, help) = match ast.statements() {
        [Stmt::Assignment(parts)] if parts.0.get_op_assignment_info().is_none() => {
            let help = "write `==` to compare";
            (parts.0.position(), "an assignment gives no value", "an assignment", help)
        }
        [.., Stmt::Expr(last)] => match &**last {
            Tree::FnCall(call, position)
                if call.op_token.is_some() && matches!(&*call.name, ".." | "..=") =>
            {
                let help = "write `range(a, b)` for a list of integers";
                (
                    *position,
                    "a range is no value: it stands in `for` and between `[` and `]`",
                    "a range",
                    help,
                )
            }
            _ => return None,
        },
        _ => return None,
    };
    Some(ExprError {
        code: Code::E0805,
        range: tokens.at(position),
        message: message.to_owned(),
        label: label.to_owned(),
        help: Some(help.to_owned()),
    })
}
