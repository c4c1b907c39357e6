//! What the commands are given that concern this machine.

use std::time::Duration;

use clap::{Args, ValueEnum};
use clap_complete::Shell;

use super::given::{GraphArgs, duration};

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
  pipeline-8             eight stages `x + 1` in a graph file, on two workers
  pipeline-64            the same with sixty-four
  mandelbrot             an expression with a loop, a point a token, on one worker
  bulk                   arrays of 65,536 floats, doubled and added up, on one worker
  word-count             the ten most frequent words of 200 MB, on one worker and on two
  farm-any-order         kernels of a microsecond on all cores, results as they come
  farm-in-order          the same, results in the order of the tokens
  sieve                  the first 2000 primes, a process for each, on one worker
  start-up               the whole program with a graph of three processes
  check-10000            `csprun check` on 10,000 processes, beside 1,000

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

/// What `csprun scale --help` ends with.
const SCALE_HELP: &str = "\
The serial part is that of Karp and Flatt: what of the work behaves as if it could not be
shared. Where it grows with the workers, what they tell one another costs more and more.
Output is dropped; a network that reads standard input (`Stdin`) is refused: it comes only once.

Example:
  csprun scale graphs/farm.ron --set limit=2000 --workers 4";

/// `csprun scale graph.ron`
#[derive(Debug, Args)]
#[command(after_help = SCALE_HELP)]
pub struct ScaleArgs {
    #[command(flatten)]
    pub graph: GraphArgs,
    /// The most workers [default: the cores it may use]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// Runs with each number of workers
    #[arg(long, value_name = "N", default_value = "5", value_parser = clap::value_parser!(u16).range(1..))]
    pub samples: u16,
}

/// `csprun new NAME`
#[derive(Debug, Args)]
pub struct NewArgs {
    /// The graph file, with or without .ron; with --rust, the folder
    pub name: String,
    /// A Rust project that runs a graph with a kind of process of its own
    #[arg(long)]
    pub rust: bool,
}

/// `csprun completions SHELL`
#[derive(Debug, Args)]
pub struct CompletionsArgs {
    /// The shell
    pub shell: Shell,
}

/// `csprun man [COMMAND]`
#[derive(Debug, Args)]
pub struct ManArgs {
    /// One of the commands [default: the page of csprun itself]
    pub command: Option<String>,
}
