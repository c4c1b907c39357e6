//! What a person is told when a run is over.

use std::io::IsTerminal;
use std::time::Duration;

use csprun_runtime::{Outcome, Report};

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
    let n_tokens: u64 = report.channels.iter().map(|channel| channel.counts.received).sum();
    let tokens = if n_tokens == 1 { "token" } else { "tokens" };
    let ended = match report.outcome {
        Outcome::Done => "done",
        Outcome::Failed => "failed",
        Outcome::Deadlock => "stuck",
        Outcome::Timeout => "timed out",
        Outcome::Interrupted => "interrupted",
    };
    let rate = n_tokens as f64 / report.elapsed.as_secs_f64().max(1e-9);
    let took = taken(report.elapsed);
    format!("{name} {ended} in {took}: {} {tokens} received, {}/s", grouped(n_tokens), short(rate))
}

/// A time as people read it.
pub fn taken(time: Duration) -> String {
    let seconds = time.as_secs_f64();
    match time.as_secs() {
        0 if seconds < 0.001 => format!("{:.0} us", seconds * 1e6),
        0 => format!("{:.1} ms", seconds * 1e3),
        1..60 => format!("{seconds:.2} s"),
        s @ 60..3600 => format!("{} min {} s", s / 60, s % 60),
        s => format!("{} h {} min", s / 3600, s / 60 % 60),
    }
}

/// `1,234,567`
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut grouped = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            grouped.push(',');
        }
        grouped.push(digit);
    }
    grouped
}

/// `950`, `1.2 k`, `34.5 M`: three figures or so.
pub fn short(n: f64) -> String {
    match n {
        n if n < 1e3 => format!("{n:.0}"),
        n if n < 1e6 => format!("{:.1} k", n / 1e3),
        n if n < 1e9 => format!("{:.1} M", n / 1e6),
        n => format!("{:.1} G", n / 1e9),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::{grouped, short, taken};

    #[test]
    fn figures_are_written_for_people() {
        assert_eq!([0, 999, 1000, 1_234_567].map(grouped), ["0", "999", "1,000", "1,234,567"]);
        assert_eq!([12.4, 1200.0, 34.5e6, 2e9].map(short), ["12", "1.2 k", "34.5 M", "2.0 G"]);
        let times = [0.000_05, 0.0123, 1.5, 61.0, 7300.0].map(Duration::from_secs_f64);
        assert_eq!(times.map(taken), ["50 us", "12.3 ms", "1.50 s", "1 min 1 s", "2 h 1 min"]);
    }
}
