//! What compiling takes and gives.

use std::ops::Range;
use std::{fmt, mem};

use crate::diagnostic::{Code, Diagnostic};
use crate::expr::ir::Expr;
use crate::expr::room::Room;
use crate::span::Span;
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
    /// E0801 to E0807, or W0802.
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

impl ExprError {
    /// The same said of a place in a file.
    pub(crate) fn at(self, place: Span) -> Diagnostic {
        Diagnostic::new(self.code, place, self.message).label(self.label).maybe_help(self.help)
    }
}

/// A checked expression.
pub struct Compiled {
    /// As written.
    pub source: String,
    /// The names it was compiled with.
    pub scope: Scope,
    /// Type of its result; `Any` when only running tells.
    pub ty: Type,
    /// How it is evaluated.
    pub body: Body,
    /// What walking its tree takes.
    pub room: Room,
}

impl Compiled {
    /// Why Rhai evaluates it and not csprun itself; `None` when it is native.
    pub fn foreign(&self) -> Option<&'static str> {
        match self.body {
            Body::Ir { .. } => None,
            Body::Rhai { reason } => Some(reason),
        }
    }
}

impl Clone for Compiled {
    fn clone(&self) -> Compiled {
        Compiled {
            source: self.source.clone(),
            scope: self.scope.clone(),
            ty: self.ty.clone(),
            body: self.room.run(|| self.body.clone()),
            room: self.room,
        }
    }
}

impl PartialEq for Compiled {
    fn eq(&self, other: &Compiled) -> bool {
        // The tree follows from these.
        self.source == other.source && self.scope == other.scope
    }
}

impl fmt::Debug for Compiled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Compiled").field("source", &self.source).field("ty", &self.ty).finish_non_exhaustive()
    }
}

impl Drop for Compiled {
    fn drop(&mut self) {
        let body = mem::replace(&mut self.body, Body::Rhai { reason: "" });
        self.room.run(|| drop(body));
    }
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
        /// What the tree cannot hold: "`switch`".
        reason: &'static str,
    },
}
