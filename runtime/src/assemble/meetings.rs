//! Wires what is no plain stream: calls, and barriers.

use std::collections::BTreeMap;
use std::sync::Arc;

use csprun_dsl::plan::{Plan, PortPlan, ProcessPlan};

use super::calls::{Met, WiredCalls, wire_calls};
use super::wired::{WiredBarrier, named};
use crate::barrier::{Barrier, Member};
use crate::channel::Outlet;
use crate::process::{Answer, Call, Calls, Check, Ends, Meetings, Party, Request, Serve, Slot};
use crate::value::Value;

/// A place at a channel of calls: which one, and the number on its side.
type Place = (Arc<Calls<Value, Value>>, usize);

/// Ends of calls by process and port, and places at barriers by process.
#[derive(Default)]
pub(super) struct MeetingTable {
    calls: BTreeMap<(usize, usize), Place>,
    serves: BTreeMap<(usize, usize), Place>,
    places: BTreeMap<usize, Vec<Slot<Member>>>,
}

impl MeetingTable {
    /// Wires a channel of calls, the one at place `at` of the plan.
    pub(super) fn wire_calls(&mut self, plan: &Plan, at: usize) -> WiredCalls {
        let channel = &plan.channels[at];
        let met = |ends: &[(usize, usize)]| {
            let party = |&(process, port): &(usize, usize), end| {
                let ProcessPlan { name, seat, ports, .. } = &plan.processes[process];
                let party = Party { name: name.clone(), immunity: ports[port].immunity };
                Met { end, seat: Some(*seat), party }
            };
            ends.iter().zip(named(plan, ends)).map(|(at, end)| party(at, end)).collect()
        };
        let (calls, wired) = wire_calls(&channel.name, at, met(&channel.writers), met(&channel.readers));
        calls.requests.weigh(|request: &Request<Value>| request.value.n_bytes());
        for own in &calls.replies {
            own.weigh(Answer::n_bytes);
        }
        let places = |ends: &[(usize, usize)]| {
            ends.iter().enumerate().map(|(idx, at)| (*at, (Arc::clone(&calls), idx))).collect::<Vec<_>>()
        };
        self.calls.extend(places(&channel.writers));
        self.serves.extend(places(&channel.readers));
        wired
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
                members: planned.members.iter().copied().map(Some).collect(),
            });
        }
        wired
    }

    /// Plugs in the port of a process that calls or serves; `check` is of its requests.
    pub(super) fn plug(
        &self,
        at: (usize, usize),
        port: &PortPlan,
        check: Option<Check>,
        meetings: &mut Meetings,
        ends: &mut Ends,
    ) {
        let (name, index) = (port.name.clone(), port.index);
        if let Some((calls, caller)) = self.calls.get(&at) {
            ends.calls.push(calls.caller(*caller));
            let port = Some(Call::new(calls, *caller, check));
            meetings.calls.push(Slot { name, index, port });
        } else if let Some((calls, server)) = self.serves.get(&at) {
            ends.calls.push(calls.server(*server));
            let port = Some(Serve::new(calls, *server, check));
            meetings.serves.push(Slot { name, index, port });
        }
    }

    /// The calls of a process, as outputs at which it can still get something done.
    pub(super) fn outlets(&self, process: usize) -> impl Iterator<Item = Outlet> + '_ {
        let of = self.calls.range((process, 0)..(process + 1, 0));
        of.map(|(_, (calls, caller))| calls.outlet(*caller))
    }

    /// The places of a process at barriers.
    pub(super) fn places(&mut self, process: usize) -> Vec<Slot<Member>> {
        self.places.remove(&process).unwrap_or_default()
    }
}
