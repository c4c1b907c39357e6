//! A script that would go on for ever ends with the run, and when a port is poisoned.

use std::time::Duration;

use csprun_runtime::library::library;
use csprun_runtime::{Options, Outcome, start};

use crate::{alone, planned, run, run_files, scripts};

#[test]
fn an_endless_loop_ends_on_timeout() {
    for code in ["loop { }", "let n = 0; while true { n += 1; }", "loop { sleep(\"1ms\"); }", "sleep(\"1h\")"]
    {
        let ran = run_files(&alone(code), "", Duration::from_millis(100)).unwrap_or_else(|e| panic!("{e}"));
        assert_eq!(ran.report.outcome, Outcome::Timeout, "{code}: {}", ran.said());
    }
}

#[test]
fn a_script_that_computes_for_ever_ends_when_a_port_is_poisoned() {
    for (code, ports) in
        [("loop { }", "outputs: []"), ("send(\"out\", 1); loop { try { } catch { } }", "inputs: []")]
    {
        let channel =
            if ports.starts_with("out") { "(from: \"p\", to: \"s\")" } else { "(from: \"s\", to: \"p\")" };
        let other = if ports.starts_with("out") { "inputs: []" } else { "outputs: []" };
        let ran = run(&scripts(&[("s", ports, code), ("p", other, "sleep(\"50ms\"); poison(1);")], channel));
        assert_eq!(ran.report.outcome, Outcome::Done, "{code}: {}", ran.said());
    }
}

#[test]
fn a_script_that_caught_a_poison_goes_on() {
    let code = "try { recv(\"in\") } catch { } let n = 0; while n < 300_000 { n += 1; } print(n);";
    let ran = run(&scripts(
        &[("s", "outputs: []", code), ("p", "inputs: []", "poison(1);")],
        "(from: \"p\", to: \"s\")",
    ));
    assert_eq!(ran.printed(), "300000\n");
}

#[test]
fn scripts_that_wait_for_one_another_are_a_deadlock() {
    let swap = "recv(\"in\"); send(\"out\", 1);";
    let ran = run(&scripts(
        &[("a", "inputs: [\"in\"]", swap), ("b", "inputs: [\"in\"]", swap)],
        "(from: \"a\", to: \"b\", kind: Rendezvous), (from: \"b\", to: \"a\", kind: Rendezvous)",
    ));
    assert_eq!(ran.report.outcome, Outcome::Deadlock);
    assert!(ran.said().contains("`a` waits to receive on `b -> a`"), "{}", ran.said());
}

#[test]
fn a_script_that_computes_in_closures_ends_too() {
    let code = "let x = range(0, 100_000); loop { let y = x.map(|v| v * 2); }";
    let ran = run_files(&alone(code), "", Duration::from_millis(100)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(ran.report.outcome, Outcome::Timeout, "{}", ran.said());
    let poisons = ("p", "inputs: []", "sleep(\"50ms\"); poison(1);");
    let ran = run(&scripts(&[("s", "outputs: []", code), poisons], "(from: \"p\", to: \"s\")"));
    assert_eq!(ran.report.outcome, Outcome::Done, "{}", ran.said());
}

#[test]
fn a_choice_in_a_deadlock_is_shown_with_all_its_guards() {
    let ran = run(&scripts(
        &[
            ("a", "inputs: [\"x\", \"y\"]", "select([\"x\", \"y\"]); send(\"out\", 1);"),
            (
                "b",
                "inputs: [\"in\"], outputs: [\"x\", \"y\"]",
                "recv(\"in\"); send(\"x\", 1); send(\"y\", 1);",
            ),
        ],
        "(from: \"b.x\", to: \"a.x\"), (from: \"b.y\", to: \"a.y\"), (from: \"a\", to: \"b\")",
    ));
    assert_eq!(ran.report.outcome, Outcome::Deadlock);
    let both = ["b.x -> a.x", "b.y -> a.y"].map(|name| format!("waits to receive on `{name}`"));
    let line = ran.report.diagnostics[0].notes.iter().find(|note| note.starts_with("`a` ")).cloned();
    let line = line.unwrap_or_default();
    assert!(both.iter().all(|guard| line.contains(guard)) && line.contains(", or "), "{}", ran.said());
}

#[test]
fn parts_of_a_script_that_are_stuck_are_all_named() {
    let code = "fn f(r) { recv(r) } fn g(r, s) { select([r, s]) }
        let a = channel(2); let b = channel(3); let c = channel(4);
        spawn(\"f\", [a[1]]); recv(spawn(\"g\", [b[1], c[1]]));";
    let ran = run(&alone(code));
    assert_eq!(ran.report.outcome, Outcome::Deadlock);
    let slots = |n: usize| format!("waits to receive on a channel that `script` made ({n} slots, empty)");
    let said = ran.said();
    for line in [
        format!("\n`script/f#0` {}\n", slots(2)),
        format!("\n`script/g#1` {}, or {}\n", slots(3), slots(4)),
        "\n`script` waits to receive on a channel of its own (1 slot, empty)\n".to_owned(),
    ] {
        assert!(said.contains(&line), "{line}: {said}");
    }
}

#[test]
fn a_script_that_computes_for_ever_ends_when_its_server_or_its_caller_is_poisoned() {
    let (calls, serves) =
        ("inputs: [], outputs: [], calls: [\"c\"]", "inputs: [], outputs: [], serves: [\"c\"]");
    for (caller, server) in [
        ("ask(\"c\", 1); loop { }", "reply(serve(\"c\"), 1); sleep(\"50ms\"); throw \"broken\";"),
        ("ask(\"c\", 1); loop { }", "reply(serve(\"c\"), 1); sleep(\"50ms\"); poison(1); throw \"broken\";"),
    ] {
        let ran =
            run(&scripts(&[("a", calls, caller), ("s", serves, server)], "(from: \"a.c\", to: \"s.c\")"));
        assert_eq!(ran.report.outcome, Outcome::Failed, "{}", ran.said());
        assert!(ran.said().starts_with("E0902: `s` failed: broken"), "{}", ran.said());
    }
}

#[test]
fn a_script_that_computes_for_ever_ends_when_an_end_of_its_own_is_poisoned() {
    let code = "fn f(w) { send(w, 1); sleep(\"50ms\"); throw \"broken\"; }
        let c = channel(0); let result = spawn(\"f\", [c[0]]); recv(c[1]); loop { }";
    let ran = run(&alone(code));
    assert_eq!(ran.report.outcome, Outcome::Failed, "{}", ran.said());
    assert!(ran.said().contains("`script/f#0` failed: broken"), "{}", ran.said());
}

#[test]
fn a_script_that_computes_for_ever_ends_when_a_function_has_failed_unseen() {
    for waits in ["", "sleep(\"10ms\")"] {
        let code = "fn f() { sleep(\"50ms\"); throw \"broken\"; } spawn(\"f\", []);";
        let ran = run(&alone(&format!("{code} loop {{ {waits} }}")));
        assert_eq!(ran.report.outcome, Outcome::Failed, "{}", ran.said());
        assert!(ran.said().contains("`script/f#0` failed: broken"), "{}", ran.said());
    }
}

#[test]
fn a_script_goes_on_past_a_poison_of_its_own() {
    let code = "let c = channel(1); poison(c[0], 1); let n = 0; while n < 2_000_000 { n += 1; } print(n);";
    assert_eq!(run(&alone(code)).printed(), "2000000\n");
}

#[test]
fn a_run_that_is_stopped_does_not_wait_for_its_scripts() {
    let server = ("s", "inputs: [], outputs: [], serves: [\"c\"]", "for r in requests(\"c\") { }");
    let called = |code| {
        scripts(
            &[server, ("a", "inputs: [], outputs: [], calls: [\"c\"]", code)],
            "(from: \"a.c\", to: \"s.c\")",
        )
    };
    let fed = |code| {
        scripts(
            &[("w", "inputs: []", "sleep(\"1h\")"), ("r", "outputs: []", code)],
            "(from: \"w\", to: \"r\")",
        )
    };
    let with_ports = [called("loop { }"), called("sleep(\"1h\")"), fed("loop { }"), fed("sleep(\"1h\")")];
    let without = [
        "loop { }",
        "sleep(\"1h\")",
        "loop { try { sleep(\"1ms\"); } catch { } }",
        "fn f() { loop { } } recv(spawn(\"f\", []))",
        "fn f() { sleep(\"1h\") } spawn(\"f\", []); loop { }",
        "select([timeout(\"1h\")])",
        "loop { select([timeout(\"10ms\")]) }",
        "let c = channel(0); select([c[1], timeout(\"1h\")])",
        "fn f() { select([timeout(\"1h\")]) } recv(spawn(\"f\", []))",
        "fn f() { select([timeout(\"1h\")]) } spawn(\"f\", []);",
        "fn f() { sleep(\"1h\") } spawn(\"f\", []); let d = channel(0); recv(d[1])",
        "let c = channel(1); let d = channel(1);
            spawn(\"Delay\", #{time: \"1h\"}, #{\"in\": c[1], out: d[0]}); send(c[0], 1); recv(d[1])",
    ];
    for graph in with_ports.into_iter().chain(without.map(alone)) {
        let plan = planned(&graph, "").unwrap_or_else(|found| panic!("{found}"));
        let run = start(&plan, &library(), &Options::default()).unwrap();
        std::thread::sleep(Duration::from_millis(50));
        run.stop();
        let report = run.wait();
        assert_eq!(report.outcome, Outcome::Interrupted);
        // After two seconds it would have left them behind.
        let mut fates = report.processes.iter().map(|process| &process.fate);
        assert!(fates.all(Option::is_some), "{graph}: {:?}", report.diagnostics);
    }
}
