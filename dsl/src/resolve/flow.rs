//! How types flow along the channels, and which process is looked at next.

use std::collections::BTreeSet;

use petgraph::algo::kosaraju_scc;
use petgraph::graphmap::DiGraphMap;

use crate::network::{Channel, Network};
use crate::signature::Direction;
use crate::ty::{Constant, Type};

/// How often a process may change what it gives before it counts as circling for ever: a list in itself.
const MAX_RISES: u32 = 64;

/// What is known at ports and channels, and who has to look at it.
pub(super) struct Flow {
    /// What has arrived or is given at each port.
    pub(super) ports: Vec<Vec<Option<Type>>>,
    /// By channel, what its initial tokens and the writers that are known give together.
    carried: Vec<Option<Type>>,
    /// By process, its place downstream: everybody in a circle has the same.
    ranks: Vec<usize>,
    /// By rank, so that without circles each process is looked at once, with all that it will ever know.
    queue: BTreeSet<(usize, usize)>,
    /// By process, in how many looks it gave another type than before.
    rises: Vec<u32>,
}

impl Flow {
    /// Everybody is to be looked at; channels carry what is declared, or what their initial tokens give.
    pub(super) fn new(network: &Network) -> Flow {
        let ranks = ranks(network);
        let mut flow = Flow {
            ports: network.processes.iter().map(|process| vec![None; process.ports.len()]).collect(),
            carried: vec![None; network.channels.len()],
            queue: ranks.iter().copied().enumerate().map(|(at, rank)| (rank, at)).collect(),
            rises: vec![0; ranks.len()],
            ranks,
        };
        for (at, channel) in network.channels.iter().enumerate() {
            let declared = (channel.ty != Type::Any).then(|| channel.ty.clone());
            let ty = declared.or_else(|| joined(channel.initial.iter().filter_map(Constant::ty)));
            if let Some(ty) = ty.filter(|_| !channel.call) {
                flow.carry(at, channel, ty);
            }
        }
        flow
    }

    /// The next process to look at.
    pub(super) fn next(&mut self) -> Option<usize> {
        self.queue.pop_first().map(|(_, at)| at)
    }

    /// Has a process looked at.
    pub(super) fn look_at(&mut self, at: usize) {
        self.queue.insert((self.ranks[at], at));
    }

    /// Has everybody looked at who lacks a type: they lie in or behind a circle in which nobody starts with one.
    pub(super) fn look_at_unknown(&mut self, network: &Network) {
        for (at, process) in network.processes.iter().enumerate() {
            let mut ports = process.ports.iter().zip(&self.ports[at]);
            if ports.any(|(port, ty)| ty.is_none() && port.direction != Direction::Serve) {
                self.look_at(at);
            }
        }
    }

    /// Writes what a look at a process found its outputs to give, by port, and tells those who read it.
    pub(super) fn give(&mut self, network: &Network, at: usize, given: Vec<(usize, Type)>) {
        let known = &self.ports[at];
        let changed = given.into_iter().filter(|(port, ty)| known[*port].as_ref() != Some(ty));
        let changed: Vec<(usize, Type)> = changed.collect();
        self.rises[at] += u32::from(changed.iter().any(|(port, _)| known[*port].is_some()));
        for (port, mut ty) in changed {
            if self.rises[at] > MAX_RISES {
                ty = Type::Any;
            }
            let before = self.ports[at][port].replace(ty.clone());
            let Some(channel) = network.processes[at].ports[port].channel else { continue };
            let (idx, channel) = (channel.idx(), network.channel(channel));
            if channel.call || channel.ty != Type::Any {
                // A server says itself what it takes, and so does who declares a type.
                continue;
            }
            let carried = match (before, &self.carried[idx]) {
                (None, Some(carried)) => carried.join(&ty).unwrap_or_else(|| carried.clone()),
                (None, None) => ty,
                // What it gave before may no longer hold.
                (Some(_), _) => self.written(channel).unwrap_or(ty),
            };
            self.carry(idx, channel, carried);
        }
    }

    /// What a channel's writers and initial tokens give together.
    fn written(&self, channel: &Channel) -> Option<Type> {
        let ends = channel.writers.iter();
        let written =
            ends.filter_map(|end| self.ports[end.process.idx()].get(end.port_idx).cloned().flatten());
        joined(written.chain(channel.initial.iter().filter_map(Constant::ty)))
    }

    /// Tells a channel's readers what it carries, if that is new.
    fn carry(&mut self, idx: usize, channel: &Channel, ty: Type) {
        if self.carried[idx].as_ref() == Some(&ty) {
            return;
        }
        for end in &channel.readers {
            let at = end.process.idx();
            if let Some(port) = self.ports[at].get_mut(end.port_idx) {
                *port = Some(ty.clone());
                self.look_at(at);
            }
        }
        self.carried[idx] = Some(ty);
    }
}

fn joined(types: impl Iterator<Item = Type>) -> Option<Type> {
    types.reduce(|a, b| a.join(&b).unwrap_or(a))
}

/// Place of each process in a topological order of the circles.
fn ranks(network: &Network) -> Vec<usize> {
    let n = network.processes.len();
    let mut graph = DiGraphMap::<usize, ()>::with_capacity(n + network.channels.len(), 0);
    (0..n).for_each(|at| {
        graph.add_node(at);
    });
    // A channel is a node too: one with many writers and many readers stays linear in both.
    for (at, channel) in network.channels.iter().enumerate().filter(|(_, channel)| !channel.call) {
        channel.writers.iter().for_each(|end| {
            graph.add_edge(end.process.idx(), n + at, ());
        });
        channel.readers.iter().for_each(|end| {
            graph.add_edge(n + at, end.process.idx(), ());
        });
    }
    let mut ranks = vec![0; n];
    // Not Tarjan's, which calls itself along each path. Both give who is downstream first.
    for (rank, circle) in kosaraju_scc(&graph).into_iter().rev().enumerate() {
        circle.into_iter().filter(|&node| node < n).for_each(|at| ranks[at] = rank);
    }
    ranks
}
