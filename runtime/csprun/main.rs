//! `csprun graph.ron` runs a network of processes that a person wrote down in one RON file.
//!
//! The command parses what was typed, calls a door of `csprun-dsl` or `csprun-runtime`, and picks the exit code.

mod cli;
mod files;
mod inspect;
mod pages;
mod run;
mod terminal;

use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command};

/// What the command answers to the shell.
mod exit {
    /// Done.
    pub const DONE: u8 = 0;
    /// A process failed, or a file could not be written.
    pub const FAILED: u8 = 1;
    /// The graph has errors.
    pub const ERRORS: u8 = 2;
    /// Wrong usage.
    pub const USAGE: u8 = 3;
}

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
        Command::Expand(args) => inspect::expand(&args),
        Command::Draw(args) => inspect::draw(&args),
        Command::List(args) => pages::list(&args),
        Command::Explain(args) => pages::explain(&args),
    })
}
