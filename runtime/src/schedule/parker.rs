//! What a thread of its own waits at, and what wakes it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::task::Wake;
use std::thread::{self, Thread};
use std::time::Instant;

use super::activity::{Activity, Outside};
use super::alarm::Sleeper;
use super::current;
use super::parts::Part;
use super::spinner::Spinner;
use super::turns::Turns;

/// It runs, and was not woken since it last looked.
const RUNNING: u8 = 0;
/// It was woken.
const WOKEN: u8 = 1;
/// It is parked, and not counted as active.
const PARKED: u8 = 2;

/// The one waker of a thread.
pub(super) struct Parker {
    state: AtomicU8,
    thread: Thread,
    /// The run that the thread belongs to, and the process that it carries there.
    place: Option<(Arc<Activity>, u32)>,
    /// How often it parked, around the clock.
    n_parks: AtomicU32,
    stopped: AtomicBool,
    /// Its thread has nothing more to do.
    ended: AtomicBool,
    spinner: Spinner,
    /// Present where schedules are explored: the thread takes turns with the worker.
    turns: Option<Arc<Turns>>,
}

impl Wake for Parker {
    fn wake(self: Arc<Parker>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Parker>) {
        if let Some(turns) = &self.turns {
            return turns.wake();
        }
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            // Counted before it can run: the number never reads zero in between.
            if state == PARKED {
                self.count(Activity::begin);
            }
            // AcqRel, also where nothing changes: the poll that follows sees what this wake announces.
            match self.state.compare_exchange(state, WOKEN, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(PARKED) => return self.thread.unpark(),
                Ok(_) => return,
                Err(actual) => {
                    if state == PARKED {
                        self.count(Activity::finish);
                    }
                    state = actual;
                }
            }
        }
    }
}

impl Sleeper for Parker {
    fn rouse(self: Arc<Parker>) {
        self.wake();
    }
}

impl Part for Parker {
    fn waits(&self) -> Option<u32> {
        self.waiting()
    }

    fn is_stopped(&self) -> bool {
        // It pairs with the release in `stop`: who sees what the one that stopped it did next sees that.
        self.stopped.load(Ordering::Acquire)
    }

    fn has_ended(&self) -> bool {
        self.ended.load(Ordering::Acquire)
    }
}

impl Parker {
    /// That of this thread: one outside of any run, or one that carries a process of a run.
    pub(super) fn new(place: Option<(Arc<Activity>, u32)>, turns: Option<Arc<Turns>>) -> Arc<Parker> {
        Arc::new(Parker {
            state: AtomicU8::new(RUNNING),
            thread: thread::current(),
            place,
            n_parks: AtomicU32::new(0),
            stopped: AtomicBool::new(false),
            ended: AtomicBool::new(false),
            spinner: Spinner::new(),
            turns,
        })
    }

    fn count(&self, count: impl FnOnce(&Activity)) {
        if let Some((activity, _)) = &self.place {
            count(activity);
        }
    }

    /// Counts a stranger who may wake its process; `None` where there is no run.
    pub(super) fn stranger(&self) -> Option<Outside> {
        self.place.as_ref().map(|(activity, process)| activity.stranger(*process))
    }

    /// Whether its thread waits, and how often it has begun to.
    pub(super) fn waiting(&self) -> Option<u32> {
        let parked = self.state.load(Ordering::Acquire) == PARKED;
        parked.then(|| self.n_parks.load(Ordering::Relaxed))
    }

    /// Makes its thread end instead of waiting.
    pub(super) fn stop(&self) {
        // Release pairs with the acquire before each park.
        self.stopped.store(true, Ordering::Release);
        self.thread.unpark();
        self.turns.iter().for_each(|turns| turns.stop());
    }

    /// Whether its thread shall end.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.load(Ordering::Relaxed)
    }

    /// Its thread is about to end.
    pub(super) fn end(&self) {
        // Release pairs with the acquire in `has_ended`.
        self.ended.store(true, Ordering::Release);
    }

    /// Waits for the first turn, where there are any; `false`: the thread shall end instead.
    pub(super) fn begin(&self) -> bool {
        self.turns.as_ref().is_none_or(|turns| turns.begin())
    }

    /// Whether its thread takes turns with a worker.
    pub(super) fn takes_turns(&self) -> bool {
        self.turns.is_some()
    }

    /// The worker with which its thread takes turns.
    pub(super) fn worker(&self) -> Option<u16> {
        self.turns.as_ref()?.worker()
    }

    /// Whether it was woken since the last call.
    fn was_woken(&self) -> bool {
        self.state.load(Ordering::Relaxed) == WOKEN && self.state.swap(RUNNING, Ordering::AcqRel) == WOKEN
    }

    /// Waits for a wake: `false` when the thread shall end instead.
    pub(super) fn wait(&self) -> bool {
        if self.turns.is_none() && (self.was_woken() || self.spinner.finds(|| self.was_woken())) {
            return true;
        }
        // Nobody can ask it while it waits.
        self.place.iter().for_each(|(activity, _)| activity.tell_own(|| vec![current::process()]));
        let goes_on = self.turns.as_ref().map_or_else(|| self.park(), |turns| turns.rest());
        self.place.iter().for_each(|(activity, _)| activity.take_back());
        goes_on
    }

    fn park(&self) -> bool {
        // Relaxed: written only here, and read with the state that is released next.
        self.n_parks.store(self.n_parks.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        if self.state.compare_exchange(RUNNING, PARKED, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            self.count(Activity::finish);
            let began = Instant::now();
            while self.state.load(Ordering::Acquire) == PARKED {
                if self.stopped.load(Ordering::Acquire) {
                    return false;
                }
                thread::park();
            }
            self.spinner.learn(began.elapsed());
        }
        self.state.store(RUNNING, Ordering::Release);
        true
    }
}
