//! What several commands are given.

use std::time::Duration;

use clap::{Args, ValueHint};

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
