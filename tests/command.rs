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

/// What bash offers for the last of these words.
#[expect(clippy::disallowed_methods, reason = "it is waited for")]
fn offered(words: &[&str]) -> String {
    let script = file(
        &format!("command/offers{}.bash", words.concat().replace('/', "-")),
        run(["completions", "bash"]).stdout,
    );
    let offer = "source \"$1\"; shift; COMP_WORDS=(\"$@\"); COMP_CWORD=$(($# - 1)); \
                 _csprun csprun \"${COMP_WORDS[COMP_CWORD]}\" \"${COMP_WORDS[COMP_CWORD - 1]}\"; \
                 echo \"${COMPREPLY[*]}\"";
    let output = Command::new("bash").args(["-c", offer, "bash"]).arg(script).args(words).output().unwrap();
    String::from_utf8(output.stdout).unwrap()
}

#[test]
fn words_that_a_command_knows_are_completed() {
    for graph in ["graph.ron", "graphs/hello.ron", "./graph"] {
        assert!(offered(&["csprun", graph, "--work"]).contains("--workers"), "{graph}");
    }
    assert!(offered(&["csprun", "run", "graph.ron", "--ex"]).contains("--explore"));
    assert!(offered(&["csprun", "list", "Read"]).contains("ReadLines"));
    assert!(offered(&["csprun", "explain", "E02"]).contains("E0203"));
    assert!(offered(&["csprun", "explain", "exp"]).contains("expressions"));
    assert!(offered(&["csprun", "man", "dra"]).contains("draw"));
}

#[test]
fn examples_of_a_manual_page_are_not_filled() {
    let page = run(["man", "run"]).with_code(0).stdout;
    let examples = page.split_once(".SH EXAMPLES\n.nf\n").expect("examples").1.split_once(".fi").unwrap().0;
    assert!(examples.lines().any(|line| line.starts_with("  csprun graph.ron \\-\\-explore 200 ")), "{page}");
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
fn the_help_of_a_run_says_whose_default_it_is_and_what_quiet_leaves() {
    let page = run(["run", "--help"]).with_code(0).stdout;
    let words = page.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(words.contains("that of `--seed`, which is 1 if it is left out"), "{page}");
    assert!(words.contains("what the network itself writes there still comes"), "{page}");
}

#[test]
fn no_words_at_all_give_the_help_and_wrong_usage() {
    run([] as [&str; 0]).with_code(3).complaining_of(&["Usage: csprun", "Examples:"]);
}

#[test]
fn an_error_of_usage_says_what_is_right() {
    run(["chekc", "a.ron"]).with_code(3).complaining_of(&["did you mean `csprun check`"]);
    run(["frobnicate"]).with_code(2).complaining_of(&["`frobnicate`", "csprun --help"]);
    run(["graphs/hello.ron", "--worker", "2"]).with_code(3).complaining_of(&["--workers"]);
    run(["check"]).with_code(3).complaining_of(&["<GRAPH>"]);
    run(["help", "chekc"]).with_code(3).complaining_of(&["`chekc`", "did you mean `csprun check`"]);
    assert!(run(["help", "--help"]).with_code(0).stdout.contains("Usage: csprun"));
    run(["bench", "nosuch"]).with_code(3).complaining_of(&["`nosuch`", "csprun bench --help"]);
    run(["run"]).with_code(3).complaining_of(&["GRAPH"]);
    run(["graphs/hello.ron", "--timeout", "5"]).with_code(3).complaining_of(&["ns, us, ms, s, min, h"]);
    run(["graphs/hello.ron", "graphs/farm.ron"]).with_code(3).complaining_of(&["graphs/farm.ron"]);
}

#[test]
fn an_option_that_is_a_parameter_of_the_graph_is_told_how_to_set_it() {
    let graph = "graphs/wordcount.ron";
    run([graph, "--top=2"]).with_code(3).complaining_of(&["`--top`", "write `--set top=2`"]);
    run([graph, "--top", "a b"]).with_code(3).complaining_of(&["write `--set 'top=a b'`"]);
    let ended = run([graph, "--no-such", "2"]).with_code(3).complaining_of(&["--no-such"]);
    assert!(!ended.stderr.contains("-- --no-such"), "{}", ended.stderr);
}

#[test]
fn a_graph_that_is_not_there_is_the_same_however_it_is_written() {
    for word in ["graphs/helo.ron", "./graphs/helo.ron"] {
        run([word]).with_code(2).complaining_of(&["no such file", "did you mean `", "graphs/hello.ron`"]);
    }
    run(["check", "graphs/helo"]).with_code(2).complaining_of(&["did you mean `graphs/hello.ron`"]);
    let hello = file("command/near/hello.ron", "(processes: {}, channels: [])");
    let mut command = csprun(["helo"]);
    command.current_dir(hello.parent().unwrap()).stderr(Stdio::piped());
    finish(command.spawn().unwrap()).with_code(2).complaining_of(&["did you mean `csprun hello.ron`"]);
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
