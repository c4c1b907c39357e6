//! From a plan to channels and processes, wired but not started.

mod calls;
mod carried;
mod kinds;
mod meetings;
mod surroundings;
mod wired;

use std::collections::BTreeMap;
use std::sync::Arc;

use csprun_dsl::network::{OnEnd, Spread};
use csprun_dsl::plan::{ChannelPlan, Plan, PortPlan, ProcessPlan, Role, TURN};
use csprun_dsl::signature::Direction;

pub(crate) use calls::{Met, WiredCalls, wire_calls};
use carried::{Carried, reading_check, writing_check};
use meetings::MeetingTable;
pub(crate) use surroundings::Surroundings;
use wired::named;
pub(crate) use wired::{Carries, Wired, WiredBarrier, WiredChannel, WiredEnd, WiredProcess, flavor, home_of};

use crate::channel::{Channel, Flavor, Form, Outlet, ReadEnd, WriteEnd};
use crate::process::{Cargo, Ends, Firing, In, Living, Meetings, Out, Ports, Slot, Start, after_all, live};
use crate::script;
use crate::value::Value;

/// Ends by process and port.
#[derive(Default)]
struct EndTable {
    /// What each channel of the plan carries, seen once: the copies of a farm would look at one another's ends.
    carried: Vec<Carried>,
    writing: BTreeMap<(usize, usize), WriteEnd<Value>>,
    reading: BTreeMap<(usize, usize), ReadEnd<Value>>,
    /// By who deals by a key: the ends at which what its copies make goes out.
    beyond: BTreeMap<usize, Vec<WriteEnd<Value>>>,
    meetings: MeetingTable,
}

/// Wires the network of `plan`; `starts` holds the body of each process.
pub(crate) fn assemble(plan: &Plan, starts: Vec<Start>, around: &Surroundings) -> Wired {
    let carried = plan.channels.iter().map(|channel| Carried::by(plan, channel)).collect();
    let mut table = EndTable { carried, ..EndTable::default() };
    let (mut channels, mut replies) = (Vec::with_capacity(plan.channels.len()), Vec::new());
    for (idx, channel) in plan.channels.iter().enumerate() {
        if channel.call {
            let WiredCalls { requests, replies: own } = table.meetings.wire_calls(plan, idx);
            channels.push(requests);
            replies.extend(own);
        } else {
            channels.push(wire_channel(plan, channel, &mut table));
        }
    }
    channels.append(&mut replies);
    let barriers = table.meetings.wire_barriers(plan);
    let wire = |(idx, (process, start))| wire_process(plan, idx, process, start, &mut table, around);
    let processes = plan.processes.iter().zip(starts).enumerate().map(wire).collect();
    Wired { channels: Arc::new(channels), barriers, processes }
}

fn wire_channel(plan: &Plan, channel: &ChannelPlan, table: &mut EndTable) -> WiredChannel {
    let home = planned_home(plan, channel);
    let form = planned_form(plan, channel);
    let copies = channel.spread == Spread::AllOf && channel.readers.len() > 1;
    let wired = if copies { Channel::all_of(form) } else { Channel::any_of(form) };
    wired.weigh(Value::n_bytes);
    wired.carries(script::ends_alone);
    for &(process, port) in &channel.writers {
        let immunity = plan.processes[process].ports[port].immunity;
        let end = WriteEnd::new(&wired, immunity);
        for &dealer in &channel.dealers {
            table.beyond.entry(dealer).or_default().push(end.same());
        }
        table.writing.insert((process, port), end);
    }
    for &(process, port) in &channel.readers {
        let immunity = plan.processes[process].ports[port].immunity;
        table.reading.insert((process, port), ReadEnd::new(&wired, immunity));
    }
    wired.fill(channel.initial.iter().map(Value::from));
    WiredChannel {
        name: channel.name.clone(),
        channel: wired,
        kind: channel.kind,
        home,
        carries: Carries::Tokens,
        copies,
        writers: named(plan, &channel.writers),
        readers: named(plan, &channel.readers),
    }
}

fn planned_home(plan: &Plan, channel: &ChannelPlan) -> Option<usize> {
    let seat = |&(process, _): &(usize, usize)| Some(plan.processes[process].seat);
    let dealers = channel.dealers.iter().map(|&dealer| Some(plan.processes[dealer].seat));
    home_of(channel.writers.iter().chain(&channel.readers).map(seat).chain(dealers))
}

/// How a channel of a plan will be implemented.
pub fn planned_flavor(plan: &Plan, channel: &ChannelPlan) -> Flavor {
    planned_form(plan, channel).flavor
}

fn planned_form(plan: &Plan, channel: &ChannelPlan) -> Form {
    let n_slots = channel.capacity.max(channel.initial.len() as u64);
    let seat = |&(process, _): &(usize, usize)| Some(plan.processes[process].seat);
    let shared = Form::of(channel.kind, n_slots, Flavor::Shared);
    match flavor(shared, channel.writers.iter().map(seat), channel.readers.iter().map(seat)) {
        // Requests and replies are chosen among.
        Flavor::Spsc if channel.call => shared,
        // Who deals to its writers looks at it from where it is.
        Flavor::Local | Flavor::Spsc
            if !channel.dealers.is_empty() && planned_home(plan, channel).is_none() =>
        {
            shared
        }
        flavor => Form { flavor, ..shared },
    }
}

fn wire_process(
    plan: &Plan,
    idx: usize,
    process: &ProcessPlan,
    start: Start,
    table: &mut EndTable,
    around: &Surroundings,
) -> WiredProcess {
    let identity = Arc::new(around.identity(&process.name));
    let skippable = |port: &&PortPlan| is_open(port, Direction::Out) && may_skip(process, port);
    let n_outputs = process.ports.iter().filter(skippable).count();
    let beyond = table.beyond.remove(&idx).unwrap_or_default();
    let skips = crate::replicate::when_all_retired(&process.role).then(|| Living::new(n_outputs, beyond));
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    let firing = firing_of(idx, process, table);
    let mut meetings = Meetings { barriers: table.meetings.places(idx), ..Meetings::default() };
    let mut ends = Ends {
        reading: Vec::new(),
        writing: Vec::new(),
        calls: Vec::new(),
        poison_on_end: process.on_end == OnEnd::Poison,
        firing: firing.clone(),
    };
    for (port_idx, port) in process.ports.iter().enumerate() {
        let Some(at) = port.channel else { continue };
        let (channel, carried) = (&plan.channels[at], &table.carried[at]);
        let (name, index) = (port.name.clone(), port.index);
        if let Some(end) = table.reading.get(&(idx, port_idx)) {
            ends.reading.push(end.same());
            let input = In::new(end.same(), reading_check(carried, channel, port), firing.clone());
            let port = Some(if port.shares { input.of_a_copy() } else { input });
            inputs.push(Slot { name, index, port });
        } else if let Some(end) = table.writing.get(&(idx, port_idx)) {
            let skips = skips.clone().filter(|_| may_skip(process, port));
            let out = Out::new(end.same(), writing_check(channel, port), skips).of(channel);
            let port = Some(match &firing {
                Some(firing) => out.firing(firing, ends.writing.len()),
                None => out,
            });
            ends.writing.push(end.same());
            outputs.push(Slot { name, index, port });
        } else {
            let calls = port.direction == Direction::Call;
            let check =
                if calls { writing_check(channel, port) } else { reading_check(carried, channel, port) };
            table.meetings.plug((idx, port_idx), port, check, &mut meetings, &mut ends);
        }
    }
    // Who calls can still get something done, though nobody reads its outputs.
    let streams = ends.writing.iter().map(WriteEnd::outlet);
    let writing: Vec<Outlet> = streams.chain(table.meetings.outlets(idx)).collect();
    let handles = writing.iter().map(Outlet::same).collect();
    let ports = Ports::new(Arc::clone(&identity), inputs, outputs, meetings, handles);
    let (name, copy) = (identity.name.clone(), identity.copy.clone());
    let way = Arc::clone(&identity.way);
    let cargo: Cargo =
        Box::new(|told| Box::pin(live(identity, ports, start, ends, |fate| after_all(told, fate))));
    WiredProcess { name, span: process.span, seat: process.seat, writing, copy, way, cargo: Some(cargo) }
}

/// What keeps the firings of a process together, if its outputs are collected in the order of its inputs.
fn firing_of(idx: usize, process: &ProcessPlan, table: &EndTable) -> Option<Arc<Firing>> {
    let outputs = process.ports.iter().enumerate().filter(|(_, port)| is_open(port, Direction::Out));
    let channels = outputs.clone().filter_map(|(_, port)| port.channel);
    let in_order = channels.into_iter().any(|channel| table.carried[channel].firings);
    let ends = outputs.filter_map(|(port, _)| table.writing.get(&(idx, port)).map(WriteEnd::same));
    in_order.then(|| Arc::new(Firing::new(ends.collect())))
}

/// Whether a process that goes on until all its outputs have retired does so without this one: who deals ends with
/// those who collect, whom it tells the turns.
fn may_skip(process: &ProcessPlan, port: &PortPlan) -> bool {
    !matches!(process.role, Role::Deal(_)) || port.name != TURN
}

fn is_open(port: &PortPlan, direction: Direction) -> bool {
    port.direction == direction && port.channel.is_some()
}
