//! What is known while a network comes to be, and what every step asks of it.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::rc::Rc;

use crate::arithmetic::Arithmetic;
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::expr::PortNames;
use crate::network::{ChannelId, Collect, Deal, Network, ProcessId};
use crate::parse::parse;
use crate::signature::{Catalog, Direction, ExprSpec, PortSpec};
use crate::span::{SourceId, Sources, Span};
use crate::substitute::{Env, Substitute};
use crate::syntax::Graph;
use crate::tree::Node;
use crate::ty::Constant;

/// Processes that one network may have.
pub const MAX_PROCESSES: usize = 1_000_000;

/// Name of the parameter that stands for `deal: Key("..")`.
pub(super) const DEAL_KEY: &str = "deal: Key";

/// What is asked of the graph file beside itself.
#[derive(Clone, Debug, Default)]
pub struct Request {
    /// `--set name=value`, in order; the last of a name counts.
    pub set: Vec<(String, String)>,
    /// `--deploy name`.
    pub deploy: Option<String>,
}

/// All that is known while a network comes to be.
pub(super) struct Resolver<'a> {
    pub(super) sources: &'a dyn Sources,
    pub(super) catalog: &'a Catalog,
    pub(super) arithmetic: Arithmetic,
    pub(super) network: Network,
    pub(super) found: Diagnostics,
    pub(super) scopes: Vec<Scope>,
    /// Files read, by the name that the source gave them.
    pub(super) files: HashMap<String, Option<Rc<Graph>>>,
    /// Scripts checked, and their files.
    pub(super) scripts: Scripts,
    /// Ports as the signature has them, by process.
    pub(super) specs: Vec<Rc<Vec<PortSpec>>>,
    pub(super) expressions: Vec<Expression>,
    /// Keys of sub-networks that are dealt to.
    pub(super) keys: Vec<ChannelKey>,
    /// Ends in use, in file order.
    pub(super) uses: Vec<Use>,
    pub(super) blamed: Blamed,
    /// `immunity:` by process.
    pub(super) immunity: HashMap<ProcessId, Immunity>,
}

/// One use of a file.
pub(super) struct Scope {
    pub graph: Rc<Graph>,
    /// The file's name, for paths in it and for the chain of a recursion.
    pub file: String,
    pub env: Env,
    /// Before every name in it: empty, or `stat/`.
    pub prefix: String,
    /// The scope that uses it, and how deep it lies.
    pub parent: Option<usize>,
    pub depth: usize,
    pub names: HashMap<String, Entry>,
}

/// What a name stands for.
pub(super) struct Entry {
    /// Extents of a family; empty: no family.
    pub extents: Vec<u64>,
    /// Members that stand behind one name and share its ends: the copies of a sub-network, else one.
    pub n_copies: usize,
    /// In row-major order, copies side by side; `n_copies` when it is no family.
    pub members: Vec<Member>,
    /// How tokens come to the copies and from them; `None`: it is no replicated sub-network.
    pub deal: Option<Rc<CopyDeal>>,
    /// Inputs of a replicated sub-network that are joined.
    pub joined: BTreeSet<String>,
    pub span: Span,
}

impl Entry {
    /// A name whose mistakes were reported.
    pub(super) fn broken(span: Span) -> Entry {
        Entry {
            extents: Vec::new(),
            n_copies: 1,
            members: vec![Member::Broken],
            deal: None,
            joined: BTreeSet::new(),
            span,
        }
    }
}

/// One process or sub-network.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Member {
    Process(ProcessId),
    Scope(usize),
    /// Its mistakes were reported: what is joined to it is not complained about.
    Broken,
    /// Left out by `when:`.
    Absent,
}

/// One port of one process, before list ports have their indices.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Spot {
    pub process: ProcessId,
    /// Position in the kind's ports.
    pub spec: usize,
    /// Index in a list port, where the file gives one.
    pub index: Option<u64>,
}

/// Which side of a channel an end stands on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Side {
    From,
    To,
}

impl Side {
    pub fn takes(self, direction: Direction) -> bool {
        match self {
            Side::From => matches!(direction, Direction::Out | Direction::Call),
            Side::To => matches!(direction, Direction::In | Direction::Serve),
        }
    }

    pub fn word(self) -> &'static str {
        match self {
            Side::From => "output",
            Side::To => "input",
        }
    }
}

/// One end in use.
pub(super) struct Use {
    /// `None`: the other side is broken, so there is no channel, but this end is not forgotten.
    pub channel: Option<ChannelId>,
    pub spot: Spot,
    pub span: Span,
    /// Position among the channel's writers or readers.
    pub position: usize,
    pub side: Side,
}

/// An expression or template that waits for the types of its variables.
pub(super) struct Expression {
    pub(super) process: ProcessId,
    pub(super) param: &'static str,
    pub(super) spec: ExprSpec,
    pub(super) is_template: bool,
    pub(super) text: String,
    /// The literal in the file.
    pub(super) span: Span,
    pub(super) constants: Vec<(String, Constant)>,
    /// The copy of a replicated process that it belongs to, where copies differ.
    pub(super) replica: Option<usize>,
}

/// `deal:` and `collect:` as they are meant.
#[derive(Debug)]
pub(super) struct CopyDeal {
    /// `All` where there is a key: it is compiled when the type of the tokens is known.
    pub(super) deal: Deal,
    pub(super) key: Option<Key>,
    /// `Any` for a process: its copies are collected where they are written out.
    pub(super) collect: Collect,
    /// The field `replicate`.
    pub(super) span: Span,
}

/// The expression of a key.
#[derive(Clone, Debug)]
pub(super) struct Key {
    pub(super) text: String,
    /// The literal in the file.
    pub(super) span: Span,
    pub(super) constants: Vec<(String, Constant)>,
}

/// The key of a sub-network at one channel.
pub(super) struct ChannelKey {
    pub(super) channel: ChannelId,
    /// Position in the channel's `deals`.
    pub(super) at: usize,
    pub(super) deal: Rc<CopyDeal>,
}

/// `immunity: n` for all ports, or by port.
#[derive(Default)]
pub(super) struct Immunity {
    pub all: u32,
    pub by_port: BTreeMap<String, u32>,
}

/// What is known of the scripts of a network.
#[derive(Default)]
pub(super) struct Scripts {
    /// Files read, by the name that the source gave them.
    pub(super) files: HashMap<String, SourceId>,
    /// Scripts checked, with the names that they were checked against and the verdict: members of a family share
    /// theirs, and their mistakes.
    pub(super) checked: HashMap<(Span, PortNames, Vec<String>), bool>,
    /// Processes that were told that they have no script, or two.
    pub(super) blamed: HashSet<Span>,
}

/// Places at which something was reported.
#[derive(Debug, Default)]
pub(super) struct Blamed {
    pub(super) processes: HashSet<ProcessId>,
    /// Sub-networks, with all that they contain.
    pub(super) scopes: HashSet<usize>,
    /// Sides of a scope's channels on which an end names nobody: any port that faces it may be meant.
    pub(super) sides: HashSet<(usize, Side)>,
    /// Ports that were reported: the place of the process and the name of the port. Members of a family stand
    /// at one place and lack the same port for the same reason.
    pub(super) ports: HashSet<(Span, String)>,
}

impl Resolver<'_> {
    /// The tree with the names of `env` replaced; `None` when one of them cannot be (reported).
    pub(super) fn substituted(&mut self, node: &Node, env: &Env) -> Option<Node> {
        let clean = self.found.len();
        let substitute = Substitute { arithmetic: &self.arithmetic, sources: &self.network.sources };
        let substituted = substitute.node(node, env, &mut self.found);
        (self.found.len() == clean && !env.is_unknown_in(node)).then_some(substituted)
    }

    /// The value of a `when:`; `true` when there is none, `None` when it cannot be computed.
    pub(super) fn condition(&mut self, when: Option<&Node>, env: &Env) -> Option<bool> {
        let Some(when) = when else { return Some(true) };
        let substitute = Substitute { arithmetic: &self.arithmetic, sources: &self.network.sources };
        substitute.condition(when, env, &mut self.found)
    }

    /// Opens the file `path` as named in the source `from`.
    pub(super) fn open(&mut self, from: &str, path: &str, span: Span) -> Option<(Rc<Graph>, String)> {
        let (name, text) = match self.sources.read(Some(from), path) {
            Ok(read) => read,
            Err(why) => {
                let error = Diagnostic::new(Code::E0008, span, format!("cannot read `{path}`: {why}"));
                self.found.push(error.help("the path is relative to the file that names it"));
                return None;
            }
        };
        if let Some(graph) = self.files.get(&name) {
            return graph.clone().map(|graph| (graph, name));
        }
        let source: SourceId = self.network.sources.add(name.clone(), text.clone());
        let (graph, mistakes) = parse(source, &text);
        self.found.append(mistakes);
        let graph = graph.map(Rc::new);
        self.files.insert(name.clone(), graph.clone());
        graph.map(|graph| (graph, name))
    }
}

/// The values of parameters as names for substitution and expressions.
pub(super) fn environment(parameters: &[crate::network::Parameter]) -> Env {
    let mut env = Env::default();
    for parameter in parameters {
        match &parameter.value {
            Some(value) => env.set(parameter.name.clone(), value.clone()),
            None => env.set_unknown(parameter.name.clone()),
        }
    }
    env
}

/// The index of the member at a row-major position.
pub(super) fn index_of(flat: u64, extents: &[u64]) -> Vec<u64> {
    match extents {
        [] => Vec::new(),
        [_] => vec![flat],
        [_, cols, ..] => vec![flat / cols, flat % cols],
    }
}

/// `1,2`
pub(super) fn join(index: &[u64]) -> String {
    let parts: Vec<String> = index.iter().map(ToString::to_string).collect();
    parts.join(",")
}
