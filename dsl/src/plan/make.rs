//! Network to plan.

use super::{Machine, Plan, copies, seat};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::network::Network;

/// Makes the plan of a network without errors.
pub(crate) fn make(network: &Network, machine: &Machine) -> (Option<Plan>, Diagnostics) {
    let mut found = Diagnostics::default();
    for (span, what) in crate::rules::missing(network) {
        let error = Diagnostic::new(Code::E0601, span, format!("{what} is not available in this build"));
        found.push(error);
    }
    for (span, name) in &network.open_ports {
        let message = format!("nothing is joined to `{name}`: the file is a sub-network");
        let error = Diagnostic::new(Code::E0201, *span, message).label("a port of the file");
        found.push(error.help("another file runs it with `run: Network(file: \"..\")`"));
    }
    found.sort();
    if found.has_errors() {
        return (None, found);
    }
    let (mut processes, channels) = copies::expand(network);
    seat::seat(&mut processes, &channels, network, machine);
    let plan = Plan {
        name: network.name.clone(),
        processes,
        channels,
        settings: network.settings.clone(),
        n_workers: machine.n_workers.max(1),
    };
    (Some(plan), found)
}
