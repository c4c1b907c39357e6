//! The typed tree of an expression: what the back ends evaluate.

use std::ops::Range;

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
    /// Puts each value in its slot, in order, then gives the last.
    Let(Vec<(usize, Expr)>, Box<Expr>),
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

/// Operators with one operand.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unary {
    /// `-x`
    Negate,
    /// `+x`
    Plus,
    /// `!x`
    Not,
}

macro_rules! binary {
    ($($name:ident $symbol:literal $verb:literal;)*) => {
        /// Operators with two operands.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum Binary {
            $(#[doc = concat!("`", $symbol, "`")] $name,)*
        }

        impl Binary {
            /// All of them.
            pub const ALL: &'static [Binary] = &[$(Binary::$name,)*];

            /// As it is written.
            pub fn symbol(self) -> &'static str {
                match self { $(Binary::$name => $symbol,)* }
            }

            /// What it does to its operands: "cannot add ..".
            pub fn verb(self) -> &'static str {
                match self { $(Binary::$name => $verb,)* }
            }
        }
    };
}

binary! {
    Add "+" "add";
    Subtract "-" "subtract";
    Multiply "*" "multiply";
    Divide "/" "divide";
    Remainder "%" "take the remainder of";
    Power "**" "take the power of";
    Equal "==" "compare";
    NotEqual "!=" "compare";
    Less "<" "compare";
    LessEqual "<=" "compare";
    Greater ">" "compare";
    GreaterEqual ">=" "compare";
    And "&" "combine";
    Or "|" "combine";
    Xor "^" "combine";
    ShiftLeft "<<" "shift";
    ShiftRight ">>" "shift";
}

impl Binary {
    /// The operator written `symbol`.
    pub fn parse(symbol: &str) -> Option<Binary> {
        Binary::ALL.iter().copied().find(|operator| operator.symbol() == symbol)
    }
}

impl Unary {
    /// As it is written.
    pub fn symbol(self) -> &'static str {
        match self {
            Unary::Negate => "-",
            Unary::Plus => "+",
            Unary::Not => "!",
        }
    }

    /// The operator written `symbol`.
    pub fn parse(symbol: &str) -> Option<Unary> {
        [Unary::Negate, Unary::Plus, Unary::Not].into_iter().find(|operator| operator.symbol() == symbol)
    }
}
