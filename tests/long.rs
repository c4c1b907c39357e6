//! What takes long: run by `tests/all.sh --long`, on a release build.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
#[expect(dead_code, reason = "each test file uses its part of what they share")]
mod csprun;

use std::fmt::Write;
use std::fs;
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use csprun::{csprun, file, run};

/// So many numbers through eight stages, added up.
fn stages(n_tokens: u64) -> String {
    format!(
        r#"Network(
            processes: {{
                "numbers": (run: Range(to: {n_tokens})),
                "stage": (run: Identity(), family: 8),
                "sum": (run: Fold(init: 0, expr: "acc + x")),
                "print": (run: Print()),
            }},
            channels: [
                (from: "numbers", to: "stage[0]"),
                (each: {{"i": [1, 8]}}, from: "stage[${{i - 1}}]", to: "stage[${{i}}]"),
                (from: "stage[7]", to: "sum"),
                (from: "sum", to: "print"),
            ],
        )"#
    )
}

/// Most memory that the child has had so far, in KiB; `None` when it has ended.
fn peak(child: &Child) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{}/status", child.id())).ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.trim().strip_suffix(" kB")?.parse().ok()
}

/// Runs the stages; gives the most memory that was seen, in KiB.
#[expect(clippy::print_stdout, reason = "the figures are what one runs it for")]
fn peak_of(n_tokens: u64) -> u64 {
    let path = file(&format!("stages-{n_tokens}.ron"), stages(n_tokens));
    let mut child = csprun([&path]).stdout(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    let mut most = 0;
    while child.try_wait().unwrap().is_none() {
        most = peak(&child).unwrap_or(0).max(most);
        assert!(start.elapsed() < Duration::from_secs(1800), "it hangs");
        thread::sleep(Duration::from_millis(1));
    }
    let seconds = start.elapsed().as_secs_f64();
    println!("{n_tokens} tokens through 8 stages: {seconds:.2} s, at most {most} KiB");
    assert!(most > 0, "nothing was seen of its memory");
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success());
    assert_eq!(String::from_utf8(output.stdout).unwrap().trim(), (n_tokens * (n_tokens - 1) / 2).to_string());
    most
}

#[test]
#[ignore = "takes a minute"]
fn a_hundred_million_tokens_need_no_more_memory_than_a_million() {
    let (few, many) = (peak_of(1_000_000), peak_of(100_000_000));
    // What the allocator keeps varies; a token of eight bytes kept for each hundredth one would be seen.
    assert!(many < few + 8 * 1024, "{few} KiB for a million tokens, {many} KiB for a hundred million");
}

/// 10,000 processes and 20,000 channels in one file: a chain of deltas and merges, each written out.
fn written_out() -> String {
    let (mut processes, mut channels) = (String::new(), String::new());
    for i in 0..5000 {
        writeln!(processes, "\"delta{i}\": (run: Delta()), \"merge{i}\": (run: Merge()),").unwrap();
        for branch in 0..3 {
            writeln!(channels, "(from: \"delta{i}.out[{branch}]\", to: \"merge{i}.in[{branch}]\"),").unwrap();
        }
        if i > 0 {
            writeln!(channels, "(from: \"merge{}\", to: \"delta{i}\"),", i - 1).unwrap();
        }
    }
    writeln!(channels, "(from: \"merge4999\", to: \"delta0\", initial: [0]),").unwrap();
    format!("Network(processes: {{\n{processes}}}, channels: [\n{channels}])\n")
}

/// The same, by families.
const BY_FAMILIES: &str = r#"Network(
    processes: { "delta": (run: Delta(), family: 5000), "merge": (run: Merge(), family: 5000) },
    channels: [
        (each: {"i": 5000, "j": 3}, from: "delta[${i}].out[${j}]", to: "merge[${i}].in[${j}]"),
        (each: {"i": [1, 5000]}, from: "merge[${i - 1}]", to: "delta[${i}]"),
        (from: "merge[4999]", to: "delta[0]", initial: [0]),
    ],
)"#;

#[test]
#[ignore = "slow on a debug build"]
fn ten_thousand_processes_are_checked() {
    for (name, graph) in [("written-out.ron", written_out()), ("by-families.ron", BY_FAMILIES.to_owned())] {
        let path = file(name, graph);
        let start = Instant::now();
        let ended = run(["check".as_ref(), path.as_os_str()]).with_code(0);
        println!("{name} checked in {:.3} s", start.elapsed().as_secs_f64());
        assert!(ended.stdout.contains("10000 processes, 20000 channels, no errors"), "{}", ended.stdout);
    }
}
