//! From the file to the plan.

use csprun_dsl::network::Network;
use csprun_dsl::plan::{Machine, Plan};
use csprun_dsl::resolve::Request;
use csprun_runtime::Files;
use csprun_runtime::library::Library;

use crate::terminal::show;

/// What a plan is asked for.
pub struct Asked<'a> {
    /// The graph file.
    pub graph: &'a str,
    /// Its parameters.
    pub set: &'a [(String, String)],
    /// The deployment, unless everything stays in this program.
    pub deploy: Option<&'a String>,
    /// Else one for each core.
    pub workers: Option<u16>,
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
    let n_workers = asked.workers.map_or_else(n_cores, usize::from);
    let (plan, missing) = csprun_dsl::plan(&network, &Machine { n_workers });
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

/// The cores that this program may use.
pub fn n_cores() -> usize {
    std::thread::available_parallelism().map_or(1, std::num::NonZero::get)
}
