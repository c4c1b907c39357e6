//! The command line, as typed.

mod given;
mod look;
mod run;
mod tools;

use std::ffi::OsString;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Parser, Subcommand};
use csprun_dsl::diagnostic::did_you_mean;

pub use given::{GpuWhen, GraphArgs, PlaceArgs};
pub use look::{CheckArgs, DrawArgs, ExplainArgs, FmtArgs, Format, ListArgs, Picture, PlanArgs, PlanFormat};
pub use run::{RunArgs, When};
#[cfg(test)]
pub use tools::BENCH_HELP;
pub use tools::{BenchArgs, BenchFormat, CompletionsArgs, ManArgs, NewArgs, ScaleArgs};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER_HELP: &str = "\
Examples:
  csprun new first                        a graph to begin with: first.ron
  csprun first.ron                        run a graph
  csprun graphs/wordcount.ron --help      the graph's own parameters
  csprun graphs/wordcount.ron --set top=3
  csprun check graph.ron                  all that is wrong with it, at once
  csprun draw graph.ron -o net.svg        its picture
  csprun plan graph.ron                   what will run where
  csprun list Map                         one kind of process
  csprun explain E0203                    what a diagnostic means

Exit codes: 0 done, 1 a process failed or a file could not be written, 2 the graph has errors, is
not there or cannot be run so, 3 wrong usage, 4 deadlock, 124 timeout, 130 interrupted";

/// Runs a network of communicating processes declared in one RON file.
#[derive(Debug, Parser)]
#[command(name = "csprun", version, styles = STYLES, after_help = AFTER_HELP, arg_required_else_help = true)]
#[command(override_usage = "csprun [run] <GRAPH> [OPTIONS]\n       csprun <COMMAND> ..")]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Run a graph; `run` may be left out
    Run(RunArgs),
    /// Report everything that is wrong with a graph, and run nothing
    Check(CheckArgs),
    /// Show what will run where: workers, threads, channels
    Plan(PlanArgs),
    /// Draw a graph
    Draw(DrawArgs),
    /// Format graph files; comments and line ends stay
    Fmt(FmtArgs),
    /// Print the flat graph, after parameters, families and sub-networks
    Expand(GraphArgs),
    /// List the kinds of processes, or show one
    List(ListArgs),
    /// Explain a diagnostic: what it means, its smallest example, the fix
    Explain(ExplainArgs),
    /// Begin: a graph that runs, or a Rust project with one
    New(NewArgs),
    /// Measure this machine: what csprun costs beside channels of others
    Bench(BenchArgs),
    /// Run a graph with 1, 2, .. workers, and say what more of them bring
    Scale(ScaleArgs),
    /// Look what this machine has, and say what it means for a run
    Doctor,
    /// Print what completes the command in a shell
    #[command(after_help = COMPLETIONS_HELP)]
    Completions(CompletionsArgs),
    /// Print a manual page: `csprun man | man -l -`
    Man(ManArgs),
}

const COMPLETIONS_HELP: &str = "\
Examples:
  csprun completions bash > ~/.local/share/bash-completion/completions/csprun
  csprun completions zsh > ~/.zfunc/_csprun      with `fpath+=~/.zfunc` before `compinit`
  csprun completions fish > ~/.config/fish/completions/csprun.fish";

/// All commands.
pub const NAMES: &[&str] = &[
    "run",
    "check",
    "plan",
    "draw",
    "fmt",
    "expand",
    "list",
    "explain",
    "new",
    "bench",
    "scale",
    "doctor",
    "completions",
    "man",
    "help",
];

/// Puts `run` before the first word unless that is a command or asks for help: `csprun graph.ron` runs.
pub fn with_run(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.collect();
    // `csprun help --help` asks for the help too.
    if args.len() == 3 && args[1] == "help" && (args[2] == "--help" || args[2] == "-h") {
        args.remove(1);
    }
    if let Some(first) = args.get(1).and_then(|first| first.to_str())
        && !NAMES.contains(&first)
        && !matches!(first, "-h" | "--help" | "-V" | "--version")
    {
        args.insert(1, "run".into());
    }
    args
}

/// What may have been meant by a word that is no command, and whether that is one.
pub fn near(word: &str) -> (String, bool) {
    match did_you_mean(word, NAMES.iter().copied()) {
        Some(near) => (format!("did you mean `csprun {near}`?"), true),
        None => ("`csprun --help` lists the commands".to_owned(), false),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::{Cli, NAMES, with_run};

    #[test]
    fn the_command_line_is_consistent() {
        let command = Cli::command();
        command.clone().debug_assert();
        assert!(command.get_subcommands().all(|sub| NAMES.contains(&sub.get_name())));
        assert_eq!(command.get_subcommands().count() + 1, NAMES.len(), "and `help`");
    }

    #[test]
    fn a_first_word_that_is_no_command_is_a_graph() {
        let words = |text: &str| with_run(text.split(' ').map(Into::into));
        assert_eq!(words("csprun a.ron"), ["csprun", "run", "a.ron"]);
        assert_eq!(words("csprun ./check"), ["csprun", "run", "./check"]);
        assert_eq!(words("csprun check a.ron"), ["csprun", "check", "a.ron"]);
        assert_eq!(words("csprun --help"), ["csprun", "--help"]);
        assert_eq!(words("csprun -"), ["csprun", "run", "-"]);
    }
}
