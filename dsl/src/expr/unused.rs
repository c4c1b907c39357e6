//! Values that a statement makes and drops. Functions change nothing here, though Rhai's own of the same names do, so
//! `list.push(x);` alone does nothing.

use rhai::{AST, ASTNode, Expr as Tree, FnCallExpr, Position, Stmt};

use crate::diagnostic::Code;
use crate::expr::compiled::ExprError;
use crate::expr::functions::{Function, Param, Returns, Spec};
use crate::expr::room::Room;
use crate::expr::syntax;
use crate::expr::token::Tokens;

/// What to warn of in an expression that is otherwise right.
pub fn unused_values(source: &str) -> Vec<ExprError> {
    // Without one of these there is one statement, whose value is that of the whole.
    if !source.contains([';', '{']) {
        return Vec::new();
    }
    let tokens = Tokens::new(source);
    if syntax::measure(&tokens).is_err() {
        return Vec::new();
    }
    Room::of(tokens.list.len())
        .run(|| syntax::parse(&tokens).map_or_else(|_| Vec::new(), |ast| unused(&ast, &tokens)))
}

/// Calls of functions whose values statements drop.
pub(super) fn unused(ast: &AST, tokens: &Tokens<'_>) -> Vec<ExprError> {
    let own = ast.iter_functions().map(|function| function.name).collect();
    let mut search = Search { tokens, own, found: Vec::new() };
    search.block(ast.statements(), true);
    for function in ast.iter_functions() {
        let is_it = |name: &str, n: usize| name == function.name && n == function.params.len();
        search.function(&ast.clone_functions_only_filtered(|_, _, _, name, n| is_it(name, n)));
    }
    ast.walk(&mut |path: &[ASTNode<'_>]| {
        if let Some(ASTNode::Expr(Tree::Stmt(block))) = path.last() {
            search.block(block.statements(), true);
        }
        true
    });
    search.found.sort_by_key(|found| found.range.start);
    search.found.dedup();
    search.found
}

struct Search<'a> {
    tokens: &'a Tokens<'a>,
    /// Functions that the script defines: they may do anything.
    own: Vec<&'a str>,
    found: Vec<ExprError>,
}

impl Search<'_> {
    /// The one function of a script: Rhai shows its statements in order, and not how many there are.
    fn function(&mut self, alone: &AST) {
        let mut n_left = 0_usize;
        each_of(alone, |_| n_left += 1);
        each_of(alone, |statement| {
            n_left -= 1;
            self.statement(statement, n_left == 0);
        });
    }

    /// Statements in a row, of which the last gives the value; `used` says whether anybody wants it.
    fn block(&mut self, list: &[Stmt], used: bool) {
        let last = list.iter().rposition(|statement| !statement.is_noop());
        for (at, statement) in list.iter().enumerate() {
            self.statement(statement, used && Some(at) == last);
        }
    }

    fn statement(&mut self, statement: &Stmt, used: bool) {
        match statement {
            Stmt::FnCall(call, position) if !used => self.call(call, *position, None),
            Stmt::Expr(expr) if !used => self.expr(expr),
            Stmt::Block(block) => self.block(block.statements(), used),
            Stmt::If(parts, _) | Stmt::TryCatch(parts, _) => {
                self.block(parts.body.statements(), used);
                self.block(parts.branch.statements(), used);
            }
            Stmt::While(parts, _) | Stmt::Do(parts, ..) => self.block(parts.body.statements(), false),
            Stmt::For(parts, _) => self.block(parts.2.body.statements(), false),
            _ => {}
        }
    }

    /// An expression whose value is dropped: a call, or one at the end of a chain.
    fn expr(&mut self, expr: &Tree) {
        let mut last = expr;
        while let Tree::Dot(parts, ..) | Tree::Index(parts, ..) = last {
            last = &parts.rhs;
        }
        match last {
            Tree::FnCall(call, position) => self.call(call, *position, None),
            Tree::MethodCall(call, position) => self.call(call, *position, Some(expr.start_position())),
            _ => {}
        }
    }

    /// `start` is where what stands before the dot begins.
    fn call(&mut self, call: &FnCallExpr, position: Position, start: Option<Position>) {
        let tokens = self.tokens;
        let n_arguments = call.args.len() + usize::from(start.is_some());
        let name = tokens.at(position);
        let Some(spec) = Function::called(&call.name, n_arguments).map(Function::spec) else { return };
        // A closure may do anything, and an operator has a function's name.
        let is_pure = !self.own.contains(&&*call.name)
            && spec.params.len() == n_arguments
            && !spec.params.contains(&Param::Closure)
            && tokens.text[name.clone()] == *call.name;
        if !is_pure {
            return;
        }
        let mut range = tokens.call(&name);
        let owner = match (start, call.args.first()) {
            (Some(start), _) => {
                range.start = tokens.at(start).start;
                tokens.text[range.start..name.start].trim_end().strip_suffix('.')
            }
            (None, Some(Tree::Variable(_, _, position))) => tokens.text.get(tokens.at(*position)),
            (None, _) => None,
        };
        let written = &tokens.text[range.clone()];
        let help = match owner.filter(|owner| keeps(spec) && is_place(owner) && !written.contains('\n')) {
            Some(owner) => format!("functions change nothing: `{owner} = {written}` keeps it"),
            None => "functions change nothing: use the value, or leave the call out".to_owned(),
        };
        self.found.push(ExprError {
            code: Code::W0802,
            range,
            message: format!("the value of `{}` is not used", spec.name),
            label: "made and dropped".to_owned(),
            help: Some(help),
        });
    }
}

/// Goes through the statements of a function, those inside of others left out.
fn each_of(function: &AST, mut work: impl FnMut(&Stmt)) {
    function.walk(&mut |path: &[ASTNode<'_>]| {
        if let [ASTNode::Stmt(statement)] = path
            && !statement.is_noop()
        {
            work(statement);
        }
        true
    });
}

/// Whether the value may stand for the first argument.
fn keeps(spec: &Spec) -> bool {
    match spec.returns {
        Returns::First | Returns::Pushed => true,
        Returns::Text => spec.params.first() == Some(&Param::Text),
        _ => false,
    }
}

/// Whether the text is a name, a field or an item: what can get a value.
fn is_place(text: &str) -> bool {
    text.starts_with(char::is_alphabetic)
        && text.chars().all(|c| c.is_alphanumeric() || matches!(c, '_' | '.' | '[' | ']'))
}

#[cfg(test)]
mod tests {
    use super::unused_values;

    /// What is said of each value that is dropped: the call, and how to keep it.
    fn said(source: &str) -> Vec<(String, String)> {
        let found = unused_values(source).into_iter();
        found.map(|one| (source[one.range].to_owned(), one.help.unwrap_or_default())).collect()
    }

    #[test]
    fn a_pure_call_whose_value_is_dropped_is_found() {
        for (source, call, kept) in [
            ("let l = [1]; l.push(x); l", "l.push(x)", "`l = l.push(x)`"),
            ("let l = [1]; push(l, x); l", "push(l, x)", "`l = push(l, x)`"),
            ("let l = []; for i in 0..x { l.push(i) } l", "l.push(i)", "`l = l.push(i)`"),
            ("let l = []; if x > 1 { l.push(x); } l", "l.push(x)", "`l = l.push(x)`"),
            ("let r = #{l: [1]}; r.l.push(x); r", "r.l.push(x)", "`r.l = r.l.push(x)`"),
            ("let f = |y| { let l = [y]; l.sort(); l }; f.call(x)", "l.sort()", "`l = l.sort()`"),
            ("let t = { let s = \" a\"; s.trim(); s }; t", "s.trim()", "`s = s.trim()`"),
            ("len(x); x", "len(x)", "leave the call out"),
        ] {
            let found = said(source);
            assert_eq!(found.len(), 1, "{source}: {found:?}");
            assert_eq!(found[0].0, call, "{source}");
            assert!(found[0].1.contains(kept), "{source}: {found:?}");
        }
    }

    #[test]
    fn a_value_that_is_used_or_comes_of_anything_else_is_not() {
        for source in [
            "let l = [1]; l.push(x)",
            "let l = [1]; l = l.push(x); l",
            "if x > 1 { abs(x) } else { x }",
            "fn push(l, x) { l } push([1], x); x",
            "let n = 0; [1, x].map(|y| n += y); n",
            "let n = 0; for i in 0..x { n += i; } n",
            "x in [1]; x",
        ] {
            assert_eq!(said(source), [], "{source}");
        }
    }
}
