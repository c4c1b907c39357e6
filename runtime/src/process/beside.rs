//! Processes that a process has spawned: it has not ended while they have not (SEMANTICS E9).

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::future::poll_fn;
use std::task::{Poll, Waker};

use crate::schedule::current;

thread_local! {
    /// By process: how many that it spawned go on, and who waits for their end.
    static BESIDE: RefCell<BTreeMap<u32, (usize, Option<Waker>)>> = const { RefCell::new(BTreeMap::new()) };
}

/// Counts a spawned process while it lives.
pub(super) struct Beside(u32);

impl Beside {
    /// One more of the current process.
    pub(super) fn new() -> Beside {
        let process = current::process();
        BESIDE.with_borrow_mut(|beside| beside.entry(process).or_default().0 += 1);
        Beside(process)
    }
}

impl Drop for Beside {
    fn drop(&mut self) {
        // When the thread ends nobody waits any more.
        let last = BESIDE.try_with(|beside| {
            let mut beside = beside.borrow_mut();
            let left = beside.get_mut(&self.0)?;
            left.0 -= 1;
            if left.0 == 0 { beside.remove(&self.0)?.1 } else { None }
        });
        if let Ok(Some(waker)) = last {
            waker.wake();
        }
    }
}

/// Ready when all that the current process has spawned has ended.
pub(super) async fn all_ended() {
    let process = current::process();
    poll_fn(|cx| {
        BESIDE.with_borrow_mut(|beside| match beside.get_mut(&process) {
            None => Poll::Ready(()),
            Some((_, waker)) => {
                *waker = Some(cx.waker().clone());
                Poll::Pending
            }
        })
    })
    .await;
}
