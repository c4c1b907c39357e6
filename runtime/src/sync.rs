//! What threads share memory with: the standard library's, or the model checker's. The only file that knows which.

#![expect(unsafe_code, reason = "a lock apart from what it guards")]

#[cfg(not(csprun_loom))]
pub(crate) use std::sync::atomic::{AtomicU32, Ordering};

#[cfg(csprun_loom)]
pub(crate) use loom::sync::atomic::{AtomicU32, Ordering};

#[cfg(not(csprun_loom))]
mod raw {
    use parking_lot::RawMutex;
    use parking_lot::lock_api::RawMutex as _;

    /// A lock apart from what it guards.
    pub(crate) struct RawLock(RawMutex);

    impl RawLock {
        pub(crate) fn new() -> RawLock {
            RawLock(RawMutex::INIT)
        }

        pub(crate) fn lock(&self) {
            self.0.lock();
        }

        /// # Safety
        /// The caller holds the lock.
        pub(crate) unsafe fn unlock(&self) {
            // SAFETY: the caller's promise is the one that is asked for.
            unsafe { self.0.unlock() }
        }
    }
}

#[cfg(csprun_loom)]
mod raw {
    use super::{AtomicU32, Ordering};

    /// A lock apart from what it guards: a spinning one, which the model checker follows.
    pub(crate) struct RawLock(AtomicU32);

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
}

pub(crate) use raw::RawLock;

/// Lets another thread go on, one that is about to do what is waited for.
pub(crate) fn pause(n_tries: u32) {
    #[cfg(csprun_loom)]
    {
        let _ = n_tries;
        loom::thread::yield_now();
    }
    #[cfg(not(csprun_loom))]
    if n_tries < 64 {
        std::hint::spin_loop();
    } else {
        std::thread::yield_now();
    }
}
