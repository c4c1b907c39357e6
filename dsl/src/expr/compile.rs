//! Text to a checked expression.

use crate::expr::compiled::{Body, Compiled, ExprError, Scope};
use crate::expr::room::Room;
use crate::expr::token::Tokens;
use crate::expr::{read, script, syntax};
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
        let ast = syntax::parse(&tokens).map_err(|error| vec![error])?;
        let reading = read::read(&ast, &tokens, scope);
        let (errors, ty, body) = match reading.outside {
            Some(reason) => (script::check(&ast, &tokens, scope), Type::Any, Body::Rhai { reason }),
            None => {
                let ty = reading.expr.ty.clone();
                (reading.errors, ty, Body::Ir { expr: reading.expr, n_locals: reading.n_locals })
            }
        };
        if errors.is_empty() {
            Ok(Compiled { source: source.to_owned(), scope: scope.clone(), ty, body, room })
        } else {
            Err(errors)
        }
    })
}
