//! What a poll leaves to be done when it ends, once for all that it did.

use std::cell::RefCell;
use std::mem::ManuallyDrop;
use std::sync::Arc;

use super::current;
use super::here::HERE;

/// Something that a poll used and that wants a look when the poll ends, on the same thread.
pub(crate) trait AfterPoll: Send + Sync {
    /// The look.
    fn after_poll(&self);
}

thread_local! {
    static NOTED: ManuallyDrop<RefCell<Vec<Arc<dyn AfterPoll>>>> =
        const { ManuallyDrop::new(RefCell::new(Vec::new())) };
}

/// Notes it for the end of the poll; `false` on a thread that is no worker, where nothing would come of it.
pub(crate) fn after_poll(what: Arc<dyn AfterPoll>) -> bool {
    if current::is_alone() {
        return false;
    }
    NOTED.with(|noted| noted.borrow_mut().push(what));
    HERE.with(|here| here.has_more.set(true));
    true
}

/// Does what the poll has left.
pub(super) fn finish_poll() {
    // A look may note another.
    loop {
        let noted = NOTED.with(|noted| noted.take());
        if noted.is_empty() {
            return;
        }
        noted.iter().for_each(|what| what.after_poll());
    }
}
