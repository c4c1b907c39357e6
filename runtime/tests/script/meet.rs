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

#[test]
fn a_server_chooses_between_requests_and_a_stream() {
    let server = "let n = 0; let told = [];
        try {
            loop {
                let chosen = fair_select([\"in\", \"serve\"]);
                if chosen.kind == \"input\" { n += chosen.value; continue; }
                let request = chosen.value;
                if request.left { told += [request.caller]; } else { reply(request, request.value * 2); }
            }
        } catch (e) { print(`${e.kind}: ${n} ${sort(told)}`); }";
    let client = "let sum = 0; for i in 0..20 { sum += ask(\"ask\", i); } if sum != 380 { throw sum; }";
    let graph = scripts(
        &[
            ("server", "inputs: [\"in\"], outputs: [], serves: [\"serve\"]", server),
            ("a", CLIENT, client),
            ("b", CLIENT, client),
            ("w", "inputs: []", "for i in 0..10 { send(\"out\", i); }"),
        ],
        &format!("{CALL}, (from: \"w\", to: \"server.in\")"),
    );
    assert_eq!(run(&graph).printed(), "retired: 45 [\"a\", \"b\"]\n");
}

#[test]
fn a_request_can_be_waited_for_with_a_timeout() {
    let server = "print(select([request(\"serve\"), timeout(\"10ms\")]).kind);
        let chosen = pri_select([request(\"serve\").when(true), timeout(\"1h\")]);
        print(`${chosen.index} ${chosen.kind} ${chosen.port}`); reply(chosen.value, ());";
    let ran = served(server, "sleep(\"100ms\"); ask(\"ask\", ());", "sleep(\"1h\")");
    assert_eq!(ran.stdout, "timeout\n0 request serve\n");
}

/// What `a` prints beside a `b`, both enrolled in a barrier, with a channel from `b` to `a`.
fn at_a_barrier(a: &str, b: &str) -> String {
    let graph = scripts(&[("a", "outputs: []", a), ("b", "inputs: []", b)], "(from: \"b\", to: \"a\")");
    let graph = graph.replacen("channels:", "barriers: {\"phase\": [\"a\", \"b\"]}, channels:", 1);
    run(&graph).printed().to_owned()
}

#[test]
fn a_barrier_is_a_guard() {
    let a = "loop { let chosen = pri_select([\"in\", barrier(\"phase\")]); print(`${chosen.kind} ${chosen.port}`);
        if chosen.kind == \"barrier\" { break; } }";
    assert_eq!(
        at_a_barrier(a, "send(\"out\", 1); send(\"out\", 2); sync(\"phase\");"),
        "input in\ninput in\nbarrier phase\n"
    );
}

#[test]
fn an_arrival_at_a_barrier_is_withdrawn_when_another_guard_is_chosen() {
    let a = "print(select([barrier(\"phase\"), timeout(\"20ms\")]).kind); sleep(\"50ms\");
        print(select([barrier(\"phase\"), timeout(\"1h\")]).kind);";
    assert_eq!(at_a_barrier(a, "sleep(\"40ms\"); sync(\"phase\");"), "timeout\nbarrier\n");
}

#[test]
fn a_choice_with_a_barrier_goes_on_when_its_inputs_have_retired() {
    let a = "loop { let chosen = select([\"in\", barrier(\"phase\")]); print(chosen.kind); \
        if chosen.kind == \"barrier\" { break; } }";
    assert_eq!(at_a_barrier(a, "retire(\"out\"); sleep(\"50ms\"); sync(\"phase\");"), "barrier\n");
}

#[test]
fn a_choice_has_one_barrier_at_most() {
    let a = "try { select([barrier(\"phase\"), barrier(\"phase\")]) } catch (e) { print(e) }";
    assert_eq!(at_a_barrier(a, ""), "a choice has one barrier at most\n");
}

#[test]
fn a_caller_can_leave_its_server() {
    let server = "let r = serve(\"serve\"); print(`${r.caller} ${r.left}`);";
    let ran =
        served(server, "retire(\"ask\"); print(is_retired(\"ask\")); sleep(\"200ms\");", "sleep(\"200ms\")");
    let mut lines: Vec<&str> = ran.printed().lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["a true", "true"]);
}

#[test]
fn a_server_ends_its_port_before_the_script() {
    let first = "let r = serve(\"serve\"); while r.left { r = serve(\"serve\"); }";
    let client = "try { ask(\"ask\", 1) } catch (e) { print(`${e.kind} ${e.strength}`) }";
    for (end, told) in [
        ("retire(\"serve\")", "retired 0\n"),
        ("poison(\"serve\", 3)", "poisoned 3\n"),
        ("poison(3)", "poisoned 3\n"),
    ] {
        let ran = served(&format!("{first} {end}; sleep(\"50ms\");"), client, "");
        assert_eq!(ran.stdout, told, "{end}: {}", ran.said());
    }
}

#[test]
fn an_end_in_a_request_that_was_refused_is_still_here() {
    let client = "let c = channel(1); try { ask(\"lock\", #{to: c[0]}); } catch (e) { print(\"refused\"); }
        send(c[0], 1); print(recv(c[1]));";
    let graph = format!(
        "Network(
            processes: {{
                \"client\": (run: Script(inputs: [], outputs: [], calls: [\"lock\"], code: {client:?})),
                \"lock\": (run: Lock()),
            }},
            channels: [(from: \"client.lock\", to: \"lock\")],
        )"
    );
    assert_eq!(run(&graph).printed(), "refused\n1\n");
}

#[test]
fn a_barrier_that_the_script_has_left_is_named() {
    let a = "resign(\"phase\"); try { sync(\"phase\") } catch (e) { print(e) }";
    assert_eq!(at_a_barrier(a, ""), "`a` has resigned from `phase`\n");
}
