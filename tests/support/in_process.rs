//! A graph run inside the test's own program.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use csprun_dsl::network::Network;
use csprun_dsl::plan::Machine;
use csprun_dsl::resolve::Request;
use csprun_dsl::span::{ReadError, Sources};
use csprun_runtime::library::library;
use csprun_runtime::{Options, Outcome, Report};

/// How long a network of a test may run: far more than any needs.
const LIMIT: Duration = Duration::from_secs(30);

/// The one text that there is.
struct Only<'a>(&'a str);

impl Sources for Only<'_> {
    fn read(&self, from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        match from {
            None => Ok((path.to_owned(), self.0.to_owned())),
            Some(_) => Err(ReadError("there is only one file".to_owned())),
        }
    }
}

/// The network of a graph without errors.
pub fn check(graph: &str) -> Network {
    let (network, found) =
        csprun_dsl::check("graph.ron", &Only(graph), library().catalog(), &Request::default());
    let errors = csprun_dsl::render::text(&found, &network.sources, csprun_dsl::render::Style::default());
    assert!(!found.has_errors(), "{errors}\n{graph}");
    network
}

/// Runs a graph without errors; what the processes called `print..` write is kept.
pub fn run(graph: &str, n_workers: usize) -> Report {
    let (plan, missing) = csprun_dsl::plan(&check(graph), &Machine::with_workers(n_workers));
    let plan = plan.unwrap_or_else(|| panic!("{missing:?}\n{graph}"));
    let prints = plan.processes.iter().filter(|process| process.name.starts_with("print"));
    let options = Options {
        timeout: Some(LIMIT),
        capture: prints.map(|process| process.name.clone()).collect(),
        stdout: Some(Arc::new(Mutex::new(std::io::sink()))),
        ..Options::default()
    };
    csprun_runtime::start(&plan, &library(), &options).unwrap().wait()
}

/// What the processes called `print..` wrote, by name. The network must end well.
pub fn outputs(graph: &str, n_workers: usize) -> BTreeMap<String, String> {
    let report = run(graph, n_workers);
    assert_eq!(report.outcome, Outcome::Done, "{:?}\n{graph}", report.diagnostics);
    let outputs = report.processes.into_iter().filter_map(|process| Some((process.name, process.output?)));
    outputs.map(|(name, output)| (name, String::from_utf8(output).unwrap())).collect()
}
