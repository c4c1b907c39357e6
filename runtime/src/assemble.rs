//! From a plan to channels and processes, wired but not started.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use csprun_dsl::network::{ChannelKind, Collect, OnEnd, Spread};
use csprun_dsl::plan::{ChannelPlan, Plan, PortPlan, ProcessPlan, Role, Seat};
use csprun_dsl::signature::Direction;
use csprun_dsl::ty::Type;

use crate::channel::{Channel, Flavor, Form, Full, Inspect, ReadEnd, Side, WriteEnd};
use crate::process::{Cargo, Check, Ends, Firing, Identity, In, Living, Out, Ports, Sink, Slot, Start, live};
use crate::schedule::activity::Activity;
use crate::value::Value;

/// A network whose ends are plugged in.
pub(crate) struct Wired {
    pub(crate) channels: Arc<Vec<WiredChannel>>,
    pub(crate) processes: Vec<WiredProcess>,
}

/// A channel with what reports say of it.
pub(crate) struct WiredChannel {
    pub(crate) name: String,
    pub(crate) channel: Arc<dyn Inspect>,
    pub(crate) kind: ChannelKind,
    /// The worker that all its ends are on, if it is of the flavor local.
    pub(crate) home: Option<usize>,
    /// Process and name of each writing end, in the channel's order.
    pub(crate) writers: Vec<(usize, String)>,
    /// The same of each reading end.
    pub(crate) readers: Vec<(usize, String)>,
}

/// A process that is ready to start.
pub(crate) struct WiredProcess {
    pub(crate) name: String,
    pub(crate) seat: Seat,
    /// Its writing ends, where the process may be in a read from outside that nobody would receive.
    pub(crate) writing: Vec<WriteEnd<Value>>,
    /// Gets a copy of what it writes to standard output.
    pub(crate) copy: Option<Arc<Mutex<Vec<u8>>>>,
    /// What its thread or worker takes away.
    pub(crate) cargo: Option<Cargo>,
}

/// What all processes of a run share.
pub(crate) struct Surroundings {
    pub(crate) seed: u64,
    pub(crate) stdout: Sink,
    pub(crate) stderr: Sink,
    /// Processes whose standard output is copied.
    pub(crate) captured: BTreeMap<String, Arc<Mutex<Vec<u8>>>>,
    pub(crate) activity: Arc<Activity>,
}

/// Ends by process and port.
#[derive(Default)]
struct EndTable {
    writing: BTreeMap<(usize, usize), WriteEnd<Value>>,
    reading: BTreeMap<(usize, usize), ReadEnd<Value>>,
}

/// Wires the network of `plan`; `starts` holds the body of each process.
pub(crate) fn assemble(plan: &Plan, starts: Vec<Start>, around: &Surroundings) -> Wired {
    let mut table = EndTable::default();
    let wire = |channel| wire_channel(plan, channel, &mut table);
    let channels = plan.channels.iter().map(wire).collect();
    let wire = |(idx, (process, start))| wire_process(plan, idx, process, start, &table, around);
    let processes = plan.processes.iter().zip(starts).enumerate().map(wire).collect();
    Wired { channels: Arc::new(channels), processes }
}

fn wire_channel(plan: &Plan, channel: &ChannelPlan, table: &mut EndTable) -> WiredChannel {
    let (capacity, full) = match channel.kind {
        ChannelKind::Rendezvous => (0, Full::Block),
        ChannelKind::Auto | ChannelKind::Buffer(_) => (channel.capacity, Full::Block),
        ChannelKind::DropOldest(n) => (n, Full::DropOldest),
        ChannelKind::DropNewest(n) => (n, Full::DropNewest),
    };
    // A capacity past the address space is one that is never reached.
    let capacity = usize::try_from(capacity).unwrap_or(usize::MAX).max(channel.initial.len());
    let seat = |&(process, _): &(usize, usize)| Some(plan.processes[process].seat);
    let home = home_of(channel.writers.iter().chain(&channel.readers).map(seat));
    let form = Form { flavor: flavor(home), capacity, full };
    let wired = if channel.spread == Spread::AllOf && channel.readers.len() > 1 {
        Channel::all_of(form)
    } else {
        Channel::any_of(form)
    };
    wired.weigh(Value::n_bytes);
    for &(process, port) in &channel.writers {
        let immunity = plan.processes[process].ports[port].immunity;
        table.writing.insert((process, port), WriteEnd::new(&wired, immunity));
    }
    for &(process, port) in &channel.readers {
        let immunity = plan.processes[process].ports[port].immunity;
        table.reading.insert((process, port), ReadEnd::new(&wired, immunity));
    }
    wired.fill(channel.initial.iter().map(Value::from));
    let named = |ends: &[(usize, usize)]| {
        let name = |&(process, port): &(usize, usize)| (process, end_name(&plan.processes[process], port));
        ends.iter().map(name).collect()
    };
    WiredChannel {
        name: channel.name.clone(),
        channel: wired,
        kind: channel.kind,
        home,
        writers: named(&channel.writers),
        readers: named(&channel.readers),
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

/// How a channel with that home is implemented.
pub(crate) fn flavor(home: Option<usize>) -> Flavor {
    if home.is_some() { Flavor::Local } else { Flavor::Shared }
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
    table: &EndTable,
    around: &Surroundings,
) -> WiredProcess {
    let identity = Arc::new(Identity {
        name: process.name.clone(),
        seed: Value::from(vec![Value::from(around.seed.cast_signed()), Value::from(process.name.as_str())])
            .hash_stable(),
        stdout: Arc::clone(&around.stdout),
        stderr: Arc::clone(&around.stderr),
        copy: around.captured.get(&process.name).cloned(),
        activity: Arc::clone(&around.activity),
    });
    let n_outputs = process.ports.iter().filter(|port| is_open(port, Direction::Out)).count();
    let skips = crate::replicate::when_all_retired(&process.role).then(|| Living::new(n_outputs.into()));
    let (mut inputs, mut outputs) = (Vec::new(), Vec::new());
    let firing = firing_of(plan, idx, process, table);
    let mut ends = Ends {
        reading: Vec::new(),
        writing: Vec::new(),
        poison_on_end: process.on_end == OnEnd::Poison,
        firing: firing.clone(),
    };
    for (port_idx, port) in process.ports.iter().enumerate() {
        let Some(channel) = port.channel.map(|channel| &plan.channels[channel]) else { continue };
        let (name, index) = (port.name.clone(), port.index);
        if let Some(end) = table.reading.get(&(idx, port_idx)) {
            ends.reading.push(end.same());
            let port = Some(In::new(end.same(), reading_check(plan, channel, port), firing.clone()));
            inputs.push(Slot { name, index, port });
        } else if let Some(end) = table.writing.get(&(idx, port_idx)) {
            let out = Out::new(end.same(), writing_check(channel, port), skips.clone());
            let port = Some(match &firing {
                Some(firing) => out.firing(firing, ends.writing.len()),
                None => out,
            });
            ends.writing.push(end.same());
            outputs.push(Slot { name, index, port });
        }
    }
    let handles = || ends.writing.iter().map(WriteEnd::same).collect::<Vec<_>>();
    let writing = handles();
    let ports = Ports::new(Arc::clone(&identity), inputs, outputs, handles());
    let (name, copy) = (identity.name.clone(), identity.copy.clone());
    let cargo: Cargo = Box::new(move || Box::pin(live(identity, ports, start, ends)));
    WiredProcess { name, seat: process.seat, writing, copy, cargo: Some(cargo) }
}

/// Whether a channel leads to where firings are put in order: it carries lists of what one firing gave.
fn carries_firings(plan: &Plan, channel: &ChannelPlan) -> bool {
    let in_order = |&(reader, _): &(usize, usize)| {
        matches!(plan.processes[reader].role, Role::Collect(Collect::InOrder))
    };
    channel.readers.iter().any(in_order)
}

/// What keeps the firings of a process together, if its outputs are collected in the order of its inputs.
fn firing_of(plan: &Plan, idx: usize, process: &ProcessPlan, table: &EndTable) -> Option<Arc<Firing>> {
    let outputs = process.ports.iter().enumerate().filter(|(_, port)| is_open(port, Direction::Out));
    let channels = outputs.clone().filter_map(|(_, port)| port.channel);
    let in_order = channels.into_iter().any(|channel| carries_firings(plan, &plan.channels[channel]));
    let ends = outputs.filter_map(|(port, _)| table.writing.get(&(idx, port)).map(WriteEnd::same));
    in_order.then(|| Arc::new(Firing::new(ends.collect())))
}

fn is_open(port: &PortPlan, direction: Direction) -> bool {
    port.direction == direction && port.channel.is_some()
}

/// What a writer's tokens must become: its own type is known, so only integers on a channel of floats can differ.
/// Tokens of unknown type are checked where they arrive.
fn writing_check(channel: &ChannelPlan, port: &PortPlan) -> Option<Check> {
    let same = port.ty == channel.ty || channel.ty == Type::Any || has_any(&port.ty);
    (!same).then(|| Check { ty: channel.ty.clone(), channel: channel.name.clone() })
}

fn reading_check(plan: &Plan, channel: &ChannelPlan, port: &PortPlan) -> Option<Check> {
    let writer_ty = |&(process, port): &(usize, usize)| &plan.processes[process].ports[port].ty;
    let unknown = channel.writers.iter().map(writer_ty).any(has_any);
    let ty = if has_any(&port.ty) { &channel.ty } else { &port.ty };
    if carries_firings(plan, channel) {
        return None;
    }
    let needed = (unknown || channel.ty != port.ty) && *ty != Type::Any;
    needed.then(|| Check { ty: ty.clone(), channel: channel.name.clone() })
}

fn has_any(ty: &Type) -> bool {
    match ty {
        Type::Any => true,
        Type::List(ty) => has_any(ty),
        Type::Record(fields) => fields.values().any(has_any),
        Type::OneOf(types) => types.iter().any(has_any),
        _ => false,
    }
}

impl WiredChannel {
    /// Ends on a side, each with its process and name.
    pub(crate) fn ends(&self, side: Side) -> &[(usize, String)] {
        match side {
            Side::Writing => &self.writers,
            Side::Reading => &self.readers,
        }
    }
}
