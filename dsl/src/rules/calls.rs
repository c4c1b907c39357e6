//! Calls: a channel of calls is always a rendezvous with one server, and a cycle of processes that call one another
//! can wait for itself.

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

/// Reports each cycle in the client-server order (Martin and Welch 1997: a network without one is free of
/// deadlock by calls). A server that calls itself through others would wait for its own reply.
fn cycles(network: &Network, found: &mut Diagnostics) {
    let mut calls: DiGraphMap<usize, usize> = DiGraphMap::new();
    for channel in network.channels.iter().filter(|channel| channel.call) {
        for client in &channel.writers {
            for server in &channel.readers {
                calls.add_edge(client.process.idx(), server.process.idx(), channel.id.idx());
            }
        }
    }
    for mut component in kosaraju_scc(&calls) {
        component.sort_unstable();
        let first = component[0];
        if component.len() == 1 && !calls.contains_edge(first, first) {
            continue;
        }
        let inside = calls.all_edges().filter(|(from, to, _)| {
            component.binary_search(from).is_ok() && component.binary_search(to).is_ok()
        });
        let Some((.., &channel)) = inside.min_by_key(|(.., channel)| **channel) else { continue };
        let names: Vec<&str> = component.iter().map(|&at| network.processes[at].name.as_str()).collect();
        let message = match names.as_slice() {
            [one] => format!("`{one}` calls itself"),
            _ => format!("these call one another in a circle: {}", names.join(", ")),
        };
        let error = Diagnostic::new(Code::E0501, network.channels[channel].span, message);
        let help = "a server that waits for a reply cannot serve; let one of them send instead of call";
        found.push(error.label("one of its calls").help(help));
    }
}
