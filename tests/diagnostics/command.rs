//! The command on wrong files, and on the examples that only a run proves.

use csprun_dsl::diagnostic::Code;
use csprun_dsl::diagnostic::explain::{Example, ROOT, explain};

use crate::csprun::{Ended, file, run};

/// Runs an example in a folder of its own.
fn run_example(folder: &str, example: &Example) -> Ended {
    let mut root = None;
    for (name, text) in &example.files {
        let path = file(&format!("{folder}/{name}"), text);
        root = root.or(Some(path).filter(|_| *name == ROOT));
    }
    let root = root.expect("a graph file");
    run([root.to_str().expect("a path in UTF-8")])
}

#[test]
fn each_example_of_a_run_raises_its_code_and_its_fix_ends_well() {
    let codes = [(Code::E0901, 4), (Code::E0902, 1), (Code::E0904, 124), (Code::E0905, 1)];
    for (code, exit) in codes {
        let explanation = explain(code);
        let example = explanation.example;
        let headline = format!("error[{code}]");
        run_example(&format!("{code}/wrong"), &example).with_code(exit).complaining_of(&[&headline]);
        run_example(&format!("{code}/right"), &explanation.fix).with_code(0);
    }
}

#[test]
fn a_wrong_file_ends_with_2_whatever_is_asked_of_it() {
    let example = explain(Code::E0203).example;
    let path = file("two_writers.ron", example.files[0].1);
    let path = path.to_str().expect("a path in UTF-8");
    for call in [&["run", path][..], &["check", path], &["expand", path], &[path]] {
        let ended = run(call).with_code(2).complaining_of(&["error[E0203]", "two_writers.ron:7:", "AnyOf"]);
        assert_eq!(ended.stdout, "", "{call:?}");
    }
}

#[test]
fn json_of_a_wrong_file_stands_on_standard_output() {
    let path = file("cut.ron", "Network(processes: {");
    let ended = run(["check", path.to_str().expect("a path in UTF-8"), "--format", "json"]).with_code(2);
    let value: serde_json::Value = serde_json::from_str(&ended.stdout).expect("JSON");
    assert_eq!(value["errors"], 1);
    assert_eq!(value["diagnostics"][0]["code"], "E0001");
    assert_eq!(value["diagnostics"][0]["spans"][0]["start"], 20);
}

#[test]
fn a_file_that_is_not_there_is_one_error() {
    run(["no/such/graph.ron"]).with_code(2).complaining_of(&["error[E0008]", "no/such/graph.ron"]);
}

#[test]
fn every_code_has_a_page() {
    for &code in Code::ALL {
        let ended = run(["explain", code.as_str()]).with_code(0);
        assert!(ended.stdout.starts_with(&format!("{code}: {}\n", code.title())), "{}", ended.stdout);
    }
}
