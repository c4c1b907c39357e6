//! What is to be done after a lock is released: wakers to wake, tokens to drop.

use std::task::Waker;

/// Collected under the lock, done when dropped; so it must outlive the lock: it is declared before it. Tokens are
/// dropped here because their drop may run a stranger's code, which may use the very channel.
pub(super) struct After<T> {
    /// The first one costs no allocation.
    first: Option<Waker>,
    more: Vec<Waker>,
    dropped: Vec<T>,
}

impl<T> After<T> {
    pub(super) fn new() -> After<T> {
        After { first: None, more: Vec::new(), dropped: Vec::new() }
    }

    #[inline]
    pub(super) fn wake(&mut self, waker: Option<Waker>) {
        if self.first.is_none() {
            self.first = waker;
        } else if let Some(waker) = waker {
            self.more.push(waker);
        }
    }

    pub(super) fn drop_later(&mut self, token: T) {
        self.dropped.push(token);
    }
}

impl<T> Drop for After<T> {
    #[inline]
    fn drop(&mut self) {
        if let Some(waker) = self.first.take() {
            waker.wake();
        }
        for waker in self.more.drain(..) {
            waker.wake();
        }
    }
}
