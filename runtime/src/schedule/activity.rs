//! How much is going on in a run: the number from which quiescence is read.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::Notify;

use super::current;

/// Workers and threads that run, plus everything outside that may wake a process. Whoever is about to make something
/// run counts it first, and is itself counted while doing so; therefore zero is stable.
#[derive(Debug, Default)]
pub struct Activity {
    n_active: AtomicUsize,
    supervisor: Notify,
    /// How many things outside each process waits for.
    outside: Mutex<BTreeMap<u32, usize>>,
    /// Failures of spawned processes for which nobody waited, by the process that spawned them.
    failures: Mutex<Vec<(u32, String)>>,
}

impl Activity {
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

    /// Whether nothing runs and nothing outside is waited for.
    pub(crate) fn is_quiescent(&self) -> bool {
        self.n_active.load(Ordering::Acquire) == 0
    }

    /// Ready when the supervisor was told of a quiet moment since the last call.
    pub(crate) async fn told(&self) {
        self.supervisor.notified().await;
    }

    /// Counts something outside (a timer, a read) that the current process waits for, until the guard is dropped.
    pub(crate) fn outside(self: &Arc<Activity>) -> Outside {
        self.begin();
        let process = current::process();
        *self.outside.lock().unwrap_or_else(PoisonError::into_inner).entry(process).or_default() += 1;
        Outside { activity: Arc::clone(self), process }
    }

    /// Keeps a failure for the report.
    pub(super) fn note_failure(&self, process: u32, message: String) {
        self.failures.lock().unwrap_or_else(PoisonError::into_inner).push((process, message));
    }

    /// The failures that were noted since the last call.
    pub(crate) fn failures(&self) -> Vec<(u32, String)> {
        std::mem::take(&mut self.failures.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Whether that process waits for something outside.
    pub(crate) fn is_outside(&self, process: u32) -> bool {
        self.outside.lock().unwrap_or_else(PoisonError::into_inner).contains_key(&process)
    }
}

/// While it lives, its process waits for something outside and the network is not quiescent.
#[derive(Debug)]
pub struct Outside {
    activity: Arc<Activity>,
    process: u32,
}

impl Drop for Outside {
    fn drop(&mut self) {
        let mut outside = self.activity.outside.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(n) = outside.get_mut(&self.process) {
            *n -= 1;
            if *n == 0 {
                outside.remove(&self.process);
            }
        }
        drop(outside);
        self.activity.finish();
    }
}
