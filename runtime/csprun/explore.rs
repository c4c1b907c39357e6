//! `csprun run --explore N graph.ron`: one network under many schedules.

use std::io::Write;

use csprun_dsl::diagnostic::{Code, Diagnostic, Diagnostics};
use csprun_dsl::network::Network;
use csprun_dsl::plan::Plan;
use csprun_runtime::explore::{self, Differs, Explored, Found};
use csprun_runtime::library::Library;
use csprun_runtime::{Options, Outcome};

use crate::cli::RunArgs;
use crate::difference::first_difference;
use crate::exit;
use crate::terminal::{complain, print, show};

/// The first schedule where `--seed` does not say.
const FIRST: u64 = 1;

/// Tries `n` schedules.
pub fn explore(args: &RunArgs, n: u64, network: &Network, plan: &Plan, library: &Library) -> u8 {
    let options = Options { timeout: args.timeout, interrupt: true, ..Options::default() };
    let explored = match explore::explore(plan, library, &options, n, args.seed.unwrap_or(FIRST)) {
        Ok(explored) => explored,
        Err(error) => {
            complain(&error.to_string());
            return exit::FAILED;
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
    if let Some(differs) = &found.differs {
        diagnostics.push(difference(differs));
    }
    show(&diagnostics, &network.sources);
    let seed = found.seed;
    let graph = args.graph.as_deref().unwrap_or_default();
    if found.report.outcome != Outcome::Interrupted {
        complain(&format!(
            "under the schedule of seed {seed}; again: csprun run --explore 1 --seed {seed} {graph}"
        ));
    }
    if found.differs.is_some() { exit::FAILED } else { found.report.exit_code() }
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
