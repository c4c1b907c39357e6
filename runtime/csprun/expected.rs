//! `expect: [Output(..)]`: what processes wrote beside what the file says they write.

use csprun_dsl::diagnostic::{Code, Diagnostic, Diagnostics};
use csprun_dsl::network::{Claim, Network};
use csprun_dsl::span::Span;
use csprun_runtime::Report;

use crate::difference::first_difference;

/// An output that is known before.
struct Expected<'a> {
    process: &'a str,
    file: &'a str,
    text: &'a str,
    span: Span,
}

fn expected(network: &Network) -> impl Iterator<Item = Expected<'_>> {
    network.expectations.iter().filter_map(|expectation| match &expectation.claim {
        Claim::Output { of, file, text } => {
            let process = network.process(*of).name.as_str();
            Some(Expected { process, file, text, span: expectation.span })
        }
        _ => None,
    })
}

/// The processes whose output is compared.
pub fn processes(network: &Network) -> Vec<String> {
    expected(network).map(|expected| expected.process.to_owned()).collect()
}

/// What differs, each as an error. The report holds the output of the processes that are compared.
pub fn differences(network: &Network, report: &Report) -> Diagnostics {
    let mut found = Diagnostics::default();
    for Expected { process: name, file, text, span } in expected(network) {
        let written = report.processes.iter().find(|process| process.name == name);
        let written = written.and_then(|process| process.output.as_deref()).unwrap_or_default();
        let written = String::from_utf8_lossy(written);
        if written == text {
            continue;
        }
        let message = format!("the output of `{name}` differs from {file}");
        let mut error = Diagnostic::new(Code::E0905, span, message);
        match first_difference(&written, text) {
            None => error = error.note("only the ends of lines differ"),
            Some((line, ours, theirs)) => {
                error = error.note(format!("line {line} expected: {theirs}"));
                error = error.note(format!("line {line} written:  {ours}"));
            }
        }
        found.push(error.help(format!("if the new output is right, write it into {file}")));
    }
    found
}
