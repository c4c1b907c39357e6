//! Wakers collected under a lock, woken after it is released.

use std::task::Waker;

/// Who is to be woken; the first one costs no allocation. Woken when dropped, so it must outlive the lock: it is
/// declared before the guard.
#[derive(Default)]
pub(super) struct Wakes {
    first: Option<Waker>,
    more: Vec<Waker>,
}

impl Wakes {
    pub(super) fn push(&mut self, waker: Option<Waker>) {
        if self.first.is_none() {
            self.first = waker;
        } else {
            self.more.extend(waker);
        }
    }
}

impl Drop for Wakes {
    fn drop(&mut self) {
        for waker in self.first.take().into_iter().chain(self.more.drain(..)) {
            waker.wake();
        }
    }
}
