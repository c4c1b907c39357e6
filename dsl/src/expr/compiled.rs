//! What compiling takes and gives.

use std::ops::Range;

use crate::diagnostic::Code;
use crate::expr::ir::Expr;
use crate::ty::{Constant, Type};

/// The names an expression may use. A variable hides a constant of the same name.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Scope {
    /// Variables with their types, in the order in which values are passed.
    pub variables: Vec<(String, Type)>,
    /// Names with fixed values: the graph's parameters, `i`, `j`, `replica`.
    pub constants: Vec<(String, Constant)>,
}

impl Scope {
    /// All names, variables first.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let variables = self.variables.iter().map(|(name, _)| name.as_str());
        variables.chain(self.constants.iter().map(|(name, _)| name.as_str()))
    }
}

/// What is wrong in an expression: bytes of the expression's own text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExprError {
    /// E0801 to E0806.
    pub code: Code,
    /// Where.
    pub range: Range<usize>,
    /// The headline.
    pub message: String,
    /// What is at `range`.
    pub label: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// A checked expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Compiled {
    /// As written.
    pub source: String,
    /// The names it was compiled with.
    pub scope: Scope,
    /// Type of its result; `Any` when only running tells.
    pub ty: Type,
    /// How it is evaluated.
    pub body: Body,
}

/// How an expression is evaluated.
#[derive(Clone, Debug, PartialEq)]
pub enum Body {
    /// From its typed tree.
    Ir {
        /// The tree.
        expr: Expr,
        /// Slots that its `let` bindings use.
        n_locals: usize,
    },
    /// By Rhai, from the text.
    Rhai {
        /// What the tree cannot hold: "a loop".
        reason: &'static str,
    },
}
