//! What a kind of process declares of itself. Everything that needs to know a kind (checks, pictures, pages,
//! planning, wiring) reads it here; what is declared once is written nowhere else.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use crate::params::Params;
use crate::ty::Type;

/// One kind of process. A `const` a kind, beside its body.
#[derive(Clone, Debug)]
pub struct Signature {
    /// As written after `run:`.
    pub kind: &'static str,
    /// Chapter of the library.
    pub group: Group,
    /// What it does and how, for `list` and the reference pages.
    pub doc: Doc,
    /// Its ports.
    pub ports: Ports,
    /// Its parameters.
    pub params: &'static [ParamSpec],
    /// What one firing costs.
    pub cost: Cost,
    /// How it behaves, for analysis.
    pub traits: Traits,
}

/// Chapters of the process library.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Group {
    /// Makes tokens.
    Source,
    /// Uses tokens up.
    Sink,
    /// From tokens to tokens.
    Transform,
    /// The classic small processes of CSP (JCSP's names).
    Csp,
    /// Servers that others call.
    Coordination,
    /// Programs, scripts and files outside.
    Outside,
    /// Registered by an embedding program.
    User,
}

/// The page of a kind.
#[derive(Clone, Copy, Debug)]
pub struct Doc {
    /// One sentence.
    pub summary: &'static str,
    /// ASCII drawing with its ports.
    pub diagram: &'static str,
    /// In which order tokens are taken and given.
    pub order: &'static str,
    /// When it ends and what then happens at its ports.
    pub ending: &'static str,
    /// Time and memory a token.
    pub complexity: &'static str,
    /// A whole graph file that runs and ends.
    pub example: &'static str,
    /// What that graph prints on standard output.
    pub output: &'static str,
    /// Book, paper, or the name in another library.
    pub source: &'static str,
}

impl Doc {
    /// A page of one sentence, for the kinds of an embedding program.
    pub const fn brief(summary: &'static str) -> Doc {
        let (diagram, order, ending) = ("", "", "");
        Doc { summary, diagram, order, ending, complexity: "", example: "", output: "", source: "" }
    }
}

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

    const fn new(name: &'static str, direction: Direction, ty: PortType, doc: &'static str) -> PortSpec {
        let (arity, rate) = (Arity::One, Rate::Fixed(1));
        PortSpec { name: Cow::Borrowed(name), direction, arity, ty, rate, doc }
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
}

impl ParamSpec {
    /// A parameter that must be given.
    pub const fn required(name: &'static str, ty: ParamType, doc: &'static str) -> ParamSpec {
        ParamSpec { name, ty, default: Default::Required, doc }
    }

    /// A parameter with a default, written as in the graph file.
    pub const fn with_default(
        name: &'static str,
        ty: ParamType,
        default: &'static str,
        doc: &'static str,
    ) -> ParamSpec {
        ParamSpec { name, ty, default: Default::Ron(default), doc }
    }

    /// A parameter that may be absent.
    pub const fn optional(name: &'static str, ty: ParamType, doc: &'static str) -> ParamSpec {
        ParamSpec { name, ty, default: Default::Absent, doc }
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
    /// This type.
    Is(Type),
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

/// What one firing costs, for placement.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cost {
    /// Under about a microsecond.
    Light,
    /// More; worth a worker of its own.
    Heavy,
    /// It waits in the operating system: gets its own OS thread.
    Blocking,
}

/// How a kind behaves, for analysis and placement.
#[derive(Clone, Copy, Debug)]
pub struct Traits {
    /// Chooses among its inputs.
    pub alternates_inputs: bool,
    /// Chooses among its outputs.
    pub alternates_outputs: bool,
    /// Keeps nothing between firings.
    pub stateless: bool,
    /// One token in, then its outputs, nothing kept between (SEMANTICS N4).
    pub firing: bool,
    /// Outputs are a function of inputs (Kahn).
    pub determinate: bool,
    /// A retired output is skipped; it ends when the last one retired (SEMANTICS E2a).
    pub when_all_retired: bool,
    /// Uses the terminal (standard input or output).
    pub terminal: bool,
}

impl Traits {
    /// A stateful determinate process.
    pub const KAHN: Traits = Traits {
        alternates_inputs: false,
        alternates_outputs: false,
        stateless: false,
        firing: false,
        determinate: true,
        when_all_retired: false,
        terminal: false,
    };
    /// A map-like process: stateless, one token in, then its outputs.
    pub const FIRING: Traits = Traits { stateless: true, firing: true, ..Traits::KAHN };
}

/// The kinds that exist: the library's and those that an embedding program registers.
#[derive(Clone, Debug, std::default::Default)]
pub struct Catalog {
    kinds: BTreeMap<&'static str, Kind>,
}

#[derive(Clone, Debug)]
struct Kind {
    signature: Arc<Signature>,
    available: bool,
}

impl Catalog {
    /// Adds a kind; a later one of the same name replaces the earlier.
    pub fn add(&mut self, signature: Signature) {
        self.kinds.insert(signature.kind, Kind { signature: Arc::new(signature), available: true });
    }

    /// Adds a kind that graph files may name, but that this build cannot run.
    pub fn add_unavailable(&mut self, signature: Signature) {
        self.kinds.insert(signature.kind, Kind { signature: Arc::new(signature), available: false });
    }

    /// The kind of that name.
    pub fn get(&self, kind: &str) -> Option<&Arc<Signature>> {
        self.kinds.get(kind).map(|kind| &kind.signature)
    }

    /// Whether this build can run the kind.
    pub fn is_available(&self, kind: &str) -> bool {
        self.kinds.get(kind).is_some_and(|kind| kind.available)
    }

    /// All kinds, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Signature>> {
        self.kinds.values().map(|kind| &kind.signature)
    }
}
