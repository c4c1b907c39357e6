//! The state of reading one expression, and what all parts of it use.

use std::ops::Range;

use crate::diagnostic::Code;
use crate::expr::compiled::{ExprError, Scope};
use crate::expr::ir::{Expr, Node};
use crate::expr::token::Tokens;
use crate::ty::{Constant, Type};

pub(super) struct Reader<'a> {
    pub(super) tokens: &'a Tokens<'a>,
    pub(super) scope: &'a Scope,
    /// Names bound by `let` and `const`, innermost last.
    pub(super) locals: Vec<Local>,
    pub(super) n_locals: usize,
    /// The loops around what is read, innermost last.
    pub(super) turns: Vec<Turns>,
    pub(super) errors: Vec<ExprError>,
    pub(super) outside: Option<&'static str>,
}

/// A name that is bound.
pub(super) struct Local {
    pub(super) name: String,
    pub(super) slot: usize,
    pub(super) ty: Type,
    /// Whether it may get another value.
    pub(super) changes: bool,
}

/// A loop that is being read.
pub(super) struct Turns {
    /// Slot of whether it is over.
    pub(super) done: usize,
    /// Slot of whether this turn is.
    pub(super) skip: usize,
    /// Whether a statement of the block that is being read may end the turn.
    pub(super) ends: bool,
    /// Whether any statement of it may.
    pub(super) ends_somewhere: bool,
}

impl Reader<'_> {
    pub(super) fn text(&self, range: &Range<usize>) -> &str {
        self.tokens.text.get(range.clone()).unwrap_or("")
    }

    pub(super) fn error(
        &mut self,
        code: Code,
        range: Range<usize>,
        message: String,
        label: String,
        help: Option<String>,
    ) {
        self.errors.push(ExprError { code, range, message, label, help });
    }

    /// Says that `expr` has a wrong type.
    pub(super) fn wrong_type(&mut self, expr: &Expr, message: String, help: Option<String>) {
        self.error(Code::E0805, expr.range.clone(), message, format!("this is `{}`", expr.ty), help);
    }

    /// A part that the IR cannot hold.
    pub(super) fn outside(&mut self, reason: &'static str, range: Range<usize>) -> Expr {
        self.outside.get_or_insert(reason);
        unknown(range)
    }

    /// From the first operand to the last, with the brackets that stand around each.
    pub(super) fn around(&self, first: Option<&Expr>, last: Option<&Expr>) -> Range<usize> {
        let outer = |expr: &Expr| self.tokens.with_parentheses(&expr.range);
        let start = first.map_or(0, |expr| outer(expr).start);
        start..last.map_or(start, |expr| outer(expr).end.max(start))
    }
}

/// Help for an integer that meets a float.
pub(super) fn widen(a: &Type, b: &Type) -> Option<String> {
    let mixed = a.is_numeric() && b.is_numeric();
    mixed.then(|| "write `1.0` for `1`, or `to_float(..)`, so that both are floats".to_owned())
}

pub(super) fn constant(value: Constant, range: Range<usize>) -> Expr {
    let ty = value.ty().unwrap_or(Type::Any);
    Expr { node: Node::Constant(value), ty, range }
}

pub(super) fn unit(range: Range<usize>) -> Expr {
    Expr { node: Node::Constant(Constant::Unit), ty: Type::Unit, range }
}

/// What stands for a part with a mistake.
pub(super) fn unknown(range: Range<usize>) -> Expr {
    Expr { node: Node::Constant(Constant::Unit), ty: Type::Any, range }
}
