//! A process that never has to wait still lets the others of its worker run: each poll of a process may commit
//! so many operations, then it yields.

use std::cell::Cell;
use std::task::{Context, Poll};

/// Operations a poll.
const N_OPERATIONS: u32 = 256;

thread_local! {
    static LEFT: Cell<u32> = const { Cell::new(u32::MAX) };
}

/// Starts a poll of a process on a worker that carries others too.
pub(super) fn refill() {
    LEFT.set(N_OPERATIONS);
}

/// Tries an operation, unless the budget is spent: then the process is polled again after the others.
pub(crate) fn poll<R>(cx: &mut Context<'_>, operation: impl FnOnce(&mut Context<'_>) -> Poll<R>) -> Poll<R> {
    let left = LEFT.get();
    if left == 0 {
        cx.waker().wake_by_ref();
        return Poll::Pending;
    }
    // Without a worker (a thread of its own) there is nobody to yield to, and no limit.
    if left != u32::MAX {
        LEFT.set(left - 1);
    }
    operation(cx)
}
