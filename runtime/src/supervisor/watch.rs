//! The supervisor at work: from the first step of a run to its report.

use std::future::pending;
use std::pin::Pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Waker};
use std::time::{Duration, Instant};

use csprun_dsl::diagnostic::{Code, Diagnostic};
use tokio::time::{self, MissedTickBehavior};

use super::report::{ChannelReport, Outcome, ProcessReport, Report};
use super::waits::{Waits, buffered_bytes, first_few};
use crate::assemble::{Carries, Wired, WiredChannel};
use crate::channel::{Poison, Side};
use crate::process::Fate;
use crate::schedule::activity::Activity;

/// How long processes may go on after the first Ctrl-C.
const GRACE: Duration = Duration::from_secs(2);
/// Between two looks for a run of which only reads from outside are left.
const TICK: Duration = Duration::from_millis(100);

/// What processes tell the supervisor: who has ended how, in order of time.
#[derive(Default)]
pub(super) struct Records(Mutex<Vec<(usize, Fate)>>);

impl Records {
    /// Called by each process, once, while it is counted as active.
    pub(super) fn add(&self, process: usize, fate: Fate) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((process, fate));
    }

    fn take(&self) -> Vec<(usize, Fate)> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// What limits a run.
pub(super) struct Limits {
    pub(super) timeout: Option<Duration>,
    /// Bytes of tokens in buffers up to which `Auto` channels grow.
    pub(super) memory: usize,
    /// Whether Ctrl-C is ours.
    pub(super) interrupt: bool,
}

/// A run under supervision.
pub(super) struct Watch {
    pub(super) wired: Wired,
    pub(super) activity: Arc<Activity>,
    pub(super) records: Arc<Records>,
    pub(super) limits: Limits,
    pub(super) started: Instant,
    fates: Vec<Option<Fate>>,
    n_living: usize,
    grown: Vec<bool>,
    diagnostics: Vec<Diagnostic>,
    interrupted: bool,
}

impl Watch {
    pub(super) fn new(wired: Wired, activity: Arc<Activity>, records: Arc<Records>, limits: Limits) -> Watch {
        let n_living = wired.processes.len();
        Watch {
            fates: vec![None; n_living],
            grown: vec![false; wired.channels.len()],
            wired,
            activity,
            records,
            limits,
            started: Instant::now(),
            n_living,
            diagnostics: Vec::new(),
            interrupted: false,
        }
    }

    /// Watches until the run is over.
    pub(super) async fn until_over(&mut self, mut interrupt: Interrupt) -> Outcome {
        let mut tick = time::interval(TICK);
        tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
        let timeout = sleep_or_never(self.limits.timeout);
        let mut timeout = std::pin::pin!(timeout);
        let mut grace = None;
        loop {
            if let Some(outcome) = self.look() {
                return outcome;
            }
            tokio::select! {
                () = self.activity.told() => {}
                _ = tick.tick() => {}
                () = &mut timeout => return self.timed_out(),
                () = sleep_until_or_never(grace) => return self.still_there(),
                () = &mut interrupt => {
                    interrupt = interrupts(true);
                    if self.interrupted {
                        return self.still_there();
                    }
                    self.interrupted = true;
                    grace = Some(time::Instant::now() + GRACE);
                    let poison = Poison::new("csprun", "interrupted").with_strength(u32::MAX);
                    self.wired.channels.iter().for_each(|wired| wired.channel.poison(poison.clone()));
                    self.wired.barriers.iter().for_each(|wired| wired.barrier.poison(poison.clone()));
                }
            }
        }
    }

    /// Whether the run is over, as things stand.
    fn look(&mut self) -> Option<Outcome> {
        // Read before the records: what had happened when it was quiescent is recorded.
        let quiescent = self.activity.is_quiescent();
        for (process, fate) in self.records.take() {
            self.note_failure(process, &fate);
            self.fates[process] = Some(fate);
            self.n_living -= 1;
        }
        if self.n_living == 0 || self.only_reads_left() {
            return Some(self.over());
        }
        if quiescent && self.is_stuck() { Some(Outcome::Deadlock) } else { None }
    }

    fn over(&mut self) -> Outcome {
        if self.interrupted {
            self.diagnostics.insert(0, Diagnostic::without_place(Code::E0906, "interrupted"));
            return Outcome::Interrupted;
        }
        let failed = |fate: &Option<Fate>| matches!(fate, Some(Fate::Failed(_) | Fate::Panicked(_)));
        if self.fates.iter().any(failed) { Outcome::Failed } else { Outcome::Done }
    }

    fn note_failure(&mut self, process: usize, fate: &Fate) {
        let name = &self.wired.processes[process].identity.name;
        let diagnostic = match fate {
            Fate::Failed(message) => {
                Diagnostic::without_place(Code::E0902, format!("`{name}` failed: {message}"))
            }
            Fate::Panicked(message) => {
                Diagnostic::without_place(Code::E0903, format!("`{name}` panicked: {message}"))
            }
            Fate::Done | Fate::Poisoned(_) => return,
        };
        self.diagnostics.push(diagnostic);
    }

    /// Whether every process that is left waits for the outside and nobody would receive what it reads.
    fn only_reads_left(&self) -> bool {
        let living = self.wired.processes.iter().zip(&self.fates).filter(|(_, fate)| fate.is_none());
        living.map(|(process, _)| process).all(|process| {
            // Relaxed: looked at again at the next tick.
            process.identity.n_outside.load(Ordering::Relaxed) > 0
                && !process.writing.is_empty()
                && process.writing.iter().all(|end| end.gone().is_some())
        })
    }

    /// In a quiescent network: grows an `Auto` channel, or reports the deadlock.
    fn is_stuck(&mut self) -> bool {
        let waits = Waits::gather(&self.wired);
        let living = (0..self.fates.len()).filter(|&process| self.fates[process].is_none());
        // A process without a wait is woken by something that nobody counted: not a deadlock.
        if !living.clone().all(|process| waits.holds(process)) {
            return false;
        }
        let mut at_limit = None;
        if let Some(channel) = waits.smallest_full(&self.wired) {
            if self.grow(channel) {
                return false;
            }
            at_limit = Some(channel);
        }
        let mut diagnostic = waits.deadlock(&self.wired, self.n_living);
        if let Some(channel) = at_limit {
            let name = &self.wired.channels[channel].name;
            let limit = self.limits.memory;
            diagnostic = diagnostic
                .note(format!("`{name}` would grow past the limit of {limit} bytes (`run.memory`)"));
        }
        self.diagnostics.push(diagnostic);
        true
    }

    /// Doubles a channel, if its tokens then still fit in memory.
    fn grow(&mut self, channel: usize) -> bool {
        let wired = &self.wired.channels[channel];
        let capacity = wired.channel.capacity();
        let (all, one) = buffered_bytes(&self.wired, wired);
        if all.saturating_add(capacity.saturating_mul(one)) > self.limits.memory {
            return false;
        }
        wired.channel.grow(capacity.saturating_mul(2).max(1));
        self.grown[channel] = true;
        true
    }

    fn timed_out(&mut self) -> Outcome {
        let limit = self.limits.timeout.unwrap_or_default();
        let headline = format!("timeout after {limit:?}");
        self.who_is_left(Diagnostic::without_place(Code::E0904, headline));
        Outcome::Timeout
    }

    /// After Ctrl-C, when the grace period is over or a second one came.
    fn still_there(&mut self) -> Outcome {
        self.who_is_left(Diagnostic::without_place(Code::E0906, "interrupted"));
        Outcome::Interrupted
    }

    fn who_is_left(&mut self, diagnostic: Diagnostic) {
        let waits = Waits::gather(&self.wired);
        let mut lines = waits.lines(&self.wired);
        for (idx, process) in self.wired.processes.iter().enumerate() {
            if self.fates[idx].is_none() && !waits.holds(idx) {
                // Relaxed: nothing hangs on it.
                let outside = process.identity.n_outside.load(Ordering::Relaxed) > 0;
                let what = if outside { "waits for the outside" } else { "is running" };
                lines.push(format!("`{}` {what}", process.identity.name));
            }
        }
        let diagnostic = first_few(lines).into_iter().fold(diagnostic, Diagnostic::note);
        self.diagnostics.insert(0, diagnostic);
    }

    /// Tokens by process.
    fn counts_of(&self, side: Side) -> Vec<u64> {
        let mut counts = vec![0; self.wired.processes.len()];
        for wired in &self.wired.channels {
            for (end, (process, _)) in wired.ends(side).iter().enumerate() {
                counts[*process] += wired.channel.count_of(side, end);
            }
        }
        counts
    }

    /// What happened.
    pub(super) fn report(self, outcome: Outcome) -> Report {
        let (received, sent) = (self.counts_of(Side::Reading), self.counts_of(Side::Writing));
        let processes = self.wired.processes.iter().zip(self.fates).enumerate();
        let is_planned = |wired: &WiredChannel| !matches!(wired.carries, Carries::Replies(_));
        let planned = self.wired.channels.iter().enumerate().zip(self.grown);
        let channels = planned.filter(|((_, wired), _)| is_planned(wired));
        Report {
            outcome,
            diagnostics: self.diagnostics,
            processes: processes
                .map(|(idx, (process, fate))| ProcessReport {
                    name: process.identity.name.clone(),
                    fate,
                    n_received: received[idx],
                    n_sent: sent[idx],
                    output: process
                        .identity
                        .copy
                        .as_ref()
                        .map(|copy| copy.lock().unwrap_or_else(PoisonError::into_inner).clone()),
                })
                .collect(),
            channels: channels
                .map(|((idx, wired), grown)| ChannelReport {
                    name: wired.name.clone(),
                    counts: self.wired.counts(idx),
                    grown_to: grown.then(|| wired.channel.capacity()),
                })
                .collect(),
            elapsed: self.started.elapsed(),
        }
    }
}

async fn sleep_or_never(duration: Option<Duration>) {
    match duration {
        Some(duration) => time::sleep(duration).await,
        None => pending().await,
    }
}

async fn sleep_until_or_never(deadline: Option<time::Instant>) {
    match deadline {
        Some(deadline) => time::sleep_until(deadline).await,
        None => pending().await,
    }
}

/// Ready at the next Ctrl-C.
pub(super) type Interrupt = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Takes Ctrl-C over at once, if it is ours: one that comes while processes start is not missed.
pub(super) fn interrupts(ours: bool) -> Interrupt {
    let mut interrupt: Interrupt = Box::pin(interrupted(ours));
    // The first poll is what takes it over; whoever waits polls again.
    if interrupt.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
        return Box::pin(std::future::ready(()));
    }
    interrupt
}

/// Ready at Ctrl-C, if that is ours.
async fn interrupted(ours: bool) {
    if !ours || tokio::signal::ctrl_c().await.is_err() {
        pending().await
    }
}
