//! `csprun graph.ron` runs a network of processes that a person wrote down in one RON file.
//!
//! The command parses what was typed, calls a door of `csprun-dsl` or `csprun-runtime`, and picks the exit code.

mod about;
mod bench;
mod cli;
mod difference;
mod doctor;
mod exit;
mod expected;
mod explore;
mod figures;
mod fmt;
mod inspect;
mod metrics;
mod mistake;
mod new;
mod pages;
mod plan;
mod prepare;
mod profile;
mod progress;
mod quote;
mod replace;
mod run;
mod scale;
mod shell;
mod summary;
mod table;
mod terminal;

use std::process::ExitCode;

use clap::Parser;
use cli::{Cli, Command};

fn main() -> ExitCode {
    let args = cli::with_run(std::env::args_os());
    if let Some(code) = mistake::before(&args) {
        return ExitCode::from(code);
    }
    let cli = match Cli::try_parse_from(&args) {
        Ok(cli) => cli,
        Err(said) => return ExitCode::from(mistake::after(said, &args)),
    };
    ExitCode::from(match cli.command {
        Command::Run(args) => run::run(&args),
        Command::Check(args) => inspect::check(&args),
        Command::Plan(args) => plan::plan(&args),
        Command::Expand(args) => inspect::expand(&args),
        Command::Draw(args) => inspect::draw(&args),
        Command::Fmt(args) => fmt::fmt(&args),
        Command::New(args) => new::new(&args),
        Command::Bench(args) => bench::bench(&args),
        Command::Scale(args) => scale::scale(&args),
        Command::Doctor => doctor::doctor(),
        Command::Completions(args) => shell::completions(&args),
        Command::Man(args) => shell::man(&args),
        Command::List(args) => pages::list(&args),
        Command::Explain(args) => pages::explain(&args),
    })
}
