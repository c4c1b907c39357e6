//! From the file to the plan.

use std::env;

use csprun_dsl::network::Network;
use csprun_dsl::plan::{Gpu, Machine, Plan};
use csprun_dsl::resolve::Request;
use csprun_runtime::Files;
use csprun_runtime::library::Library;

use crate::cli::{GpuWhen, PlaceArgs};
use crate::terminal::show;

/// What a plan is asked for.
pub struct Asked<'a> {
    /// The graph file.
    pub graph: &'a str,
    /// Its parameters.
    pub set: &'a [(String, String)],
    /// The deployment, unless everything stays in this program.
    pub deploy: Option<&'a String>,
    /// What it is to run on.
    pub machine: Machine,
    /// Shows errors only.
    pub quiet: bool,
}

/// The plan, if the graph has no errors; everything found is shown.
pub fn prepare(asked: &Asked<'_>, library: &Library) -> Option<(Network, Plan)> {
    let request = Request { set: asked.set.to_vec(), deploy: asked.deploy.cloned() };
    let (network, mut found) = csprun_dsl::check(asked.graph, &Files, library.catalog(), &request);
    if found.has_errors() {
        show(&found, &network.sources);
        return None;
    }
    let (plan, missing) = csprun_dsl::plan(&network, &asked.machine);
    if plan.is_none() {
        // The errors say what the warnings said.
        found = missing;
    } else {
        found.append(missing);
    }
    if !asked.quiet || found.has_errors() {
        show(&found, &network.sources);
    }
    Some((network, plan?))
}

/// The machine that the options describe.
pub fn machine(place: &PlaceArgs, n_ranks: usize) -> Machine {
    let mut machine = Machine::with_workers(place.workers.map_or_else(n_cores, usize::from));
    machine.n_children = usize::from(place.children);
    machine.n_ranks = n_ranks;
    machine.gpu = match place.gpu {
        GpuWhen::Auto => Gpu::Auto,
        GpuWhen::None => Gpu::None,
        GpuWhen::Require => Gpu::Require,
    };
    machine
}

/// Which of how many programs this is that `mpiexec` started; Hydra (MPICH) and Open MPI tell each by variables of
/// their own.
pub fn rank() -> (usize, usize) {
    let number = |name| env::var(name).ok()?.parse().ok();
    let both = |(rank, size)| Some((number(rank)?, number(size)?));
    [("PMI_RANK", "PMI_SIZE"), ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")]
        .into_iter()
        .find_map(both)
        .unwrap_or((0, 1))
}

/// The cores that this program may use.
pub fn n_cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
