//! The embedding examples run, and print what they promise.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::process::Command;

/// Standard output of `cargo run --example NAME`, which must succeed.
#[expect(clippy::disallowed_methods, reason = "it is waited for")]
fn example(name: &str) -> String {
    let args = ["run", "--quiet", "--offline", "--example", name];
    let output =
        Command::new(env!("CARGO")).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    assert!(output.status.success(), "{name}: {}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn a_program_runs_a_graph_file() {
    assert_eq!(example("run_file"), "6 is perfect\n28 is perfect\n496 is perfect\n");
}

/// `cargo run --example run_file FILE`: what it printed as diagnostics, and its exit code.
#[expect(clippy::disallowed_methods, reason = "it is waited for")]
fn run_file(file: &str) -> (Vec<u8>, String, Option<i32>) {
    let args = ["run", "--quiet", "--offline", "--example", "run_file", "--", file];
    let output =
        Command::new(env!("CARGO")).args(args).current_dir(env!("CARGO_MANIFEST_DIR")).output().unwrap();
    (output.stdout, String::from_utf8(output.stderr).unwrap(), output.status.code())
}

#[test]
fn a_program_finds_sub_networks_beside_the_graph_and_shows_what_went_wrong() {
    // It opens `lib/sieve.ron`, which opens itself as `sieve.ron`.
    let (stdout, ..) = run_file("graphs/sieve.ron");
    assert_eq!(String::from_utf8(stdout).unwrap(), include_str!("../graphs/sieve.expected"));
    let (_, stderr, code) = run_file("graphs/dining.ron");
    assert!(code == Some(4) && stderr.contains("error[E0901]: deadlock"), "{code:?}: {stderr}");
}

#[test]
fn a_program_adds_a_kind_of_its_own() {
    assert_eq!(example("own_kind"), "6\n3\n10\n5\n16\n8\n4\n2\n1\n");
}

#[test]
fn a_program_reads_what_happened() {
    let printed = example("read_report");
    assert!(printed.starts_with("-2\n-3\n-6\ninverse failed: `6 / x` failed with x = 0: "), "{printed}");
    assert!(printed.contains("print wrote 9 bytes\n"), "{printed}");
    assert!(printed.ends_with("quotients: 3 tokens received\n"), "{printed}");
}

#[test]
fn a_program_describes_a_network_of_closures() {
    let numbers: String = (0..10).map(|n| format!("{n}\n")).collect();
    let printed = example("commstime");
    assert!(printed.starts_with(&numbers), "{printed}");
    assert!(printed.ends_with("d: 10 tokens received\n"), "{printed}");
}

#[test]
fn a_process_chooses_among_inputs_outputs_and_time() {
    assert_eq!(example("choice"), "1\n2\n3\n4\n5\nnothing more\n");
}

#[test]
fn a_process_spawns_others_while_it_runs() {
    assert_eq!(example("sieve"), "2000 primes, the last is 17389\n");
}

#[test]
fn a_program_speaks_with_its_network_from_its_own_thread() {
    assert_eq!(example("own_thread"), "1 * 1 = 1\n2 * 2 = 4\n3 * 3 = 9\n");
}

#[test]
fn kinds_that_capture_ends_feed_a_graph_and_take_from_it() {
    assert_eq!(example("feed_and_take"), "1\n3\n6\n10\n");
}

#[test]
fn closures_call_a_server() {
    assert_eq!(example("bank"), "ada has 100\nada has 70\n`bank` refused: ada has 70, not 80\n");
}

#[test]
fn every_example_is_tested() {
    let tests = include_str!("examples.rs");
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).unwrap() {
        let name = file.unwrap().path().file_stem().unwrap().to_string_lossy().into_owned();
        assert!(tests.contains(&format!("example(\"{name}\")")), "{name} is run by no test");
    }
}

#[test]
fn every_example_is_short() {
    for file in std::fs::read_dir(concat!(env!("CARGO_MANIFEST_DIR"), "/examples")).unwrap() {
        let path = file.unwrap().path();
        let n_lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(n_lines <= 60, "{} has {n_lines} lines", path.display());
    }
}
