//! Each function of a port.

use crate::{between, run, scripts};

const OUT: &str = "inputs: []";
const IN: &str = "outputs: []";
const PAIR: &str = "(from: \"w\", to: \"r\", kind: Rendezvous)";

fn pair(writer: &str, reader: &str) -> String {
    run(&scripts(&[("w", OUT, writer), ("r", IN, reader)], PAIR)).printed().to_owned()
}

#[test]
fn recv_and_send_carry_tokens_until_the_stream_ends() {
    assert_eq!(run(&between("loop { send(\"out\", recv(\"in\") * 10); }")).printed(), "0\n10\n20\n30\n40\n");
}

#[test]
fn a_for_loop_takes_a_stream_to_its_end() {
    let code = "let sum = 0; for x in stream(\"in\") { sum += x; } send(\"out\", sum);";
    assert_eq!(run(&between(code)).printed(), "10\n");
}

#[test]
fn next_gives_unit_at_the_end_of_the_stream() {
    let code =
        "let x = next(\"in\"); while x != () { send(\"out\", x); x = next(\"in\"); } send(\"out\", `end`);";
    assert_eq!(run(&between(code)).printed(), "0\n1\n2\n3\n4\nend\n");
}

#[test]
fn every_token_goes_through_a_script_unchanged() {
    let graph = "Network(
        processes: {
            \"values\": (run: Values(values: [{\"a\": [1, 2], \"b\": \"é\"}])),
            \"script\": (run: Script(code: \"send(\\\"out\\\", recv(\\\"in\\\"))\")),
            \"print\": (run: Print()),
        },
        channels: [(from: \"values\", to: \"script\"), (from: \"script\", to: \"print\")],
    )";
    assert_eq!(run(graph).printed(), "{\"a\": [1, 2], \"b\": \"é\"}\n");
}

#[test]
fn try_recv_takes_what_is_ready_and_waits_for_nothing() {
    let reader = "print(try_recv(\"in\")); let x = (); while x == () { x = try_recv(\"in\"); sleep(0.001); } print(x);";
    assert_eq!(pair("sleep(\"50ms\"); send(\"out\", 7);", reader), "()\n7\n");
}

#[test]
fn a_send_to_a_reader_that_has_retired_ends_the_script_normally() {
    let writer = "for n in 0..100 { send(\"out\", n); } print(\"not reached\");";
    assert_eq!(pair(writer, "print(recv(\"in\")); retire(\"in\");"), "0\n");
}

#[test]
fn an_end_is_known_to_be_retired_once_it_was_met() {
    let reader = "print(is_retired(\"in\")); for x in stream(\"in\") { } print(is_retired(\"in\"));";
    assert_eq!(pair("send(\"out\", 1); retire(\"out\"); print(is_retired(\"out\"));", reader).len(), 16);
}

#[test]
fn a_retired_port_gives_and_takes_nothing_more() {
    let ran = run(&scripts(
        &[("w", OUT, "retire(\"out\"); retire(\"out\"); send(\"out\", 1);"), ("r", IN, "next(\"in\");")],
        PAIR,
    ));
    assert_eq!(ran.report.exit_code(), 1);
    assert!(ran.said().contains("the script has retired port `out`"), "{}", ran.said());
}

#[test]
fn the_ports_of_a_list_have_an_index() {
    let graph = "Network(
        processes: {
            \"a\": (run: Values(values: [1, 2])),
            \"b\": (run: Values(values: [10, 20])),
            \"sum\": (run: Script(
                inputs: [\"in[]\"],
                code: \"for i in 0..2 { send(\\\"out\\\", recv(\\\"in[0]\\\") + recv(`in[${1}]`)); }\",
            )),
            \"print\": (run: Print()),
        },
        channels: [(from: \"a\", to: \"sum.in\"), (from: \"b\", to: \"sum.in\"), (from: \"sum\", to: \"print\")],
    )";
    assert_eq!(run(graph).printed(), "11\n22\n");
}

#[test]
fn sleep_takes_texts_and_seconds() {
    assert_eq!(
        pair("sleep(\"1ms\"); sleep(0); sleep(0.001); send(\"out\", name());", "print(recv(\"in\"))"),
        "w\n"
    );
}

#[test]
fn a_name_that_is_computed_is_looked_up_when_it_is_used() {
    let ran = run(&between("send(\"o\" + \"ops\", 1)"));
    assert!(
        ran.said().contains("`oops` is no output port of this process: it has inputs in; outputs out"),
        "{}",
        ran.said()
    );
}

#[test]
fn a_channel_of_another_type_refuses_the_token() {
    let graph = scripts(
        &[("w", OUT, "send(\"out\", \"text\")"), ("r", IN, "recv(\"in\")")],
        "(from: \"w\", to: \"r\", type: I64)",
    );
    let ran = run(&graph);
    assert!(ran.said().contains("channel `w -> r` takes I64, not \"text\""), "{}", ran.said());
}

#[test]
fn a_sleep_lasts_though_nobody_reads_any_more() {
    let writer = "send(\"out\", 1); for k in 0..3 { sleep(\"20ms\"); print(k); }";
    for reader in ["recv(\"in\"); retire(\"in\");", "recv(\"in\"); sleep(\"30ms\");"] {
        assert_eq!(pair(writer, reader), "0\n1\n2\n", "{reader}");
    }
}

#[test]
fn a_poison_at_an_output_ends_a_sleep_once() {
    let writer = "send(\"out\", 1); try { sleep(\"1h\"); } catch (e) { print(`${e.kind} ${e.port}`); }
        sleep(\"10ms\"); print(\"on\");";
    assert_eq!(pair(writer, "recv(\"in\"); poison(\"in\", 1);"), "poisoned out\non\n");
}
