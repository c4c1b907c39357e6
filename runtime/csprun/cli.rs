//! The command line, as typed.

use std::ffi::OsString;
use std::time::Duration;

use clap::builder::styling::{AnsiColor, Styles};
use clap::{Args, Parser, Subcommand, ValueEnum};

const STYLES: Styles = Styles::styled()
    .header(AnsiColor::Green.on_default().bold())
    .usage(AnsiColor::Green.on_default().bold())
    .literal(AnsiColor::Cyan.on_default().bold())
    .placeholder(AnsiColor::Cyan.on_default());

const AFTER_HELP: &str = "\
Examples:
  csprun graphs/hello.ron                 run a graph
  csprun graphs/wordcount.ron --help      the graph's own parameters
  csprun graphs/wordcount.ron --set top=3
  csprun check graph.ron                  all that is wrong with it, at once
  csprun draw graph.ron -o net.svg        its picture
  csprun list Map                         one kind of process
  csprun explain E0203                    what a diagnostic means

Exit codes: 0 done, 1 a process failed, 2 the graph has errors, 3 wrong usage,
4 deadlock, 124 timeout, 130 interrupted";

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
    /// Print the flat graph, after parameters, families and sub-networks
    Expand(GraphArgs),
    /// Draw a graph
    Draw(DrawArgs),
    /// Measure this machine: what csprun costs beside channels of others
    Bench(BenchArgs),
    /// List the kinds of processes, or show one
    List(ListArgs),
    /// Explain a diagnostic: what it means, its smallest example, the fix
    Explain(ExplainArgs),
}

/// All commands.
pub const NAMES: [&str; 8] = ["run", "check", "expand", "draw", "bench", "list", "explain", "help"];

/// A graph file and what it is given.
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// The graph file; `-` reads standard input
    pub graph: String,
    /// Set a parameter of the graph; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub set: Vec<(String, String)>,
    /// Choose one of the file's deployments
    #[arg(long, value_name = "NAME")]
    pub deploy: Option<String>,
}

/// `csprun [run] graph.ron`
#[derive(Debug, Args)]
#[command(disable_help_flag = true)]
pub struct RunArgs {
    /// The graph file; `-` reads standard input
    #[arg(required_unless_present = "help")]
    pub graph: Option<String>,
    /// Set a parameter of the graph; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub set: Vec<(String, String)>,
    /// Choose one of the file's deployments
    #[arg(long, value_name = "NAME")]
    pub deploy: Option<String>,
    /// Put everything in this program, whatever a deployment says
    #[arg(long)]
    pub local: bool,
    /// OS threads that carry light processes [default: the cores it may use]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// End the run after this long, such as 10s or 500ms
    #[arg(long, value_name = "TIME", value_parser = duration)]
    pub timeout: Option<Duration>,
    /// Seed of the processes' random numbers
    #[arg(long, value_name = "N")]
    pub seed: Option<u64>,
    /// Run it under N schedules that are meant to do harm, and show the first that comes out badly; `--seed` is then
    /// that of the first schedule [default: 1]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..))]
    pub explore: Option<u64>,
    /// Say nothing but errors on standard error
    #[arg(long, short)]
    pub quiet: bool,
    /// Show the graph's own parameters and these options
    #[arg(long, short)]
    pub help: bool,
}

/// How diagnostics are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people, on standard error
    Text,
    /// For programs, on standard output
    Json,
}

/// `csprun check graph.ron`
#[derive(Debug, Args)]
pub struct CheckArgs {
    #[command(flatten)]
    pub graph: GraphArgs,
    /// How to print what was found
    #[arg(long, value_enum, default_value = "text")]
    pub format: Format,
}

/// Languages of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Picture {
    /// A picture that stands alone
    Svg,
    /// Graphviz
    Dot,
    /// Mermaid, for Markdown
    Mmd,
}

/// `csprun draw graph.ron`
#[derive(Debug, Args)]
pub struct DrawArgs {
    #[command(flatten)]
    pub graph: GraphArgs,
    /// Where to draw: a file that ends in .svg, .dot or .mmd [default: standard output]
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<std::path::PathBuf>,
    /// The language [default: by the file's ending, else svg]
    #[arg(long, value_enum)]
    pub format: Option<Picture>,
}

/// What `csprun bench --help` ends with.
pub const BENCH_HELP: &str = "\
Scenarios:
  commstime              a ring of three processes and a consumer, rendezvous
  ping-pong-one-worker   there and back, rendezvous, both on one worker
  ping-pong-two-workers  the same, each on a worker of its own
  ping-pong-threads      the same, each on a thread that blocks
  stream-spsc            a channel of 1024 slots between two workers
  alternation-8x8        a fair choice among 8 channels with 8 writers each
  alternation-16x1       a fair choice among 16 channels with a writer each
  alternation-1000       a fair choice among 1,000 channels, beside 8
  fan-in-1000            one channel with 1,000 writers, beside 8
  spawn-join             1,000,000 processes, spawned and joined

Each row is the median of its samples; contenders run by turns. The floor is the fastest
of the others, and the ratio the median over samples taken side by side: below 1, csprun
is faster. Use a release build, and leave the machine alone meanwhile.

Examples:
  csprun bench commstime alternation-8x8
  csprun bench --samples 15 --format json > speeds.json";

/// How speeds are printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum BenchFormat {
    /// For people
    Table,
    /// For programs, with the raw samples
    Json,
}

/// `csprun bench [NAME ...]`
#[derive(Debug, Args)]
#[command(after_help = BENCH_HELP)]
pub struct BenchArgs {
    /// Scenarios, or single rows of them [default: all]
    #[arg(value_name = "NAME")]
    pub names: Vec<String>,
    /// How to print the rows
    #[arg(long, value_enum, default_value = "table")]
    pub format: BenchFormat,
    /// Samples of each contender
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u16).range(1..))]
    pub samples: u16,
    /// About how long a sample takes; 0s: the smallest that there is
    #[arg(long, value_name = "TIME", default_value = "60ms", value_parser = duration)]
    pub time: Duration,
}

/// `csprun list [KIND]`
#[derive(Debug, Args)]
pub struct ListArgs {
    /// A kind of process
    pub kind: Option<String>,
}

/// `csprun explain E0203`
#[derive(Debug, Args)]
pub struct ExplainArgs {
    /// A code such as E0203, `expressions` for the language, `scripts` for processes in it [default: all codes]
    #[arg(value_name = "CODE")]
    pub topic: Option<String>,
}

/// Puts `run` before the first word unless that is a command or asks for help: `csprun graph.ron` runs.
pub fn with_run(args: impl Iterator<Item = OsString>) -> Vec<OsString> {
    let mut args: Vec<OsString> = args.collect();
    if let Some(first) = args.get(1).and_then(|first| first.to_str())
        && !NAMES.contains(&first)
        && !matches!(first, "-h" | "--help" | "-V" | "--version")
    {
        args.insert(1, "run".into());
    }
    args
}

fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

fn duration(text: &str) -> Result<Duration, String> {
    csprun_dsl::fields::parse_duration(text)
        .ok_or_else(|| "write a number and one of ns, us, ms, s, min, h".into())
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
