//! Rhai's syntax tree to typed IR. All mistakes of one expression are found in one go; a part with a mistake
//! has the type `Any`, so that no other complaint follows from it.

mod call;
mod chain;
mod operator;
mod reader;
mod statement;
mod turns;
mod value;

use rhai::AST;

use crate::expr::compiled::{ExprError, Scope};
use crate::expr::ir::Expr;
use crate::expr::token::Tokens;
use reader::Reader;

/// What reading gives.
pub(super) struct Reading {
    /// The tree; of no use when there are errors or `outside` is set.
    pub(super) expr: Expr,
    pub(super) errors: Vec<ExprError>,
    /// What the IR cannot hold.
    pub(super) outside: Option<&'static str>,
    pub(super) n_locals: usize,
}

/// Reads a whole expression.
pub(super) fn read(ast: &AST, tokens: &Tokens<'_>, scope: &Scope) -> Reading {
    let mut reader = Reader {
        tokens,
        scope,
        locals: Vec::new(),
        n_locals: 0,
        turns: Vec::new(),
        errors: Vec::new(),
        outside: None,
    };
    if ast.iter_functions().next().is_some() {
        reader.outside = Some("a closure or function");
    }
    let start = tokens.list.first().map_or(0, |token| token.range.start);
    let end = tokens.list.last().map_or(0, |token| token.range.end);
    let expr = reader.statements(ast.statements(), start..end, true);
    Reading { expr, errors: reader.errors, outside: reader.outside, n_locals: reader.n_locals }
}
