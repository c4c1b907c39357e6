//! The table of `csprun bench` with more peers: kanal, and Go where it is installed; and the memory of a process.
//!
//! ```text
//! cargo bench --bench peers -- [NAME ..] [--samples N]
//! cargo bench --bench peers -- --one SCENARIO CONTENDER ROUNDS    once: nanoseconds, result, peak of memory
//! ```

#![expect(clippy::print_stdout, reason = "a bench prints its figures")]

#[path = "peers/command.rs"]
mod command;
#[path = "peers/go.rs"]
mod go;
#[path = "peers/kanal.rs"]
mod kanal;
#[path = "peers/memory.rs"]
mod memory;

use std::process::ExitCode;
use std::time::Duration;

use csprun_runtime::benchmark::{Effort, Row, Scenario, compare, scenarios, table};

const USAGE: u8 = 3;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if let ["--one", scenario, contender, n_rounds] = words.iter().map(String::as_str).collect::<Vec<_>>()[..]
    {
        return one(scenario, contender, n_rounds);
    }
    // `cargo bench` says so; `cargo test` runs everything once, to see that it does what it measures.
    let is_test = !words.iter().any(|word| word == "--bench");
    all(&words, is_test)
}

/// Every scenario with every peer that there is.
fn everybody() -> Vec<Scenario> {
    let mut scenarios = scenarios();
    kanal::add(&mut scenarios);
    go::add(&mut scenarios);
    scenarios
}

/// One run of one contender.
fn one(scenario: &str, contender: &str, n_rounds: &str) -> ExitCode {
    let mut scenarios = scenarios();
    kanal::add(&mut scenarios);
    let scenario = scenarios.iter().find(|one| one.name == scenario);
    let contender = scenario.and_then(|one| one.contenders.iter().find(|one| one.name == contender));
    let (Some(scenario), Some(contender), Ok(n_rounds)) = (scenario, contender, n_rounds.parse()) else {
        eprintln!("usage: --one SCENARIO CONTENDER ROUNDS");
        return ExitCode::from(USAGE);
    };
    let ran = contender.run(n_rounds);
    println!("{} {} {}", ran.elapsed.as_nanos(), ran.result, memory::peak().unwrap_or(0));
    ExitCode::from(u8::from(ran.result != (scenario.expected)(n_rounds)))
}

/// The table.
fn all(words: &[String], is_test: bool) -> ExitCode {
    let mut effort = if is_test { Effort { n_samples: 1, time: Duration::ZERO } } else { Effort::default() };
    let mut names = Vec::new();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        match word.as_str() {
            "--samples" => effort.n_samples = words.next().and_then(|n| n.parse().ok()).unwrap_or(5),
            word if word.starts_with('-') => {}
            name => names.push(name),
        }
    }
    let mut scenarios = everybody();
    // A test must not depend on what was built before it, and the command has one of its own.
    if !is_test {
        command::add(&mut scenarios);
    }
    let mut rows: Vec<Row> = Vec::new();
    for scenario in &scenarios {
        let is_wanted =
            |row: &str| names.is_empty() || names.iter().any(|n| *n == row || *n == scenario.name);
        if !scenario.rows().any(is_wanted) {
            continue;
        }
        match compare(scenario, is_wanted, effort) {
            Ok(compared) => rows.extend(compared),
            Err(wrong) => {
                eprintln!("{wrong}");
                return ExitCode::FAILURE;
            }
        }
    }
    if names.is_empty() || names.iter().any(|name| name.starts_with("spawn-join")) {
        rows.extend(memory::row(&scenarios, effort));
    }
    if is_test {
        println!("{} rows: every contender did the work", rows.len());
    } else {
        show(&rows);
    }
    ExitCode::SUCCESS
}

/// The table, and all samples below it.
fn show(rows: &[Row]) {
    print!("{}", table(rows));
    for row in rows {
        println!("\n{}, {}, all samples:", row.name, row.unit);
        for (name, samples) in &row.samples {
            let samples: Vec<String> = samples.iter().map(|sample| format!("{sample:.1}")).collect();
            println!("  {name}: {}", samples.join(" "));
        }
    }
}
