//! Calls: a channel of calls is always a rendezvous with one server, and a cycle of processes that call one another
//! can wait for itself.

use std::collections::BTreeMap;

use petgraph::algo::kosaraju_scc;
use petgraph::graphmap::DiGraphMap;

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::network::{Channel, ChannelKind, Network, Spread};

/// Reports what a call cannot be, and calls that go round.
pub(super) fn check(network: &Network, found: &mut Diagnostics) {
    for channel in network.channels.iter().filter(|channel| channel.call) {
        if let Some((what, help)) = unlike_a_call(channel) {
            found.push(
                Diagnostic::new(Code::E0212, channel.span, what).label("a channel of calls").help(help),
            );
        }
    }
    cycles(network, found);
}

/// What a channel of calls asks for that only streams have, and the way out.
fn unlike_a_call(channel: &Channel) -> Option<(&'static str, &'static str)> {
    if channel.spread == Spread::AllOf && channel.readers.len() > 1 {
        return Some(("a request goes to one server", "`AnyOf([..])` lets any of several servers take it"));
    }
    if !matches!(channel.kind, ChannelKind::Auto | ChannelKind::Rendezvous) {
        return Some(("a call is always a rendezvous", "leave `kind` out"));
    }
    let initial = "nobody waits for the reply to an initial token";
    (!channel.initial.is_empty())
        .then_some((initial, "leave `initial` out; a caller sends the first request"))
}

/// Reports each cycle in the client-server order.
fn cycles(network: &Network, found: &mut Diagnostics) {
    let mut calls: BTreeMap<(usize, usize), usize> = BTreeMap::new();
    for channel in network.channels.iter().filter(|channel| channel.call) {
        for client in &channel.writers {
            for server in &channel.readers {
                calls.insert((client.process.idx(), server.process.idx()), channel.id.idx());
            }
        }
    }
    for component in call_cycles(calls.keys().copied()) {
        let is_inside = |process: &usize| component.binary_search(process).is_ok();
        let inside = calls.iter().filter(|((from, to), _)| is_inside(from) && is_inside(to));
        let Some(&channel) = inside.map(|(_, channel)| channel).min() else { continue };
        let message = cycle_said(component.iter().map(|&at| network.processes[at].name.as_str()));
        let error = Diagnostic::new(Code::E0501, network.channels[channel].span, message);
        found.push(error.label("one of its calls").help(CYCLE_HELP));
    }
}

/// Processes that call one another in a cycle, of who calls whom: each cycle in ascending order. A network without one is free of deadlock by calls (Martin and Welch 1997); a server that calls itself through others would wait for
/// its own reply.
pub fn call_cycles(calls: impl Iterator<Item = (usize, usize)>) -> Vec<Vec<usize>> {
    let calls: DiGraphMap<usize, ()> = calls.map(|(caller, server)| (caller, server, ())).collect();
    let mut cycles = kosaraju_scc(&calls);
    cycles.retain(|cycle| cycle.len() > 1 || calls.contains_edge(cycle[0], cycle[0]));
    cycles.iter_mut().for_each(|cycle| cycle.sort_unstable());
    cycles
}

/// What is said of a cycle of these processes.
pub fn cycle_said<'a>(names: impl Iterator<Item = &'a str>) -> String {
    let names: Vec<&str> = names.collect();
    match names.as_slice() {
        [one] => format!("`{one}` calls itself"),
        _ => format!("these call one another in a circle: {}", names.join(", ")),
    }
}

/// The way out of one.
pub const CYCLE_HELP: &str =
    "a server that waits for a reply cannot serve; let one of them send instead of call";
