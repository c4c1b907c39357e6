//! What a run is given.

use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

use super::given::{PlaceArgs, duration, name_and_value};

/// When progress is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum When {
    /// On a terminal
    Auto,
    /// Not at all
    Never,
}

const WATCH: &str = "Watching";
const REPEAT: &str = "Time and order";

const RUN_HELP: &str = "\
The network's own output goes to standard output, everything else to standard error.
Ctrl-C ends the run in order; a second one at once.

Examples:
  csprun graph.ron --set top=3 --workers 4
  csprun graph.ron --profile p.json       then: csprun plan graph.ron --from p.json
  csprun graph.ron --explore 200          look for deadlocks that need an unlucky order
  generate | csprun - --quiet             a graph that another program writes";

/// `csprun [run] graph.ron`
#[derive(Debug, Args)]
#[command(disable_help_flag = true, override_usage = "csprun [run] <GRAPH> [OPTIONS]", after_help = RUN_HELP)]
pub struct RunArgs {
    /// The graph file; `-` reads standard input
    #[arg(required_unless_present = "help", value_hint = ValueHint::FilePath)]
    pub graph: Option<String>,
    /// Set a parameter of the graph; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub set: Vec<(String, String)>,
    /// Choose one of the file's deployments
    #[arg(long, value_name = "NAME")]
    pub deploy: Option<String>,
    #[command(flatten)]
    pub place: PlaceArgs,
    /// End the run after this long, such as 10s or 500ms
    #[arg(long, value_name = "TIME", value_parser = duration, help_heading = REPEAT)]
    pub timeout: Option<Duration>,
    /// Seed of the processes' random numbers
    #[arg(long, value_name = "N", help_heading = REPEAT)]
    pub seed: Option<u64>,
    /// Let time pass only while everything waits for it: an hour of sleep takes no time
    #[arg(long = "virtual", help_heading = REPEAT)]
    pub virtual_time: bool,
    /// Run it under N schedules that are meant to do harm, and show the first that comes out badly. The first schedule is
    /// that of `--seed`, which is 1 if it is left out. `csprun explain exploring` says what is compared and what is left out
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u64).range(1..), help_heading = REPEAT)]
    pub explore: Option<u64>,
    /// Say nothing but errors on standard error; what the network itself writes there still comes, such as the address at
    /// which a `TcpSource` listens
    #[arg(long, short, help_heading = WATCH)]
    pub quiet: bool,
    /// Show how far the run is: `auto` on a terminal, or `never`
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto", hide_possible_values = true, help_heading = WATCH)]
    pub progress: When,
    /// Write what went through every process and channel to this file, as JSON; `-` is standard output
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "explore", help_heading = WATCH)]
    pub metrics: Option<PathBuf>,
    /// Write the same with how long each process ran, by samples; `csprun plan --from FILE` reads it
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath, conflicts_with = "explore", help_heading = WATCH)]
    pub profile: Option<PathBuf>,
    /// Show the graph's own parameters and these options
    #[arg(long, short)]
    pub help: bool,
}
