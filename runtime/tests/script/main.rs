//! The kind `Script`: what each function does, how a script ends, and that nothing a script does brings the run down.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod choice;
mod endless;
mod ends;
mod failing;
mod guide;
mod language;
mod meet;
mod mobile;
mod ports;
mod spawn;
mod stuck;
mod transit;
mod unread;
mod virtual_time;

use std::sync::{Arc, Mutex};
use std::time::Duration;

use csprun_dsl::diagnostic::Diagnostics;
use csprun_dsl::plan::{Machine, Plan};
use csprun_dsl::render::{Style, text};
use csprun_dsl::resolve::Request;
use csprun_dsl::span::{ReadError, Sources};
use csprun_dsl::{check, plan};
use csprun_runtime::library::library;
use csprun_runtime::testing::within;
use csprun_runtime::{Options, Report, start};

/// A graph file and the file of a script.
struct Files(String, &'static str);

impl Sources for Files {
    fn read(&self, from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        let text = if from.is_none() { &self.0 } else { self.1 };
        Ok((path.to_owned(), text.to_owned()))
    }
}

/// What became of a run.
struct Ran {
    stdout: String,
    stderr: String,
    report: Report,
}

impl Ran {
    /// The headlines and notes of the report.
    fn said(&self) -> String {
        let lines = |diagnostic: &csprun_dsl::diagnostic::Diagnostic| {
            let notes: Vec<String> = diagnostic.notes.iter().map(|note| format!("\n{note}")).collect();
            format!("{}: {}{}\n", diagnostic.code, diagnostic.message, notes.concat())
        };
        self.report.diagnostics.iter().map(lines).collect()
    }

    /// What it printed, if it ended with exit code 0.
    fn printed(&self) -> &str {
        assert_eq!(self.report.exit_code(), 0, "{}", self.said());
        &self.stdout
    }
}

/// Plans a graph whose scripts may stand in a file; or what is wrong with it.
fn planned(graph: &str, file: &'static str) -> Result<Plan, String> {
    let sources = Files(graph.to_owned(), file);
    let (network, mut found) = check("graph.ron", &sources, library().catalog(), &Request::default());
    let plan = if found.has_errors() {
        (None, Diagnostics::default())
    } else {
        plan(&network, &Machine::with_workers(2))
    };
    found.append(plan.1);
    plan.0.ok_or_else(|| text(&found, &network.sources, Style::default()))
}

/// Runs a graph whose scripts may stand in a file.
fn run_files(graph: &str, file: &'static str, timeout: Duration) -> Result<Ran, String> {
    run_with(graph, file, Options { timeout: Some(timeout), ..Options::default() })
}

/// Runs a graph in this way.
fn run_with(graph: &str, file: &'static str, options: Options) -> Result<Ran, String> {
    let (plan, library) = (planned(graph, file)?, library());
    let (stdout, stderr) = (Arc::new(Mutex::new(Vec::new())), Arc::new(Mutex::new(Vec::new())));
    let options = Options { stdout: Some(stdout.clone()), stderr: Some(stderr.clone()), ..options };
    let report = within(Duration::from_secs(60), move || start(&plan, &library, &options).unwrap().wait());
    let read = |sink: &Mutex<Vec<u8>>| String::from_utf8(sink.lock().unwrap().clone()).unwrap();
    Ok(Ran { stdout: read(&stdout), stderr: read(&stderr), report })
}

/// Runs a graph.
fn run(graph: &str) -> Ran {
    run_files(graph, "", Duration::from_secs(30)).unwrap_or_else(|found| panic!("{found}"))
}

/// A script between the numbers 0 to 4 and a printer.
fn between(code: &str) -> String {
    format!(
        "Network(
            processes: {{
                \"numbers\": (run: Range(to: 5)),
                \"script\": (run: Script(code: {code:?})),
                \"print\": (run: Print()),
            }},
            channels: [(from: \"numbers\", to: \"script\"), (from: \"script\", to: \"print\")],
        )"
    )
}

/// A script without ports.
fn alone(code: &str) -> String {
    format!("Network(processes: {{\"script\": (run: Script(inputs: [], outputs: [], code: {code:?}))}})")
}

/// Pairs a script with others: each with its name, its ports and its code.
fn scripts(scripts: &[(&str, &str, &str)], channels: &str) -> String {
    let process = |(name, ports, code): &(&str, &str, &str)| {
        format!("\"{name}\": (run: Script({ports}, code: {code:?})),\n")
    };
    let processes: String = scripts.iter().map(process).collect();
    format!("Network(processes: {{ {processes} }}, channels: [{channels}])")
}
