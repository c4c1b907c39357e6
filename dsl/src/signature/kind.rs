//! A kind: what it declares beside its ports and parameters.

use super::param::ParamSpec;
use super::port::{Ports, Rate};
use crate::params::Params;

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

impl Signature {
    /// Whether a process with these parameters gives one token at each output for each at its inputs.
    pub fn is_one_for_one(&self, params: &Params) -> bool {
        self.ports.of(params).iter().all(|spec| spec.rate == Rate::Fixed(1))
    }
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
    /// An empty page: `Doc { summary: "..", ..Doc::NONE }` for a kind of one's own.
    pub const NONE: Doc = Doc {
        summary: "",
        diagram: "",
        order: "",
        ending: "",
        complexity: "",
        example: "",
        output: "",
        source: "",
    };
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
    /// May end, as it is meant to, while its input goes on.
    pub ends_early: bool,
    /// Uses the terminal (standard input or output).
    pub terminal: bool,
    /// Talks to a peer outside: what comes from it comes once, and when it will.
    pub outside: bool,
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
        ends_early: false,
        terminal: false,
        outside: false,
    };
    /// A map-like process: stateless, one token in, then its outputs.
    pub const FIRING: Traits = Traits { stateless: true, firing: true, ..Traits::KAHN };
}
