//! The network: names resolved, families and sub-networks expanded, types inferred. Made by `resolve`.

mod channel_kind;
mod copies;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use crate::params::Params;
use crate::signature::{Direction, Signature};
use crate::span::{SourceMap, Span};
use crate::ty::{Constant, Type};

pub use channel_kind::ChannelKind;
pub use copies::{Collect, Collecting, Deal, Dealing, Replicate};

/// Position of a process in [`Network::processes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProcessId(pub u32);

/// Position of a channel in [`Network::channels`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ChannelId(pub u32);

impl ProcessId {
    /// As an index.
    pub fn idx(self) -> usize {
        self.0 as usize
    }
}

impl ChannelId {
    /// As an index.
    pub fn idx(self) -> usize {
        self.0 as usize
    }
}

/// A whole network.
#[derive(Clone, Debug, Default)]
pub struct Network {
    /// `name:`, else the file's name without its ending.
    pub name: String,
    /// `doc:`.
    pub doc: String,
    /// The root file's parameters with their values.
    pub parameters: Vec<Parameter>,
    /// Flat: sub-networks and families expanded, in file order.
    pub processes: Vec<Process>,
    /// For each sub-network the one that it stands in, which comes before it; the first is the file itself.
    pub parents: Vec<usize>,
    /// Flat, in file order.
    pub channels: Vec<Channel>,
    /// Barriers by name.
    pub barriers: Vec<Barrier>,
    /// `expect:`.
    pub expectations: Vec<Expectation>,
    /// `run:`.
    pub settings: Settings,
    /// Ports of the file itself: it is a sub-network and cannot run alone.
    pub open_ports: Vec<(Span, String)>,
    /// What else the file asks for and this version does not do yet.
    pub unavailable: Vec<(Span, String)>,
    /// The texts that were read.
    pub sources: SourceMap,
}

impl Network {
    /// The process with this id.
    pub fn process(&self, id: ProcessId) -> &Process {
        &self.processes[id.idx()]
    }

    /// The channel with this id.
    pub fn channel(&self, id: ChannelId) -> &Channel {
        &self.channels[id.idx()]
    }

    /// The process of that name: `scale`, `w[0]`, `stat/split`.
    pub fn find(&self, name: &str) -> Option<&Process> {
        self.processes.iter().find(|process| process.name == name)
    }

    /// An end as the file writes it: `w[0].out`, `plex.in[2]`.
    pub fn end_name(&self, end: End) -> String {
        let process = self.process(end.process);
        format!("{}.{}", process.name, process.ports[end.port_idx].label())
    }
}

/// A parameter of the graph file.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// Its name.
    pub name: String,
    /// Its type.
    pub ty: ParameterType,
    /// What it is when nobody sets it.
    pub default: Option<Constant>,
    /// What it is in this network; `None` when it has no value (an error was reported).
    pub value: Option<Constant>,
    /// Least value.
    pub min: Option<Constant>,
    /// Greatest value.
    pub max: Option<Constant>,
    /// The only values.
    pub one_of: Vec<Constant>,
    /// What it is for.
    pub doc: String,
    /// Its declaration.
    pub span: Span,
}

/// `Bool Int Float Text List`: how `--set name=value` is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum ParameterType {
    Bool,
    Int,
    Float,
    Text,
    List,
}

/// One process (a family member is a process of its own; a replicated process is one).
#[derive(Clone, Debug)]
pub struct Process {
    /// Its place in the list.
    pub id: ProcessId,
    /// As reports show it: `scale`, `w[0]`, `grid[1,2]`, `stat/split`.
    pub name: String,
    /// The family it belongs to.
    pub family: Option<Family>,
    /// The sub-network it stands in: a position in [`Network::parents`].
    pub within: usize,
    /// Its kind.
    pub signature: Arc<Signature>,
    /// Whether this build can run the kind.
    pub available: bool,
    /// Its parameters, checked.
    pub params: Params,
    /// One entry for each channel that it can take: a list port gives one an index.
    pub ports: Vec<Port>,
    /// `replicate:`.
    pub replicate: Option<Replicate>,
    /// `rates:` by port.
    pub rates: BTreeMap<String, Vec<u32>>,
    /// `time:`, cost of one firing.
    pub time: Option<Duration>,
    /// `restart:`.
    pub restart: Restart,
    /// `on_end:`.
    pub on_end: OnEnd,
    /// `fuse:`; `true` unless the file says no.
    pub fuse: bool,
    /// `doc:`.
    pub doc: String,
    /// Where the chosen deployment puts it.
    pub place: Place,
    /// Its id in the file.
    pub span: Span,
}

/// Membership in a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Family {
    /// Name of the whole: `w`, `sub/w`.
    pub name: String,
    /// Extents: `[n]` or `[rows, cols]`.
    pub extents: Vec<u64>,
    /// This member: `[i]` or `[i, j]`.
    pub index: Vec<u64>,
}

/// One port of one process.
#[derive(Clone, Debug)]
pub struct Port {
    /// Its name in the signature.
    pub name: String,
    /// Its index in a list port.
    pub index: Option<usize>,
    /// Which way tokens go.
    pub direction: Direction,
    /// What is joined to it; `None`: an optional port left open (or an error was reported).
    pub channel: Option<ChannelId>,
    /// Type of the tokens that the process takes or gives here.
    pub ty: Type,
    /// Against poison (E8).
    pub immunity: u32,
}

impl Port {
    /// `out`, `in[2]`.
    pub fn label(&self) -> String {
        match self.index {
            Some(index) => format!("{}[{index}]", self.name),
            None => self.name.clone(),
        }
    }
}

/// `restart:`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Restart {
    /// A failure ends it.
    Never,
    /// SEMANTICS N4.
    OnFailure {
        /// Failures in a row that are forgiven.
        max: u32,
        /// Pause before the first restart; doubles up to 30 s.
        backoff: Duration,
        /// `state: Lost` was given.
        state_lost: bool,
    },
}

/// `on_end:`: what a normal end does to the process's ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OnEnd {
    /// Retires them.
    Retire,
    /// Poisons them.
    Poison,
}

/// Where a deployment puts a process; every field optional.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    /// A certain worker.
    pub worker: Option<u32>,
    /// Its own OS thread.
    pub thread: bool,
    /// An OS process, by name.
    pub child: Option<String>,
    /// An MPI rank.
    pub rank: Option<u32>,
    /// Ranks over which replicas or members are dealt.
    pub ranks: Vec<u32>,
    /// A device.
    pub gpu: Option<u32>,
    /// Cores.
    pub pin: Vec<u32>,
}

/// One end of a channel: a port of a process.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct End {
    /// Whose.
    pub process: ProcessId,
    /// Position in [`Process::ports`].
    pub port_idx: usize,
}

/// One channel.
#[derive(Clone, Debug)]
pub struct Channel {
    /// Its place in the list.
    pub id: ChannelId,
    /// Given, or `from -> to`, with `#2` when taken; prefixed inside a sub-network.
    pub name: String,
    /// Ends that write; several share (`AnyOf`).
    pub writers: Vec<End>,
    /// Ends that read.
    pub readers: Vec<End>,
    /// What several readers mean.
    pub spread: Spread,
    /// How copies of sub-networks among the readers come by their tokens, outer ones first; those that are in none
    /// share.
    pub deals: Vec<Dealing>,
    /// How the outputs of copies of sub-networks among the writers come together, outer ones first; those that are in
    /// none share.
    pub collects: Vec<Collecting>,
    /// Whether requests and replies go through it.
    pub call: bool,
    /// `kind:`.
    pub kind: ChannelKind,
    /// Type of its tokens.
    pub ty: Type,
    /// Tokens at the start, of the channel's type.
    pub initial: Vec<Constant>,
    /// `tap:`.
    pub tap: Option<Tap>,
    /// Its entry in the file.
    pub span: Span,
    /// Where each of `writers` is named.
    pub writer_spans: Vec<Span>,
    /// Where each of `readers` is named.
    pub reader_spans: Vec<Span>,
}

/// What several readers of a channel mean.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Spread {
    /// Each token goes to exactly one of them.
    AnyOf,
    /// Each token goes to all of them.
    AllOf,
}

/// `tap:`: a copy for debugging.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Tap {
    /// Into a file.
    Record(String),
    /// Every n-th token, into the report.
    Sample(u64),
}

/// A barrier and who is enrolled from the start.
#[derive(Clone, Debug)]
pub struct Barrier {
    /// Its name.
    pub name: String,
    /// Its members, in the order written.
    pub members: Vec<ProcessId>,
    /// Its entry in the file.
    pub span: Span,
}

/// One line of `expect:`.
#[derive(Clone, Debug)]
pub struct Expectation {
    /// What is expected.
    pub claim: Claim,
    /// Where it stands.
    pub span: Span,
}

/// What can be expected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Claim {
    /// No reachable deadlock.
    DeadlockFree,
    /// Runs in bounded memory with the given capacities.
    Bounded,
    /// Same streams under every schedule.
    Determinate,
    /// Every run ends.
    Terminates,
    /// What a process wrote equals a file's content.
    Output {
        /// The process.
        of: ProcessId,
        /// Name of the expected file, as written.
        file: String,
        /// Its content.
        text: String,
    },
}

/// `run:`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The run ends with exit code 124 after this long.
    pub timeout: Option<Duration>,
    /// Seed of every process's random generator.
    pub seed: Option<u64>,
    /// Bytes of tokens in buffers.
    pub memory: Option<u64>,
}
