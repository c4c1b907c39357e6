//! `csprun bench`: how fast this machine is, beside what others can do on it.

use std::collections::BTreeMap;
use std::io::IsTerminal;

use csprun_dsl::diagnostic::did_you_mean;
use csprun_runtime::benchmark::{Effort, Row, Scenario, compare, program, scenarios, table};
use serde_json::{Map, Value, json};

use crate::cli::{BenchArgs, BenchFormat};
use crate::exit;
use crate::terminal::{complain, print};

/// Runs the scenarios that were named, else all.
pub fn bench(args: &BenchArgs) -> u8 {
    let scenarios = all();
    if let Some(name) = args.names.iter().find(|name| !scenarios.iter().any(|one| has(one, name))) {
        let names = scenarios.iter().flat_map(|scenario| scenario.rows().chain([scenario.name]));
        let near = did_you_mean(name, names).map(|near| format!("did you mean `{near}`? "));
        let near = near.unwrap_or_default();
        complain(&format!("unknown scenario `{name}`; {near}`csprun bench --help` lists them"));
        return exit::USAGE;
    }
    if cfg!(debug_assertions) {
        complain("this is a debug build: its figures say nothing of a release build");
    }
    let effort = Effort { n_samples: usize::from(args.samples), time: args.time };
    let mut rows = Vec::new();
    for scenario in &scenarios {
        let is_wanted = |row: &str| {
            args.names.is_empty() || args.names.iter().any(|name| name == row || name == scenario.name)
        };
        if !scenario.rows().any(is_wanted) {
            continue;
        }
        if std::io::stderr().is_terminal() {
            complain(&format!("{}: {}", scenario.name, scenario.summary));
        }
        match compare(scenario, is_wanted, effort) {
            Ok(compared) => rows.extend(compared),
            Err(wrong) => {
                complain(&wrong.to_string());
                return exit::FAILED;
            }
        }
    }
    match args.format {
        BenchFormat::Table => print(&table(&rows)),
        BenchFormat::Json => print(&format!("{:#}\n", json(&rows))),
    }
}

/// The scenarios of the runtime, and those of the command.
fn all() -> Vec<Scenario> {
    // Where the system does not say which program this is, one that is nowhere gives an error of these two.
    let this = std::env::current_exe().unwrap_or_default();
    scenarios().into_iter().chain(program(&this)).collect()
}

/// Whether a scenario or one of its rows has this name.
fn has(scenario: &Scenario, name: &str) -> bool {
    scenario.name == name || scenario.rows().any(|row| row == name)
}

/// The rows for programs, with their raw samples.
fn json(rows: &[Row]) -> Value {
    let n_cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    let machine = json!({ "os": std::env::consts::OS, "arch": std::env::consts::ARCH, "cores": n_cores });
    json!({ "version": env!("CARGO_PKG_VERSION"), "machine": machine, "rows": rows.iter().map(row).collect::<Vec<_>>() })
}

fn row(row: &Row) -> Value {
    let floor = row.floor.as_ref();
    let samples: Map<String, Value> =
        row.samples.iter().map(|(name, samples)| (name.clone(), json!(samples))).collect();
    let absent: BTreeMap<_, _> = row.absent.iter().cloned().collect();
    json!({
        "name": row.name,
        "value": row.value,
        "unit": row.unit,
        "floor": floor.map(|floor| &floor.name),
        "floor_value": floor.map(|floor| floor.value),
        "ratio": floor.map(|floor| floor.ratio),
        "samples": samples,
        "absent": absent,
    })
}

#[cfg(test)]
mod tests {
    use super::all;
    use crate::cli::BENCH_HELP;

    #[test]
    fn the_help_names_every_scenario() {
        let named: Vec<&str> = BENCH_HELP
            .lines()
            .filter_map(|line| line.strip_prefix("  ")?.split_whitespace().next())
            .take_while(|name| *name != "csprun")
            .collect();
        let names: Vec<&str> = all().iter().map(|scenario| scenario.name).collect();
        assert_eq!(named, names);
    }
}
