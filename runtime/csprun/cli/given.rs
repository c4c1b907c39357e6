//! What several commands are given.

use std::time::Duration;

use clap::{Args, ValueEnum, ValueHint};

/// A graph file and what it is given.
#[derive(Debug, Args)]
pub struct GraphArgs {
    /// The graph file; `-` reads standard input
    #[arg(value_hint = ValueHint::FilePath)]
    pub graph: String,
    /// Set a parameter of the graph; may be repeated
    #[arg(long = "set", value_name = "NAME=VALUE", value_parser = name_and_value)]
    pub set: Vec<(String, String)>,
    /// Choose one of the file's deployments
    #[arg(long, value_name = "NAME")]
    pub deploy: Option<String>,
}

/// What the processes are put on.
#[derive(Debug, Args)]
pub struct PlaceArgs {
    /// Put everything in this program, whatever a deployment says
    #[arg(long)]
    pub local: bool,
    /// OS threads that carry light processes [default: the cores it may use]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// Deal the network over N more OS processes; this build keeps it in one program, and refuses more than 0
    #[arg(long, value_name = "N", default_value_t = 0, hide_default_value = true, conflicts_with = "local")]
    #[arg(help_heading = PLACE)]
    pub children: u16,
    /// Where no device is there for a place on one, as in this build: `auto` has the CPU stand in and says so, `none`
    /// has it stand in, `require` refuses
    #[arg(long, value_enum, value_name = "WHEN", default_value = "auto", hide_possible_values = true, help_heading = PLACE)]
    pub gpu: GpuWhen,
    /// Keep every process apart from its neighbours, as this build does anyway
    #[arg(long, help_heading = PLACE)]
    pub no_fuse: bool,
}

pub(super) const PLACE: &str = "Places";

/// `--gpu`
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum GpuWhen {
    /// The CPU stands in, and a warning says so
    Auto,
    /// The CPU does it
    None,
    /// Nothing stands in
    Require,
}

/// `NAME=VALUE`
pub(super) fn name_and_value(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE".to_owned()),
    }
}

/// `10s`, `500ms`
pub(super) fn duration(text: &str) -> Result<Duration, String> {
    csprun_dsl::fields::parse_duration(text)
        .ok_or_else(|| "write a number and one of ns, us, ms, s, min, h".into())
}
