//! How far a run is, for those who watch it.

use std::sync::Arc;
use std::time::Duration;

use csprun_dsl::network::ChannelKind;

use crate::assemble::{Carries, Wired, WiredEnd};
use crate::channel::Tally;
use crate::process::Fate;

/// Is shown how far a run is, on the supervisor's thread: it must not wait for long.
pub type Watcher = Arc<dyn Fn(&Progress<'_>) + Send + Sync>;

/// How far a run is.
#[derive(Clone, Debug)]
pub struct Progress<'a> {
    /// Since it started.
    pub elapsed: Duration,
    /// In the order of the plan.
    pub processes: Vec<ProcessProgress<'a>>,
    /// In the order of the plan.
    pub channels: Vec<ChannelProgress<'a>>,
}

/// How far a process is.
#[derive(Clone, Debug)]
pub struct ProcessProgress<'a> {
    /// Its name.
    pub name: &'a str,
    /// Whether it has ended.
    pub ended: bool,
    /// Where it is on a way of known length, and that length.
    pub way: Option<(u64, u64)>,
}

/// What has gone through a channel, and how full it is.
#[derive(Clone, Debug)]
pub struct ChannelProgress<'a> {
    /// Its name.
    pub name: &'a str,
    /// Tokens that were received.
    pub n_received: u64,
    /// Tokens in its buffer.
    pub n_tokens: usize,
    /// Its slots now.
    pub capacity: usize,
    /// Whether it gets more when the network would be stuck otherwise.
    pub may_grow: bool,
}

/// How far the run is by these tallies.
pub(super) fn progress<'a>(
    wired: &'a Wired,
    tallies: &[Tally],
    fates: &[Option<Fate>],
    elapsed: Duration,
) -> Progress<'a> {
    let (_, sent) = by_process(wired, tallies);
    let processes = wired.processes.iter().zip(fates).zip(sent).map(|((process, fate), n_sent)| {
        let (name, ended) = (process.name.as_str(), fate.is_some());
        ProcessProgress { name, ended, way: process.way.share(n_sent) }
    });
    let planned = wired.channels.iter().zip(tallies);
    let planned = planned.filter(|(channel, _)| !matches!(channel.carries, Carries::Replies { .. }));
    let channels = planned.map(|(channel, tally)| ChannelProgress {
        name: &channel.name,
        n_received: tally.counts.received,
        n_tokens: tally.n_tokens,
        capacity: tally.capacity,
        may_grow: channel.kind == ChannelKind::Auto,
    });
    Progress { elapsed, processes: processes.collect(), channels: channels.collect() }
}

/// What each process has received and sent, at all its ends.
pub(super) fn by_process(wired: &Wired, tallies: &[Tally]) -> (Vec<u64>, Vec<u64>) {
    let (mut received, mut sent) = (vec![0; wired.processes.len()], vec![0; wired.processes.len()]);
    for (channel, tally) in wired.channels.iter().zip(tallies) {
        add(&mut received, &channel.readers, &tally.received);
        add(&mut sent, &channel.writers, &tally.sent);
    }
    (received, sent)
}

/// Adds what each end counted to its process; an end may belong to the embedding program.
fn add(counts: &mut [u64], ends: &[WiredEnd], n_tokens: &[u64]) {
    for (end, n) in ends.iter().zip(n_tokens) {
        if let Some(process) = end.process {
            counts[process] += n;
        }
    }
}
