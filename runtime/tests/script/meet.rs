//! Calls and barriers.

use crate::{run, scripts};

const CLIENT: &str = "inputs: [], outputs: [], calls: [\"ask\"]";
const SERVER: &str = "inputs: [], outputs: [], serves: [\"serve\"]";
const CALL: &str = "(from: AnyOf([\"a.ask\", \"b.ask\"]), to: \"server.serve\")";

fn served(server: &str, a: &str, b: &str) -> crate::Ran {
    run(&scripts(&[("server", SERVER, server), ("a", CLIENT, a), ("b", CLIENT, b)], CALL))
}

#[test]
fn a_server_replies_to_each_request() {
    let server = "for request in requests(\"serve\") { if !request.left { reply(request, request.value * 2); } } print(\"over\");";
    let ran = served(
        server,
        "print(ask(\"ask\", 1)); print(ask(\"ask\", 2));",
        "sleep(\"50ms\"); print(ask(\"ask\", 3));",
    );
    assert_eq!(ran.printed(), "2\n4\n6\nover\n");
}

#[test]
fn a_server_may_reply_later() {
    let server =
        "let first = serve(\"serve\"); let second = serve(\"serve\"); reply(second, 2); reply(first, 1);";
    let ran = served(server, "print(ask(\"ask\", ()));", "sleep(\"50ms\"); print(ask(\"ask\", ()));");
    let mut lines: Vec<&str> = ran.printed().lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["1", "2"]);
}

#[test]
fn a_server_knows_who_asks_and_who_has_left() {
    let server =
        "for r in requests(\"serve\") { print(`${r.caller} ${r.left}`); if !r.left { reply(r, ()); } }";
    let ran = served(server, "ask(\"ask\", ());", "sleep(\"100ms\"); ask(\"ask\", ());");
    assert_eq!(ran.printed(), "a false\na true\nb false\nb true\n");
}

#[test]
fn a_request_can_be_refused() {
    let server = "for r in requests(\"serve\") { if !r.left { refuse(r, \"not today\"); } }";
    let ran = served(server, "try { ask(\"ask\", 1) } catch (e) { print(e.message) }", "");
    assert_eq!(ran.printed(), "`server` refused: not today\n");
}

#[test]
fn a_server_that_ends_retires_its_callers() {
    let ran = served("", "try { ask(\"ask\", 1) } catch (e) { print(e.kind) }", "ask(\"ask\", 1)");
    assert_eq!(ran.printed(), "retired\n");
}

#[test]
fn processes_sync_at_a_barrier_until_they_resign() {
    let graph = "Network(
        processes: {\"w\": (run: Script(inputs: [], outputs: [], code: \"
            for round in 0..2 { sleep(0.02 * i); sync(\\\"phase\\\"); if i == 0 { print(round); } sync(\\\"phase\\\"); }
            if i == 1 { resign(\\\"phase\\\"); sleep(\\\"50ms\\\"); }
            if i == 0 { sync(\\\"phase\\\"); print(`after`); }
        \"), family: 2)},
        barriers: {\"phase\": [\"w\"]},
    )";
    assert_eq!(run(graph).printed(), "0\n1\nafter\n");
}

#[test]
fn a_barrier_that_the_process_is_not_enrolled_in_is_named() {
    let ran = run(&crate::alone("sync(\"phase\")"));
    assert!(ran.said().contains("add `script` to the list of `phase` under `barriers:`"), "{}", ran.said());
}
