//! The typed tree of an expression: what the back ends evaluate.

use std::ops::Range;

pub use crate::expr::operator::{Binary, Unary};

use crate::expr::functions::Function;
use crate::ty::{Constant, Type};

/// A part of an expression.
#[derive(Clone, Debug, PartialEq)]
pub struct Expr {
    /// What it does.
    pub node: Node,
    /// Type of its value; `Any` when only running tells.
    pub ty: Type,
    /// Its bytes in the expression's text.
    pub range: Range<usize>,
}

/// What a part of an expression does.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A literal, or a constant of the scope.
    Constant(Constant),
    /// The variable of the scope with this index.
    Variable(usize),
    /// What [`Node::Let`] put in this slot.
    Local(usize),
    /// One operand.
    Unary(Unary, Box<Expr>),
    /// Two operands, both evaluated, the left one first.
    Binary(Binary, Box<[Expr; 2]>),
    /// `&&`: false at the first operand that is false.
    All(Vec<Expr>),
    /// `||`: true at the first operand that is true.
    Any(Vec<Expr>),
    /// Condition, then, else.
    If(Box<[Expr; 3]>),
    /// Puts each value in its slot, in order, then gives the last. A slot that had a value gets a new one.
    Let(Vec<(usize, Expr)>, Box<Expr>),
    /// As long as the first is true, the second; gives `()`.
    While(Box<[Expr; 2]>),
    /// A call of the function table.
    Call(Function, Vec<Expr>),
    /// `[a, b]`
    List(Vec<Expr>),
    /// `#{a: 1}`, names in the order of the text.
    Record(Vec<(String, Expr)>),
    /// `x[i]`
    Index(Box<[Expr; 2]>),
    /// `x[a..b]` and, when `inclusive`, `x[a..=b]`.
    Slice {
        /// What is sliced, first, last; `()` stands for an end that is left out.
        operands: Box<[Expr; 3]>,
        /// Whether the last one is part of the slice.
        inclusive: bool,
    },
    /// `x.name`
    Field(Box<Expr>, String),
    /// An interpolated text: the pieces as texts, joined.
    Text(Vec<Expr>),
}
