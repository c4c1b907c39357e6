//! What a script has of the language, and what it knows of the graph.

use std::time::Duration;

use crate::{alone, run, run_files};

#[test]
fn parameters_of_the_graph_are_constants_in_functions_too() {
    let graph = "Network(
        params: {\"limit\": (default: 3), \"word\": (default: \"ab\")},
        processes: {\"s\": (run: Script(inputs: [], outputs: [], code: \"
            fn f(x) { x + limit }
            fn hides(limit) { limit }
            print(f(1));
            print(hides(7));
            let g = |x| x * limit;
            print(g.call(2));
            print([1, 5].map(|x| x > limit));
            print(word.upper());
        \"))},
    )";
    assert_eq!(run(graph).printed(), "4\n7\n6\n[false, true]\nAB\n");
}

#[test]
fn members_of_a_family_know_their_index() {
    let graph = "Network(processes: {
        \"s\": (run: Script(inputs: [], outputs: [], code: \"sleep(0.03 * i); print(`${name()} ${i}`);\"), family: 3),
    })";
    assert_eq!(run(graph).printed(), "s[0] 0\ns[1] 1\ns[2] 2\n");
}

#[test]
fn copies_know_their_number_in_a_file_too() {
    let graph = "Network(
        processes: {\"s\": (run: Script(inputs: [], file: \"s.rhai\"), replicate: 3), \"all\": (run: Sort()), \"print\": (run: Print())},
        channels: [(from: \"s\", to: \"all\", type: I64), (from: \"all\", to: \"print\")],
    )";
    let ran = run_files(graph, "send(\"out\", replica);", Duration::from_secs(30));
    assert_eq!(ran.unwrap_or_else(|found| panic!("{found}")).printed(), "0\n1\n2\n");
}

#[test]
fn functions_and_operators_are_those_of_expressions() {
    let ran = run(&alone("print(words(\"a b\")[1] + `${7 / 2} ${1 == 1.0}`); print(#{b: 1, a: [2.0]});"));
    assert_eq!(ran.printed(), "b3 true\n{\"a\": [2.0], \"b\": 1}\n");
}

#[test]
fn debug_says_where_on_standard_error() {
    let ran = run(&alone("debug(1 + 1);"));
    assert_eq!((ran.printed(), ran.stderr.split(':').next().unwrap()), ("", "2, at graph.ron"));
}

#[test]
fn loops_switches_closures_and_while_work() {
    let code = "let n = 0; while n < 3 { n += 1; } do { n += 1; } until n > 5;
        let word = switch n { 6 => \"six\", _ => \"other\" }; print(word);
        let add = |a, b| a + b; print(add.call(n, 1)); print(fold([1, 2], 0, |a, x| a + x));";
    assert_eq!(run(&alone(code)).printed(), "six\n7\n3\n");
}
