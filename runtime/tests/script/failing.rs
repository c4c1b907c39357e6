//! Mistakes of a script: each fails the process and says where.

use std::time::Duration;

use crate::{alone, run, run_files};

/// What is said of a script that fails.
fn fails(code: &str) -> String {
    let ran = run(&alone(code));
    assert_eq!(ran.report.exit_code(), 1, "{}", ran.said());
    let said = ran.said();
    assert!(said.starts_with("E0902: `script` failed: "), "{said}");
    said["E0902: `script` failed: ".len()..].trim_end().to_owned()
}

#[test]
fn a_failure_shows_its_line_in_the_graph_file() {
    let graph = "Network(processes: {
    \"script\": (run: Script(inputs: [], outputs: [], code: r#\"
        let x = 1;
        print(6 / (x - 1));
    \"#)),
})";
    let said = run(graph).said();
    assert!(said.contains(", at graph.ron:4:17 in `print(6 / (x - 1));`"), "{said}");
}

#[test]
fn a_failure_shows_its_line_in_the_file_of_the_script() {
    let graph = "Network(processes: {\"s\": (run: Script(inputs: [], outputs: [], file: \"s.rhai\"))})";
    let ran = run_files(graph, "fn f(x) {\n  throw `bad ${x}`;\n}\nf(3);", Duration::from_secs(30))
        .unwrap_or_else(|e| panic!("{e}"));
    assert_eq!(ran.said(), "E0902: `s` failed: bad 3, at s.rhai:2:3 in `throw `bad ${x}`;`\n");
}

#[test]
fn what_the_language_refuses_has_a_place() {
    assert!(fails("let a = [1];\na[3]").contains(", at graph.ron:1:"));
    assert!(
        fails("sleep(\"soon\")")
            .starts_with("a duration is a text such as \"100ms\" or a number of seconds, not \"soon\"")
    );
    assert!(fails("print(9223372036854775807 + 1)").contains("does not fit into an integer"));
    assert!(fails("let f = |x| x.foo; f.call(1)").contains("foo"));
}

#[test]
fn endless_recursion_is_a_failure() {
    let said = fails("fn f(n) { f(n + 1) } f(0)");
    assert!(said.starts_with("functions call one another too deeply"), "{said}");
    let said = fails("fn f(n) { if n == 10000 { n } else { 1 + f(n + 1) } } f(0)");
    assert!(said.starts_with("functions call one another too deeply"), "{said}");
    let deep = format!("fn f(n) {{ {}f(n + 1){} }} f(0)", "(1 + ".repeat(100), ")".repeat(100));
    let said = fails(&deep);
    assert!(said.starts_with("functions call one another too deeply"), "{said}");
    assert!(fails("let f = |g| g.call(g); f.call(f)").starts_with("functions call"), "by closures");
}

#[test]
fn functions_may_call_one_another_deeply() {
    let ran = run(&alone("fn f(n) { if n == 0 { 0 } else { 1 + f(n - 1) } } print(f(900));"));
    assert_eq!(ran.printed(), "900\n");
}

#[test]
fn values_without_bounds_are_a_failure() {
    let said = fails("let s = \"0123456789abcdef\"; loop { s += s; }");
    assert!(said.contains("too large") || said.contains("exceed"), "{said}");
}

#[test]
fn deeply_nested_values_bring_nothing_down() {
    let ran = run(&alone("let a = []; for i in 0..5000 { a = [a]; } print(len(a));"));
    assert!(ran.report.exit_code() <= 1, "{}", ran.said());
}

#[test]
fn a_mistake_of_the_language_can_be_caught() {
    let ran = run(&alone("try { let a = 1 / 0; } catch (e) { print(`${e.kind}: ${e.message}`) }"));
    assert!(ran.printed().starts_with("failed: "), "{}", ran.stdout);
}

#[test]
fn an_end_that_was_caught_is_no_token() {
    for use_it in ["print(\"e \" + e)", "send(channel(1)[0], e)", "send(channel(1)[0], [e])"] {
        let said = fails(&format!(
            "let c = channel(1); retire(c[0]); try {{ recv(c[1]) }} catch (e) {{ {use_it}; }}"
        ));
        assert!(said.starts_with("the end of a port is not a token: take its `message`"), "{use_it}: {said}");
    }
    let said = fails("send(channel(1)[0], skip())");
    assert!(said.starts_with("a guard is not a token"), "{said}");
}
