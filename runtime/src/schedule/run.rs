//! The run that this thread belongs to.

use std::cell::RefCell;
use std::sync::Arc;
use std::time::Instant;

use super::activity::{Activity, Outside};
use super::clock::Clock;
use super::current::{OUTSIDE, process};
use super::made::Made;

thread_local! {
    static RUN: RefCell<Option<Arc<Activity>>> = const { RefCell::new(None) };
}

/// Makes this thread one of a run, or of none.
pub(super) fn join(run: Option<Arc<Activity>>) {
    RUN.set(run);
}

/// The run of this thread.
pub(super) fn current() -> Option<Arc<Activity>> {
    RUN.with_borrow(Option::clone)
}

/// The time on this thread: that of its run.
pub(crate) fn now() -> Instant {
    RUN.with_borrow(|run| run.as_ref().and_then(|run| run.clock()).map_or_else(Instant::now, Clock::now))
}

/// Counts a time that the current process waits for; `None` outside of a run.
pub(super) fn waits_for_time() -> Option<Outside> {
    RUN.with_borrow(|run| run.as_ref().map(Activity::waits_for_time))
}

/// Tells the run of something that the current process made, so that waits at it are known.
pub(crate) fn made(made: &Arc<dyn Made>) {
    RUN.with_borrow(|run| run.iter().for_each(|run| run.made(made, process())));
}

/// On a worker, which has these processes, between two polls: tells the run who waits at what only this thread may ask.
pub(crate) fn tell_own(processes: fn() -> Vec<u32>) {
    RUN.with_borrow(|run| run.iter().for_each(|run| run.tell_own(processes)));
}

/// Tells the run of something that somebody made, so that waits at it are known.
pub(crate) fn found(made: &Arc<dyn Made>) {
    RUN.with_borrow(|run| run.iter().for_each(|run| run.made(made, OUTSIDE)));
}

/// The number of the run of this thread.
pub(crate) fn number() -> Option<u32> {
    RUN.with_borrow(|run| run.as_ref().map(|run| run.number()))
}

/// Tells the run of what was made outside of it: who waits there may be woken from there.
pub(crate) fn uses_foreign(address: usize, made: impl FnOnce() -> Arc<dyn Made>) {
    RUN.with_borrow(|run| {
        if let Some(run) = run {
            run.uses_foreign(address, made);
        }
    });
}

/// Tells the run that a part of the current process, for which nobody waits, has failed.
pub(crate) fn note_failure(message: String) {
    RUN.with_borrow(|run| {
        if let Some(run) = run {
            run.note_failure(process(), message);
        }
    });
}
