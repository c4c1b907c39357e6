//! Kinds of the library that a script starts.

use csprun_runtime::Outcome;

use crate::{alone, between, run, scripts};

/// What the first line of the report says of a script that ends with a mistake.
fn mistake(code: &str) -> String {
    let ran = run(&alone(code));
    assert_eq!(ran.report.exit_code(), 1, "{}", ran.said());
    ran.said().lines().next().unwrap_or_default().to_owned()
}

#[test]
fn a_kind_of_the_library_is_spawned_with_parameters_and_ends() {
    let code = "let to = channel(1); let from = channel(1);
        let factor = 3;
        spawn(\"Map\", #{expr: `x * ${factor}`}, #{\"in\": to[1], out: from[0]});
        for n in 0..3 { send(to[0], n); print(recv(from[1])); }";
    assert_eq!(run(&alone(code)).printed(), "0\n3\n6\n");
}

#[test]
fn parameters_are_what_a_graph_file_could_write() {
    let all = "fn all(kind, parameters) {
            let c = channel(1); let got = [];
            spawn(kind, parameters, #{out: c[0]});
            for x in stream(c[1]) { got += [x]; }
            print(got);
        }
        all(\"Range\", #{to: 4});
        all(\"Values\", #{values: [\"$n ${1 + 1}\", \"a\\\"b\\n\"]});
        all(\"Values\", #{values: [#{a: 1, b: [0.5]}]});";
    assert_eq!(
        run(&alone(all)).printed(),
        "[0, 1, 2, 3]\n[\"$n ${1 + 1}\", \"a\\\"b\\n\"]\n[{\"a\": 1, \"b\": [0.5]}]\n"
    );
    let code = "let c = channel(4); let d = channel(4);
        spawn(\"Map\", #{expr: \"`${x} is ${if x > 1 { \\\"many\\\" } else { \\\"few\\\" }}`\"}, #{\"in\": c[1], out: d[0]});
        send(c[0], 1); send(c[0], 2); retire(c[0]); for x in stream(d[1]) { print(x); }";
    assert_eq!(run(&alone(code)).printed(), "1 is few\n2 is many\n");
}

#[test]
fn a_list_port_takes_a_list_of_ends() {
    let code = "let a = channel(1); let b = channel(1); let c = channel(1); let got = [];
        spawn(\"Range\", #{to: 3}, #{out: a[0]});
        spawn(\"Range\", #{\"from\": 3, to: 6}, #{out: b[0]});
        spawn(\"Merge\", #{}, #{\"in\": [a[1], b[1]], out: c[0]});
        for x in stream(c[1]) { got += [x]; }
        print(sort(got));";
    assert_eq!(run(&alone(code)).printed(), "[0, 1, 2, 3, 4, 5]\n");
}

#[test]
fn ports_of_the_script_are_given_away() {
    let code = "spawn(\"Map\", #{expr: \"x * x\"}, #{\"in\": \"in\", out: \"out\"});
        try { send(\"out\", 1) } catch (e) { print(e); }";
    let printed = run(&between(code));
    let mut lines: Vec<&str> = printed.printed().lines().collect();
    lines.sort_unstable();
    assert_eq!(lines, ["0", "1", "16", "4", "9", "the script has retired port `out`, or given it away"]);
}

#[test]
fn a_spawned_kind_ends_when_its_ends_do_and_tells_so() {
    let code = "let c = channel(1);
        let ended = spawn(\"Collect\", #{}, #{\"in\": c[1], out: channel(1)[0]});
        retire(c[0]);
        print(next(ended));";
    assert_eq!(run(&alone(code)).printed(), "()\n");
}

#[test]
fn an_output_that_has_retired_does_not_end_a_delta() {
    let code = "let c = channel(1); let a = channel(0); let b = channel(0);
        spawn(\"Delta\", #{}, #{\"in\": c[1], out: [a[0], b[0]]});
        spawn(\"Range\", #{to: 3}, #{out: c[0]});
        retire(a[1]);
        for x in stream(b[1]) { print(x); }";
    assert_eq!(run(&alone(code)).printed(), "0\n1\n2\n");
}

#[test]
fn a_spawned_kind_that_fails_fails_its_script_and_poisons_its_ends() {
    let code = "let c = channel(1); let d = channel(1);
        spawn(\"Map\", #{expr: \"1 / x\"}, #{\"in\": c[1], out: d[0]});
        send(c[0], 0); try { recv(d[1]) } catch (e) { print(`${e.kind} ${e.who}`); }";
    let ran = run(&alone(code));
    assert_eq!((ran.report.exit_code(), ran.stdout.as_str()), (1, "poisoned script/Map#0\n"));
    assert!(ran.said().contains("`script/Map#0` failed"), "{}", ran.said());
}

#[test]
fn a_token_that_a_port_does_not_take_fails_the_process() {
    let code = "let c = channel(1); let d = channel(1);
        spawn(\"Successor\", #{}, #{\"in\": c[1], out: d[0]});
        send(c[0], \"one\"); recv(d[1]);";
    let ran = run(&alone(code));
    assert_eq!(ran.report.exit_code(), 1);
    let said = "`script/Successor#0` failed: channel `Successor.in` takes I64, not \"one\" (Text)";
    assert!(ran.said().contains(said), "{}", ran.said());
}

#[test]
fn mistakes_are_found_at_the_line_of_the_script() {
    let said = mistake("\nspawn(\"Mpa\", #{expr: \"x\"}, #{});");
    assert!(said.contains("unknown kind of process `Mpa`; did you mean `Map`?"), "{said}");
    assert!(said.contains(", at graph.ron:"), "{said}");
    let said = mistake("spawn(\"Map\", #{exp: \"x\"}, #{});");
    assert!(said.contains("`Map` has no parameter `exp`; did you mean `expr`?"), "{said}");
    let said = mistake("spawn(\"Map\", #{expr: \"x + y\"}, #{});");
    assert!(said.contains("unknown variable `y`"), "{said}");
    let said = mistake("let c = channel(1); spawn(\"Map\", #{expr: \"x\"}, #{inn: c[1]});");
    assert!(said.contains("`Map` has no port `inn`; did you mean `Map.in`?"), "{said}");
    let said = mistake("let c = channel(1); spawn(\"Map\", #{expr: \"x\"}, #{\"in\": c[0]});");
    assert!(said.contains("`Map.in` is no output port"), "{said}");
    let said = mistake("let c = channel(1); spawn(\"Map\", #{expr: \"x\"}, #{\"in\": c[1]});");
    assert!(
        said.contains("`Map.out` is not connected: `Map` needs its port `out`, so give it an end"),
        "{said}"
    );
    let said = mistake("let c = channel(1); spawn(\"Take\", #{n: -1}, #{\"in\": c[1], out: c[0]});");
    assert!(said.contains("`n` of `Take`"), "{said}");
    let said = mistake("spawn(\"Map(expr: 1)\", #{}, #{});");
    assert!(said.contains("`Map(expr: 1)` is no name of a kind or a parameter"), "{said}");
    let said = mistake("spawn(\"Values\", #{values: [channel(1)[0]]}, #{});");
    assert!(said.contains("`values` cannot be"), "{said}");
    let said = mistake("let c = channel(1); retire(c[0]); spawn(\"Range\", #{to: 1}, #{out: c[0]});");
    assert!(said.contains("the script has retired"), "{said}");
}

#[test]
fn ends_are_the_scripts_again_when_nothing_could_be_spawned() {
    let code = "let c = channel(1); try { spawn(\"Map\", #{}, #{\"in\": c[1], out: c[0]}); } catch (e) { }
        send(c[0], 1); print(recv(c[1]));";
    assert_eq!(run(&alone(code)).printed(), "1\n");
}

#[test]
fn spawned_kinds_that_wait_for_one_another_are_a_deadlock() {
    let code = "let a = channel(1); let b = channel(1);
        spawn(\"Identity\", #{}, #{\"in\": a[1], out: b[0]});
        spawn(\"Identity\", #{}, #{\"in\": b[1], out: a[0]});";
    let ran = run(&alone(code));
    assert_eq!(ran.report.outcome, Outcome::Deadlock, "{}", ran.said());
}

#[test]
fn a_script_can_spawn_scripts() {
    let spawned = "let c = channel(1); spawn(\"Script\", #{inputs: [], code: `send(\"out\", name())`}, #{out: c[0]}); print(recv(c[1]));";
    assert_eq!(run(&scripts(&[("s", "inputs: [], outputs: []", spawned)], "")).printed(), "s/Script#0\n");
}

#[test]
fn a_process_whose_part_computes_is_not_stuck() {
    let code = r#"spawn("Map", #{expr: "let n = 0; while n < 90000000 { n += 1; } n + x"},
        #{"in": "first", "out": "out"}); print(recv("in"));"#;
    let graph = format!(
        r#"Network(
            processes: {{
                "one": (run: Values(values: [7])),
                "p": (run: Script(code: {code:?}, inputs: ["first", "in"])),
                "q": (run: Script(code: "send(\"out\", recv(\"in\") + 1);", inputs: ["in"])),
            }},
            channels: [(from: "one", to: "p.first"), (from: "p", to: "q"), (from: "q", to: "p.in")],
        )"#
    );
    assert_eq!(run(&graph).printed(), "90000008\n");
}

#[test]
fn kinds_with_ports_for_calls_are_not_started() {
    for (kind, params, ports) in [
        ("Lock", "#{}", "#{\"serve\": c[1]}"),
        ("Call", "#{}", "#{\"in\": c[1], \"out\": c[0], \"call\": channel(1)[0]}"),
    ] {
        let said = mistake(&format!("let c = channel(1); spawn({kind:?}, {params}, {ports})"));
        assert!(
            said.contains(&format!("no `{kind}` can be started while the network runs: its port")),
            "{said}"
        );
    }
}

#[test]
fn an_end_that_a_function_was_given_retires_when_the_function_has_it_no_more() {
    // What it spawned, for which its thread waits, reads to the end of that stream.
    for f in [
        "fn f(w, r) { spawn(\"g\", [r]); }",
        "fn f(w, r) { let n = spawn(\"g\", [r]); w = (); recv(n); }",
        "fn f(w, r) { spawn(\"Identity\", #{}, #{\"in\": r, out: channel(1)[0]}); }",
    ] {
        let code = format!(
            "let c = channel(1); spawn(\"f\", [c[0], c[1]]); {f} fn g(r) {{ for x in stream(r) {{ }} print(\"end\"); }}"
        );
        let printed = run(&alone(&code)).printed().to_owned();
        assert!(printed == "end\n" || f.contains("Identity"), "{f}: {printed}");
    }
}
