//! Ports of a kind.

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::params::Params;
use crate::ty::Type;

/// How the ports of a kind are known.
#[derive(Clone, Copy, Debug)]
pub enum Ports {
    /// Always these.
    Fixed(&'static [PortSpec]),
    /// Decided by the parameters (`inputs: [..]`).
    From(fn(&Params) -> Vec<PortSpec>),
}

impl Ports {
    /// The ports of a process with these parameters.
    pub fn of(&self, params: &Params) -> Vec<PortSpec> {
        match self {
            Ports::Fixed(specs) => specs.to_vec(),
            Ports::From(decide) => decide(params),
        }
    }
}

/// One port.
#[derive(Clone, Debug)]
pub struct PortSpec {
    /// As written in an end: `process.name`.
    pub name: Cow<'static, str>,
    /// Which way tokens go.
    pub direction: Direction,
    /// How many channels it takes.
    pub arity: Arity,
    /// Type of its tokens.
    pub ty: PortType,
    /// Tokens a firing.
    pub rate: Rate,
    /// Whether its tokens are large in spite of their type: a channel keeps few of them.
    pub is_large: bool,
    /// Meaning, with shape and unit.
    pub doc: &'static str,
}

impl PortSpec {
    /// An input port that needs one channel, one token a firing.
    pub const fn input(name: &'static str, ty: PortType, doc: &'static str) -> PortSpec {
        PortSpec::new(name, Direction::In, ty, doc)
    }

    /// An output port that needs one channel, one token a firing.
    pub const fn output(name: &'static str, ty: PortType, doc: &'static str) -> PortSpec {
        PortSpec::new(name, Direction::Out, ty, doc)
    }

    /// A call port that needs one server, one request a firing.
    pub const fn call(name: &'static str, ty: PortType, doc: &'static str) -> PortSpec {
        PortSpec::new(name, Direction::Call, ty, doc)
    }

    /// A serve port, for any number of callers.
    pub const fn serve(name: &'static str, ty: PortType, doc: &'static str) -> PortSpec {
        PortSpec::new(name, Direction::Serve, ty, doc).rate(Rate::Dynamic)
    }

    const fn new(name: &'static str, direction: Direction, ty: PortType, doc: &'static str) -> PortSpec {
        let (arity, rate) = (Arity::One, Rate::Fixed(1));
        PortSpec { name: Cow::Borrowed(name), direction, arity, ty, rate, is_large: false, doc }
    }

    /// The same port with tokens that are larger than others of their type.
    #[must_use]
    pub const fn large(mut self) -> PortSpec {
        self.is_large = true;
        self
    }

    /// The same port taking a list of channels, at least one.
    #[must_use]
    pub const fn list(mut self) -> PortSpec {
        self.arity = Arity::List;
        self
    }

    /// The same port, which may stay unconnected.
    #[must_use]
    pub const fn optional(mut self) -> PortSpec {
        self.arity = Arity::Optional;
        self
    }

    /// The same port with another rate.
    #[must_use]
    pub const fn rate(mut self, rate: Rate) -> PortSpec {
        self.rate = rate;
        self
    }
}

/// Direction of a port, seen from its process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Direction {
    /// Receives.
    In,
    /// Sends.
    Out,
    /// Sends requests and gets a reply to each.
    Call,
    /// Takes requests and replies to each.
    Serve,
}

/// How many channels a port takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arity {
    /// Exactly one.
    One,
    /// One or more, indexed from 0.
    List,
    /// None or one.
    Optional,
}

/// Tokens a firing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rate {
    /// Always so many (SDF).
    Fixed(u32),
    /// As a parameter of the process says.
    Param(&'static str),
    /// The file may say it in `rates`.
    Open,
    /// Depends on the tokens.
    Dynamic,
}

/// Type of the tokens at a port.
#[derive(Clone, Debug)]
pub enum PortType {
    /// This one.
    Is(Type),
    /// The same at all ports of the process with this name; inputs bind it (their types join).
    Var(&'static str),
    /// Type of a `Constant` parameter; when another input has the same parameter's variable they join.
    OfParam(&'static str),
    /// Type of the elements of a list-valued `Constant` parameter.
    ElementOf(&'static str),
    /// The result of an expression parameter.
    OfExpr(&'static str),
    /// The element type of an expression's list result, or its type when that is not a list.
    ElementOfExpr(&'static str),
    /// Computed from what is known.
    Rule(fn(&Known<'_>) -> Option<Type>),
}

/// What a [`PortType::Rule`] may ask.
pub struct Known<'a> {
    /// The process's parameters.
    pub params: &'a Params,
    /// Types that have arrived at its input ports, joined over a list port.
    pub inputs: &'a BTreeMap<String, Type>,
    /// Types of what its expressions give, by parameter.
    pub results: &'a BTreeMap<&'static str, Type>,
}
