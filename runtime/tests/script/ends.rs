//! Retire and poison as a script sees and causes them.

use crate::{run, scripts};

const OUT: &str = "inputs: []";
const IN: &str = "outputs: []";
const PAIR: &str = "(from: \"w\", to: \"r\")";

#[test]
fn the_end_of_a_stream_can_be_caught() {
    let reader =
        "try { loop { print(recv(\"in\")); } } catch (e) { print(`${e.kind} ${e.port}: ${e.message}`); }";
    let ran = run(&scripts(&[("w", OUT, "send(\"out\", 1)"), ("r", IN, reader)], PAIR));
    assert_eq!(ran.printed(), "1\nretired in: port `in` is retired\n");
}

#[test]
fn poison_goes_through_a_script_that_does_not_catch_it() {
    let ran = run(&scripts(
        &[
            ("w", OUT, "send(\"out\", 1); poison(\"out\", 1);"),
            ("m", "inputs: [\"in\"]", "for x in stream(\"in\") { send(\"out\", x); }"),
            (
                "r",
                IN,
                "try { loop { recv(\"in\") } } catch (e) { print(`${e.kind} by ${e.who}, ${e.strength}`) }",
            ),
        ],
        "(from: \"w\", to: \"m\", kind: Rendezvous), (from: \"m\", to: \"r\")",
    ));
    assert_eq!(ran.printed(), "poisoned by w, 1\n");
}

#[test]
fn what_was_caught_can_be_thrown_again() {
    let reader = "try { recv(\"in\"); recv(\"in\"); } catch (e) { throw e; }";
    let ran = run(&scripts(&[("w", OUT, "send(\"out\", 1)"), ("r", IN, reader)], PAIR));
    assert_eq!(ran.printed(), "");
    assert_eq!(ran.report.processes.len(), 2);
}

#[test]
fn poison_without_a_port_goes_to_all_of_them() {
    let ran = run(&scripts(
        &[
            ("p", "inputs: [\"in\"], outputs: [\"a\", \"b\"]", "poison(2); recv(\"in\");"),
            ("w", OUT, "try { loop { send(\"out\", 1); } } catch (e) { print(e.strength) }"),
            ("a", IN, "try { recv(\"in\") } catch (e) { print(e.strength) }"),
            ("b", IN, "try { recv(\"in\") } catch (e) { print(e.strength) }"),
        ],
        "(from: \"w\", to: \"p\"), (from: \"p.a\", to: \"a\"), (from: \"p.b\", to: \"b\")",
    ));
    assert_eq!(ran.printed(), "2\n2\n2\n");
}

#[test]
fn a_poison_has_a_strength() {
    let ran = run(&scripts(&[("w", OUT, "poison(0)"), ("r", IN, "recv(\"in\")")], PAIR));
    assert!(ran.said().contains("a poison has a strength from 1 to 4294967294"), "{}", ran.said());
}

#[test]
fn a_script_that_fails_poisons_its_neighbours() {
    let reader = "try { recv(\"in\") } catch (e) { print(e.why) }";
    let ran = run(&scripts(&[("w", OUT, "throw \"out of luck\""), ("r", IN, reader)], PAIR));
    assert_eq!(ran.report.exit_code(), 1);
    assert!(ran.stdout.starts_with("out of luck, at graph.ron:1:"), "{}", ran.stdout);
}

#[test]
fn an_end_that_was_retired_is_not_poisoned_afterwards() {
    let writer = "retire(\"out\"); poison(\"out\", 1); retire(\"out\"); print(is_retired(\"out\"));
        try { send(\"out\", 1) } catch (e) { print(e) }";
    let reader = "try { recv(\"in\") } catch (e) { print(e.kind) }";
    let ran = run(&scripts(&[("w", OUT, writer), ("r", IN, reader)], PAIR));
    for line in ["true", "the script has retired port `out`, or given it away", "retired"] {
        assert!(ran.stdout.lines().any(|shown| shown == line), "{line}: {}", ran.stdout);
    }
}
