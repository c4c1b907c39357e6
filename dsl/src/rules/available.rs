//! What the file asks for and this build cannot do: said as a warning here, where the file itself is right, and as
//! an error by `plan`, where it should run.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::network::{Claim, Network, Place, Process, Restart};
use crate::span::Span;

/// Warns of each.
pub(super) fn check(network: &Network, found: &mut Diagnostics) {
    for (span, what) in missing(network) {
        let warning = Diagnostic::new(Code::W0601, span, format!("{what} cannot run in this build"));
        found.push(warning.help("the file can be checked and drawn; to run it, leave this out"));
    }
    for expectation in &network.expectations {
        if !matches!(expectation.claim, Claim::Output { .. }) {
            let message = format!("`{:?}` is undecided in this build", expectation.claim);
            let warning = Diagnostic::new(Code::W0602, expectation.span, message);
            found.push(warning.help("the network runs; whether this holds is not known"));
        }
    }
}

/// Everything that this build cannot run.
pub(crate) fn missing(network: &Network) -> Vec<(Span, String)> {
    let mut missing = network.unavailable.clone();
    for process in &network.processes {
        for what in of_process(process) {
            missing.push((process.span, what));
        }
    }
    for channel in &network.channels {
        if channel.tap.is_some() {
            missing.push((channel.span, "`tap`".to_owned()));
        }
    }
    missing.dedup();
    missing
}

fn of_process(process: &Process) -> Vec<String> {
    let mut missing = Vec::new();
    if !process.available {
        missing.push(format!("the kind `{}`", process.signature.kind));
    }
    if process.restart != Restart::Never {
        missing.push("`restart`".to_owned());
    }
    // A place on a device is one of the machine's: `plan` says what becomes of it.
    let Place { worker: _, thread: _, child, rank, ranks, gpu: _, pin } = &process.place;
    let places = [
        ("a place on a child", child.is_some()),
        ("a place on a rank", rank.is_some() || !ranks.is_empty()),
        ("a pinned place", !pin.is_empty()),
    ];
    missing.extend(places.iter().filter(|(_, asked)| *asked).map(|(what, _)| (*what).to_owned()));
    missing
}
