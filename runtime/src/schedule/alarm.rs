//! Tells the threads of a run that it shall end: those too that meet no channel which could be poisoned.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A thread that can be woken.
pub(super) trait Sleeper: Send + Sync {
    /// Makes it look again at what it waits for.
    fn rouse(self: Arc<Self>);
}

/// Whether the run shall end, and who is told.
#[derive(Default)]
pub(super) struct Alarm {
    rung: AtomicBool,
    sleepers: Mutex<Vec<Weak<dyn Sleeper>>>,
}

impl Alarm {
    /// One more, from the start of its thread.
    pub(super) fn add(&self, sleeper: Weak<dyn Sleeper>) {
        let mut sleepers = self.sleepers.lock().unwrap_or_else(PoisonError::into_inner);
        if sleepers.len().is_power_of_two() {
            sleepers.retain(|sleeper| sleeper.strong_count() > 0);
        }
        sleepers.push(sleeper);
    }

    /// Rings.
    pub(super) fn ring(&self) {
        // Release pairs with the acquire in `rang`, though a wake does so too: who computes is not woken.
        self.rung.store(true, Ordering::Release);
        let sleepers = self.sleepers.lock().unwrap_or_else(PoisonError::into_inner).clone();
        sleepers.iter().filter_map(Weak::upgrade).for_each(Sleeper::rouse);
    }

    /// Whether it rang.
    pub(super) fn rang(&self) -> bool {
        self.rung.load(Ordering::Acquire)
    }
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Alarm")
    }
}
