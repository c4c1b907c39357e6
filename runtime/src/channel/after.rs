//! What is to be done after a lock is released: wakers to wake, tokens to drop.

use crate::schedule::Kept;

/// Collected under the lock, done when dropped; so it must outlive the lock: it is declared before it. Tokens are
/// dropped here because their drop may run a stranger's code, which may use the very channel.
pub(crate) struct After<T> {
    /// The first one costs no allocation.
    first: Option<Kept>,
    more: Option<Box<More<T>>>,
}

/// What is rarely there.
struct More<T> {
    wakers: Vec<Kept>,
    dropped: Vec<T>,
}

impl<T> After<T> {
    #[inline]
    pub(crate) fn new() -> After<T> {
        After { first: None, more: None }
    }

    #[inline(always)]
    pub(crate) fn wake(&mut self, waker: Option<Kept>) {
        let Some(waker) = waker else { return };
        if self.first.is_some() {
            self.more().wakers.push(waker);
        } else {
            // Not an assignment, which would have to look for what to drop.
            self.first.get_or_insert(waker);
        }
    }

    pub(crate) fn drop_later(&mut self, token: T) {
        self.more().dropped.push(token);
    }

    fn more(&mut self) -> &mut More<T> {
        self.more.get_or_insert_with(|| Box::new(More { wakers: Vec::new(), dropped: Vec::new() }))
    }
}

impl<T> Drop for After<T> {
    #[inline(always)]
    fn drop(&mut self) {
        if let Some(waker) = self.first.take() {
            waker.wake();
        }
        if let Some(more) = self.more.take() {
            finish(*more);
        }
    }
}

#[cold]
fn finish<T>(more: More<T>) {
    more.wakers.into_iter().for_each(Kept::wake);
}
