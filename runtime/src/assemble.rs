//! From a plan to channels and processes, wired but not started.

mod carried;
mod kinds;
mod meetings;
mod surroundings;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use csprun_dsl::network::{ChannelKind, OnEnd, Spread};
use csprun_dsl::plan::{ChannelPlan, Plan, PortPlan, ProcessPlan, Role, Seat, TURN};
use csprun_dsl::signature::Direction;
use csprun_dsl::span::Span;

use carried::{Carried, reading_check, writing_check};
pub(crate) use meetings::WiredBarrier;
use meetings::{Calls, Line, MeetingTable};
pub(crate) use surroundings::Surroundings;

use crate::channel::{Channel, Counts, Flavor, Form, Full, Inspect, ReadEnd, Side, Tally, WriteEnd};
use crate::process::{
    Cargo, Desk, Ends, Firing, In, Living, Meetings, Out, Ports, Slot, Start, Way, after_all, live,
};
use crate::value::Value;

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
    pub(crate) name: String,
}

impl WiredEnd {
    /// One of that process.
    pub(crate) fn of(process: usize, name: impl Into<String>) -> WiredEnd {
        WiredEnd { process: Some(process), name: name.into() }
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
    pub(crate) writing: Vec<WriteEnd<Value>>,
    /// Gets a copy of what it writes to standard output.
    pub(crate) copy: Option<Arc<Mutex<Vec<u8>>>>,
    /// How far it is.
    pub(crate) way: Arc<Way>,
    /// What its thread or worker takes away.
    pub(crate) cargo: Option<Cargo>,
}

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
            let calls = table.meetings.wire_calls(plan, channel, |ends, capacity| line(plan, ends, capacity));
            channels.push(wired_calls(plan, idx, calls, &mut replies));
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

/// A channel behind a channel of calls, between these ends.
fn line(plan: &Plan, ends: &[(usize, usize)], capacity: usize) -> Line {
    let home = home_of(ends.iter().map(|&(process, _)| Some(plan.processes[process].seat)));
    let flavor = if home.is_some() { Flavor::Local } else { Flavor::Shared };
    let channel = Channel::any_of(Form { flavor, capacity, full: Full::Block });
    channel.weigh(Value::n_bytes);
    Line { channel, home }
}

/// A channel of calls as reports see it: its requests here, a channel a caller in `replies`.
fn wired_calls(plan: &Plan, idx: usize, calls: Calls, replies: &mut Vec<WiredChannel>) -> WiredChannel {
    let ChannelPlan { name, writers, readers, kind, .. } = &plan.channels[idx];
    for ((caller, end), Line { channel, home }) in writers.iter().enumerate().zip(calls.replies) {
        replies.push(WiredChannel {
            name: name.clone(),
            channel,
            home,
            kind: ChannelKind::Buffer(1),
            carries: Carries::Replies { of: idx, caller },
            copies: false,
            writers: named(plan, readers),
            readers: named(plan, &[*end]),
        });
    }
    WiredChannel {
        name: name.clone(),
        channel: calls.requests.channel,
        home: calls.requests.home,
        kind: *kind,
        carries: Carries::Requests(calls.desk),
        copies: false,
        writers: named(plan, writers),
        readers: named(plan, readers),
    }
}

/// Ends with their processes and their names.
fn named(plan: &Plan, ends: &[(usize, usize)]) -> Vec<WiredEnd> {
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
        serves: Vec::new(),
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
            table.meetings.plug((idx, port_idx), process, check, &mut meetings, &mut ends);
        }
    }
    // Who calls can still get something done, though nobody reads its outputs.
    let requests = || ends.calls.iter().map(|call| &call.requests);
    let handles = || ends.writing.iter().chain(requests()).map(WriteEnd::same).collect::<Vec<_>>();
    let writing = handles();
    let ports = Ports::new(Arc::clone(&identity), inputs, outputs, meetings, handles());
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
