//! The operators.

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
