//! What is being polled on this thread: the number of the process, and how much it may still do.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Context;

/// Nobody: a channel used from outside of a run.
pub const OUTSIDE: u32 = u32::MAX;

/// Operations a poll: a process that never has to wait still lets the others of its worker run.
const N_OPERATIONS: u32 = 256;

thread_local! {
    static PROCESS: Cell<u32> = const { Cell::new(OUTSIDE) };
    static LEFT: Cell<u32> = const { Cell::new(u32::MAX) };
    /// Number of this thread; 0: not asked for yet.
    static THREAD: Cell<u32> = const { Cell::new(0) };
}

/// The process that is being polled.
#[inline]
pub fn process() -> u32 {
    PROCESS.get()
}

/// Begins a poll of a process on a worker that carries others too.
#[inline]
pub(super) fn begin(process: u32) {
    PROCESS.set(process);
    LEFT.set(N_OPERATIONS);
}

/// Lets the poll that has begun commit no more than so many operations.
pub(super) fn limit(n: u32) {
    LEFT.set(n);
}

/// Makes a thread that of one process: it has nobody to yield to, so there is no limit.
pub(super) fn stay(process: u32) {
    PROCESS.set(process);
    LEFT.set(u32::MAX);
}

/// Counts an operation. `true`: the process has done enough for this poll; it is polled again after the others.
#[inline]
pub(crate) fn is_spent(cx: &mut Context<'_>) -> bool {
    let left = LEFT.get();
    if left == u32::MAX {
        return false;
    }
    if left == 0 {
        cx.waker().wake_by_ref();
        return true;
    }
    LEFT.set(left - 1);
    false
}

/// A number that no other thread has or had.
pub(crate) fn new_thread_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    // Relaxed: only that it is not given twice matters.
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    assert!(number != u32::MAX, "a program has started four thousand million threads");
    number
}

/// The number of this thread.
#[inline]
pub(crate) fn thread_number() -> u32 {
    let number = THREAD.get();
    if number != 0 {
        return number;
    }
    let number = new_thread_number();
    THREAD.set(number);
    number
}

/// Makes this thread the one that was given that number; once, before it touches any channel.
pub(super) fn be_thread(number: u32) {
    THREAD.set(number);
}
