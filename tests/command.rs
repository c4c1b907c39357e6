//! The command as one meets it: its pages, what it says of the machine, and what it says to who errs.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
mod csprun;

use std::fs::File;
use std::process::{Command, Stdio};

use csprun::{csprun, file, finish, run, run_with_input};

/// Every command but `help`.
const COMMANDS: [&str; 14] = [
    "run",
    "check",
    "plan",
    "draw",
    "fmt",
    "expand",
    "list",
    "explain",
    "new",
    "bench",
    "scale",
    "doctor",
    "completions",
    "man",
];

#[test]
fn the_doctor_says_of_everything_what_it_means() {
    let page = run(["doctor"]).with_code(0).stdout;
    for what in ["cores", "memory", "open files", "threads", "terminal", "Python", "MPI", "OpenCL", "CUDA"] {
        let at = page.lines().position(|line| line.starts_with(what));
        let at = at.unwrap_or_else(|| panic!("no `{what}` in\n{page}"));
        let means = page.lines().nth(at + 1).unwrap();
        assert!(means.starts_with("            ") && means.trim().len() > 20, "{what}: {means}");
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is waited for")]
fn shells_get_what_completes_every_command() {
    for shell in ["bash", "zsh", "fish"] {
        let script = run(["completions", shell]).with_code(0).stdout;
        assert!(COMMANDS.iter().all(|name| script.contains(name)), "{shell}");
    }
    let script = file("command/completions.bash", run(["completions", "bash"]).stdout);
    assert!(Command::new("bash").arg("-n").arg(script).status().unwrap().success());
    run(["completions", "tcsh"]).with_code(3).complaining_of(&["bash", "zsh", "fish"]);
}

#[test]
fn every_command_has_a_manual_page() {
    let page = run(["man"]).with_code(0).stdout;
    assert!(page.contains(".TH csprun 1") && COMMANDS.iter().all(|name| page.contains(name)), "{page}");
    for name in COMMANDS {
        let page = run(["man", name]).with_code(0).stdout;
        assert!(page.contains(&format!(".TH csprun-{name} 1")), "{page}");
    }
    run(["man", "nothing"]).with_code(3).complaining_of(&["`nothing`", "csprun --help"]);
}

#[test]
fn help_names_every_command_and_every_exit_code() {
    let page = run(["--help"]).with_code(0).stdout;
    for name in COMMANDS {
        assert!(page.lines().any(|line| line.starts_with(&format!("  {name} "))), "no {name} in\n{page}");
        let own = run([name, "--help"]).with_code(0).stdout;
        assert!(own.contains("Usage: csprun"), "{own}");
    }
    let codes = ["0 done", "1 ", "2 ", "3 ", "4 deadlock", "124 timeout", "130 interrupted"];
    assert!(codes.iter().all(|code| page.contains(code)), "{page}");
}

#[test]
fn no_words_at_all_give_the_help_and_wrong_usage() {
    run([] as [&str; 0]).with_code(3).complaining_of(&["Usage: csprun", "Examples:"]);
}

#[test]
fn an_error_of_usage_says_what_is_right() {
    run(["chekc", "a.ron"]).with_code(3).complaining_of(&["did you mean `csprun check`"]);
    run(["frobnicate"]).with_code(3).complaining_of(&["`frobnicate`", "csprun --help"]);
    run(["graphs/hello.ron", "--worker", "2"]).with_code(3).complaining_of(&["--workers"]);
    run(["check"]).with_code(3).complaining_of(&["<GRAPH>"]);
    run(["run"]).with_code(3).complaining_of(&["GRAPH"]);
    run(["graphs/hello.ron", "--timeout", "5"]).with_code(3).complaining_of(&["ns, us, ms, s, min, h"]);
    run(["graphs/hello.ron", "graphs/farm.ron"]).with_code(3).complaining_of(&["graphs/farm.ron"]);
}

#[test]
fn a_graph_that_cannot_be_read_is_an_error_with_its_reason() {
    run(["no-such.ron"]).with_code(2).complaining_of(&["no-such.ron", "no such file"]);
    run(["graphs"]).with_code(2).complaining_of(&["graphs", "is a directory"]);
    run(["check", "graphs/"]).with_code(2).complaining_of(&["is a directory"]);
    let binary = file("command/binary.ron", b"\xff\xfe\x00");
    run([binary]).with_code(2).complaining_of(&["not UTF-8"]);
    run_with_input(["-"], "").with_code(2).complaining_of(&["<stdin>", "no network"]);
}

#[test]
fn a_result_that_cannot_be_printed_is_a_failure_and_a_reader_that_has_gone_is_none() {
    for args in [&["list"][..], &["plan", "graphs/hello.ron"], &["--help"], &["man"], &["completions", "zsh"]]
    {
        let full = File::options().write(true).open("/dev/full").unwrap();
        let child = csprun(args).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        finish(child).with_code(1).complaining_of(&["cannot write to standard output"]);
        let mut child = csprun(args).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        assert_eq!(finish(child).with_code(0).stderr, "", "{args:?}");
    }
}

#[test]
fn there_are_no_colours_on_a_pipe() {
    for args in [&["check", "no-such.ron"][..], &["--help"], &["run", "--wrong"]] {
        let mut command = csprun(args);
        command.env_remove("NO_COLOR").env("TERM", "xterm-256color");
        let ended = finish(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap());
        assert!(!ended.stderr.contains('\x1b') && !ended.stdout.contains('\x1b'), "{args:?}");
    }
}
