//! How much is going on in a run: the number from which quiescence is read.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use tokio::sync::Notify;

/// Tasks that are scheduled or running, plus everything outside that may wake one. Whoever is about to make
/// something runnable counts it first, and is itself counted while doing so; therefore zero is stable.
#[derive(Debug, Default)]
pub struct Activity {
    n_active: AtomicUsize,
    supervisor: Notify,
}

impl Activity {
    /// Counts one more. Called by something that is counted, or before anything runs.
    pub(crate) fn begin(&self) {
        // Relaxed: the caller's own count keeps the number from reading zero in between.
        self.n_active.fetch_add(1, Ordering::Relaxed);
    }

    /// Counts one less; the last one tells the supervisor.
    pub(crate) fn finish(&self) {
        // Release pairs with the acquire in `is_quiescent`: what the tasks did is seen by who reads zero.
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

    /// Counts something outside (a timer, a read) until the guard is dropped.
    pub(crate) fn outside(self: &Arc<Activity>) -> Outside {
        self.begin();
        Outside { activity: Arc::clone(self) }
    }
}

/// While it lives, the network waits for something outside and is not quiescent.
#[derive(Debug)]
pub struct Outside {
    activity: Arc<Activity>,
}

impl Drop for Outside {
    fn drop(&mut self) {
        self.activity.finish();
    }
}
