//! Runs a graph file inside a Rust program.
//!
//! `cargo run --example run_file` is `csprun graphs/farm.ron --set workers=2` without the command; another file, and other
//! parameters, may be given: `cargo run --example run_file graphs/integrate.ron`.

use std::process::ExitCode;

use csprun_dsl::diagnostic::Diagnostics;
use csprun_dsl::plan::Machine;
use csprun_dsl::render;
use csprun_dsl::resolve::Request;
use csprun_dsl::span::SourceMap;
use csprun_runtime::library::library;
use csprun_runtime::{Files, Options};

/// Shows what was found, with its places in the files.
fn show(found: &Diagnostics, sources: &SourceMap) {
    eprint!("{}", render::text(found, sources, render::Style::default()));
}

fn main() -> ExitCode {
    let mut given = std::env::args().skip(1);
    let file = given.next().unwrap_or_else(|| "graphs/farm.ron".to_owned());
    let mut set: Vec<(String, String)> = given
        .filter_map(|set| set.split_once('=').map(|(name, value)| (name.into(), value.into())))
        .collect();
    if file == "graphs/farm.ron" {
        set.push(("workers".into(), "2".into()));
    }
    let library = library();
    let (network, mut found) =
        csprun_dsl::check(&file, &Files, library.catalog(), &Request { set, deploy: None });
    let mut plan = None;
    if !found.has_errors() {
        let missing;
        (plan, missing) = csprun_dsl::plan(&network, &Machine::with_workers(2));
        found.append(missing);
    }
    show(&found, &network.sources);
    let Some(plan) = plan else { return ExitCode::FAILURE };
    let run = match csprun_runtime::start(&plan, &library, &Options::default()) {
        Ok(run) => run,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    let report = run.wait();
    // Why it failed or is stuck: nothing else says it.
    let mut found = Diagnostics::default();
    report.diagnostics.iter().cloned().for_each(|diagnostic| found.push(diagnostic));
    show(&found, &network.sources);
    report.exit_code().into()
}
