//! Scenarios that start the command itself, as a person does.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use super::scenario::{Ran, Scenario};

/// Three processes and two channels, as in graphs/hello.ron.
const HELLO: &str = r#"Network(
    processes: {
        "names": (run: Values(values: ["world", "CSP"])),
        "greet": (run: Map(expr: "\"Hello, \" + x + \"!\"")),
        "print": (run: Print()),
    },
    channels: [(from: "names", to: "greet"), (from: "greet", to: "print")],
)"#;

/// The limit of a start.
const NOTHING: &str = "csprun --version";
/// The smaller check.
const SMALLER: &str = "1,000 processes";

/// The scenarios of the program `csprun` that stands there.
pub(super) fn scenarios(csprun: &Path) -> [Scenario; 2] {
    let csprun: Arc<Path> = csprun.into();
    let with = |once: fn(&Path) -> u64| {
        let csprun = Arc::clone(&csprun);
        move |n| repeated(n, || once(&csprun))
    };
    let started = "a graph of three processes: the whole program, from its start to its end";
    let hello = with(|csprun| u64::from(answer(csprun, &["-"], HELLO) == "Hello, world!\nHello, CSP!\n"));
    let version = with(|csprun| u64::from(answer(csprun, &["--version"], "").starts_with("csprun ")));
    let start = Scenario::new("start-up", started, "start", |n| n);
    let start = Scenario { least: 1, ..start }.ours("start-up", hello).by_hand(NOTHING, version);
    let checked = "10,000 processes checked: the whole program, beside 1,000 of them";
    let check = Scenario::new("check-10000", checked, "process", |n| n * PROCESSES);
    let check = Scenario { n_operations: PROCESSES, least: 1, against: Some(SMALLER), ..check };
    let mut check = check.ours("check-10000", with(|csprun| check_of(csprun, PROCESSES)));
    check.peer(SMALLER, with(|csprun| (0..10).map(|_| check_of(csprun, PROCESSES / 10)).sum()));
    [start, check]
}

const PROCESSES: u64 = 10_000;

/// Does it that many times; the result is the sum of what each gives.
fn repeated(n: u64, once: impl Fn() -> u64) -> Ran {
    Ran::timed(|| (0..n).map(|_| once()).sum())
}

/// Checks a graph of that many processes; gives their number as the program says it.
fn check_of(csprun: &Path, n_processes: u64) -> u64 {
    let said = answer(csprun, &["check", "-"], &rows(n_processes));
    said.split_whitespace().nth(1).and_then(|number| number.parse().ok()).unwrap_or(0)
}

/// A graph of rows of four.
fn rows(n_processes: u64) -> String {
    let mut processes = String::from("Network(processes: {\n");
    let mut channels = String::from("}, channels: [\n");
    for row in 0..n_processes / 4 {
        let kinds =
            ["Range(to: 10)", r#"Map(expr: "x * 2 + 1")"#, r#"Filter(expr: "x % 3 == 0")"#, "BlackHole()"];
        for (at, kind) in kinds.iter().enumerate() {
            // Writing to a `String` cannot fail.
            writeln!(processes, "\"p{row}_{at}\": (run: {kind}),").ok();
        }
        for at in 1..kinds.len() {
            writeln!(channels, "(from: \"p{row}_{}\", to: \"p{row}_{at}\"),", at - 1).ok();
        }
    }
    format!("{processes}{channels}])")
}

/// Standard output of the program with these words and this on standard input; nothing if it does not run.
#[expect(clippy::disallowed_methods, reason = "it is waited for")]
fn answer(csprun: &Path, args: &[&str], input: &str) -> String {
    let run = || {
        let mut command = Command::new(csprun);
        command.args(args).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = command.spawn()?;
        if let Some(mut stdin) = child.stdin.take() {
            // A program that does not read says so by what it answers.
            stdin.write_all(input.as_bytes()).ok();
        }
        child.wait_with_output()
    };
    run().map_or_else(|_| String::new(), |output| String::from_utf8_lossy(&output.stdout).into_owned())
}
