//! What is wired and not started, as the run and its reports see it.

use std::sync::{Arc, Mutex};

use csprun_dsl::network::ChannelKind;
use csprun_dsl::plan::{Plan, ProcessPlan, Seat};
use csprun_dsl::span::Span;

use crate::barrier::Barrier;
use crate::channel::{Counts, Flavor, Form, Full, Inspect, Outlet, Side, Tally};
use crate::process::{Cargo, Desk, Way};

/// A network whose ends are plugged in.
pub(crate) struct Wired {
    /// Those of the plan, then those for the replies of calls.
    pub(crate) channels: Arc<Vec<WiredChannel>>,
    pub(crate) barriers: Vec<WiredBarrier>,
    pub(crate) processes: Vec<WiredProcess>,
}

/// A channel with what reports say of it.
pub(crate) struct WiredChannel {
    pub(crate) name: String,
    pub(crate) channel: Arc<dyn Inspect>,
    pub(crate) kind: ChannelKind,
    /// The worker that all its ends are on, if it is of the flavor local.
    pub(crate) home: Option<usize>,
    pub(crate) carries: Carries,
    /// Each token goes to all its readers.
    pub(crate) copies: bool,
    /// The writing ends, in the channel's order, without those that joined while it runs.
    pub(crate) writers: Vec<WiredEnd>,
    /// The same of reading ends.
    pub(crate) readers: Vec<WiredEnd>,
}

/// An end to reports.
#[derive(Clone)]
pub(crate) struct WiredEnd {
    /// `None`: nobody in the network.
    pub(crate) process: Option<usize>,
    /// Empty: nobody at all.
    pub(crate) name: String,
}

impl WiredEnd {
    /// One of that process.
    pub(crate) fn of(process: usize, name: impl Into<String>) -> WiredEnd {
        WiredEnd { process: Some(process), name: name.into() }
    }

    /// One that nobody has any more.
    pub(crate) fn dropped() -> WiredEnd {
        WiredEnd { process: None, name: String::new() }
    }

    /// One that the program around the network holds.
    pub(crate) fn outside() -> WiredEnd {
        WiredEnd { process: None, name: "the program".to_owned() }
    }
}

/// What goes through a channel.
pub(crate) enum Carries {
    /// A stream.
    Tokens,
    /// Requests of calls, with the desk of their callers and servers.
    Requests(Arc<Desk>),
    /// Replies to the caller of that number, of the channel of requests at that place.
    Replies { of: usize, caller: usize },
}

/// A process that is ready to start.
pub(crate) struct WiredProcess {
    pub(crate) name: String,
    /// Where a file has it.
    pub(crate) span: Option<Span>,
    pub(crate) seat: Seat,
    /// Its writing ends, where the process may be in a read from outside that nobody would receive.
    pub(crate) writing: Vec<Outlet>,
    /// Gets a copy of what it writes to standard output.
    pub(crate) copy: Option<Arc<Mutex<Vec<u8>>>>,
    /// How far it is.
    pub(crate) way: Arc<Way>,
    /// What its thread or worker takes away.
    pub(crate) cargo: Option<Cargo>,
}

/// A barrier with what reports say of it.
pub(crate) struct WiredBarrier {
    pub(crate) name: String,
    pub(crate) barrier: Barrier,
    /// The processes, by their number at the barrier; `None`: nobody in the network, nor who joined while it runs.
    pub(crate) members: Vec<Option<usize>>,
}

/// The worker that all ends of a channel are on; `None` for an end that sits on none.
pub(crate) fn home_of(ends: impl IntoIterator<Item = Option<Seat>>) -> Option<usize> {
    let mut workers = ends.into_iter().map(|seat| match seat {
        Some(Seat::Worker(worker)) => Some(worker),
        Some(Seat::Thread) | None => None,
    });
    let home = workers.next()??;
    workers.all(|worker| worker == Some(home)).then_some(home)
}

/// How a channel of that form is implemented between ends with these seats (`None`: outside of the run).
pub(crate) fn flavor(
    form: Form,
    writers: impl ExactSizeIterator<Item = Option<Seat>> + Clone,
    readers: impl ExactSizeIterator<Item = Option<Seat>> + Clone,
) -> Flavor {
    let buffered = form.capacity > 0 && form.full == Full::Block;
    let alone = writers.len() == 1 && readers.len() == 1;
    if home_of(writers.clone().chain(readers.clone())).is_some() {
        Flavor::Local
    } else if alone && buffered && writers.chain(readers).all(|seat| seat.is_some()) {
        Flavor::Spsc
    } else {
        Flavor::Shared
    }
}

/// Ends with their processes and their names.
pub(super) fn named(plan: &Plan, ends: &[(usize, usize)]) -> Vec<WiredEnd> {
    let name =
        |&(process, port): &(usize, usize)| WiredEnd::of(process, end_name(&plan.processes[process], port));
    ends.iter().map(name).collect()
}

/// An end as the graph file writes it.
fn end_name(process: &ProcessPlan, port_idx: usize) -> String {
    let port = &process.ports[port_idx];
    match port.index {
        Some(index) => format!("{}.{}[{index}]", process.name, port.name),
        None => format!("{}.{}", process.name, port.name),
    }
}

impl Wired {
    /// What went through a channel, of all the tallies; with calls, replies that nobody got are undelivered.
    pub(crate) fn counts(&self, idx: usize, tallies: &[Tally]) -> Counts {
        let mut counts = tallies[idx].counts;
        if let Carries::Requests(desk) = &self.channels[idx].carries {
            let replies = self.channels.iter().zip(tallies);
            let replies = replies
                .filter(|(wired, _)| matches!(wired.carries, Carries::Replies { of, .. } if of == idx));
            counts.undelivered += replies.map(|(_, tally)| tally.counts.undelivered).sum::<u64>();
            counts.undelivered += desk.n_dropped();
        }
        counts
    }
}

impl WiredBarrier {
    /// The process of a member; `None`: nobody in the network.
    pub(crate) fn holder(&self, member: usize) -> Option<usize> {
        self.members.get(member).copied().flatten()
    }
}

impl WiredChannel {
    /// Ends on a side.
    fn ends(&self, side: Side) -> &[WiredEnd] {
        match side {
            Side::Writing => &self.writers,
            Side::Reading => &self.readers,
        }
    }

    /// The process that holds an end; `None`: nobody in the network, or it joined while that runs.
    pub(crate) fn holder(&self, side: Side, end: usize) -> Option<usize> {
        self.ends(side).get(end).and_then(|end| end.process)
    }
}
