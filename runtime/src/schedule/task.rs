//! A process to the scheduler: whether it runs, waits, or is about to run.

use std::collections::VecDeque;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::task::Wake;

use super::activity::Activity;

/// What a task does. It stays on the thread on which its job was made.
pub(super) type Work = Pin<Box<dyn Future<Output = ()>>>;

/// Makes the work, on the thread where it will stay. Its count in [`Activity`] has begun before it is handed out.
pub type Job = Box<dyn FnOnce() -> Work + Send>;

/// Waits for a wake.
const IDLE: u8 = 0;
/// In a run queue, or about to be.
const SCHEDULED: u8 = 1;
/// Being polled.
const RUNNING: u8 = 2;
/// Being polled, and woken since the poll began.
const NOTIFIED: u8 = 3;
/// Ended.
const DONE: u8 = 4;

/// Where a task runs.
pub(super) trait Home: Send + Sync + 'static {
    /// Sees to it that the task is polled soon. Called once each time that it becomes scheduled.
    fn schedule(&self, task: Arc<Task>);
}

/// One process. Also its waker.
pub(super) struct Task {
    state: AtomicU8,
    /// Where the home keeps its work.
    pub(super) slot: usize,
    home: Arc<dyn Home>,
    activity: Arc<Activity>,
}

impl Task {
    /// A task that is scheduled, and counted as such.
    pub(super) fn new(slot: usize, home: Arc<dyn Home>, activity: &Arc<Activity>) -> Arc<Task> {
        Arc::new(Task { state: AtomicU8::new(SCHEDULED), slot, home, activity: Arc::clone(activity) })
    }

    /// Before a poll. Acquire pairs with the release of the wakes before it: what they announced is seen.
    pub(super) fn begin_poll(&self) {
        self.state.swap(RUNNING, Ordering::AcqRel);
    }

    /// After a poll that is not ready: `true` when it was woken meanwhile and stays scheduled.
    pub(super) fn end_poll(&self) -> bool {
        // Release pairs with the acquire of the wake that finds it idle, on whose behalf it runs next.
        let idle = self.state.compare_exchange(RUNNING, IDLE, Ordering::AcqRel, Ordering::Acquire).is_ok();
        if idle {
            self.activity.finish();
        } else {
            self.state.store(SCHEDULED, Ordering::Release);
        }
        !idle
    }

    /// After the last poll.
    pub(super) fn done(&self) {
        self.state.store(DONE, Ordering::Release);
        self.activity.finish();
    }

    /// Whether a wake has come since the task went idle.
    pub(super) fn is_scheduled(&self) -> bool {
        self.state.load(Ordering::Acquire) == SCHEDULED
    }
}

impl Wake for Task {
    fn wake(self: Arc<Task>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Task>) {
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            let next = match state {
                IDLE => SCHEDULED,
                RUNNING => NOTIFIED,
                DONE => return,
                // Written again, so that the coming poll sees what this wake announces.
                unchanged => unchanged,
            };
            // Counted before it is scheduled: the number never reads zero in between.
            if state == IDLE {
                self.activity.begin();
            }
            match self.state.compare_exchange(state, next, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(IDLE) => return self.home.schedule(Arc::clone(self)),
                Ok(_) => return,
                Err(actual) => {
                    if state == IDLE {
                        self.activity.finish();
                    }
                    state = actual;
                }
            }
        }
    }
}

/// Scheduled tasks of one worker, first come first.
pub(super) type Queue = VecDeque<Arc<Task>>;
