//! Parameters of a kind.

use std::error::Error;
use std::fmt;

use crate::params::Params;
use crate::ty::Type;

/// One parameter.
#[derive(Clone, Debug)]
pub struct ParamSpec {
    /// As written.
    pub name: &'static str,
    /// What values it takes.
    pub ty: ParamType,
    /// What holds when it is left out.
    pub default: Default,
    /// Meaning, with unit.
    pub doc: &'static str,
    /// What must hold of it beyond its type. It is asked when all parameters that are values have the types that the
    /// signature declares.
    pub rule: Option<ParamRule>,
    /// A value that it takes, where its type alone tells none.
    pub example: Option<&'static str>,
}

/// What must hold of a parameter, also beside the others: `check` asks before a run, and a body where it needs what
/// the rule promises.
pub type ParamRule = fn(&Params) -> Result<(), ParamFault>;

/// Why a process cannot have this parameter.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ParamFault {
    /// What is wrong: lower case, no full stop.
    pub message: String,
    /// How to mend it.
    pub help: String,
}

impl ParamFault {
    /// A fault and how to mend it.
    pub fn new(message: impl Into<String>, help: impl Into<String>) -> ParamFault {
        ParamFault { message: message.into(), help: help.into() }
    }
}

impl fmt::Display for ParamFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.message, self.help)
    }
}

impl Error for ParamFault {}

impl ParamSpec {
    /// A parameter that must be given.
    pub const fn required(name: &'static str, ty: ParamType, doc: &'static str) -> ParamSpec {
        ParamSpec::new(name, ty, Default::Required, doc)
    }

    /// A parameter with a default, written as in the graph file.
    pub const fn with_default(
        name: &'static str,
        ty: ParamType,
        default: &'static str,
        doc: &'static str,
    ) -> ParamSpec {
        ParamSpec::new(name, ty, Default::Ron(default), doc)
    }

    /// A parameter that may be absent.
    pub const fn optional(name: &'static str, ty: ParamType, doc: &'static str) -> ParamSpec {
        ParamSpec::new(name, ty, Default::Absent, doc)
    }

    const fn new(name: &'static str, ty: ParamType, default: Default, doc: &'static str) -> ParamSpec {
        ParamSpec { name, ty, default, doc, rule: None, example: None }
    }

    /// The same with what must hold of its value.
    #[must_use]
    pub const fn rule(mut self, rule: ParamRule) -> ParamSpec {
        self.rule = Some(rule);
        self
    }

    /// The same with a value that it takes, written as in the graph file.
    #[must_use]
    pub const fn example(mut self, example: &'static str) -> ParamSpec {
        self.example = Some(example);
        self
    }
}

/// What holds when a parameter is left out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Default {
    /// Nothing: it must be given.
    Required,
    /// The process sees that it is absent.
    Absent,
    /// This value, as one would write it.
    Ron(&'static str),
}

/// What values a parameter takes.
#[derive(Clone, Debug)]
pub enum ParamType {
    /// `true` or `false`.
    Bool,
    /// An integer from `min` to `max`.
    Int {
        /// Least.
        min: i64,
        /// Greatest.
        max: i64,
    },
    /// A float (an integer will do) from `min` to `max`.
    Float {
        /// Least.
        min: f64,
        /// Greatest.
        max: f64,
    },
    /// A text.
    Text,
    /// A path of a file, relative to where the command runs.
    Path,
    /// A time above 0: `"100ms"`.
    Duration,
    /// A number of bytes above 0: `"1GiB"`; an `Int` as the process reads it.
    Memory,
    /// One of these words, bare (`Ascending`) or as a text.
    Word(&'static [&'static str]),
    /// Any token.
    Constant,
    /// A list of tokens of one type.
    Constants,
    /// A type of tokens.
    Type,
    /// A list of port names.
    Names,
    /// Code: an expression.
    Expr(ExprSpec),
    /// Code: a template such as `"{x} {key}"`; the same variables as an expression has.
    Template(ExprSpec),
    /// Code: the script of a process, written out.
    Script,
    /// The same in a file, relative to the graph file that names it. A kind that has both parameters takes one.
    ScriptFile,
}

impl ParamType {
    /// Whether it is code, which is no value before types are known.
    pub fn is_code(&self) -> bool {
        matches!(
            self,
            ParamType::Expr(_) | ParamType::Template(_) | ParamType::Script | ParamType::ScriptFile
        )
    }
}

/// Any integer.
pub const INT: ParamType = ParamType::Int { min: i64::MIN, max: i64::MAX };
/// An integer from 0.
pub const NATURAL: ParamType = ParamType::Int { min: 0, max: i64::MAX };
/// An integer from 1.
pub const POSITIVE: ParamType = ParamType::Int { min: 1, max: i64::MAX };
/// Any float.
pub const FLOAT: ParamType = ParamType::Float { min: f64::NEG_INFINITY, max: f64::INFINITY };

/// What an expression parameter may use and must give. Beside these it sees the graph's parameters and, in a
/// family or a replica, `i`, `j`, `replica` as constants.
#[derive(Clone, Debug)]
pub struct ExprSpec {
    /// Its variables, in the order in which the process passes them.
    pub variables: &'static [(&'static str, VarType)],
    /// What it must give.
    pub result: ResultType,
}

/// Type of a variable of an expression.
#[derive(Clone, Debug)]
pub enum VarType {
    /// Of the tokens at this input port.
    Port(&'static str),
    /// A state that starts as this parameter and takes the expression's result each time: the parameter's type
    /// and the result's join.
    State(&'static str),
    /// A state that starts as a token at this input port and takes the expression's result each time.
    StateOf(&'static str),
    /// What another expression of the process gives, which uses no variable of this sort itself.
    ResultOf(&'static str),
    /// This type.
    Is(Type),
}

impl VarType {
    /// Whether it takes the expression's result.
    pub fn is_state(&self) -> bool {
        matches!(self, VarType::State(_) | VarType::StateOf(_))
    }
}

/// What an expression must give.
#[derive(Clone, Debug)]
pub enum ResultType {
    /// Anything.
    Any,
    /// `true` or `false`.
    Bool,
    /// Something with an order: numbers or text.
    Ordered,
    /// The type of the state variable.
    State,
    /// This type.
    Is(Type),
}
