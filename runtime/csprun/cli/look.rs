//! What the commands are given that run nothing.

use std::path::PathBuf;

use clap::{Args, ValueEnum, ValueHint};

use super::given::{GraphArgs, PLACE, PlaceArgs};

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
    #[command(flatten)]
    pub place: PlaceArgs,
    /// Plan for K MPI ranks; this build keeps the network in one program, and refuses more than 1
    #[arg(long, value_name = "K", default_value_t = 1, hide_default_value = true, help_heading = PLACE)]
    pub ranks: u16,
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
