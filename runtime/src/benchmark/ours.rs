//! What the contenders of csprun share: a graph file in a text, and the way of a result out of a network.

use std::io;
use std::sync::{Arc, Mutex};

use crossbeam_channel::{Receiver, Sender};
use csprun_dsl::plan::{Machine, Plan};
use csprun_dsl::resolve::Request;
use csprun_dsl::span::{ReadError, Sources};

use super::scenario::Ran;
use crate::compose::Network;
use crate::library::Library;
use crate::supervisor::{Options, start};

/// A graph file that was read, and the library of its kinds.
pub(super) struct Graph {
    text: &'static str,
    library: Library,
    deployment: Option<&'static str>,
}

/// The one text that there is.
struct Text(&'static str);

impl Sources for Text {
    fn read(&self, _from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        Ok((path.to_owned(), self.0.to_owned()))
    }
}

impl Graph {
    pub(super) fn new(text: &'static str, library: Library) -> Graph {
        Graph { text, library, deployment: None }
    }

    /// The same with that deployment.
    pub(super) fn deployed(self, name: &'static str) -> Graph {
        Graph { deployment: Some(name), ..self }
    }

    /// Runs it for that many rounds on that many workers.
    pub(super) fn run(&self, n_rounds: u64, n_workers: usize) -> Ran {
        self.run_with(&[("rounds", n_rounds)], n_workers)
    }

    /// Runs it with these parameters on that many workers. The result is the number that the process `consumer` writes;
    /// reading and planning are not timed.
    pub(super) fn run_with<V: ToString>(&self, params: &[(&str, V)], n_workers: usize) -> Ran {
        let plan = self.plan(params, n_workers);
        let options = Options {
            stdout: Some(Arc::new(Mutex::new(io::sink()))),
            capture: vec!["consumer".to_owned()],
            ..Options::default()
        };
        Ran::timed(|| {
            let report =
                start(&plan, &self.library, &options).expect("a worker can be had, and every kind").wait();
            let output = report.processes.into_iter().find_map(|process| process.output).unwrap_or_default();
            String::from_utf8_lossy(&output).trim().parse().unwrap_or(u64::MAX)
        })
    }

    fn plan<V: ToString>(&self, params: &[(&str, V)], n_workers: usize) -> Plan {
        let set = params.iter().map(|(name, value)| ((*name).to_owned(), value.to_string())).collect();
        let request = Request { set, deploy: self.deployment.map(str::to_owned) };
        let (network, found) =
            csprun_dsl::check("scenario.ron", &Text(self.text), self.library.catalog(), &request);
        assert!(!found.has_errors(), "{found:?}");
        csprun_dsl::plan(&network, &Machine::with_workers(n_workers)).0.expect("the graph uses what there is")
    }
}

/// The way of a result out of a network.
pub(super) fn answer() -> (Sender<u64>, Receiver<u64>) {
    crossbeam_channel::bounded(1)
}

/// Runs a network, one of whose processes gives the result.
pub(super) fn run(net: Network, told: &Receiver<u64>) -> Ran {
    Ran::timed(|| {
        net.run().expect("workers can be had");
        told.try_recv().unwrap_or(u64::MAX)
    })
}
