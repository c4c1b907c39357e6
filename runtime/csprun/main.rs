//! `csprun graph.ron` runs a network of processes that a person wrote down in one RON file.
//!
//! The command parses what was typed, calls a door of `csprun-dsl` or `csprun-runtime`, and picks the exit code.

mod about;
mod bench;
mod cli;
mod difference;
mod exit;
mod explore;
mod files;
mod fmt;
mod inspect;
mod metrics;
mod pages;
mod plan;
mod prepare;
mod progress;
mod run;
mod summary;
mod table;
mod terminal;

use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command};

fn main() -> ExitCode {
    let cli = match Cli::try_parse_from(cli::with_run(std::env::args_os())) {
        Ok(cli) => cli,
        Err(error) => {
            // A closed pipe is no reason to complain about usage.
            error.print().ok();
            return ExitCode::from(if error.use_stderr() { exit::USAGE } else { exit::DONE });
        }
    };
    ExitCode::from(match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Check(args) => inspect::check(&args),
        Command::Plan(args) => plan::plan(&args),
        Command::Expand(args) => inspect::expand(&args),
        Command::Draw(args) => inspect::draw(&args),
        Command::Fmt(args) => fmt::fmt(&args),
        Command::Bench(args) => bench::bench(&args),
        Command::List(args) => pages::list(&args),
        Command::Explain(args) => pages::explain(&args),
    })
}
