//! What the commands are given that run nothing.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::given::GraphArgs;

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

/// How a plan is printed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum PlanFormat {
    /// Tables, for people
    Text,
    /// For programs
    Json,
}

/// `csprun plan graph.ron`
#[derive(Debug, Args)]
pub struct PlanArgs {
    #[command(flatten)]
    pub graph: GraphArgs,
    /// Put everything in this program, whatever a deployment says
    #[arg(long)]
    pub local: bool,
    /// OS threads that carry light processes [default: the cores it may use]
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..=1024))]
    pub workers: Option<u16>,
    /// Say who will have most to do, by what `csprun run --profile FILE` wrote
    #[arg(long, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub from: Option<PathBuf>,
    /// How to print the plan; in JSON `fused` says of each process whether it shares its loop with others, which none
    /// does in this build
    #[arg(long, value_enum, default_value = "text")]
    pub format: PlanFormat,
}

/// Languages of pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Picture {
    /// A picture that stands alone
    Svg,
    /// A page for a browser, to move and to zoom
    Html,
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
    /// Where to draw: a file that ends in .svg, .html, .dot or .mmd [default: standard output]
    #[arg(long, short, value_name = "FILE", value_hint = ValueHint::FilePath)]
    pub output: Option<PathBuf>,
    /// The language [default: by the file's ending, else svg]
    #[arg(long, value_enum)]
    pub format: Option<Picture>,
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
    /// A code such as E0203, `expressions` for the language, `scripts` for processes in it, `exploring` for what --explore
    /// does [default: all codes]
    #[arg(value_name = "CODE")]
    pub topic: Option<String>,
}

/// `csprun fmt graph.ron`
#[derive(Debug, Args)]
pub struct FmtArgs {
    /// The files; `-` formats standard input to standard output
    #[arg(value_name = "FILE", required = true, value_hint = ValueHint::FilePath)]
    pub files: Vec<String>,
    /// Change nothing; print the names of files that are not formatted, and exit with 1 if there are any
    #[arg(long)]
    pub check: bool,
}
