//! Channels of a script's own, ends that travel, and functions that are spawned.

use std::time::Duration;

use csprun_runtime::Outcome;

use crate::{alone, run, run_files, scripts};

#[test]
fn a_channel_gives_two_ends() {
    let ran = run(&alone(
        "let c = channel(2); send(c[0], 1); send(c[0], 2); retire(c[0]); for x in stream(c[1]) { print(x); }",
    ));
    assert_eq!(ran.printed(), "1\n2\n");
    let ran = run(&alone("let c = channel(0); try { recv(c[0]) } catch (e) { print(e) } print(c);"));
    assert_eq!(
        ran.printed(),
        "the writing end of a channel is no input\n[<the writing end of a channel>, <the reading end of a channel>]\n"
    );
}

#[test]
fn a_reply_end_goes_over_a_channel() {
    let client = "for i in 0..3 { let c = channel(1); send(\"out\", #{n: i, to: c[0]}); print(recv(c[1])); }";
    let server = "for request in stream(\"in\") { send(request.to, request.n * 10); }";
    let ran = run(&scripts(
        &[("client", "inputs: []", client), ("server", "outputs: []", server)],
        "(from: \"client\", to: \"server\", kind: Rendezvous)",
    ));
    assert_eq!(ran.printed(), "0\n10\n20\n");
}

#[test]
fn an_end_in_a_token_that_a_choice_did_not_send_is_still_here() {
    let code = "let c = channel(1); let full = channel(0);
        print(select([output(full[0], #{to: c[0]}), timeout(\"10ms\")]).kind);
        print(try_send(full[0], c[0]));
        send(c[0], 1); print(recv(c[1]));";
    assert_eq!(run(&alone(code)).printed(), "timeout\nfalse\n1\n");
}

#[test]
fn an_end_that_was_sent_is_gone_and_one_that_nobody_has_is_retired() {
    let sender = "let c = channel(1); send(\"out\", c[0]); try { send(c[0], 1) } catch (e) { print(e) } print(next(c[1]));";
    let ran = run(&scripts(
        &[("s", "inputs: []", sender), ("r", "outputs: []", "recv(\"in\"); sleep(\"20ms\");")],
        "(from: \"s\", to: \"r\")",
    ));
    assert_eq!(ran.printed(), "the writing end of a channel was sent away, or is in use\n()\n");
}

#[test]
fn the_ends_of_a_script_that_fails_are_poisoned() {
    let taker = "let end = recv(\"in\"); throw \"broken\";";
    let giver = "let c = channel(1); send(\"out\", c[0]); try { recv(c[1]) } catch (e) { print(e.why) }";
    let ran =
        run(&scripts(&[("g", "inputs: []", giver), ("t", "outputs: []", taker)], "(from: \"g\", to: \"t\")"));
    assert!(ran.stdout.starts_with("broken, at graph.ron"), "{}", ran.stdout);
}

#[test]
fn ends_that_a_failing_function_had_are_poisoned_too() {
    let taker = "fn f(end) { throw \"broken\"; } f(recv(\"in\"));";
    let giver = "let c = channel(1); send(\"out\", c[0]); try { recv(c[1]) } catch (e) { print(e.kind) }";
    let ran =
        run(&scripts(&[("g", "inputs: []", giver), ("t", "outputs: []", taker)], "(from: \"g\", to: \"t\")"));
    assert_eq!(ran.stdout, "poisoned\n");
}

#[test]
fn what_a_spawned_function_returns_comes_out_of_an_end() {
    let code = "fn square(n) { n * n } let ends = range(0, 4).map(|n| spawn(\"square\", [n])); for end in ends { print(recv(end)); }";
    assert_eq!(run(&alone(code)).printed(), "0\n1\n4\n9\n");
}

#[test]
fn a_script_ends_after_the_functions_that_it_spawned() {
    let code =
        "fn late(text) { sleep(\"50ms\"); print(text); } spawn(\"late\", [\"second\"]); print(\"first\");";
    assert_eq!(run(&alone(code)).printed(), "first\nsecond\n");
}

#[test]
fn a_spawned_function_that_fails_fails_its_script() {
    let ran = run(&alone("fn f() { throw \"broken\" } spawn(\"f\", []);"));
    assert_eq!(ran.report.exit_code(), 1);
    assert!(ran.said().contains("`script/f#0` failed: broken, at graph.ron"), "{}", ran.said());
    let ran = run(&alone("let f = \"nobody\"; spawn(f, [1]);"));
    assert!(ran.said().contains("nobody"), "{}", ran.said());
}

#[test]
fn what_came_of_a_failure_does_not_hide_it() {
    for waits in ["recv(end)", "next(end)"] {
        let ran = run(&alone(&format!("fn f() {{ throw \"broken\" }} let end = spawn(\"f\", []); {waits}")));
        assert_eq!(ran.report.exit_code(), 1, "{}", ran.said());
        assert!(ran.said().contains("`script/f#0` failed: broken, at graph.ron"), "{}", ran.said());
    }
}

#[test]
fn a_script_that_fails_does_not_wait_for_the_functions_that_it_spawned() {
    let code =
        "fn f() { sleep(\"1h\") } fn g() { loop { } } spawn(\"f\", []); spawn(\"g\", []); throw \"broken\";";
    let ran = run(&alone(code));
    assert!(ran.said().starts_with("E0902: `script` failed: broken"), "{}", ran.said());
}

#[test]
fn a_sieve_grows_while_it_runs() {
    let code = "
        fn sieve(source, out) {
            let prime = next(source);
            if prime == () { return; }
            send(out, prime);
            let c = channel(4);
            spawn(\"sieve\", [c[1], out]);
            for n in stream(source) { if n % prime != 0 { send(c[0], n); } }
        }
        fn numbers(to, out) { for n in 2..to { send(out, n); } }
        let c = channel(4);
        let primes = channel(4);
        spawn(\"numbers\", [30, c[0]]);
        spawn(\"sieve\", [c[1], primes[0]]);
        let all = [];
        for p in stream(primes[1]) { all += [p]; }
        print(all);
    ";
    assert_eq!(run(&alone(code)).printed(), "[2, 3, 5, 7, 11, 13, 17, 19, 23, 29]\n");
}

#[test]
fn spawned_functions_end_on_timeout() {
    let code = "fn f() { loop { } } fn g() { sleep(\"1h\") } spawn(\"f\", []); spawn(\"g\", []);";
    let ran = run_files(&alone(code), "", Duration::from_millis(100)).unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(ran.report.outcome, Outcome::Timeout, "{}", ran.said());
}

#[test]
fn a_script_that_waits_at_a_channel_of_its_own_is_a_deadlock() {
    let ran = run(&alone("let c = channel(0); recv(c[1]);"));
    assert_eq!(ran.report.outcome, Outcome::Deadlock, "{}", ran.said());
    assert!(ran.said().contains("waits to receive on a channel of its own"), "{}", ran.said());
}

#[test]
fn functions_that_wait_for_one_another_are_a_deadlock() {
    let ran = run(&alone(
        "fn pass(from, to) { let x = recv(from); send(to, x); } let a = channel(0); let b = channel(0); \
         spawn(\"pass\", [a[1], b[0]]); spawn(\"pass\", [b[1], a[0]]);",
    ));
    assert_eq!(ran.report.outcome, Outcome::Deadlock, "{}", ran.said());
}

#[test]
fn an_end_that_was_copied_has_one_owner() {
    let giver = "let c = channel(2); send(\"out\", c[1]); send(c[0], 1); send(c[0], 2);";
    let taker = "try { let end = recv(\"in\"); for x in stream(end) { print(x); } } catch (e) { print(`second: ${e}`) }";
    let graph = format!(
        r#"Network(
            processes: {{
                "g": (run: Script(code: {giver:?}, inputs: [])),
                "d": (run: Delta()),
                "a": (run: Script(code: {taker:?}, outputs: [])),
                "b": (run: Script(code: {taker:?}, outputs: [])),
            }},
            channels: [(from: "g", to: "d"), (from: "d", to: "a"), (from: "d", to: "b")],
        )"#
    );
    let ran = run(&graph);
    let mut lines: Vec<&str> = ran.stdout.lines().collect();
    lines.sort_unstable();
    assert_eq!(lines[..2], ["1", "2"], "{}", ran.stdout);
    assert!(
        lines[2].starts_with("second: the reading end of a channel came that was taken before"),
        "{}",
        lines[2]
    );
}

#[test]
fn an_end_is_sent_once() {
    let sender = "let c = channel(1); let same = c[1]; send(\"out\", c[1]);
        try { send(\"out\", same) } catch (e) { print(e) } try { send(\"out\", [c[0], c[0]]) } catch (e) { print(e) }
        send(c[0], 7); print(try_send(c[0], 8));";
    let ran = run(&scripts(
        &[("s", "inputs: []", sender), ("r", "outputs: []", "print(recv(recv(\"in\"))); sleep(\"50ms\");")],
        "(from: \"s\", to: \"r\")",
    ));
    let (reading, writing) = ("the reading end of a channel", "the writing end of a channel");
    let away = "was sent away, or is in use";
    assert!(ran.stdout.contains(&format!("{reading} {away}\n{writing} {away}\n")), "{}", ran.stdout);
    assert!(ran.stdout.contains("7\n"), "{}", ran.stdout);
}

/// What is reported of two scripts beside a part of the network that goes on for ever.
fn stuck_beside_others(a: &str, b: &str) -> (Outcome, Vec<String>) {
    let graph = format!(
        r#"Network(
            processes: {{
                "clock": (run: Clock(period: "1ms")),
                "sink": (run: BlackHole()),
                "a": (run: Script(code: {a:?}, inputs: ["in"])),
                "b": (run: Script(code: {b:?}, inputs: ["in"])),
            }},
            channels: [(from: "clock", to: "sink"), (from: "a", to: "b"), (from: "b", to: "a")],
        )"#
    );
    let ran = run_files(&graph, "", Duration::from_secs(3)).unwrap_or_else(|error| panic!("{error}"));
    let notes = ran.report.diagnostics.first().map(|found| found.notes.clone()).unwrap_or_default();
    (ran.report.outcome, notes)
}

#[test]
fn a_part_that_is_stuck_on_channels_of_its_own_is_found_beside_others() {
    let (outcome, notes) = stuck_beside_others("let c = channel(0); recv(c[1]);", "sleep(\"1ms\");");
    assert_eq!(
        (outcome, notes[0].as_str()),
        (Outcome::Deadlock, "`a` waits to receive on a channel of its own (rendezvous, nobody sending)")
    );
    // Each has the end for which the other waits.
    let swap = "let own = channel(0); send(\"out\", own[0]); let other = recv(\"in\"); recv(own[1]); send(other, 1);";
    let (outcome, notes) = stuck_beside_others(swap, swap);
    assert_eq!((outcome, notes.len()), (Outcome::Deadlock, 2), "{notes:?}");
    assert!(notes.iter().all(|note| note.contains("waits to receive on a channel of its own")), "{notes:?}");
}

#[test]
fn an_end_on_its_way_to_somebody_who_runs_is_no_deadlock() {
    let giver = "let c = channel(0); send(\"out\", c[0]); recv(c[1]);";
    let (outcome, notes) = stuck_beside_others(giver, "sleep(\"700ms\"); send(recv(\"in\"), 1);");
    // The clock goes on for ever.
    assert_eq!(outcome, Outcome::Timeout, "{notes:?}");
}

#[test]
fn an_end_in_a_token_that_nobody_took_is_still_here() {
    let sender = "let c = channel(1); try { send(\"out\", c[0]); } catch (e) { print(e.kind); }
        send(c[0], 1); print(recv(c[1]));";
    for (reader, kind) in [("", "retired"), ("poison(1);", "poisoned")] {
        let ran = run(&scripts(
            &[("s", "inputs: []", sender), ("r", "outputs: []", reader)],
            "(from: \"s\", to: \"r\", kind: Rendezvous)",
        ));
        assert_eq!(ran.printed(), format!("{kind}\n1\n"));
    }
}

#[test]
fn a_function_takes_as_many_arguments_as_it_says() {
    let code = "fn g(end) { } let f = \"g\"; let c = channel(1);
        try { spawn(f, [c[0], 2, 3]) } catch (e) { print(e) }
        send(c[0], 1); print(recv(c[1])); spawn(\"nob\" + \"ody\", []);";
    let ran = run(&alone(code));
    assert_eq!(ran.stdout, "`g` takes 1 argument, not 3\n1\n");
    assert!(ran.said().contains("the script has no function `nobody`"), "{}", ran.said());
}

#[test]
fn an_end_that_is_kept_can_be_taken_once() {
    let client = "let c = channel(1); ask(\"store\", #{op: \"put\", key: 1, value: c[0]});
        send(ask(\"store\", #{op: \"get\", key: 1}), 5); print(recv(c[1]));
        try { ask(\"store\", #{op: \"get\", key: 1}) } catch (e) { print(e) }";
    let graph = format!(
        "Network(
            processes: {{
                \"client\": (run: Script(inputs: [], outputs: [], calls: [\"store\"], code: {client:?})),
                \"store\": (run: Store()),
            }},
            channels: [(from: \"client.store\", to: \"store\")],
        )"
    );
    let ran = run(&graph);
    assert!(
        ran.printed().starts_with("5\nthe writing end of a channel came that was taken before"),
        "{}",
        ran.stdout
    );
}
