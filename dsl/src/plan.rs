//! What will run: the network of `check`, copies of replicated processes written out, on a certain machine.

mod capacity;
mod copies;
mod exits;
pub(crate) mod make;
mod seat;

use std::sync::Arc;

use crate::network::{ChannelKind, Collect, Deal, OnEnd, ProcessId, Settings, Spread, Tap};
use crate::params::Params;
use crate::signature::{Direction, Signature};
use crate::span::Span;
use crate::ty::{Constant, Type};

/// What there is to run on.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Machine {
    /// OS threads that carry light processes.
    pub n_workers: usize,
    /// OS processes, besides this one, over which everything without a place is dealt.
    pub n_children: usize,
    /// MPI ranks over which everything without a place is dealt; 1 is this program alone.
    pub n_ranks: usize,
    /// What becomes of places on devices.
    pub gpu: Gpu,
}

impl Machine {
    /// This program alone, with so many workers.
    #[must_use]
    pub fn with_workers(n_workers: usize) -> Machine {
        Machine { n_workers, n_children: 0, n_ranks: 1, gpu: Gpu::Auto }
    }
}

/// What becomes of places on devices (`gpu: 0`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Gpu {
    /// Where there is no device, the CPU does the work, and a warning says so.
    #[default]
    Auto,
    /// The CPU does the work.
    None,
    /// Where there is no device, the network does not run.
    Require,
}

/// A network without errors on a certain machine.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Name of the network.
    pub name: String,
    /// Everything that runs; a channel's ends point here.
    pub processes: Vec<ProcessPlan>,
    /// Everything that carries tokens; a process's ports point here.
    pub channels: Vec<ChannelPlan>,
    /// Where processes wait for one another.
    pub barriers: Vec<BarrierPlan>,
    /// `run:`.
    pub settings: Settings,
    /// OS threads that carry light processes.
    pub n_workers: usize,
}

impl Plan {
    /// The same network, with all light processes on one worker.
    #[must_use]
    pub fn on_one_worker(mut self) -> Plan {
        let seats = self.processes.iter_mut().map(|process| &mut process.seat);
        seats.filter(|seat| matches!(seat, Seat::Worker(_))).for_each(|seat| *seat = Seat::Worker(0));
        self.n_workers = 1;
        self
    }
}

/// The outputs at which who deals by a key says to which copy each token goes, and the input at which who collects
/// in order hears it.
pub const TURN: &str = "turn";

/// One process that runs.
#[derive(Clone, Debug)]
pub struct ProcessPlan {
    /// As reports show it: `scale`, `scale[2]` (a copy), `scale.deal`.
    pub name: String,
    /// What it does.
    pub role: Role,
    /// Its parameters.
    pub params: Params,
    /// Its ports.
    pub ports: Vec<PortPlan>,
    /// What a normal end does.
    pub on_end: OnEnd,
    /// Where it runs.
    pub seat: Seat,
    /// The process of the network that it belongs to.
    pub of: ProcessId,
    /// That process's id in the file, for what is said of it; `None`: no file has it.
    pub span: Option<Span>,
}

/// What a process of the plan does.
#[derive(Clone, Debug)]
pub enum Role {
    /// The body of a kind.
    Kind(Arc<Signature>),
    /// Gives tokens to the copies of a replicated process or sub-network: one `in`, a list `out`, and by a key a list
    /// [`TURN`] where firings are put in order.
    Deal(Deal),
    /// Brings their outputs together: a list `in`, one `out`, and a [`TURN`] where who deals says whose turn it is.
    Collect(Collect),
}

/// Where a process runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Seat {
    /// On this worker, as a light process.
    Worker(usize),
    /// On an OS thread of its own.
    Thread,
}

/// One port.
#[derive(Clone, Debug)]
pub struct PortPlan {
    /// Its name in the signature.
    pub name: String,
    /// Its index in a list port.
    pub index: Option<usize>,
    /// Which way tokens go.
    pub direction: Direction,
    /// Position in [`Plan::channels`]; `None`: an optional port left open.
    pub channel: Option<usize>,
    /// Type of the tokens that the process takes or gives here.
    pub ty: Type,
    /// Against poison.
    pub immunity: u32,
    /// Whether others read the same channel to whom its process may leave tokens or not, so that it may take several at
    /// a time (SEMANTICS C11).
    pub shares: bool,
}

/// One barrier.
#[derive(Clone, Debug)]
pub struct BarrierPlan {
    /// Its name: `phase`, `stat/phase`.
    pub name: String,
    /// Who is enrolled from the start, each copy by itself: positions in [`Plan::processes`].
    pub members: Vec<usize>,
}

/// One channel.
#[derive(Clone, Debug)]
pub struct ChannelPlan {
    /// Its name.
    pub name: String,
    /// Ends that write: positions in [`Plan::processes`] and in that process's ports.
    pub writers: Vec<(usize, usize)>,
    /// Ends that read.
    pub readers: Vec<(usize, usize)>,
    /// What several readers mean.
    pub spread: Spread,
    /// Whether requests go through it, from callers to a server (or to any of its copies), and a reply back for each.
    pub call: bool,
    /// What the file asked for.
    pub kind: ChannelKind,
    /// Slots: 0 for a rendezvous.
    pub capacity: u64,
    /// Type of its tokens.
    pub ty: Type,
    /// Tokens at the start.
    pub initial: Vec<Constant>,
    /// A copy for debugging.
    pub tap: Option<Tap>,
    /// Who deals by a key to copies that write here, and so has to know whether anybody reads: positions in
    /// [`Plan::processes`].
    pub dealers: Vec<usize>,
}
