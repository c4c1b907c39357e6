//! Wires what is no plain stream: calls, and barriers.

use std::collections::BTreeMap;
use std::sync::Arc;

use csprun_dsl::plan::{ChannelPlan, Plan, ProcessPlan};

use crate::barrier::{Barrier, Member};
use crate::channel::{Channel, Form, ReadEnd, WriteEnd};
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
    pub(super) fn wire_calls(&mut self, plan: &Plan, channel: &ChannelPlan) -> Calls {
        let desk = Arc::new(Desk::new(channel.writers.len(), channel.readers.len()));
        let immunity = |&(process, port): &(usize, usize)| plan.processes[process].ports[port].immunity;
        let requests = Channel::any_of(Form::shared(0));
        let replies: Vec<Arc<Channel<Value>>> =
            channel.writers.iter().map(|_| Channel::any_of(Form::shared(1))).collect();
        for (caller, end) in channel.writers.iter().enumerate() {
            let (requests, replies) =
                (WriteEnd::new(&requests, immunity(end)), ReadEnd::new(&replies[caller], immunity(end)));
            self.calls.insert(*end, CallEnd { requests, replies, desk: Arc::clone(&desk), caller });
        }
        let callers: Arc<[String]> =
            channel.writers.iter().map(|&(process, _)| plan.processes[process].name.clone()).collect();
        for (server, end) in channel.readers.iter().enumerate() {
            let replies = replies.iter().map(|replies| WriteEnd::new(replies, immunity(end))).collect();
            let requests = ReadEnd::new(&requests, immunity(end));
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
    pub(super) requests: Arc<Channel<Value>>,
    /// By caller.
    pub(super) replies: Vec<Arc<Channel<Value>>>,
    pub(super) desk: Arc<Desk>,
}
