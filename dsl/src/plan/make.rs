//! Network to plan.

use super::{BarrierPlan, Gpu, Machine, Plan, ProcessPlan, Role, capacity, copies, exits, seat};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::network::{Barrier, Network, Process};

/// Makes the plan of a network without errors.
pub(crate) fn make(network: &Network, machine: &Machine) -> (Option<Plan>, Diagnostics) {
    let mut found = Diagnostics::default();
    for (span, what) in crate::rules::missing(network) {
        found.push(Diagnostic::new(Code::E0601, span, not_here(&what)));
    }
    found.append(not_on(machine));
    network
        .processes
        .iter()
        .filter_map(|process| device(process, machine.gpu))
        .for_each(|said| found.push(said));
    for (span, name) in &network.open_ports {
        let message = format!("nothing is joined to `{name}`: the file is a sub-network");
        let error = Diagnostic::new(Code::E0201, *span, message).label("a port of the file");
        found.push(error.help("another file runs it with `run: Network(file: \"..\")`"));
    }
    found.sort();
    if found.has_errors() {
        return (None, found);
    }
    let (mut processes, mut channels, between) = copies::expand(network);
    exits::note(network, &processes, &mut channels, &between);
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

fn not_here(what: &str) -> String {
    format!("{what} is not available in this build")
}

/// What this build cannot use of a machine.
fn not_on(machine: &Machine) -> Diagnostics {
    let mut found = Diagnostics::default();
    let without_children = "without `--children` it runs in this program";
    let without_ranks =
        "without `mpiexec` or `--ranks` it runs in this program; with `--local`, in each of `mpiexec`";
    let parts = [
        (machine.n_children > 0, "a network over several OS processes", without_children),
        (machine.n_ranks > 1, "a network over several MPI ranks", without_ranks),
    ];
    for (_, what, help) in parts.iter().filter(|(asked, ..)| *asked) {
        found.push(Diagnostic::without_place(Code::E0601, not_here(what)).help(*help));
    }
    found
}

/// What is said of a place on a device, of which this build has none: the answer is the same from the CPU.
fn device(process: &Process, gpu: Gpu) -> Option<Diagnostic> {
    process.place.gpu?;
    match gpu {
        Gpu::None => None,
        Gpu::Auto => {
            let warning = Diagnostic::new(Code::W0603, process.span, "the CPU does the work of a device");
            let warning = warning.note("this build uses no devices; the results are the same");
            Some(warning.help("`--gpu none` asks for it"))
        }
        Gpu::Require => {
            let error = Diagnostic::new(Code::E0601, process.span, not_here("a place on a device"));
            Some(error.help("with `--gpu auto` it runs on the CPU"))
        }
    }
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
