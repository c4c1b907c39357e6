//! The guide to scripts says what is so.

use csprun_dsl::expr::host::HOST;
use csprun_runtime::library::script::GUIDE;

use crate::run;

/// The blocks of a language, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let opening = format!("```{language}\n");
    let blocks = GUIDE.split(opening.as_str()).skip(1);
    blocks.map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn every_graph_of_the_guide_prints_what_stands_below_it() {
    let (graphs, outputs) = (blocks("ron"), blocks("text"));
    assert_eq!((graphs.len(), outputs.len()), (6, 6));
    for (graph, output) in graphs.into_iter().zip(outputs) {
        assert_eq!(run(graph).printed(), output, "{graph}");
    }
}

#[test]
fn every_function_of_a_script_is_in_a_test_or_in_the_guide() {
    let tests = [
        include_str!("choice.rs"),
        include_str!("ends.rs"),
        include_str!("language.rs"),
        include_str!("meet.rs"),
        include_str!("mobile.rs"),
        include_str!("ports.rs"),
        include_str!("spawn.rs"),
        GUIDE,
    ];
    let is_used = |name: &str| tests.iter().any(|text| text.contains(&format!("{name}(")));
    let unused: Vec<&str> = HOST.iter().map(|function| function.name).filter(|name| !is_used(name)).collect();
    assert!(unused.is_empty(), "{unused:?}");
}
