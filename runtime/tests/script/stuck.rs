//! Parts of scripts that wait for one another, while others go on or not; and waits that only look like that.

use std::time::Duration;

use csprun_runtime::library::library;
use csprun_runtime::{Options, Outcome, start};

use super::{Ran, alone, planned, run, run_files, scripts};

/// The run ended with this report of a deadlock: so many wait, and these lines are in it.
fn assert_stuck(ran: &Ran, n: usize, lines: &[&str]) {
    let said = ran.said();
    assert_eq!(ran.report.outcome, Outcome::Deadlock, "{said}");
    let headline = match n {
        1 => "E0901: deadlock: 1 process waits\n".to_owned(),
        n => format!("E0901: deadlock: {n} processes wait\n"),
    };
    assert!(said.starts_with(&headline), "{said}");
    for line in lines {
        assert!(said.contains(line), "{line}: {said}");
    }
}

/// Two functions that wait for each other.
const PAIR: &str = "fn f(a, b) { recv(a); send(b, 1); } let c = channel(0); let d = channel(0); \
                    spawn(\"f\", [c[1], d[0]]); spawn(\"f\", [d[1], c[0]]);";

/// How each of these waits.
const BOTH: [&str; 2] = [
    "`script/f#0` waits to receive on a channel that `script` made (rendezvous, nobody sending)",
    "`script/f#1` waits to receive on a channel that `script` made (rendezvous, nobody sending)",
];

/// Work that takes longer than a few looks at the run.
const WORK: &str = "let n = 0; while n < 4_000_000 { n += 1; }";

#[test]
fn functions_that_wait_for_one_another_are_stuck_while_their_script_goes_on() {
    for goes_on in [
        "loop { sleep(\"10ms\"); }",
        "loop { select([timeout(\"10ms\")]); }",
        "loop { }",
        "sleep(\"1h\");",
        "spawn(\"g\", []); fn g() { loop { sleep(\"10ms\"); } }",
    ] {
        assert_stuck(&run(&alone(&format!("{PAIR} {goes_on}"))), 2, &BOTH);
    }
}

#[test]
fn functions_that_wait_for_one_another_are_stuck_while_their_script_reads() {
    let graph = format!(
        "Network(
            processes: {{
                \"numbers\": (run: Numbers()),
                \"script\": (run: Script(outputs: [], code: {:?})),
            }},
            channels: [(from: \"numbers\", to: \"script\")],
        )",
        format!("{PAIR} for x in stream(\"in\") {{ }}")
    );
    assert_stuck(&run(&graph), 2, &BOTH);
}

#[test]
fn kinds_that_wait_for_one_another_are_stuck_while_their_script_goes_on() {
    let code = "let c = channel(0); let d = channel(0);
        spawn(\"Identity\", #{}, #{\"in\": c[1], out: d[0]});
        spawn(\"Identity\", #{}, #{\"in\": d[1], out: c[0]});
        loop { select([timeout(\"10ms\")]); }";
    let waits = "waits to receive on a channel that `script` made";
    let lines = [format!("`script/Identity#0` {waits}"), format!("`script/Identity#1` {waits}")];
    assert_stuck(&run(&alone(code)), 2, &[&lines[0], &lines[1]]);
}

#[test]
fn a_port_that_a_script_gave_away_is_held_by_the_kind_that_has_it() {
    let graph = scripts(
        &[
            (
                "a",
                "inputs: [\"i\"], outputs: [\"o\"]",
                "spawn(\"Identity\", #{}, #{\"in\": \"i\", out: \"o\"}); loop { sleep(\"10ms\"); }",
            ),
            ("b", "inputs: [\"i\"], outputs: [\"o\"]", "recv(\"i\"); send(\"o\", 1);"),
        ],
        "(from: \"a.o\", to: \"b.i\"), (from: \"b.o\", to: \"a.i\")",
    );
    let lines = ["`a/Identity#0` waits to receive on `b.o -> a.i`", "`b` waits to receive on `a.o -> b.i`"];
    assert_stuck(&run(&graph), 2, &lines);
}

#[test]
fn a_port_that_a_kind_gives_on_to_one_of_its_own_is_held_by_that_one() {
    let inner = "spawn(\"Identity\", #{}, #{\"in\": \"i\", out: \"o\"}); loop { sleep(\"10ms\"); }";
    let outer = format!(
        "spawn(\"Script\", #{{code: {inner:?}, inputs: [\"i\"], outputs: [\"o\"]}}, #{{i: \"i\", o: \"o\"}}); \
         loop {{ sleep(\"10ms\"); }}"
    );
    let graph = scripts(
        &[
            ("a", "inputs: [\"i\"], outputs: [\"o\"]", &outer),
            ("b", "inputs: [\"i\"], outputs: [\"o\"]", "recv(\"i\"); send(\"o\", 1);"),
        ],
        "(from: \"a.o\", to: \"b.i\"), (from: \"b.o\", to: \"a.i\")",
    );
    assert_stuck(&run(&graph), 2, &["`a/Script#0/Identity#0` waits to receive on `b.o -> a.i`", "`b` waits"]);
}

#[test]
fn who_waits_for_the_result_or_the_end_of_what_is_stuck_is_stuck_too() {
    let f = "fn f(a, b) { recv(a); send(b, 1); } let c = channel(0); let d = channel(0);
        spawn(\"f\", [c[1], d[0]]);";
    let ran = run(&alone(&format!("{f} recv(spawn(\"f\", [d[1], c[0]]));")));
    assert_stuck(&ran, 3, &["`script` waits to receive on a channel of its own (1 slot, empty)"]);
    let ran = run(&alone(&format!("{f} spawn(\"f\", [d[1], c[0]]);")));
    assert_stuck(&ran, 3, &[BOTH[0], BOTH[1], "`script` waits for `script/f#1` to end"]);
    // The same where another process goes on.
    let beside = format!(
        "{f} fn g(r) {{ recv(r) }} let r = spawn(\"f\", [d[1], c[0]]); spawn(\"g\", [r]); loop {{ }}"
    );
    assert_stuck(
        &run(&alone(&beside)),
        3,
        &["`script/g#2` waits to receive on a channel that `script` made"],
    );
}

#[test]
fn an_end_that_came_back_is_held_by_who_has_it() {
    let code = "fn f(w) { w } fn g(r) { recv(r) }
        let c = channel(0); let w = recv(spawn(\"f\", [c[0]])); spawn(\"g\", [c[1]]);";
    let sends = format!("{code} {WORK} send(w, 7);");
    assert_eq!(run(&alone(&sends)).printed(), "");
    // The script has both ends, and waits for the function.
    let waits = run(&alone(&format!("{code} let d = channel(0); recv(d[1]); send(w, 1); send(d[0], 1);")));
    assert_stuck(&waits, 2, &["`script` waits to receive", "`script/g#1` waits to receive"]);
}

#[test]
fn a_part_that_computes_or_sleeps_with_an_end_rescues_who_waits_there() {
    for work in [WORK, "sleep(\"400ms\");", "recv(spawn(\"h\", []));"] {
        let code = format!(
            "fn h() {{ sleep(\"400ms\"); 1 }} fn f(w) {{ {work} send(w, 7); }} fn g(r, w) {{ send(w, recv(r)); }}
             let c = channel(0); let d = channel(0);
             spawn(\"g\", [c[1], d[0]]); spawn(\"f\", [c[0]]); print(recv(d[1]));"
        );
        assert_eq!(run(&alone(&code)).printed(), "7\n", "{work}");
    }
}

#[test]
fn an_end_on_its_way_to_a_part_that_computes_is_no_deadlock() {
    for capacity in [1, 4] {
        let code = format!(
            "fn f(r) {{ {WORK} send(recv(r), 7); }} fn g(r, w) {{ send(w, recv(r)); }}
             let way = channel({capacity}); let c = channel(0); let d = channel(0);
             send(way[0], c[0]); spawn(\"f\", [way[1]]); spawn(\"g\", [c[1], d[0]]); print(recv(d[1]));"
        );
        assert_eq!(run(&alone(&code)).printed(), "7\n", "{capacity}");
    }
}

#[test]
fn an_end_on_its_way_through_a_process_that_runs_is_no_deadlock() {
    let carries = format!("let end = recv(\"in\"); {WORK} send(\"out\", end);");
    let graph = scripts(
        &[
            (
                "a",
                "inputs: [\"i\"], outputs: [\"o\"]",
                "fn g(r, w) { send(w, recv(r)); } let c = channel(0); let d = channel(0); send(\"o\", c[0]); \
                 spawn(\"g\", [c[1], d[0]]); spawn(\"Tail\", #{}, #{\"in\": \"i\", out: channel(0)[0]}); print(recv(d[1]));",
            ),
            ("b", "inputs: [\"in\"]", &carries),
            ("e", "outputs: []", "send(recv(\"in\"), 7);"),
        ],
        "(from: \"a.o\", to: \"b\"), (from: \"b\", to: \"e\"), (from: \"t\", to: \"a.i\")",
    );
    let graph = graph.replace("processes: {", "processes: { \"t\": (run: Range(to: 3)),");
    assert_eq!(run(&graph).printed(), "7\n");
}

#[test]
fn a_port_that_was_given_away_is_no_deadlock_while_who_has_it_goes_on() {
    let late = format!("{WORK} send(\"o\", recv(\"i\") + 1);");
    let outer = format!(
        "spawn(\"Script\", #{{code: {late:?}, inputs: [\"i\"], outputs: [\"o\"]}}, #{{i: \"i\", o: \"o\"}});"
    );
    let graph = scripts(
        &[
            ("a", "inputs: [\"i\"], outputs: [\"o\"]", &outer),
            ("b", "inputs: [\"i\"], outputs: [\"o\"]", "send(\"o\", 1); print(recv(\"i\"));"),
        ],
        "(from: \"a.o\", to: \"b.i\"), (from: \"b.o\", to: \"a.i\")",
    );
    assert_eq!(run(&graph).printed(), "2\n");
}

/// Whoever looks between the failure and the end of the function sees only processes that wait.
#[test]
fn parts_of_a_script_that_failed_are_not_stuck() {
    for _ in 0..50 {
        let ran = run(&scripts(
            &[
                (
                    "a",
                    "inputs: [\"i\"], outputs: [\"o\"]",
                    "spawn(\"Identity\", #{}, #{\"in\": \"i\", out: \"o\"}); throw \"broken\";",
                ),
                ("b", "inputs: [\"i\"], outputs: [\"o\"]", "recv(\"i\"); send(\"o\", 1);"),
            ],
            "(from: \"a.o\", to: \"b.i\"), (from: \"b.o\", to: \"a.i\")",
        ));
        assert_eq!(ran.report.outcome, Outcome::Failed, "{}", ran.said());
    }
}

#[test]
fn a_timeout_names_the_parts_that_are_left() {
    let code = "fn f() { loop { } } fn g() { sleep(\"1h\") } fn h(r) { recv(r) }
        let c = channel(1); spawn(\"h\", [c[1]]); spawn(\"f\", []); spawn(\"g\", []); loop { sleep(\"1h\"); }";
    let ran = run_files(&alone(code), "", Duration::from_millis(300)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(ran.report.outcome, Outcome::Timeout, "{}", ran.said());
    for line in [
        "`script` sleeps",
        "`script/f#1` is running",
        "`script/g#2` sleeps",
        "`script/h#0` waits to receive on a channel that `script` made (1 slot, empty)",
    ] {
        assert!(ran.said().contains(line), "{line}: {}", ran.said());
    }
}

/// There a light process stands for each thread, and time is virtual.
#[test]
fn parts_are_stuck_under_every_schedule() {
    let graph = alone(&format!("{PAIR} loop {{ select([timeout(\"10ms\")]); }}"));
    let plan = planned(&graph, "").unwrap_or_else(|found| panic!("{found}"));
    for seed in 1..=20 {
        let options = Options { explore: Some(seed), ..Options::default() };
        let report = start(&plan, &library(), &options).unwrap().wait();
        let ran = Ran { stdout: String::new(), stderr: String::new(), report };
        assert_stuck(&ran, 2, &BOTH);
    }
}
