//! What a person is told when a run is over.

use std::io::IsTerminal;

use csprun_runtime::{Outcome, Report};

use crate::figures::{grouped, short, taken};
use crate::terminal::complain;

/// Says what should be known of channels and, on a terminal, how it went.
pub fn summarize(name: &str, report: &Report) {
    say_channels(report);
    if std::io::stderr().is_terminal() {
        complain(&summary(name, report));
    }
}

/// That a channel grew because its capacity alone would have stopped the network (Parks 1995), and that a lossy one
/// lost something.
fn say_channels(report: &Report) {
    for channel in &report.channels {
        let name = &channel.name;
        if let Some(capacity) = channel.grown_to {
            let advice = format!("write `kind: Buffer({capacity})` to have them from the start");
            complain(&format!("`{name}` grew to {capacity} slots to break an artificial deadlock; {advice}"));
        }
        let n_dropped = channel.counts.dropped;
        if n_dropped > 0 {
            let tokens = if n_dropped == 1 { "token" } else { "tokens" };
            complain(&format!("`{name}` dropped {n_dropped} {tokens}, as its kind says"));
        }
    }
}

/// How it went, in a line.
fn summary(name: &str, report: &Report) -> String {
    // A token that goes through three channels is received three times.
    let n: u64 = report.channels.iter().map(|channel| channel.counts.received).sum();
    let communications = if n == 1 { "communication" } else { "communications" };
    let ended = match report.outcome {
        Outcome::Done => "done",
        Outcome::Failed => "failed",
        Outcome::Deadlock => "stuck",
        Outcome::Timeout => "timed out",
        Outcome::Interrupted => "interrupted",
    };
    let rate = n as f64 / report.elapsed.as_secs_f64().max(1e-9);
    let took = taken(report.elapsed);
    format!("{name} {ended} in {took}: {} {communications}, {}/s", grouped(n), short(rate))
}
