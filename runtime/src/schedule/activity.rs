//! How much is going on in a run: the number from which quiescence is read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU32, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

use tokio::sync::Notify;

use super::alarm::{Alarm, Sleeper};
use super::clock::Clock;
use super::current;
use super::made::{AllMade, Made, MadeWait, Transit};
use super::parts::{Part, PartName, Parts};

/// Workers and threads that run, plus everything outside that may wake a process. Whoever is about to make something
/// run counts it first, and is itself counted while doing so; therefore zero is stable.
#[derive(Debug, Default)]
pub struct Activity {
    /// No other run of the program has or had it.
    number: u32,
    n_active: AtomicUsize,
    supervisor: Notify,
    /// What each process waits for that is no channel, and who else may wake it.
    outside: Mutex<BTreeMap<u32, Waits>>,
    /// How often anybody began to wait for that.
    n_outside: AtomicU64,
    /// Present where time is virtual.
    clock: Option<Clock>,
    /// Present where one worker runs everything, in an order that belongs to this seed.
    seed: Option<u64>,
    /// A worker that runs by a seed stands still until the supervisor has looked.
    paused: AtomicBool,
    /// Failures of spawned processes for which nobody waited, by the process that spawned them.
    failures: Mutex<Vec<(u32, String)>>,
    made: AllMade,
    parts: Parts,
    /// Rings when the run shall end.
    alarm: Alarm,
}

/// How many things a process waits for.
#[derive(Debug, Default)]
struct Waits {
    n_outside: usize,
    n_times: usize,
    n_strangers: usize,
}

/// What wakes a process that is no channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum What {
    Outside,
    Time,
    /// Who keeps a clone of its waker; it may do without waiting for that.
    Stranger,
}

impl Activity {
    /// That of a run which has not started; with a clock of its own where time is virtual, as it is wherever `explore`
    /// is the seed of the schedule.
    pub(crate) fn new(virtual_time: bool, explore: Option<u64>) -> Activity {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let is_virtual = virtual_time || explore.is_some();
        let clock = is_virtual.then(Clock::new);
        // Relaxed: only that it is not given twice matters.
        Activity { number: NEXT.fetch_add(1, Ordering::Relaxed), clock, seed: explore, ..Activity::default() }
    }

    /// The number of the run.
    pub(super) fn number(&self) -> u32 {
        self.number
    }

    /// The seed of the schedule, where it has one.
    pub(crate) fn seed(&self) -> Option<u64> {
        self.seed
    }

    /// Asks the supervisor to look at who waits, while the worker that calls stands still.
    pub(super) fn pause(&self) {
        self.paused.store(true, Ordering::Release);
        self.supervisor.notify_one();
    }

    /// Whether a worker stands still for that.
    pub(crate) fn is_paused(&self) -> bool {
        self.paused.load(Ordering::Acquire)
    }

    /// The supervisor has looked.
    pub(crate) fn resume(&self) {
        self.paused.store(false, Ordering::Release);
    }

    /// The clock, where time is virtual.
    pub(super) fn clock(&self) -> Option<&Clock> {
        self.clock.as_ref()
    }

    /// Whether time is virtual and somebody waits for it.
    pub(crate) fn can_turn(&self) -> bool {
        self.clock.as_ref().is_some_and(Clock::is_awaited)
    }

    /// Goes on to the next time for which somebody waits. Called while it is counted that somebody does so.
    pub(crate) fn turn(&self) {
        self.clock.iter().for_each(Clock::turn);
    }

    /// Counts one more. Called by something that is counted, or before anything runs.
    pub(crate) fn begin(&self) {
        // Relaxed: the caller's own count keeps the number from reading zero in between.
        self.n_active.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one less; the last one tells the supervisor.
    pub(crate) fn finish(&self) {
        // Release pairs with the acquire in `is_quiescent`: what the processes did is seen by who reads zero.
        if self.n_active.fetch_sub(1, Ordering::AcqRel) == 1 {
            self.supervisor.notify_one();
        }
    }

    /// The run shall end: threads that wait look again.
    pub(crate) fn interrupt(&self) {
        self.alarm.ring();
    }

    /// Whether it shall.
    pub(crate) fn is_interrupted(&self) -> bool {
        self.alarm.rang()
    }

    /// One more thread that is woken then.
    pub(super) fn add_sleeper(&self, sleeper: Weak<dyn Sleeper>) {
        self.alarm.add(sleeper);
    }

    /// Whether nothing runs and nothing outside is waited for.
    pub(crate) fn is_quiescent(&self) -> bool {
        self.n_active.load(Ordering::Acquire) == 0
    }

    /// Ready when the supervisor was told of a quiet moment since the last call.
    pub(crate) async fn told(&self) {
        self.supervisor.notified().await;
    }

    /// Counts something outside (a read) that the current process waits for, until the guard is dropped.
    pub(crate) fn outside(self: &Arc<Activity>) -> Outside {
        Outside::new(self, current::process(), What::Outside)
    }

    /// Counts a time that the current process waits for, until the guard is dropped.
    pub(super) fn waits_for_time(self: &Arc<Activity>) -> Outside {
        Outside::new(self, current::process(), What::Time)
    }

    /// Counts one who may wake that process, or, where it is [`current::OUTSIDE`], any; until the guard is dropped.
    pub(super) fn stranger(self: &Arc<Activity>, process: u32) -> Outside {
        Outside::new(self, process, What::Stranger)
    }

    /// That process has ended: it does not matter any more who keeps its wakers.
    pub(crate) fn forget_strangers(&self, process: u32) {
        let mut outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(waits) = outside.get_mut(&process) else { return };
        let n_strangers = std::mem::take(&mut waits.n_strangers);
        if waits.is_none() {
            outside.remove(&process);
        }
        drop(outside);
        (0..n_strangers).for_each(|_| self.finish());
    }

    /// Remembers what that process made, for as long as it is there.
    pub(super) fn made(&self, made: &Arc<dyn Made>, maker: u32) {
        self.made.add(made, maker, self.number);
    }

    /// On a worker or a thread, which has these processes, between two polls: tells who waits at what only that one may
    /// ask.
    pub(super) fn tell_own(&self, processes: impl FnOnce() -> Vec<u32>) {
        self.made.tell_own(self.number, processes);
    }

    /// The same, before it is not so any more.
    pub(super) fn take_back(&self) {
        self.made.take_back();
    }

    /// Who waits at what was made while the run goes on.
    pub(crate) fn made_waits(&self) -> Vec<MadeWait> {
        self.made.waits(self.number)
    }

    /// The ends that lie in what was made.
    pub(crate) fn transit(&self) -> Vec<Transit> {
        self.made.transit()
    }

    /// Remembers what the program around the run made, or another run, which a process uses.
    pub(super) fn uses_foreign(&self, address: usize, made: impl FnOnce() -> Arc<dyn Made>) {
        self.made.add_foreign(address, made, self.number);
    }

    /// A number for a part of a process: by it the part will wait, and hold ends.
    pub(crate) fn new_part(&self) -> u32 {
        self.parts.new_number()
    }

    /// Adds a part that the current process, or part, is about to start.
    pub(crate) fn add_part(&self, number: u32, name: &str) {
        self.parts.add(number, current::process(), name.to_owned());
    }

    /// Tells the thread that carries a part.
    pub(super) fn start_part(&self, number: u32, thread: &Arc<dyn Part>) {
        self.parts.start(number, thread);
    }

    /// A part that was added could not start.
    pub(crate) fn forget_part(&self, number: u32) {
        self.parts.forget(number);
    }

    /// The process to which the number of a part, or its own, belongs.
    pub(super) fn process_of(&self, number: u32) -> u32 {
        self.parts.process_of(number)
    }

    /// All parts that have not ended.
    pub(crate) fn parts(&self) -> Vec<PartName> {
        self.parts.living()
    }

    /// Adds the parts that wait to the processes that do.
    pub(crate) fn with_parts(&self, waiting: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
        self.parts.waiting(waiting)
    }

    /// Keeps a failure for the report.
    pub(super) fn note_failure(&self, process: u32, message: String) {
        let process = self.process_of(process);
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).push((process, message));
    }

    /// The failures that were noted since the last call.
    pub(crate) fn failures(&self) -> Vec<(u32, String)> {
        std::mem::take(&mut self.failures.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether that process says that it waits for something outside.
    pub(crate) fn is_outside(&self, process: u32) -> bool {
        let outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        outside.get(&process).is_some_and(|waits| waits.n_outside > 0)
    }

    /// Whether that process waits for a time.
    pub(crate) fn is_asleep(&self, process: u32) -> bool {
        let outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        outside.get(&process).is_some_and(|waits| waits.n_times > 0)
            || self.clock.as_ref().is_some_and(|clock| clock.processes().contains(&process))
    }

    /// Whether threads beside its own are parts of that process.
    pub(crate) fn has_parts(&self, process: u32) -> bool {
        self.parts.has(process)
    }

    /// How often anybody began to wait for something outside.
    pub(crate) fn n_outside(&self) -> u64 {
        self.n_outside.load(Ordering::Relaxed)
    }

    /// The processes that something outside may wake; `None` when some process waits for a time.
    pub(crate) fn waits_outside_only(&self) -> Option<BTreeSet<u32>> {
        let outside = self.outside.lock().unwrap_or_else(PoisonError::into_inner);
        let any_time = outside.values().any(|waits| waits.n_times > 0) || self.can_turn();
        (!any_time).then(|| outside.keys().copied().collect())
    }

    /// The processes that something outside, or a time, may wake; with [`current::OUTSIDE`], any.
    pub(crate) fn outsiders(&self) -> BTreeSet<u32> {
        let mut outsiders = self.clock.as_ref().map(Clock::processes).unwrap_or_default();
        outsiders.extend(self.outside.lock().unwrap_or_else(PoisonError::into_inner).keys());
        outsiders
    }
}

/// While it lives, its process waits for something outside and the network is not quiescent.
#[derive(Debug)]
pub struct Outside {
    activity: Arc<Activity>,
    process: u32,
    what: What,
}

impl Outside {
    fn new(activity: &Arc<Activity>, process: u32, what: What) -> Outside {
        activity.begin();
        // Relaxed: it is compared with itself, much later.
        activity.n_outside.fetch_add(1, Ordering::Relaxed);
        let mut outside = activity.outside.lock().unwrap_or_else(PoisonError::into_inner);
        *outside.entry(process).or_default().n(what) += 1;
        drop(outside);
        Outside { activity: Arc::clone(activity), process, what }
    }
}

impl Waits {
    fn n(&mut self, what: What) -> &mut usize {
        match what {
            What::Outside => &mut self.n_outside,
            What::Time => &mut self.n_times,
            What::Stranger => &mut self.n_strangers,
        }
    }

    fn is_none(&self) -> bool {
        self.n_outside + self.n_times + self.n_strangers == 0
    }
}

impl Drop for Outside {
    fn drop(&mut self) {
        let mut outside = self.activity.outside.lock().unwrap_or_else(PoisonError::into_inner);
        // Without a place there it was forgotten, and with that counted.
        let Some(waits) = outside.get_mut(&self.process) else { return };
        let Some(n_left) = waits.n(self.what).checked_sub(1) else { return };
        *waits.n(self.what) = n_left;
        if waits.is_none() {
            outside.remove(&self.process);
        }
        drop(outside);
        self.activity.finish();
    }
}
