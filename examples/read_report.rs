//! Runs a network and reads what happened: which process failed, and what went through its channels.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use csprun_dsl::plan::Machine;
use csprun_dsl::resolve::Request;
use csprun_dsl::span::{ReadError, Sources};
use csprun_runtime::library::library;
use csprun_runtime::process::Fate;
use csprun_runtime::{Options, Outcome};

const GRAPH: &str = r#"Network(
    processes: {
        "numbers": (run: Range(from: -3, to: 10)),
        "inverse": (run: Map(expr: "6 / x")),
        "print":   (run: Print()),
    },
    channels: [
        (from: "numbers", to: "inverse", name: "divisors", kind: Rendezvous),
        (from: "inverse", to: "print", name: "quotients"),
    ],
)"#;

struct Inline;

impl Sources for Inline {
    fn read(&self, _from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        Ok((path.to_owned(), GRAPH.to_owned()))
    }
}

fn main() {
    let library = library();
    let (network, found) = csprun_dsl::check("inline", &Inline, library.catalog(), &Request::default());
    let (plan, _) = csprun_dsl::plan(&network, &Machine::with_workers(1));
    let plan = plan.unwrap_or_else(|| panic!("{found:?}"));
    let options = Options { capture: vec!["print".into()], ..Options::default() };
    let report = csprun_runtime::start(&plan, &library, &options).expect("a thread to run on").wait();

    assert_eq!(report.outcome, Outcome::Failed);
    for process in &report.processes {
        if let Some(Fate::Failed(why)) = &process.fate {
            println!("{} failed: {why}", process.name);
        }
        if let Some(output) = &process.output {
            println!("{} wrote {} bytes", process.name, output.len());
        }
    }
    for channel in &report.channels {
        println!("{}: {} tokens received", channel.name, channel.counts.received);
    }
}
