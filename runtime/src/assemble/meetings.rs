//! Wires what is no plain stream: calls, and barriers.

use std::collections::BTreeMap;
use std::sync::Arc;

use csprun_dsl::plan::{ChannelPlan, Plan, ProcessPlan};

use crate::barrier::{Barrier, Member};
use crate::channel::{Channel, ReadEnd, WriteEnd};
use crate::process::{Call, CallEnd, Check, Desk, Ends, Meetings, Serve, ServeEnd, Slot};
use crate::value::Value;

/// A barrier with what reports say of it.
pub(crate) struct WiredBarrier {
    pub(crate) name: String,
    pub(crate) barrier: Barrier,
    /// The processes, by their number at the barrier.
    pub(crate) members: Vec<usize>,
}

/// A serve port's ends, and the names of its callers.
type Serving = (ServeEnd, Arc<[String]>);

/// Ends of calls by process and port, and places at barriers by process.
#[derive(Default)]
pub(super) struct MeetingTable {
    calls: BTreeMap<(usize, usize), CallEnd>,
    serves: BTreeMap<(usize, usize), Serving>,
    places: BTreeMap<usize, Vec<Slot<Member>>>,
}

impl MeetingTable {
    /// Wires a channel of calls: a rendezvous for the requests, and a slot a caller for the replies.
    pub(super) fn wire_calls(
        &mut self,
        plan: &Plan,
        channel: &ChannelPlan,
        line: impl Fn(&[(usize, usize)], usize) -> Line,
    ) -> Calls {
        let desk = Arc::new(Desk::new(channel.writers.len(), channel.readers.len()));
        let immunity = |&(process, port): &(usize, usize)| plan.processes[process].ports[port].immunity;
        let all: Vec<(usize, usize)> = channel.writers.iter().chain(&channel.readers).copied().collect();
        let requests = line(&all, 0);
        let mut replies = Vec::with_capacity(channel.writers.len());
        for (caller, &end) in channel.writers.iter().enumerate() {
            let ends: Vec<(usize, usize)> =
                std::iter::once(end).chain(channel.readers.iter().copied()).collect();
            let own = line(&ends, 1);
            let requests = WriteEnd::new(&requests.channel, immunity(&end));
            let answers = ReadEnd::new(&own.channel, immunity(&end));
            let call = CallEnd { requests, replies: answers, desk: Arc::clone(&desk), caller };
            self.calls.insert(end, call);
            replies.push(own);
        }
        let callers: Arc<[String]> =
            channel.writers.iter().map(|&(process, _)| plan.processes[process].name.clone()).collect();
        for (server, end) in channel.readers.iter().enumerate() {
            let answers = |own: &Line| WriteEnd::new(&own.channel, immunity(end));
            let replies = replies.iter().map(answers).collect();
            let requests = ReadEnd::new(&requests.channel, immunity(end));
            let serve = ServeEnd { requests, replies, desk: Arc::clone(&desk), server };
            self.serves.insert(*end, (serve, Arc::clone(&callers)));
        }
        Calls { requests, replies, desk }
    }

    /// Enrolls the members of every barrier.
    pub(super) fn wire_barriers(&mut self, plan: &Plan) -> Vec<WiredBarrier> {
        let mut wired = Vec::with_capacity(plan.barriers.len());
        for planned in &plan.barriers {
            let (barrier, members) = Barrier::new(planned.members.len());
            barrier.is_planned();
            for (process, member) in planned.members.iter().zip(members) {
                let slot = Slot { name: planned.name.clone(), index: None, port: Some(member) };
                self.places.entry(*process).or_default().push(slot);
            }
            wired.push(WiredBarrier {
                name: planned.name.clone(),
                barrier,
                members: planned.members.clone(),
            });
        }
        wired
    }

    /// Plugs in the port of a process that calls or serves; `check` is of its requests.
    pub(super) fn plug(
        &self,
        at: (usize, usize),
        process: &ProcessPlan,
        check: Option<Check>,
        meetings: &mut Meetings,
        ends: &mut Ends,
    ) {
        let port = &process.ports[at.1];
        let (name, index) = (port.name.clone(), port.index);
        if let Some(end) = self.calls.get(&at) {
            ends.calls.push(end.same());
            let port = Some(Call::new(end.same(), check));
            meetings.calls.push(Slot { name, index, port });
        } else if let Some((end, callers)) = self.serves.get(&at) {
            ends.serves.push(end.same());
            let port = Some(Serve::new(end.same(), process.name.clone(), Arc::clone(callers), check));
            meetings.serves.push(Slot { name, index, port });
        }
    }

    /// The places of a process at barriers.
    pub(super) fn places(&mut self, process: usize) -> Vec<Slot<Member>> {
        self.places.remove(&process).unwrap_or_default()
    }
}

/// The channels behind a channel of calls.
pub(super) struct Calls {
    pub(super) requests: Line,
    /// By caller.
    pub(super) replies: Vec<Line>,
    pub(super) desk: Arc<Desk>,
}

/// One of them, with the worker that all its ends are on.
pub(super) struct Line {
    pub(super) channel: Arc<Channel<Value>>,
    pub(super) home: Option<usize>,
}
