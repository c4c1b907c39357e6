//! Choices.

use crate::{run, scripts};

const TWO: &str = "(from: \"a\", to: \"m.a\"), (from: \"b\", to: \"m.b\")";

/// What a script prints that chooses between two inputs, after both writers have ended.
fn between_two(a: &str, b: &str, m: &str) -> String {
    let writer = "inputs: []";
    let graph =
        scripts(&[("a", writer, a), ("b", writer, b), ("m", "inputs: [\"a\", \"b\"], outputs: []", m)], TWO);
    run(&graph).printed().to_owned()
}

const THREE_A: &str = "for i in 0..3 { send(\"out\", `a${i}`); }";
const THREE_B: &str = "for i in 0..3 { send(\"out\", `b${i}`); }";

#[test]
fn a_choice_gives_every_token_and_ends_when_all_inputs_have() {
    let merge =
        "sleep(\"50ms\"); let all = []; try { loop { all = push(all, select([\"a\", \"b\"]).value); } }
        catch (e) { print(e.kind); } print(sort(all));";
    assert_eq!(
        between_two(THREE_A, THREE_B, merge),
        "retired\n[\"a0\", \"a1\", \"a2\", \"b0\", \"b1\", \"b2\"]\n"
    );
}

#[test]
fn the_first_ready_guard_is_preferred() {
    let code = "sleep(\"50ms\"); loop { print(pri_select([input(\"a\"), input(\"b\")]).value); }";
    assert_eq!(between_two(THREE_A, THREE_B, code), "a0\na1\na2\nb0\nb1\nb2\n");
}

#[test]
fn a_fair_choice_serves_its_guards_in_turn() {
    let code = "sleep(\"50ms\"); loop { print(fair_select([\"a\", \"b\"]).value); }";
    assert_eq!(between_two(THREE_A, THREE_B, code), "a0\nb0\na1\nb1\na2\nb2\n");
}

#[test]
fn what_was_chosen_says_which_and_what() {
    let code = "sleep(\"50ms\"); print(pri_select([timeout(\"1h\"), \"a\"])); retire(\"a\"); retire(\"b\");";
    let shown = "{\"index\": 1, \"kind\": \"input\", \"port\": \"a\", \"value\": \"a0\"}\n";
    assert_eq!(between_two(THREE_A, THREE_B, code), shown);
}

#[test]
fn a_precondition_that_is_false_leaves_its_guard_out() {
    let code = "sleep(\"50ms\"); let n = 0;
        loop { n += 1; print(pri_select([input(\"a\").when(n > 2), when(\"b\", n < 4)]).value); if n == 5 { break; } }";
    assert_eq!(between_two(THREE_A, THREE_B, code), "b0\nb1\na0\na1\na2\n");
    let code = "try { select([\"a\".when(false), skip().when(false)]) } catch (e) { print(e) }";
    assert!(between_two("", "", code).contains("a choice needs a guard"));
}

#[test]
fn timeouts_and_skips_are_chosen_when_nothing_comes() {
    let slow = "sleep(\"200ms\"); send(\"out\", 1);";
    let code = "print(select([\"a\", timeout(\"20ms\")]).kind); print(pri_select([\"a\", skip()]).kind);
        print(pri_select([\"a\", timeout(10)]).value);";
    assert_eq!(between_two(slow, "", code), "timeout\nskip\n1\n");
}

#[test]
fn a_choice_whose_inputs_have_retired_ends_though_a_timeout_is_left() {
    assert_eq!(
        between_two("send(\"out\", 1)", "", "loop { print(select([\"a\", timeout(\"1h\")]).value); }"),
        "1\n"
    );
}

#[test]
fn a_buffer_of_a_script_takes_and_gives() {
    let buffer = "let items = [];
        loop {
            let n = len(items);
            let chosen = select([input(\"in\").when(n < 2), output(\"out\", if n > 0 { items[0] } else { () }).when(n > 0)]);
            if chosen.kind == \"input\" { items = push(items, chosen.value); } else { items = slice(items, 1, n); }
        }";
    let graph = scripts(
        &[
            ("w", "inputs: []", "for i in 0..5 { send(\"out\", i); }"),
            ("buffer", "inputs: [\"in\"]", buffer),
            ("r", "outputs: []", "for x in stream(\"in\") { print(x); }"),
        ],
        "(from: \"w\", to: \"buffer\", kind: Rendezvous), (from: \"buffer\", to: \"r\", kind: Rendezvous)",
    );
    assert_eq!(run(&graph).printed(), "0\n1\n2\n3\n4\n");
}

#[test]
fn try_send_waits_for_nothing() {
    let graph = scripts(
        &[
            ("w", "inputs: []", "print(try_send(\"out\", 1)); print(try_send(\"out\", 2));"),
            ("r", "outputs: []", "sleep(\"100ms\"); print(recv(\"in\"));"),
        ],
        "(from: \"w\", to: \"r\", kind: Buffer(1))",
    );
    assert_eq!(run(&graph).printed(), "true\nfalse\n1\n");
}

#[test]
fn poison_is_thrown_by_a_choice() {
    let code =
        "try { loop { select([\"a\", \"b\"]) } } catch (e) { print(`${e.kind} ${e.port}`); retire(\"a\"); }";
    assert_eq!(between_two("", "poison(1)", code), "poisoned b\n");
}

/// Tries a choice so often, and prints what each gives or at which port it ends.
fn tries(choice: &str, n: usize) -> String {
    format!(
        "sleep(\"50ms\"); for k in 0..{n} {{ try {{ print({choice}([\"a\", \"b\"]).value); }}
            catch (e) {{ print(`${{e.kind}} ${{e.port}}`); }} }}"
    )
}

#[test]
fn a_token_comes_before_a_poison_unless_the_order_is_written() {
    let two = "send(\"out\", 1); send(\"out\", 2); sleep(\"300ms\");";
    for choice in ["select", "fair_select"] {
        assert_eq!(between_two("poison(1)", two, &tries(choice, 3)), "1\n2\npoisoned a\n", "{choice}");
    }
    assert_eq!(between_two("poison(1)", two, &tries("pri_select", 2)), "poisoned a\npoisoned a\n");
}

#[test]
fn a_poison_that_is_caught_counts_as_a_service() {
    let all = "poisoned a\npoisoned b\npoisoned a\npoisoned b\n";
    assert_eq!(between_two("poison(1)", "poison(1)", &tries("fair_select", 4)), all);
}
