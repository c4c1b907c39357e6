//! The pages of `csprun explain`: each example raises its code and nothing else, each fix raises nothing.

use csprun_dsl::diagnostic::explain::{Example, ROOT, explain};
use csprun_dsl::diagnostic::{Code, Diagnostics};
use csprun_dsl::plan::Machine;
use csprun_dsl::render::{Style, text};
use csprun_dsl::resolve::Request;

use crate::given::{Texts, check, errors};

/// What checking and, where that finds nothing, planning says.
fn said(example: &Example) -> (Diagnostics, String) {
    let files = example.files.iter().map(|(name, text)| ((*name).to_owned(), (*text).to_owned()));
    let set = example.set.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let request = Request { set: set.collect(), deploy: example.deploy.map(str::to_owned) };
    let (network, mut found) = check(ROOT, &Texts(files.collect()), &request);
    if !found.has_errors() {
        found.append(csprun_dsl::plan(&network, &Machine::with_workers(1)).1);
    }
    let shown = text(&found, &network.sources, Style::default());
    (found, shown)
}

/// Codes that only a run raises; a test of runs holds those examples.
fn at_run_time(code: Code) -> bool {
    code.as_str().starts_with("E09") || code.as_str().starts_with("W09")
}

/// An example or a fix, and what is wrong with what is said about it.
type Failures = Vec<String>;

#[test]
fn each_example_raises_its_code_and_nothing_else() {
    let mut failures = Failures::new();
    for &code in Code::ALL {
        let example = explain(code).example;
        if at_run_time(code) {
            continue;
        }
        let (found, shown) = said(&example);
        let raised = found.iter().any(|diagnostic| diagnostic.code == code);
        if !raised || unavailable_aside(&found).iter().any(|&other| other != code) || errors_twice(&found) {
            failures.push(format!("{code}:\n{shown}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.concat());
}

#[test]
fn each_fix_raises_no_error() {
    let mut failures = Failures::new();
    for &code in Code::ALL {
        let fix = explain(code).fix;
        let (found, shown) = said(&fix);
        let raised = found.iter().any(|diagnostic| diagnostic.code == code);
        if raised || !unavailable_aside(&found).is_empty() {
            failures.push(format!("{code}:\n{shown}"));
        }
    }
    assert!(failures.is_empty(), "{}", failures.concat());
}

/// The errors but for those that speak of this build, not of the file.
fn unavailable_aside(found: &Diagnostics) -> Vec<Code> {
    errors(found).into_iter().filter(|&code| code != Code::E0601).collect()
}

fn errors_twice(found: &Diagnostics) -> bool {
    unavailable_aside(found).len() > 1
}
