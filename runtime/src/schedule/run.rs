//! The run that this thread belongs to.

use std::cell::RefCell;
use std::sync::Arc;

use super::activity::{Activity, Outside};
use super::current::process;

thread_local! {
    static RUN: RefCell<Option<Arc<Activity>>> = const { RefCell::new(None) };
}

/// Makes this thread one of a run, or of none.
pub(super) fn join(run: Option<Arc<Activity>>) {
    RUN.set(run);
}

/// Counts something outside that the current process waits for; `None` outside of a run.
pub(super) fn outside() -> Option<Outside> {
    RUN.with_borrow(|run| run.as_ref().map(Activity::outside))
}

/// Tells the run that a part of the current process, for which nobody waits, has failed.
pub(crate) fn note_failure(message: String) {
    RUN.with_borrow(|run| {
        if let Some(run) = run {
            run.note_failure(process(), message);
        }
    });
}
