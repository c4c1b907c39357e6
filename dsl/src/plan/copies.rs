//! Writes out the copies of replicated processes, with the processes that deal to them and collect from them.

use std::collections::{BTreeMap, HashMap};
use std::ops::Range;

use super::{ChannelPlan, PortPlan, ProcessPlan, Role, Seat, TURN};
use crate::network::{
    Channel, ChannelKind, Collect, Collecting, Deal, Dealing, End, Network, OnEnd, Port, Process, ProcessId,
    Replicate, Spread,
};
use crate::params::Params;
use crate::signature::{Cost, Direction};
use crate::span::Span;
use crate::ty::Type;

/// Slots between a copy and the process that deals to it or collects from it, where a firing may take long. Where it is
/// short they are those of `Auto`: with few of them, copies and who deals wait for one another most of the time.
const INNER_CAPACITY: u64 = 16;

/// Processes that deal to the copies of a sub-network, or collect from them, each with these copies: positions in
/// [`Network::parents`].
pub(super) type Between = BTreeMap<usize, Range<usize>>;

/// All processes and channels as they run.
pub(super) fn expand(network: &Network) -> (Vec<ProcessPlan>, Vec<ChannelPlan>, Between) {
    let mut expansion = Expansion {
        channels: network.channels.iter().map(channel_plan).collect(),
        processes: Vec::new(),
        spreads: network
            .channels
            .iter()
            .map(|channel| channel.readers.len() > 1 && channel.spread == Spread::AllOf)
            .collect(),
        n_readers: network.channels.iter().map(|channel| channel.readers.len()).collect(),
        own: HashMap::new(),
        turns: HashMap::new(),
        between: BTreeMap::new(),
        spans: network.processes.iter().map(|process| process.span).collect(),
    };
    for channel in &network.channels {
        channel
            .collects
            .iter()
            .for_each(|collecting| expansion.collect_networks(network, channel, collecting));
    }
    for channel in &network.channels {
        channel.deals.iter().for_each(|dealing| expansion.deal_to_networks(network, channel, dealing));
    }
    for process in &network.processes {
        match &process.replicate {
            None => expansion.plain(process),
            Some(replicate) => expansion.copies(process, replicate),
        }
    }
    (expansion.processes, expansion.channels, expansion.between)
}

fn channel_plan(channel: &Channel) -> ChannelPlan {
    let kind = if channel.call { ChannelKind::Rendezvous } else { channel.kind };
    ChannelPlan {
        name: channel.name.clone(),
        writers: Vec::new(),
        readers: Vec::new(),
        spread: channel.spread,
        call: channel.call,
        kind,
        capacity: kind.n_slots(),
        ty: channel.ty.clone(),
        initial: channel.initial.clone(),
        tap: channel.tap.clone(),
        dealers: Vec::new(),
    }
}

struct Expansion {
    processes: Vec<ProcessPlan>,
    channels: Vec<ChannelPlan>,
    /// Channels that copy each token to several readers, where a shared reading end needs a process between.
    spreads: Vec<bool>,
    /// Processes that read each channel of the file.
    n_readers: Vec<usize>,
    /// Ends of copied sub-networks at channels of their copy: they read what is dealt to it, or write what it gives.
    own: HashMap<End, usize>,
    /// The channels for turns of sub-networks that are collected: who deals to them by a key writes there.
    turns: HashMap<usize, Vec<usize>>,
    between: Between,
    /// Where the file has each of its processes.
    spans: Vec<Span>,
}

impl Expansion {
    fn plain(&mut self, process: &Process) {
        let name = process.name.clone();
        let channels = self.channels_of(process);
        let ports = process.ports.iter().map(port_plan).zip(channels).collect();
        self.add(
            process.id,
            name,
            Role::Kind(process.signature.clone()),
            process.params.clone(),
            process.on_end,
            ports,
        );
    }

    /// The channel at each port of a process.
    fn channels_of(&self, process: &Process) -> Vec<Option<usize>> {
        let channel = |(port_idx, port): (usize, &Port)| {
            let inner = self.own.get(&End { process: process.id, port_idx }).copied();
            inner.or_else(|| port.channel.map(|id| id.idx()))
        };
        process.ports.iter().enumerate().map(channel).collect()
    }

    /// Deals the tokens of a channel to the copies of a sub-network: each reads a channel of its own.
    fn deal_to_networks(&mut self, network: &Network, channel: &Channel, dealing: &Dealing) {
        let ends = (channel.readers.as_slice(), dealing.copies.as_slice());
        let Some((of, port, outer, inner)) =
            self.at_networks(network, channel, (&dealing.name, "deal"), ends)
        else {
            return;
        };
        let mut ports = between(&port, outer, &inner);
        if let (Deal::Key(_), Some(turns)) = (&dealing.deal, self.turns.get(&dealing.id)) {
            ports.extend(turn_outputs(turns));
        }
        let (name, role) = (format!("{}.deal", dealing.name), Role::Deal(dealing.deal.clone()));
        self.between.insert(self.processes.len(), dealing.id..dealing.id + dealing.copies.len());
        self.add(of, name, role, Params::default(), OnEnd::Retire, ports);
    }

    /// Collects the tokens of the copies of a sub-network, which give one for each: each writes a channel of its own.
    fn collect_networks(&mut self, network: &Network, channel: &Channel, collecting: &Collecting) {
        let ends = (channel.writers.as_slice(), collecting.copies.as_slice());
        let at = self.at_networks(network, channel, (&collecting.name, "collect"), ends);
        let Some((of, port, outer, inner)) = at else { return };
        let mut ports = between(&port, outer, &inner);
        if collecting.by_key {
            let turns = Port { ty: Type::I64, ..port };
            let turns =
                self.inner(&collecting.name, is_light(network.process(of)), &turns, "turns", Spread::AnyOf);
            self.n_readers.push(1);
            self.turns.entry(collecting.id).or_default().push(turns);
            ports.push((turn_port(None, Direction::In), Some(turns)));
        }
        let (name, role) = (format!("{}.collect", collecting.name), Role::Collect(Collect::RoundRobin));
        self.between.insert(self.processes.len(), collecting.id..collecting.id + collecting.copies.len());
        self.add(of, name, role, Params::default(), OnEnd::Retire, ports);
    }

    /// At these ends of the copies of a sub-network, a channel for each copy; with a process and a port like those of
    /// the copies, and the channel outside.
    fn at_networks(
        &mut self,
        network: &Network,
        channel: &Channel,
        (name, side): (&str, &str),
        (ends, copies): (&[End], &[Vec<usize>]),
    ) -> Option<(ProcessId, Port, usize, Vec<usize>)> {
        let first = copies.iter().flatten().next().map(|&at| ends[at])?;
        let process = network.process(first.process);
        let port = Port { ty: channel.ty.clone(), ..process.ports[first.port_idx].clone() };
        // An outer sub-network may have its own already.
        let outer = self.own.get(&first).copied().unwrap_or(channel.id.idx());
        let mut inner = Vec::new();
        for copy in copies {
            let at = self.inner(name, is_light(process), &port, side, Spread::AnyOf);
            self.n_readers.push(if side == "deal" { copy.len() } else { 1 });
            self.own.extend(copy.iter().map(|&end| (ends[end], at)));
            inner.push(at);
        }
        Some((first.process, port, outer, inner))
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
            span: Some(self.spans[of.idx()]),
        });
    }

    fn copies(&mut self, process: &Process, replicate: &Replicate) {
        let n = replicate.n as usize;
        // Where each firing gives one token, turns are the order, and no firing has to be kept together.
        let by_key = matches!(replicate.deal, Deal::Key(_));
        let in_turn = replicate.collect == Collect::InOrder
            && !by_key
            && process.signature.is_one_for_one(&process.params);
        let collect = if in_turn { Collect::RoundRobin } else { replicate.collect };
        // By key the order is that of the turns, which who deals tells everyone who collects.
        let turns = by_key && collect == Collect::InOrder;
        let turns = if turns { self.turns(process) } else { BTreeMap::new() };
        // For each port, the channel of each copy.
        let mut joined: Vec<Vec<Option<usize>>> = Vec::new();
        for (at, (port, outer)) in process.ports.iter().zip(self.channels_of(process)).enumerate() {
            let inner = match (port.direction, outer) {
                (Direction::In, Some(outer)) => self.deal(process, port, outer, replicate, &turns),
                (Direction::Out, Some(outer)) if collect != Collect::Any => {
                    self.collect(process, port, outer, (n, collect), turns.get(&at).copied())
                }
                _ => vec![outer; n],
            };
            joined.push(inner);
        }
        let shares = |(port, inner): (&Port, &Vec<Option<usize>>)| {
            // Not even a process beside the copies reads there.
            let alone = inner[0].and_then(|inner| self.n_readers.get(inner)).is_none_or(|&n| n == 1);
            port.direction == Direction::In && is_light(process) && alone && n > 1 && inner[0] == inner[1]
        };
        let shares: Vec<bool> = process.ports.iter().zip(&joined).map(shares).collect();
        for copy in 0..n {
            let ports = process.ports.iter().zip(&joined).zip(&shares);
            let plan = |((port, inner), &shares): ((&Port, &Vec<Option<usize>>), &bool)| {
                (PortPlan { shares, ..port_plan(port) }, inner[copy])
            };
            let ports = ports.map(plan).collect();
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
        turns: &BTreeMap<usize, usize>,
    ) -> Vec<Option<usize>> {
        let n = replicate.n as usize;
        if replicate.deal == Deal::Any && replicate.collect == Collect::Any && !self.spreads[outer] {
            return vec![Some(outer); n];
        }
        let name = format!("{}.deal", process.name);
        let (deal, inner): (Deal, Vec<usize>) = match &replicate.deal {
            // What is collected by turns is dealt by turns.
            Deal::Any if replicate.collect != Collect::Any => {
                (Deal::RoundRobin, self.inner_each(process, port, "deal", n))
            }
            // One channel that the copies share, or that copies to all of them: dealing is passing on.
            Deal::Any => (
                Deal::RoundRobin,
                vec![self.inner(&process.name, is_light(process), port, "deal", Spread::AnyOf)],
            ),
            Deal::All => (
                Deal::RoundRobin,
                vec![self.inner(&process.name, is_light(process), port, "deal", Spread::AllOf)],
            ),
            other => (other.clone(), self.inner_each(process, port, "deal", n)),
        };
        let mut ports = between(port, outer, &inner);
        ports.extend(turn_outputs(turns.values()));
        self.add(process.id, name, Role::Deal(deal), Params::default(), OnEnd::Retire, ports);
        if inner.len() == 1 { vec![Some(inner[0]); n] } else { inner.into_iter().map(Some).collect() }
    }

    /// The channel that each copy writes for one output port.
    fn collect(
        &mut self,
        process: &Process,
        port: &Port,
        outer: usize,
        (n, collect): (usize, Collect),
        turns: Option<usize>,
    ) -> Vec<Option<usize>> {
        let name = format!("{}.collect", process.name);
        let inner = self.inner_each(process, port, "collect", n);
        let mut ports = between(port, outer, &inner);
        ports.extend(turns.map(|channel| (turn_port(None, Direction::In), Some(channel))));
        self.add(process.id, name, Role::Collect(collect), Params::default(), OnEnd::Retire, ports);
        inner.into_iter().map(Some).collect()
    }

    /// For each output in use, by its place, a channel for the numbers of the copies whose firings come next.
    fn turns(&mut self, process: &Process) -> BTreeMap<usize, usize> {
        let mut turns = BTreeMap::new();
        for (at, port) in process.ports.iter().enumerate() {
            if port.direction == Direction::Out && port.channel.is_some() {
                let port = Port { ty: Type::I64, ..port.clone() };
                let channel = self.inner(&process.name, is_light(process), &port, "turns", Spread::AnyOf);
                turns.insert(at, channel);
            }
        }
        turns
    }

    /// A channel for each of so many copies of a process.
    fn inner_each(&mut self, process: &Process, port: &Port, side: &str, n: usize) -> Vec<usize> {
        (0..n).map(|_| self.inner(&process.name, is_light(process), port, side, Spread::AnyOf)).collect()
    }

    /// A channel between the copies and what deals to them or collects from them.
    fn inner(&mut self, name: &str, light: bool, port: &Port, side: &str, spread: Spread) -> usize {
        let at = self.channels.len();
        let kind = if light { ChannelKind::Auto } else { ChannelKind::Buffer(INNER_CAPACITY) };
        self.channels.push(ChannelPlan {
            name: format!("{name}.{side}#{at}"),
            writers: Vec::new(),
            readers: Vec::new(),
            spread,
            call: false,
            kind,
            capacity: kind.n_slots(),
            ty: port.ty.clone(),
            initial: Vec::new(),
            tap: None,
            dealers: Vec::new(),
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

/// The ports at which who deals by a key tells the turns.
fn turn_outputs<'a>(
    channels: impl IntoIterator<Item = &'a usize>,
) -> impl Iterator<Item = (PortPlan, Option<usize>)> {
    let port = |(index, &channel)| (turn_port(Some(index), Direction::Out), Some(channel));
    channels.into_iter().enumerate().map(port)
}

/// Who deals by a key says to whom, and who collects in order hears it.
fn turn_port(index: Option<usize>, direction: Direction) -> PortPlan {
    PortPlan {
        name: TURN.to_owned(),
        index,
        direction,
        channel: None,
        ty: Type::I64,
        immunity: 0,
        shares: false,
    }
}

fn port_plan(port: &Port) -> PortPlan {
    PortPlan {
        name: port.name.clone(),
        index: port.index,
        direction: port.direction,
        channel: None,
        ty: port.ty.clone(),
        immunity: port.immunity,
        shares: false,
    }
}

/// Whether it makes no difference which copy takes which token: their firings are short and keep nothing.
fn is_light(process: &Process) -> bool {
    process.signature.traits.firing && process.signature.cost == Cost::Light
}
