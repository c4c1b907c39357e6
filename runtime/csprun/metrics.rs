//! `--metrics out.json` and `--profile out.json`: what went through every process and channel, and how long each ran.

use std::fs::File;
use std::io::{self, Write};
use std::path::Path;

use csprun_dsl::plan::Plan;
use csprun_runtime::process::Fate;
use csprun_runtime::{Outcome, Report};
use serde_json::{Value, json};

use crate::plan::{ends, kind_name, role_name, seat_name};

/// Where JSON goes after the run: a file, made before it so that no run is in vain, or standard output.
pub struct Page {
    /// `None`: standard output.
    file: Option<File>,
    path: String,
}

impl Page {
    /// Makes the file; `-` is standard output.
    ///
    /// # Errors
    /// What is wrong, in words, when that cannot be.
    pub fn create(path: &Path) -> Result<Page, String> {
        let shown = path.display().to_string();
        if shown == "-" {
            return Ok(Page { file: None, path: "standard output".to_owned() });
        }
        let file = File::create(path).map_err(|error| format!("cannot write {shown}: {error}"))?;
        Ok(Page { file: Some(file), path: shown })
    }

    /// Writes it.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub fn write(mut self, value: &Value) -> Result<(), String> {
        let written = match &mut self.file {
            Some(file) => writeln!(file, "{value:#}"),
            None => to_stdout(value),
        };
        written.map_err(|error| format!("cannot write {}: {error}", self.path))
    }
}

/// A reader that has gone is no failure.
fn to_stdout(value: &Value) -> io::Result<()> {
    let mut stdout = io::stdout().lock();
    match writeln!(stdout, "{value:#}").and_then(|()| stdout.flush()) {
        Err(error) if error.kind() == io::ErrorKind::BrokenPipe => Ok(()),
        written => written,
    }
}

/// What went through every process and channel, with how long each process ran where that is known.
pub fn metrics(plan: &Plan, report: &Report) -> Value {
    let processes = plan.processes.iter().zip(&report.processes).map(|(process, told)| {
        let (fate, reason) = fate(told.fate.as_ref());
        let mut entry = json!({
            "name": told.name,
            "kind": role_name(&process.role),
            "seat": seat_name(process.seat),
            "ended": fate,
            "reason": reason,
            "received": told.n_received,
            "sent": told.n_sent,
        });
        if let Some(time) = told.time {
            entry["busy_s"] = json!(time.busy.as_secs_f64());
            entry["polls"] = json!(time.n_polls);
            entry["timed_polls"] = json!(time.n_timed);
        }
        entry
    });
    let channels = plan.channels.iter().zip(&report.channels).map(|(channel, told)| {
        let (from, to) = ends(plan, channel);
        json!({
            "name": told.name,
            "from": from,
            "to": to,
            "kind": kind_name(channel),
            "capacity": told.grown_to.map_or(channel.capacity, |slots| slots as u64),
            "grown": told.grown_to.is_some(),
            "sent": told.counts.sent,
            "received": told.counts.received,
            "dropped": told.counts.dropped,
            "undelivered": told.counts.undelivered,
            "left": told.n_left,
        })
    });
    json!({
        "network": plan.name,
        "outcome": outcome(report.outcome),
        "exit_code": report.exit_code(),
        "elapsed_s": report.elapsed.as_secs_f64(),
        "workers": plan.n_workers,
        "processes": processes.collect::<Vec<_>>(),
        "channels": channels.collect::<Vec<_>>(),
    })
}

/// For programs.
pub fn outcome(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Done => "done",
        Outcome::Failed => "failed",
        Outcome::Deadlock => "deadlock",
        Outcome::Timeout => "timeout",
        Outcome::Interrupted => "interrupted",
    }
}

/// How a process ended, and why; `None`: it had not.
fn fate(fate: Option<&Fate>) -> (Option<&'static str>, Option<String>) {
    match fate {
        None => (None, None),
        Some(Fate::Done) => (Some("done"), None),
        Some(Fate::Poisoned(poison)) => (Some("poisoned"), Some(poison.to_string())),
        Some(Fate::Failed(message)) => (Some("failed"), Some(message.clone())),
        Some(Fate::Panicked(message)) => (Some("panicked"), Some(message.clone())),
    }
}
