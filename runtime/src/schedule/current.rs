//! What is being polled on this thread: the number of the process, and how much it may still do.

use std::cell::Cell;
use std::sync::atomic::{AtomicU32, Ordering};
use std::task::Context;

/// Nobody: a channel used from outside of a run.
pub const OUTSIDE: u32 = u32::MAX;
/// From this number on, parts of processes: what a script spawns waits by a number of its own.
pub(crate) const FIRST_PART: u32 = 1 << 31;

/// Operations a poll: a process that never has to wait still lets the others of its worker run.
const N_OPERATIONS: u32 = 256;

/// What this thread is at.
struct Now {
    process: Cell<u32>,
    left: Cell<u32>,
    /// The thread is no worker: there is nobody to yield to, so there is no limit.
    alone: Cell<bool>,
    /// Number of this thread; 0: not asked for yet.
    thread: Cell<u32>,
}

thread_local! {
    static NOW: Now = const {
        Now {
            process: Cell::new(OUTSIDE),
            left: Cell::new(u32::MAX),
            alone: Cell::new(true),
            thread: Cell::new(0),
        }
    };
}

/// Not `with`, which the compiler leaves a call in places that are to cost nothing.
#[inline(always)]
fn at<R>(use_it: impl FnOnce(&Now) -> R) -> R {
    NOW.try_with(use_it).expect("nothing of it is dropped before the thread is")
}

/// The process that is being polled, or the part of one that has a thread of its own.
#[inline]
pub fn process() -> u32 {
    at(|now| now.process.get())
}

/// Begins a poll of a process on a worker that carries others too.
#[inline]
pub(super) fn begin(process: u32) {
    at(|now| {
        now.process.set(process);
        now.left.set(N_OPERATIONS);
    });
}

/// Lets the poll that has begun commit no more than so many operations.
pub(super) fn limit(n: u32) {
    at(|now| now.left.set(n));
}

/// Makes this thread that of one process, with the number that it was given; once, before it touches any channel.
pub(super) fn stay(number: u32, process: u32) {
    at(|now| {
        now.thread.set(number);
        now.process.set(process);
    });
}

/// Whether this thread is no worker.
#[inline]
pub(crate) fn is_alone() -> bool {
    at(|now| now.alone.get())
}

/// Counts an operation. `true`: the process has done enough for this poll; it is polled again after the others.
#[inline]
pub(crate) fn is_spent(cx: &mut Context<'_>) -> bool {
    at(|now| {
        let left = now.left.get();
        if left == 0 {
            return must_yield(now, cx);
        }
        now.left.set(left - 1);
        false
    })
}

/// The same, where being out of operations is left to [`is_spent`]: whether there was one.
#[inline(always)]
pub(crate) fn spend() -> bool {
    at(|now| {
        let left = now.left.get();
        now.left.set(left.saturating_sub(1));
        left > 0
    })
}

/// Lets the others of this worker run first: the poll is to end, and the process is polled again behind them. `false`:
/// there are no others.
pub(crate) fn lets_others(cx: &mut Context<'_>) -> bool {
    let alone = is_alone();
    if !alone {
        cx.waker().wake_by_ref();
    }
    !alone
}

#[cold]
fn must_yield(now: &Now, cx: &mut Context<'_>) -> bool {
    if now.alone.get() {
        now.left.set(u32::MAX);
        return false;
    }
    cx.waker().wake_by_ref();
    true
}

/// A number that no other thread has or had.
pub(crate) fn new_thread_number() -> u32 {
    static NEXT: AtomicU32 = AtomicU32::new(1);
    // Relaxed: only that it is not given twice matters.
    let number = NEXT.fetch_add(1, Ordering::Relaxed);
    assert!(number != u32::MAX, "a program has started four thousand million threads");
    number
}

/// The number of this thread; 0 if nobody has asked for it before.
#[inline]
pub(crate) fn own_number() -> u32 {
    at(|now| now.thread.get())
}

/// The number of this thread.
#[inline]
pub(crate) fn thread_number() -> u32 {
    let number = at(|now| now.thread.get());
    if number != 0 {
        return number;
    }
    let number = new_thread_number();
    at(|now| now.thread.set(number));
    number
}

/// Makes this thread a worker, which was given that number; once, before it touches any channel.
pub(super) fn be_worker(number: u32) {
    at(|now| {
        now.thread.set(number);
        now.alone.set(false);
    });
}
