//! What threads share memory with: the standard library's, or the model checker's. The only file that knows which.

#![expect(unsafe_code, reason = "a lock apart from what it guards")]

#[cfg(csprun_loom)]
pub(crate) use loom::sync::atomic::{AtomicU32, Ordering};
#[cfg(not(csprun_loom))]
use parking_lot::lock_api::RawMutex as _;
#[cfg(not(csprun_loom))]
pub(crate) use std::sync::atomic::{AtomicU32, Ordering};

/// A lock apart from what it guards.
#[cfg(not(csprun_loom))]
pub(crate) struct RawLock(parking_lot::RawMutex);

#[cfg(not(csprun_loom))]
impl RawLock {
    pub(crate) fn new() -> RawLock {
        RawLock(parking_lot::RawMutex::INIT)
    }

    #[inline]
    pub(crate) fn lock(&self) {
        self.0.lock();
    }

    /// # Safety
    /// The caller holds the lock.
    #[inline]
    pub(crate) unsafe fn unlock(&self) {
        // SAFETY: the caller's promise is the one that is asked for.
        unsafe { self.0.unlock() }
    }
}

/// The same, spinning, which the model checker follows.
#[cfg(csprun_loom)]
pub(crate) struct RawLock(AtomicU32);

#[cfg(csprun_loom)]
impl RawLock {
    pub(crate) fn new() -> RawLock {
        RawLock(AtomicU32::new(0))
    }

    pub(crate) fn lock(&self) {
        while self.0.compare_exchange(0, 1, Ordering::Acquire, Ordering::Relaxed).is_err() {
            loom::thread::yield_now();
        }
    }

    /// # Safety
    /// The caller holds the lock.
    pub(crate) unsafe fn unlock(&self) {
        self.0.store(0, Ordering::Release);
    }
}

/// Lets another thread go on, one that is about to do what is waited for.
#[cfg(not(csprun_loom))]
pub(crate) fn pause(n_tries: u32) {
    if n_tries < 64 {
        std::hint::spin_loop();
    } else {
        std::thread::yield_now();
    }
}

/// The same, for the model checker.
#[cfg(csprun_loom)]
pub(crate) fn pause(_n_tries: u32) {
    loom::thread::yield_now();
}
