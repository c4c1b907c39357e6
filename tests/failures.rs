//! What the command does when something goes wrong: the exit code, and who is named on standard error.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
mod csprun;

use std::fs::{File, create_dir_all};
use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};

use csprun::{Ended, csprun, file, finish, run, run_with_input};

/// A graph of a source and a printer.
fn printed(source: &str) -> String {
    format!(
        r#"Network(
            processes: {{ "source": (run: {source}), "printer": (run: Print()) }},
            channels: [ (from: "source", to: "printer") ],
        )"#
    )
}

/// Numbers without end, printed.
fn endless() -> String {
    printed("Numbers()")
}

/// Runs a graph given as text.
fn run_text(graph: &str, args: &[&str]) -> Ended {
    run_with_input([&["-"], args].concat(), graph)
}

/// A run that has started and printed its first line.
fn started(graph: &str) -> (Child, BufReader<std::process::ChildStdout>) {
    // Tests run side by side, each with its own text.
    let path = file(&format!("endless-{}.ron", graph.len()), graph);
    let mut command = csprun([&path]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdout = BufReader::new(child.stdout.take().unwrap());
    let mut line = String::new();
    stdout.read_line(&mut line).unwrap();
    assert_eq!(line, "0\n");
    (child, stdout)
}

#[test]
fn a_source_whose_file_is_not_there_is_named() {
    let ended = run_text(&printed(r#"ReadLines(path: "no/such/file")"#), &[]).with_code(1);
    ended.complaining_of(&["`source`", "no/such/file"]);
}

#[test]
fn a_process_that_fails_is_shown_in_its_file() {
    let graph = r#"Network(
        processes: {
            "source": (run: Range(to: 2)),
            "inverse": (run: Map(expr: "1 / x")),
            "printer": (run: Print()),
        },
        channels: [(from: "source", to: "inverse"), (from: "inverse", to: "printer")],
    )"#;
    let ended = run_text(graph, &[]).with_code(1);
    ended.complaining_of(&[
        "`inverse` failed: `1 / x` failed with x = 0",
        " <stdin>:4:13",
        "\"inverse\": (run: Map",
    ]);
}

#[test]
fn a_source_whose_file_is_a_directory_is_named() {
    let ended = run_text(&printed(r#"ReadLines(path: "graphs")"#), &[]).with_code(1);
    ended.complaining_of(&["`source`", "graphs"]);
}

#[test]
fn a_source_whose_file_is_not_utf_8_is_named_after_what_came_before() {
    let path = file("latin1.txt", b"good\nalso good\nna\xefve\nnever\n");
    let ended = run_text(&printed(&format!("ReadLines(path: {path:?})")), &[]).with_code(1);
    assert_eq!(ended.stdout, "good\nalso good\n");
    ended.complaining_of(&["`source`", "UTF-8", "latin1.txt"]);
}

#[test]
fn a_sink_whose_file_cannot_be_made_is_named() {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("no such folder/out.txt");
    let graph = format!(
        r#"Network(
            processes: {{ "source": (run: Range(to: 3)), "store": (run: WriteLines(path: {path:?})) }},
            channels: [ (from: "source", to: "store") ],
        )"#
    );
    run_text(&graph, &[]).with_code(1).complaining_of(&["`store`", "no such folder"]);
}

#[test]
fn a_full_disk_is_a_failure_of_the_process_that_writes() {
    // Few tokens fail when the file is closed, many while they are written.
    for n in [1, 1_000_000] {
        let graph = format!(
            r#"Network(
                processes: {{ "source": (run: Range(to: {n})), "store": (run: WriteLines(path: "/dev/full")) }},
                channels: [ (from: "source", to: "store") ],
            )"#
        );
        run_text(&graph, &[]).with_code(1).complaining_of(&["`store`", "/dev/full"]);
    }
}

#[test]
fn a_standard_output_that_is_full_is_a_failure_of_the_process_that_prints() {
    for n in [1, 1_000_000] {
        let path = file("range.ron", printed(&format!("Range(to: {n})")));
        let full = File::options().write(true).open("/dev/full").unwrap();
        let child = csprun([&path]).stdout(full).stderr(Stdio::piped()).spawn().unwrap();
        finish(child).with_code(1).complaining_of(&["`printer`", "standard output"]);
    }
}

#[test]
fn a_reader_of_standard_output_that_goes_ends_an_endless_run_quietly() {
    let (child, stdout) = started(&endless());
    drop(stdout);
    let ended = finish(child).with_code(0);
    assert_eq!(ended.stderr, "");
}

#[test]
#[expect(clippy::disallowed_methods, reason = "it is waited for")]
fn whoever_writes_to_a_standard_output_that_nobody_reads_ends_quietly() {
    let sinks = [
        "Print()",
        "WriteCsv()",
        "WriteJson()",
        "Plot()",
        r#"Script(outputs: [], code: "loop { print(recv(\"in\")); }")"#,
    ];
    let library = csprun_runtime::library::library();
    let writers = library.catalog().iter().filter(|kind| kind.traits.terminal && kind.kind != "Stdin");
    for kind in writers {
        let is_tried = sinks.iter().any(|sink| sink.starts_with(&format!("{}(", kind.kind)));
        assert!(is_tried || !library.catalog().is_available(kind.kind), "{} is to be tried here", kind.kind);
    }
    for sink in sinks {
        // The first are held until the writer ends, of many some are written before.
        for n in [3, 100_000] {
            let graph = printed(&format!("Range(to: {n})")).replace("Print()", sink);
            let path = file("nobody_reads.ron", graph);
            // A shell that ignores the signal hands that on; without it, it ends whom it reaches.
            for signal in ["trap '' PIPE;", ""] {
                let mut command = Command::new("sh");
                let line = format!("{signal} exec \"$0\" \"$1\"");
                command.args(["-c", &line, env!("CARGO_BIN_EXE_csprun")]).arg(&path);
                let (_, nobody_reads) = std::io::pipe().unwrap();
                let child = command.stdout(nobody_reads).stderr(Stdio::piped()).spawn().unwrap();
                let ended = finish(child).with_code(0);
                assert_eq!(ended.stderr, "", "{sink}");
            }
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "both are waited for")]
fn an_interrupt_ends_an_endless_run_with_130() {
    let (child, stdout) = started(&endless());
    let pid = child.id().to_string();
    assert!(Command::new("kill").args(["-INT", &pid]).status().unwrap().success());
    let reader = std::thread::spawn(move || stdout.lines().map_while(Result::ok).count());
    finish(child).with_code(130);
    assert!(reader.join().unwrap() > 0);
}

#[test]
#[expect(clippy::disallowed_methods, reason = "both are waited for")]
fn an_interrupt_ends_a_script_that_computes_for_ever() {
    let code = r#"send("out", 0); let n = 0; loop { try { n += 1; } catch { } }"#;
    let graph = printed(&format!("Script(inputs: [], code: {code:?})"));
    let (child, stdout) = started(&graph);
    assert!(Command::new("kill").args(["-INT", &child.id().to_string()]).status().unwrap().success());
    finish(child).with_code(130).complaining_of(&["interrupted"]);
    drop(stdout);
}

#[test]
fn a_run_past_its_time_ends_with_124() {
    let ended = run_text(&printed("Numbers()").replace("Print()", "BlackHole()"), &["--timeout", "200ms"]);
    ended.with_code(124).complaining_of(&["timeout after 200ms"]);
}

#[test]
fn a_ring_without_a_token_is_a_deadlock_that_names_the_ring() {
    let graph = r#"Network(
        processes: { "left": (run: Identity()), "right": (run: Identity()) },
        channels: [ (from: "left", to: "right"), (from: "right", to: "left") ],
    )"#;
    run_text(graph, &[]).with_code(4).complaining_of(&["deadlock", "`left`", "`right`"]);
}

#[test]
fn a_process_that_fails_is_named_with_its_reason_and_what_came_before_is_printed() {
    let graph = r#"Network(
        processes: {
            "source": (run: Range(from: -2, to: 3)),
            "inverse": (run: Map(expr: "12 / x")),
            "printer": (run: Print()),
        },
        channels: [ (from: "source", to: "inverse"), (from: "inverse", to: "printer") ],
    )"#;
    let ended = run_text(graph, &[]).with_code(1);
    assert_eq!(ended.stdout, "-6\n-12\n");
    ended.complaining_of(&["`inverse`", "12 / x", "x = 0"]);
}

#[test]
fn a_dash_reads_the_graph_from_standard_input() {
    assert_eq!(run_text(&printed("Range(to: 3)"), &[]).with_code(0).stdout, "0\n1\n2\n");
    assert_eq!(run_with_input(["run", "-"], &printed("Range(to: 1)")).with_code(0).stdout, "0\n");
}

#[test]
fn a_graph_that_is_not_there_is_an_error_of_the_graph() {
    run(["no-such-graph.ron"]).with_code(2).complaining_of(&["no-such-graph.ron", "no such file"]);
}

#[test]
fn help_of_a_graph_shows_its_parameters() {
    let ended = run(["graphs/wordcount.ron", "--help"]).with_code(0);
    for part in ["Counts the words", "file", "pride-and-prejudice.txt", "top", "at least 1", "--workers"] {
        assert!(ended.stdout.contains(part), "no `{part}` in\n{}", ended.stdout);
    }
}

#[test]
fn a_parameter_that_is_set_wrongly_is_an_error_of_the_graph() {
    let set = |set: &str| run(["graphs/wordcount.ron", "--set", set]);
    set("tpo=3").with_code(2).complaining_of(&["tpo", "did you mean `top`?"]);
    set("top=many").with_code(2).complaining_of(&["top", "many"]);
    set("top=0").with_code(2).complaining_of(&["`top` is 0", "least value 1"]);
    set("top").with_code(3).complaining_of(&["NAME=VALUE"]);
}

#[test]
fn the_last_setting_of_a_parameter_counts() {
    let ended = run(["graphs/wordcount.ron", "--set", "top=0", "--set", "top=1"]).with_code(0);
    assert_eq!(ended.stdout, "4331 the\n");
}

#[test]
fn an_option_that_does_not_exist_is_wrong_usage() {
    run(["graphs/hello.ron", "--wrokers", "2"]).with_code(3).complaining_of(&["--wrokers"]);
    run(["graphs/hello.ron", "--workers", "0"]).with_code(3).complaining_of(&["--workers"]);
}

#[test]
fn a_sub_network_is_found_beside_the_file_that_names_it() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("sub");
    create_dir_all(folder.join("lib")).unwrap();
    file(
        "sub/lib/twice.ron",
        r#"Network(
            inputs: {"in": "twice"},
            outputs: {"out": "twice"},
            processes: { "twice": (run: Map(expr: "x * 2")) },
            channels: [],
        )"#,
    );
    let graph = file(
        "sub/main.ron",
        r#"Network(
            processes: {
                "source": (run: Range(to: 3)),
                "sub": (run: Network(file: "lib/twice.ron")),
                "printer": (run: Print()),
            },
            channels: [ (from: "source", to: "sub"), (from: "sub", to: "printer") ],
        )"#,
    );
    // From the root of the repository, by the whole path, and from the folder, by the name alone.
    assert_eq!(run([&graph]).with_code(0).stdout, "0\n2\n4\n");
    let mut command = csprun(["main.ron"]);
    command.current_dir(&folder).stdout(Stdio::piped()).stderr(Stdio::piped());
    assert_eq!(finish(command.spawn().unwrap()).with_code(0).stdout, "0\n2\n4\n");
}
