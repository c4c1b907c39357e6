//! The supervisor at work: from the first step of a run to its report.

use std::sync::{Arc, PoisonError};
use std::time::{Duration, Instant};

use csprun_dsl::diagnostic::{Code, Diagnostic};
use csprun_dsl::plan::Seat;
use tokio::time::{self, MissedTickBehavior};

use super::busy::Busy;
use super::census::{Census, agree, poison_all};
use super::crew::Crew;
use super::interrupt::{Interrupt, interrupts, sleep_or_never, sleep_until_or_never};
use super::progress::{Watcher, by_process, progress};
use super::records::Records;
use super::report::{ChannelReport, Outcome, ProcessReport, Report};
use super::stalled::Stillness;
use super::waits::{Full, Resolution};
use crate::assemble::{Carries, Wired};
use crate::channel::{Poison, Tally};
use crate::process::Fate;
use crate::schedule::activity::Activity;
use crate::schedule::{MadeWait, Rescuers};

/// How long processes may go on after the first Ctrl-C.
const GRACE: Duration = Duration::from_secs(2);
/// Between two looks at a run that is not quiescent: for a part of it that is stuck, for one of which only reads from
/// outside are left.
const TICK: Duration = Duration::from_millis(100);
/// A look may take this part of the time.
const SHARE: u32 = 50;

/// What limits a run.
pub(crate) struct Limits {
    pub(crate) timeout: Option<Duration>,
    /// Bytes of tokens in buffers up to which `Auto` channels grow.
    pub(crate) memory: usize,
    /// Whether Ctrl-C is ours.
    pub(crate) interrupt: bool,
    /// Is told what should be known while the run goes on.
    pub(crate) tell: Option<Tell>,
    /// How long nothing may move before that is told; else ten seconds.
    pub(crate) stalled: Option<Duration>,
    /// Is shown how far the run is.
    pub(crate) watch: Option<Watcher>,
    /// Whether processes are timed.
    pub(crate) profile: bool,
}

/// Is told what should be known while the run goes on.
pub type Tell = Arc<dyn Fn(&Diagnostic) + Send + Sync>;

/// What a look for a deadlock gives.
enum Stuck {
    Not,
    /// A channel has more slots now.
    Grown,
    /// The run is over.
    For(Outcome),
}

/// A run under supervision.
pub(super) struct Watch {
    pub(super) wired: Wired,
    pub(super) crew: Crew,
    pub(super) activity: Arc<Activity>,
    pub(super) records: Arc<Records>,
    pub(super) limits: Limits,
    pub(super) started: Instant,
    /// How long each process has run, where that is wanted.
    pub(super) busy: Option<Arc<[Busy]>>,
    pub(super) fates: Vec<Option<Fate>>,
    n_living: usize,
    grown: Vec<bool>,
    diagnostics: Vec<Diagnostic>,
    interrupted: bool,
    /// A spawned process failed.
    part_failed: bool,
    /// A closed set that was found while others run, and when to look for it again.
    suspect: Option<Census>,
    next_look: Instant,
    stillness: Stillness,
    /// The last that was known of each channel.
    tallies: Vec<Tally>,
}

impl Watch {
    pub(super) fn new(
        wired: Wired,
        crew: Crew,
        activity: Arc<Activity>,
        records: Arc<Records>,
        limits: Limits,
    ) -> Watch {
        let n_living = wired.processes.len();
        let stillness = Stillness::new(limits.stalled);
        Watch {
            fates: vec![None; n_living],
            grown: vec![false; wired.channels.len()],
            wired,
            crew,
            activity,
            records,
            limits,
            started: Instant::now(),
            busy: None,
            n_living,
            diagnostics: Vec::new(),
            interrupted: false,
            part_failed: false,
            suspect: None,
            next_look: Instant::now() + TICK,
            stillness,
            tallies: Vec::new(),
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
            // Read before the look: one that comes later is for the next.
            let paused = self.activity.is_paused();
            if let Some(outcome) = self.look(paused) {
                return outcome;
            }
            if paused {
                self.activity.resume();
            }
            tokio::select! {
                () = self.activity.told() => {}
                _ = tick.tick() => self.show_progress(),
                () = &mut timeout => return self.timed_out(),
                () = sleep_until_or_never(grace) => return self.still_there(),
                () = &mut interrupt => {
                    interrupt = interrupts(self.limits.interrupt);
                    if self.interrupted {
                        return self.still_there();
                    }
                    self.interrupted = true;
                    grace = Some(time::Instant::now() + GRACE);
                    let poison = Poison::interrupt();
                    self.activity.interrupt();
                    poison_all(&self.crew, &self.wired, &poison);
                    self.wired.barriers.iter().for_each(|wired| wired.barrier.poison(poison.clone()));
                }
            }
        }
    }

    /// Whether the run is over, as things stand; `paused`: a worker stands still for this look.
    fn look(&mut self, paused: bool) -> Option<Outcome> {
        // Read before the records: what had happened when it was quiescent is recorded.
        let quiescent = self.activity.is_quiescent();
        for (process, fate) in self.records.take() {
            self.note_failure(process, &fate);
            self.fates[process] = Some(fate);
            self.n_living -= 1;
            self.activity.forget_strangers(process as u32);
        }
        for (process, message) in self.activity.failures() {
            self.part_failed |= true;
            self.note_failure(process as usize, &Fate::Failed(message));
        }
        if self.n_living == 0 || self.only_reads_left() {
            return Some(self.over());
        }
        match self.stuck(quiescent, paused) {
            // Who waits past an interrupt is named as left behind.
            Stuck::For(_) if self.interrupted => return Some(self.still_there()),
            Stuck::For(outcome) => return Some(outcome),
            Stuck::Grown => {}
            Stuck::Not if quiescent && self.activity.can_turn() => self.turn_clock(),
            Stuck::Not => self.tell_if_stalled(),
        }
        None
    }

    /// Tells once that everything has waited for the outside for long.
    fn tell_if_stalled(&mut self) {
        let Some(tell) = self.limits.tell.clone() else { return };
        let living = self.living();
        if self.stillness.is_too_long(&self.crew, &self.activity, &living) {
            tell(&self.with_who_is_left(self.stillness.warning()));
        }
    }

    /// Shows how far the run is to who wants to see it.
    fn show_progress(&mut self) {
        let Some(watch) = self.limits.watch.clone() else { return };
        self.tallies.resize_with(self.wired.channels.len(), Tally::default);
        let tallies = self.crew.of_channels(&self.wired.channels, |channel| channel.tally());
        // A worker in the middle of a long poll does not answer.
        for (last, now) in self.tallies.iter_mut().zip(tallies) {
            *last = now.unwrap_or_else(|| std::mem::take(last));
        }
        watch(&progress(&self.wired, &self.tallies, &self.fates, self.started.elapsed()));
    }

    fn over(&mut self) -> Outcome {
        if self.interrupted {
            self.diagnostics.insert(0, Diagnostic::without_place(Code::E0906, "interrupted"));
            return Outcome::Interrupted;
        }
        let failed = |fate: &Option<Fate>| matches!(fate, Some(Fate::Failed(_) | Fate::Panicked(_)));
        if self.part_failed || self.fates.iter().any(failed) { Outcome::Failed } else { Outcome::Done }
    }

    fn note_failure(&mut self, process: usize, fate: &Fate) {
        let process = &self.wired.processes[process];
        let (code, how, message) = match fate {
            Fate::Failed(message) => (Code::E0902, "failed", message),
            Fate::Panicked(message) => (Code::E0903, "panicked", message),
            Fate::Done | Fate::Poisoned(_) => return,
        };
        let diagnostic = Diagnostic::without_place(code, format!("`{}` {how}: {message}", process.name));
        self.diagnostics.push(Diagnostic { span: process.span, ..diagnostic });
    }

    /// Whether every process that is left is a thread in a read from outside that nobody would receive. One that sleeps
    /// goes on by itself, and so does one of which another part runs.
    fn only_reads_left(&self) -> bool {
        let living =
            self.wired.processes.iter().zip(&self.fates).enumerate().filter(|(_, (_, fate))| fate.is_none());
        living.map(|(idx, (process, _))| (idx, process)).all(|(idx, process)| {
            process.seat == Seat::Thread
                && !process.writing.is_empty()
                && self.activity.is_outside(idx as u32)
                && !self.activity.is_asleep(idx as u32)
                && !self.activity.has_parts(idx as u32)
                && process.writing.iter().all(|end| end.gone().is_some())
        })
    }

    /// Looks for processes that wait for one another: grows an `Auto` channel, or reports the deadlock. When nothing
    /// moves, at once; while others run, now and then, and believes it when two looks agree.
    fn stuck(&mut self, quiescent: bool, paused: bool) -> Stuck {
        let began = Instant::now();
        // By the clock of the machine, the look would fall where no seed puts it: there the worker says when.
        let is_now = if self.activity.seed().is_some() { paused } else { began >= self.next_look };
        if !quiescent && !is_now {
            return Stuck::Not;
        }
        // While others wait for virtual time, one of them may be who is not known.
        let for_good = quiescent && !self.activity.can_turn();
        let census = Census::take(&self.crew, &self.wired, &self.activity, for_good);
        let everybody = if quiescent { self.everybody_waits(&census) } else { None };
        let closed = census.closed(&self.wired);
        self.next_look = Instant::now() + TICK.max(began.elapsed() * SHARE);
        if closed.waits.is_empty() {
            self.suspect = None;
            return everybody.map_or(Stuck::Not, |(full, deadlock)| self.resolve(full, deadlock));
        }
        if !quiescent && !self.suspect.as_ref().is_some_and(|suspect| agree(suspect, &closed)) {
            self.suspect = Some(closed);
            return Stuck::Not;
        }
        self.suspect = None;
        let (full, deadlock) = closed.resolution(&self.wired);
        self.resolve(full, deadlock)
    }

    /// Where something was made that no plan knows, and at least one process waits at it: a deadlock, if nobody that is
    /// left does anything but wait. Anybody might end such a wait, so that is told only then.
    fn everybody_waits(&self, census: &Census) -> Option<Resolution> {
        let made = &census.made;
        if made.iter().any(|wait| wait.rescuers == Rescuers::Anybody) {
            return None;
        }
        let holds = |process: usize| {
            let at_made = |wait: &MadeWait| wait.process as usize == process;
            census.holds(process) || census.stamps.contains_key(&process) && made.iter().any(at_made)
        };
        (!made.is_empty() && self.living().into_iter().all(|process| holds(process as usize)))
            .then(|| census.resolution_with(&self.wired))
    }

    /// Grows a full channel if there is one; else it is a deadlock.
    fn resolve(&mut self, full: Option<Full>, mut deadlock: Diagnostic) -> Stuck {
        if let Some(full) = full {
            if self.grow(&full) {
                return Stuck::Grown;
            }
            let name = &self.wired.channels[full.channel].name;
            let limit = self.limits.memory;
            deadlock =
                deadlock.note(format!("`{name}` would grow past the limit of {limit} bytes (`run.memory`)"));
        }
        if !self.interrupted {
            self.diagnostics.push(deadlock);
        }
        Stuck::For(Outcome::Deadlock)
    }

    /// Doubles a channel, or gives it as many slots as there is memory for tokens of its own.
    fn grow(&mut self, full: &Full) -> bool {
        let Full { channel, capacity, n_bytes: (all, one) } = *full;
        let n_more = capacity.max(1).min(self.limits.memory.saturating_sub(all) / one);
        if n_more == 0 {
            return false;
        }
        let capacity = capacity.saturating_add(n_more);
        // Counted until it is done: who is let in by it is not looked at before.
        let activity = Arc::clone(&self.activity);
        activity.begin();
        self.crew.tell(&self.wired.channels, channel, move |channel| {
            channel.grow(capacity);
            activity.finish();
        });
        self.grown[channel] = true;
        true
    }

    /// Nobody can run before the next time for which somebody waits: it comes now.
    fn turn_clock(&self) {
        let activity = Arc::clone(&self.activity);
        activity.begin();
        self.crew.anywhere(move || {
            activity.turn();
            activity.finish();
        });
    }

    fn timed_out(&mut self) -> Outcome {
        let limit = self.limits.timeout.unwrap_or_default();
        // Of no time, Rust writes nanoseconds.
        let headline =
            if limit.is_zero() { "timeout after 0s".to_owned() } else { format!("timeout after {limit:?}") };
        self.who_is_left(Diagnostic::without_place(Code::E0904, headline));
        Outcome::Timeout
    }

    /// After Ctrl-C, when the grace period is over or a second one came.
    fn still_there(&mut self) -> Outcome {
        self.who_is_left(Diagnostic::without_place(Code::E0906, "interrupted"));
        Outcome::Interrupted
    }

    fn who_is_left(&mut self, diagnostic: Diagnostic) {
        let diagnostic = self.with_who_is_left(diagnostic);
        self.diagnostics.insert(0, diagnostic);
    }

    /// What happened.
    pub(super) fn report(self, outcome: Outcome) -> Report {
        let tallies = self.crew.of_channels(&self.wired.channels, |channel| channel.tally());
        let tallies: Vec<Tally> = tallies.into_iter().map(Option::unwrap_or_default).collect();
        let (received, sent) = by_process(&self.wired, &tallies);
        let processes = self.wired.processes.iter().zip(self.fates).enumerate();
        let planned = self.wired.channels.iter().enumerate().zip(&self.grown);
        let channels = planned.filter(|((_, wired), _)| !matches!(wired.carries, Carries::Replies { .. }));
        Report {
            outcome,
            diagnostics: self.diagnostics,
            processes: processes
                .map(|(idx, (process, fate))| ProcessReport {
                    name: process.name.clone(),
                    fate,
                    n_received: received[idx],
                    n_sent: sent[idx],
                    time: self.busy.as_ref().map(|busy| busy[idx].time()),
                    output: process
                        .copy
                        .as_ref()
                        .map(|copy| copy.lock().unwrap_or_else(PoisonError::into_inner).clone()),
                })
                .collect(),
            channels: channels
                .map(|((idx, wired), grown)| ChannelReport {
                    name: wired.name.clone(),
                    counts: self.wired.counts(idx, &tallies),
                    n_left: tallies[idx].n_left,
                    grown_to: grown.then_some(tallies[idx].capacity),
                })
                .collect(),
            elapsed: self.started.elapsed(),
        }
    }
}
