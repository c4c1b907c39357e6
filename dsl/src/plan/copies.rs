//! Writes out the copies of replicated processes, with the processes that deal to them and collect from them.

use super::{ChannelPlan, PortPlan, ProcessPlan, Role, Seat};
use crate::network::{
    Channel, ChannelKind, Collect, Deal, Network, OnEnd, Port, Process, ProcessId, Replicate, Spread,
};
use crate::params::Params;
use crate::signature::Direction;

/// Slots between a copy and the process that deals to it or collects from it.
const INNER_CAPACITY: u64 = 16;

/// All processes and channels as they run.
pub(super) fn expand(network: &Network) -> (Vec<ProcessPlan>, Vec<ChannelPlan>) {
    let mut expansion = Expansion {
        channels: network.channels.iter().map(channel_plan).collect(),
        processes: Vec::new(),
        spreads: network
            .channels
            .iter()
            .map(|channel| channel.readers.len() > 1 && channel.spread == Spread::AllOf)
            .collect(),
    };
    for process in &network.processes {
        match &process.replicate {
            None => expansion.plain(process),
            Some(replicate) => expansion.copies(process, replicate),
        }
    }
    (expansion.processes, expansion.channels)
}

fn channel_plan(channel: &Channel) -> ChannelPlan {
    let kind = if channel.call { ChannelKind::Rendezvous } else { channel.kind };
    let capacity = match kind {
        // It could have grown for them.
        ChannelKind::Auto => kind.n_slots().max(channel.initial.len() as u64),
        _ => kind.n_slots(),
    };
    ChannelPlan {
        name: channel.name.clone(),
        writers: Vec::new(),
        readers: Vec::new(),
        spread: channel.spread,
        call: channel.call,
        kind,
        capacity,
        ty: channel.ty.clone(),
        initial: channel.initial.clone(),
        tap: channel.tap.clone(),
    }
}

struct Expansion {
    processes: Vec<ProcessPlan>,
    channels: Vec<ChannelPlan>,
    /// Channels that copy each token to several readers, where a shared reading end needs a process between.
    spreads: Vec<bool>,
}

impl Expansion {
    fn plain(&mut self, process: &Process) {
        let name = process.name.clone();
        let ports =
            process.ports.iter().map(|port| (port_plan(port), port.channel.map(|id| id.idx()))).collect();
        self.add(
            process.id,
            name,
            Role::Kind(process.signature.clone()),
            process.params.clone(),
            process.on_end,
            ports,
        );
    }

    /// Adds a process, and its ends to the channels.
    fn add(
        &mut self,
        of: ProcessId,
        name: String,
        role: Role,
        params: Params,
        on_end: OnEnd,
        ports: Vec<(PortPlan, Option<usize>)>,
    ) {
        let at = self.processes.len();
        let mut planned = Vec::new();
        for (port_idx, (mut port, channel)) in ports.into_iter().enumerate() {
            port.channel = channel;
            if let Some(channel) = channel {
                let ends = match port.direction {
                    Direction::In | Direction::Serve => &mut self.channels[channel].readers,
                    Direction::Out | Direction::Call => &mut self.channels[channel].writers,
                };
                ends.push((at, port_idx));
            }
            planned.push(port);
        }
        self.processes.push(ProcessPlan {
            name,
            role,
            params,
            ports: planned,
            on_end,
            seat: Seat::Worker(0),
            of,
        });
    }

    fn copies(&mut self, process: &Process, replicate: &Replicate) {
        let n = replicate.n as usize;
        // For each port, the channel of each copy.
        let mut joined: Vec<Vec<Option<usize>>> = Vec::new();
        for port in &process.ports {
            let outer = port.channel.map(|id| id.idx());
            let inner = match (port.direction, outer) {
                (Direction::In, Some(outer)) => self.deal(process, port, outer, replicate),
                (Direction::Out, Some(outer)) if replicate.collect != Collect::Any => {
                    self.collect(process, port, outer, replicate)
                }
                _ => vec![outer; n],
            };
            joined.push(inner);
        }
        for copy in 0..n {
            let ports = process
                .ports
                .iter()
                .zip(&joined)
                .map(|(port, inner)| (port_plan(port), inner[copy]))
                .collect();
            let params = replicate.params.get(copy).unwrap_or(&process.params).clone();
            let name = format!("{}[{copy}]", process.name);
            self.add(process.id, name, Role::Kind(process.signature.clone()), params, process.on_end, ports);
        }
    }

    /// The channel that each copy reads for one input port.
    fn deal(
        &mut self,
        process: &Process,
        port: &Port,
        outer: usize,
        replicate: &Replicate,
    ) -> Vec<Option<usize>> {
        let n = replicate.n as usize;
        if replicate.deal == Deal::Any && replicate.collect == Collect::Any && !self.spreads[outer] {
            return vec![Some(outer); n];
        }
        let name = format!("{}.deal", process.name);
        let (deal, inner): (Deal, Vec<usize>) = match &replicate.deal {
            // What is collected by turns is dealt by turns.
            Deal::Any if replicate.collect != Collect::Any => {
                (Deal::RoundRobin, (0..n).map(|_| self.inner(&name, port, Spread::AnyOf)).collect())
            }
            // One channel that the copies share, or that copies to all of them: dealing is passing on.
            Deal::Any => (Deal::RoundRobin, vec![self.inner(&name, port, Spread::AnyOf)]),
            Deal::All => (Deal::RoundRobin, vec![self.inner(&name, port, Spread::AllOf)]),
            other => (other.clone(), (0..n).map(|_| self.inner(&name, port, Spread::AnyOf)).collect()),
        };
        let ports = between(port, outer, &inner);
        self.add(process.id, name, Role::Deal(deal), Params::default(), OnEnd::Retire, ports);
        if inner.len() == 1 { vec![Some(inner[0]); n] } else { inner.into_iter().map(Some).collect() }
    }

    /// The channel that each copy writes for one output port.
    fn collect(
        &mut self,
        process: &Process,
        port: &Port,
        outer: usize,
        replicate: &Replicate,
    ) -> Vec<Option<usize>> {
        let name = format!("{}.collect", process.name);
        let inner: Vec<usize> = (0..replicate.n).map(|_| self.inner(&name, port, Spread::AnyOf)).collect();
        let ports = between(port, outer, &inner);
        self.add(process.id, name, Role::Collect(replicate.collect), Params::default(), OnEnd::Retire, ports);
        inner.into_iter().map(Some).collect()
    }

    /// A channel between the copies and what deals to them or collects from them.
    fn inner(&mut self, owner: &str, port: &Port, spread: Spread) -> usize {
        let at = self.channels.len();
        self.channels.push(ChannelPlan {
            name: format!("{owner}#{at}"),
            writers: Vec::new(),
            readers: Vec::new(),
            spread,
            call: false,
            kind: ChannelKind::Buffer(INNER_CAPACITY),
            capacity: INNER_CAPACITY,
            ty: port.ty.clone(),
            initial: Vec::new(),
            tap: None,
        });
        self.spreads.push(false);
        at
    }
}

/// The ports of a process that deals to the copies, or collects from them, at `port`: one towards the outer channel,
/// facing as the copies' own does, and a list towards theirs, facing the other way.
fn between(port: &Port, outer: usize, inner: &[usize]) -> Vec<(PortPlan, Option<usize>)> {
    let (single, list, facing) = if port.direction == Direction::In {
        ("in", "out", Direction::Out)
    } else {
        ("out", "in", Direction::In)
    };
    let to_outer = PortPlan { name: single.into(), index: None, ..port_plan(port) };
    let to_copy = |index| PortPlan {
        name: list.into(),
        index: Some(index),
        direction: facing,
        immunity: 0,
        ..port_plan(port)
    };
    let to_copies = inner.iter().enumerate().map(|(index, channel)| (to_copy(index), Some(*channel)));
    std::iter::once((to_outer, Some(outer))).chain(to_copies).collect()
}

fn port_plan(port: &Port) -> PortPlan {
    PortPlan {
        name: port.name.clone(),
        index: port.index,
        direction: port.direction,
        channel: None,
        ty: port.ty.clone(),
        immunity: port.immunity,
    }
}
