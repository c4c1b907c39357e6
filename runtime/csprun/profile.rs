//! A profile of an earlier run: how long each process ran, and so who will have most to do.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use csprun_dsl::plan::{Plan, Seat};
use serde_json::Value;

/// Names that a warning shows; there may be thousands.
const N_NAMED: usize = 3;

/// What an earlier run took.
pub struct Profile {
    path: String,
    network: String,
    /// Seconds that each process ran, by name.
    times: BTreeMap<String, f64>,
}

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
        let network = page["network"].as_str().unwrap_or_default().to_owned();
        Ok(Profile { path: shown.to_string(), network, times })
    }

    /// Seconds that a process ran; `None`: it was not in that run.
    pub fn busy(&self, name: &str) -> Option<f64> {
        self.times.get(name).copied()
    }

    /// That it is of another network, or of one with other processes. It says nothing of a plan with none of its
    /// processes.
    ///
    /// # Errors
    /// The same, when it says nothing.
    pub fn compare(&self, plan: &Plan) -> Result<Option<String>, String> {
        let planned: BTreeSet<&str> = plan.processes.iter().map(|process| process.name.as_str()).collect();
        let timed: BTreeSet<&str> = self.times.keys().map(String::as_str).collect();
        let mut differs = Vec::new();
        if self.network != plan.name {
            differs.push(format!("its network is `{}`, not `{}`", self.network, plan.name));
        }
        let (missing, extra) = (few(planned.difference(&timed)), few(timed.difference(&planned)));
        differs.extend(missing.map(|names| format!("it has no times of {names}")));
        differs.extend(extra.map(|names| format!("the plan has no {names}")));
        let path = &self.path;
        let differs = differs.join("; ");
        match (differs.is_empty(), planned.is_disjoint(&timed)) {
            (true, _) => Ok(None),
            (_, false) => Ok(Some(format!("{path} is the profile of something else: {differs}"))),
            (_, true) => Err(format!("{path} is the profile of another network: {differs}")),
        }
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

/// The first few names, and how many more there are.
fn few<'a>(names: impl Iterator<Item = &'a &'a str>) -> Option<String> {
    let names: Vec<String> = names.map(|name| format!("`{name}`")).collect();
    match names.len().checked_sub(N_NAMED) {
        None | Some(0) => (!names.is_empty()).then(|| names.join(", ")),
        Some(more) => Some(format!("{} and {more} more", names[..N_NAMED].join(", "))),
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
