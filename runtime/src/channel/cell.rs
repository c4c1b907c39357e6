//! The state of a channel behind its flavor's lock: none on one thread, a short critical section between threads.

#![expect(unsafe_code, reason = "a lock apart from its guard, and none at all for the flavor local")]

use std::cell::UnsafeCell;
use std::ops::{Deref, DerefMut};
use std::sync::atomic::{AtomicU32, Ordering};

use crate::schedule::current::{own_number, thread_number};
use crate::sync::RawLock;

/// A value that one thread at a time uses.
pub(crate) struct Guarded<T> {
    lock: Lock,
    value: UnsafeCell<T>,
}

enum Lock {
    /// Flavor local: the number of the only thread that comes here, or `HELD` while it is here.
    Local(AtomicU32),
    /// Flavor shared.
    Shared(RawLock),
}

/// No thread has this number.
const HELD: u32 = u32::MAX;

// SAFETY: `value` is reached only while the lock is held (`Locked`, or between `lock` and `unlock`). A shared lock
// gives it to one thread at a time. A local one gives it only to the thread whose number is in the word, where no
// other thread finds its own; no two threads have the same number. `hand_over` is called by the owner and pairs with
// the acquire in `lock`.
unsafe impl<T: Send> Sync for Guarded<T> {}

impl<T> Guarded<T> {
    /// For any number of threads.
    pub(crate) fn shared(value: T) -> Guarded<T> {
        Guarded { lock: Lock::Shared(RawLock::new()), value: UnsafeCell::new(value) }
    }

    /// For this thread alone, until it is handed over.
    pub(crate) fn local(value: T) -> Guarded<T> {
        Guarded { lock: Lock::Local(AtomicU32::new(thread_number())), value: UnsafeCell::new(value) }
    }

    /// Whether it is of the flavor local.
    pub(crate) fn is_local(&self) -> bool {
        matches!(self.lock, Lock::Local(_))
    }

    /// Gives a local value to another thread.
    ///
    /// # Panics
    /// When this thread does not own it.
    pub(crate) fn hand_over(&self, thread: u32) {
        if let Lock::Local(owner) = &self.lock {
            self.lock();
            // Release pairs with the acquire in `lock`: the new owner sees what this thread did.
            owner.store(thread, Ordering::Release);
        }
    }

    /// Locks without a guard; see [`Guarded::get`].
    ///
    /// # Panics
    /// When it is local and another thread's, or this thread holds it.
    #[inline]
    pub(crate) fn lock(&self) {
        match &self.lock {
            Lock::Local(owner) => {
                let word = owner.load(Ordering::Acquire);
                if word != own_number() {
                    refuse(word);
                }
                // Relaxed, as in `unlock`: what another thread reads here is never its own number.
                owner.store(HELD, Ordering::Relaxed);
            }
            Lock::Shared(lock) => lock.lock(),
        }
    }

    /// # Safety
    /// The caller holds the lock, and no reference from [`Guarded::get`] is used any more.
    #[inline]
    pub(crate) unsafe fn unlock(&self) {
        match &self.lock {
            Lock::Local(owner) => owner.store(own_number(), Ordering::Relaxed),
            // SAFETY: the caller's promise is the one that is asked for.
            Lock::Shared(lock) => unsafe { lock.unlock() },
        }
    }

    /// The value.
    ///
    /// # Safety
    /// The caller holds the lock, and has no other reference to the value.
    #[expect(clippy::mut_from_ref, reason = "the lock makes the reference unique, as the caller promises")]
    #[inline]
    pub(crate) unsafe fn get(&self) -> &mut T {
        // SAFETY: the caller's promise.
        unsafe { &mut *self.value.get() }
    }

    /// The value, if it is local and not held: then nothing has to be locked.
    ///
    /// # Safety
    /// While the reference lives the caller runs no code of others (no clone or drop of a token, no waker), which
    /// might come here again.
    #[expect(
        clippy::mut_from_ref,
        reason = "only the owner comes here, and not again, as the caller promises"
    )]
    #[inline(always)]
    pub(crate) unsafe fn own(&self) -> Option<&mut T> {
        match &self.lock {
            Lock::Local(owner) if owner.load(Ordering::Acquire) == own_number() => {
                // SAFETY: this thread is the owner and does not hold it; for the rest, the caller's promise.
                Some(unsafe { self.get() })
            }
            _ => None,
        }
    }

    /// Locks it.
    #[inline]
    pub(crate) fn locked(&self) -> Locked<'_, T> {
        self.lock();
        Locked(self)
    }
}

#[cold]
fn refuse(word: u32) -> ! {
    assert!(word != HELD, "a token's clone used the channel that it goes through");
    panic!("an end of a local channel has left its worker")
}

/// The right to use the value, given back when dropped.
pub(crate) struct Locked<'a, T>(&'a Guarded<T>);

impl<T> Deref for Locked<'_, T> {
    type Target = T;

    #[inline]
    fn deref(&self) -> &T {
        // SAFETY: `self` holds the lock, and its borrow keeps `deref_mut` away. Not `get`: others may look meanwhile.
        unsafe { &*self.0.value.get() }
    }
}

impl<T> DerefMut for Locked<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut T {
        // SAFETY: `self` holds the lock, and is borrowed for as long as the reference lives.
        unsafe { self.0.get() }
    }
}

impl<T> Drop for Locked<'_, T> {
    #[inline]
    fn drop(&mut self) {
        // SAFETY: `self` holds the lock; references through it ended before the drop.
        unsafe { self.0.unlock() }
    }
}
