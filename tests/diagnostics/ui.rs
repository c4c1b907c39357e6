//! Every `.ron` file of this folder against the `.stderr` file beside it. `UPDATE_EXPECT=1` writes them anew.
//!
//! The name of a file begins with the code that it raises, and a file that does raises nothing else. Files that
//! it uses lie in the folder of its name; `// --set name=value` and `// --deploy name` at its top stand for the
//! command line.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use csprun_dsl::diagnostic::{Code, Diagnostic, Diagnostics};
use csprun_dsl::render::{Style, summary, text};
use csprun_dsl::resolve::Request;
use expect_test::expect_file;

use crate::given::{Texts, check, errors};

/// What `check` does not raise: what a run reports, and what only a plan finds.
const NOT_BY_CHECK: [Code; 9] = [
    Code::E0601,
    Code::E0901,
    Code::E0902,
    Code::E0903,
    Code::E0904,
    Code::E0905,
    Code::E0906,
    Code::W0603,
    Code::W0901,
];

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/diagnostics")
}

/// The cases: the stem of each graph file.
fn cases() -> Vec<String> {
    let entries = fs::read_dir(folder()).expect("the folder").map(|entry| entry.expect("an entry").path());
    let graphs = entries.filter(|path| path.extension().is_some_and(|extension| extension == "ron"));
    let mut stems: Vec<String> =
        graphs.map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned()).collect();
    stems.sort();
    stems
}

/// The graph file, and all in its folder.
fn texts(case: &str) -> Texts {
    let mut texts = Texts::default();
    let root = format!("{case}.ron");
    texts.0.insert(root.clone(), fs::read_to_string(folder().join(&root)).expect("the graph file"));
    let Ok(entries) = fs::read_dir(folder().join(case)) else { return texts };
    for path in entries.map(|entry| entry.expect("an entry").path()) {
        let name = path.file_name().expect("a name").to_string_lossy();
        texts.0.insert(format!("{case}/{name}"), fs::read_to_string(&path).expect("a file it uses"));
    }
    texts
}

/// What the comments at the top ask for.
fn request(text: &str) -> Request {
    let mut request = Request::default();
    for line in text.lines().map_while(|line| line.strip_prefix("// --")) {
        match line.split_once(' ') {
            Some(("set", set)) => {
                let (name, value) = set.split_once('=').expect("--set name=value");
                request.set.push((name.to_owned(), value.to_owned()));
            }
            Some(("deploy", name)) => request.deploy = Some(name.to_owned()),
            _ => panic!("unknown request `{line}`"),
        }
    }
    request
}

/// The code that the name of a case begins with.
fn code_of(case: &str) -> Code {
    case.get(..5).and_then(Code::parse).unwrap_or_else(|| panic!("`{case}` does not begin with a code"))
}

/// What `check` says of a case, and how a person sees it.
fn said(case: &str) -> (Diagnostics, String) {
    let texts = texts(case);
    let root = format!("{case}.ron");
    let (network, found) = check(&root, &texts, &request(&texts.0[&root]));
    let shown = text(&found, &network.sources, Style::default());
    let shown = format!("{shown}{}\n", summary(&found));
    (found, shown)
}

#[test]
fn each_wrong_file_is_answered_as_written_beside_it() {
    for case in cases() {
        expect_file![folder().join(format!("{case}.stderr"))].assert_eq(&said(&case).1);
    }
}

#[test]
fn one_mistake_is_one_diagnostic() {
    let mut failures = String::new();
    for case in cases() {
        let (found, shown) = said(&case);
        let (code, errors) = (code_of(&case), errors(&found));
        let raised = found.iter().any(|diagnostic| diagnostic.code == code);
        if !raised || errors.len() != usize::from(code.is_error()) {
            failures.push_str(&format!("{case}:\n{shown}\n"));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn each_diagnostic_says_what_is_there_and_how_to_mend_it() {
    let mut failures = String::new();
    for case in cases() {
        let (found, shown) = said(&case);
        let poor = |diagnostic: &Diagnostic| {
            let first = diagnostic.message.chars().next().unwrap_or(' ');
            // What is expected is the fix: the message or the label says it.
            let expected =
                matches!(diagnostic.code, Code::E0001 | Code::E0801) && !diagnostic.label.is_empty();
            diagnostic.help.is_none() && !expected && !diagnostic.message.contains(" must ")
                || first.is_uppercase()
                || diagnostic.message.ends_with('.')
        };
        if found.iter().any(poor) {
            failures.push_str(&format!("{case}:\n{shown}\n"));
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

#[test]
fn every_code_that_check_raises_has_a_case() {
    let cases = cases();
    let seen: BTreeSet<Code> = cases.iter().map(|case| code_of(case)).collect();
    let missing: Vec<&Code> =
        Code::ALL.iter().filter(|code| !seen.contains(code) && !NOT_BY_CHECK.contains(code)).collect();
    assert!(missing.is_empty(), "no case raises {missing:?}");
}
