//! Ends that a process drops: how they end is known only when its poll has returned (SEMANTICS E11).

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::error::Poison;
use super::raw::{Channel, Side};

/// An end that can be ended, whatever its tokens are.
trait Endable {
    fn end(&self, side: Side, idx: usize, poison: Option<Poison>);
}

impl<T: Send> Endable for Channel<T> {
    fn end(&self, side: Side, idx: usize, poison: Option<Poison>) {
        Channel::end(self, side, idx, poison);
    }
}

type Dropped = (Arc<dyn Endable>, Side, usize);

thread_local! {
    /// How many polls of processes are under way on this thread, one inside the other.
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static DROPPED: RefCell<Vec<Dropped>> = const { RefCell::new(Vec::new()) };
}

/// Keeps an end that is dropped inside a process until its poll returns; `false` elsewhere.
pub(crate) fn later<T: Send + 'static>(channel: &Arc<Channel<T>>, side: Side, idx: usize) -> bool {
    if DEPTH.get() == 0 {
        return false;
    }
    let end: Dropped = (Arc::clone(channel) as Arc<dyn Endable>, side, idx);
    DROPPED.try_with(|dropped| dropped.borrow_mut().push(end)).is_ok()
}

/// Calls into a process. Ends that it drops are poisoned if the call says so, else they retire.
pub(crate) fn within<R>(call: impl FnOnce() -> R, poison: impl FnOnce(&R) -> Option<Poison>) -> R {
    let n_before = DROPPED.with_borrow(Vec::len);
    DEPTH.set(DEPTH.get() + 1);
    let result = call();
    DEPTH.set(DEPTH.get() - 1);
    if DROPPED.with_borrow(Vec::len) > n_before {
        let poison = poison(&result);
        for (channel, side, idx) in DROPPED.with_borrow_mut(|dropped| dropped.split_off(n_before)) {
            channel.end(side, idx, poison.clone());
        }
    }
    result
}
