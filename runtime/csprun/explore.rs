//! `csprun run --explore N graph.ron`: one network under many schedules.

use std::io::Write;

use csprun_dsl::diagnostic::{Code, Diagnostic, Diagnostics};
use csprun_dsl::network::Network;
use csprun_dsl::plan::Plan;
use csprun_runtime::explore::{self, Differs, ExploreError, Explored, Found};
use csprun_runtime::library::Library;
use csprun_runtime::{Options, Outcome, Report};

use crate::cli::RunArgs;
use crate::difference::first_difference;
use crate::exit;
use crate::expected;
use crate::quote::quote;
use crate::terminal::{complain, print, show};

/// The first schedule where `--seed` does not say.
const FIRST: u64 = 1;

/// Tries `n` schedules.
pub fn explore(args: &RunArgs, n: u64, network: &Network, plan: &Plan, library: &Library) -> u8 {
    let options = Options { timeout: args.timeout, interrupt: true, ..Options::default() };
    let is_wrong = |report: &Report| expected::differences(network, report).has_errors();
    let first = args.seed.unwrap_or(FIRST);
    let explored = match explore::explore_until(plan, library, &options, n, first, &is_wrong) {
        Ok(explored) => explored,
        Err(error) => {
            complain(&error.to_string());
            return if matches!(error, ExploreError::Start(_)) { exit::FAILED } else { exit::ERRORS };
        }
    };
    match &explored.found {
        Some(found) => say_found(args, found, network),
        None => {
            if !args.quiet {
                complain(&none_found(&explored));
            }
            exit::DONE
        }
    }
}

fn none_found(explored: &Explored) -> String {
    let n = explored.n_runs;
    let schedules = if n == 1 { "schedule" } else { "schedules" };
    let outputs = if explored.is_determinate {
        "all gave the same output"
    } else {
        "outputs were not compared: the network is free to choose"
    };
    format!("{n} {schedules}, none deadlocked or failed; {outputs}")
}

/// Shows that run as if it had been the only one, and how to have it again.
fn say_found(args: &RunArgs, found: &Found, network: &Network) -> u8 {
    print(&String::from_utf8_lossy(&found.stdout));
    // Where standard error is closed there is nobody left to tell.
    std::io::stderr().write_all(&found.stderr).ok();
    let mut diagnostics = Diagnostics::default();
    found.report.diagnostics.iter().cloned().for_each(|diagnostic| diagnostics.push(diagnostic));
    let mut code = found.report.exit_code();
    if found.report.outcome == Outcome::Done {
        let unexpected = expected::differences(network, &found.report);
        if unexpected.has_errors() || found.differs.is_some() {
            code = exit::FAILED;
        }
        found.differs.iter().for_each(|differs| diagnostics.push(difference(differs)));
        diagnostics.append(unexpected);
    }
    show(&diagnostics, &network.sources);
    if found.report.outcome != Outcome::Interrupted {
        complain(&format!("under the schedule of seed {}; again: {}", found.seed, again(args, found.seed)));
    }
    code
}

/// The command that runs this schedule once more: all that the network and its plan are made of, and how long it may take.
fn again(args: &RunArgs, seed: u64) -> String {
    let mut words = vec!["csprun run --explore 1 --seed".to_owned(), seed.to_string()];
    for (name, value) in &args.set {
        words.extend(["--set".to_owned(), quote(&format!("{name}={value}")).into_owned()]);
    }
    if let Some(name) = &args.deploy {
        words.extend(["--deploy".to_owned(), quote(name).into_owned()]);
    }
    if args.place.local {
        words.push("--local".to_owned());
    }
    if let Some(n_workers) = args.place.workers {
        words.push(format!("--workers {n_workers}"));
    }
    if let Some(timeout) = args.timeout {
        let (ns, unit) = (timeout.as_nanos(), [("s", 1_000_000_000), ("ms", 1_000_000), ("ns", 1)]);
        let exact = unit.into_iter().find(|(_, length)| ns % length == 0).unwrap_or(("ns", 1));
        words.push(format!("--timeout {}{}", ns / exact.1, exact.0));
    }
    words.push(quote(args.graph.as_deref().unwrap_or_default()).into_owned());
    words.join(" ")
}

fn difference(differs: &Differs) -> Diagnostic {
    let name = &differs.process;
    let message = format!("the output of `{name}` depends on the schedule");
    let error = Diagnostic::without_place(Code::E0905, message);
    let (here, plain) = (String::from_utf8_lossy(&differs.here), String::from_utf8_lossy(&differs.plain));
    match first_difference(&here, &plain) {
        None => error.note("only the ends of lines differ"),
        Some((line, here, plain)) => error
            .note(format!("line {line} in the plain order: {plain}"))
            .note(format!("line {line} in this schedule:   {here}")),
    }
}
