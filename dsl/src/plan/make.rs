//! Network to plan.

use super::{BarrierPlan, Machine, Plan, ProcessPlan, Role, capacity, copies, exits, seat};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::network::{Barrier, Network};

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
    let (mut processes, mut channels) = copies::expand(network);
    exits::note(&processes, &mut channels);
    seat::seat(&mut processes, &channels, network, machine);
    capacity::choose(&mut channels, &processes);
    let barriers = barriers(network, &processes);
    let plan = Plan {
        name: network.name.clone(),
        processes,
        channels,
        barriers,
        settings: network.settings.clone(),
        n_workers: machine.n_workers.max(1),
    };
    (Some(plan), found)
}

/// The barriers, with each copy of a replicated member; what deals to the copies and collects from them is none.
fn barriers(network: &Network, processes: &[ProcessPlan]) -> Vec<BarrierPlan> {
    let mut copies = vec![Vec::new(); network.processes.len()];
    for (at, process) in processes.iter().enumerate() {
        if matches!(process.role, Role::Kind(_)) {
            copies[process.of.idx()].push(at);
        }
    }
    let plan = |barrier: &Barrier| BarrierPlan {
        name: barrier.name.clone(),
        members: barrier.members.iter().flat_map(|member| copies[member.idx()].iter().copied()).collect(),
    };
    network.barriers.iter().map(plan).collect()
}
