//! A profile of an earlier run: how long each process ran, and so who will have most to do.

use std::collections::BTreeMap;
use std::path::Path;

use csprun_dsl::plan::{Plan, Seat};
use serde_json::Value;

/// Seconds that each process ran, by name.
pub struct Profile(BTreeMap<String, f64>);

impl Profile {
    /// Reads what a run with `--profile` wrote.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn read(path: &Path) -> Result<Profile, String> {
        let shown = path.display();
        let text = std::fs::read_to_string(path).map_err(|error| format!("cannot read {shown}: {error}"))?;
        let page: Value =
            serde_json::from_str(&text).map_err(|error| format!("{shown} is not JSON: {error}"))?;
        let entry =
            |process: &Value| Some((process["name"].as_str()?.to_owned(), process["busy_s"].as_f64()?));
        let times: BTreeMap<String, f64> =
            page["processes"].as_array().into_iter().flatten().filter_map(entry).collect();
        if times.is_empty() {
            return Err(format!("{shown} holds no times; `csprun run --profile {shown} ..` writes them"));
        }
        Ok(Profile(times))
    }

    /// Seconds that a process ran; `None`: it was not in that run.
    pub fn busy(&self, name: &str) -> Option<f64> {
        self.0.get(name).copied()
    }

    /// Who has most to do in a plan.
    pub fn bottleneck<'a>(&self, plan: &'a Plan) -> Option<Bottleneck<'a>> {
        let mut loads: BTreeMap<usize, Vec<(f64, &'a str)>> = BTreeMap::new();
        let mut best: Option<Bottleneck<'a>> = None;
        let all: f64 = plan.processes.iter().filter_map(|process| self.busy(&process.name)).sum();
        let mut consider = |seat: Seat, load: &[(f64, &'a str)]| {
            let seconds = load.iter().map(|(time, _)| time).sum();
            let Some(&(of_process, process)) = load.iter().max_by(|a, b| a.0.total_cmp(&b.0)) else { return };
            if best.as_ref().is_none_or(|best| best.seconds < seconds) {
                best = Some(Bottleneck { seat, seconds, all, process, of_process });
            }
        };
        for process in &plan.processes {
            let Some(time) = self.busy(&process.name) else { continue };
            match process.seat {
                Seat::Thread => consider(Seat::Thread, &[(time, &process.name)]),
                Seat::Worker(worker) => loads.entry(worker).or_default().push((time, &process.name)),
            }
        }
        for (worker, load) in &loads {
            consider(Seat::Worker(*worker), load);
        }
        best
    }
}

/// The worker or thread that has most to do: a run takes at least that long.
pub struct Bottleneck<'a> {
    /// Where.
    pub seat: Seat,
    /// What it has to do.
    pub seconds: f64,
    /// What all have to do.
    pub all: f64,
    /// The process there that has most to do.
    pub process: &'a str,
    /// What that has to do.
    pub of_process: f64,
}
