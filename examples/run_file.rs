//! Runs a graph file inside a Rust program.
//!
//! `cargo run --example run_file` is `csprun graphs/farm.ron --set workers=2` without the command.

use std::fs;
use std::process::ExitCode;

use csprun_dsl::plan::Machine;
use csprun_dsl::resolve::Request;
use csprun_dsl::span::{ReadError, Sources};
use csprun_runtime::Options;
use csprun_runtime::library::library;

/// Where texts come from: here the graph's folder.
struct Folder(&'static str);

impl Sources for Folder {
    fn read(&self, _from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        let path = format!("{}/{path}", self.0);
        let text = fs::read_to_string(&path).map_err(|error| ReadError(error.to_string()))?;
        Ok((path, text))
    }
}

fn main() -> ExitCode {
    let library = library();
    let request = Request { set: vec![("workers".into(), "2".into())], deploy: None };
    let (network, mut found) = csprun_dsl::check("farm.ron", &Folder("graphs"), library.catalog(), &request);
    let mut plan = None;
    if !found.has_errors() {
        let missing;
        (plan, missing) = csprun_dsl::plan(&network, &Machine { n_workers: 2 });
        found.append(missing);
    }
    eprint!("{}", csprun_dsl::render::text(&found, &network.sources, csprun_dsl::render::Style::default()));
    let Some(plan) = plan else { return ExitCode::FAILURE };
    match csprun_runtime::start(&plan, &library, &Options::default()) {
        Ok(run) => run.wait().exit_code().into(),
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
