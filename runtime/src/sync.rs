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
    use std::cell::UnsafeCell;
    use std::mem;

    use loom::sync::{Mutex, MutexGuard};

    /// A lock apart from what it guards: one that the model checker knows.
    pub(crate) struct RawLock {
        /// Present while it is locked; before `mutex`, which it borrows.
        held: UnsafeCell<Option<MutexGuard<'static, ()>>>,
        mutex: Box<Mutex<()>>,
    }

    // SAFETY: the model checker runs all its threads on one, and `held` is used by who has locked alone.
    unsafe impl Send for RawLock {}

    impl RawLock {
        pub(crate) fn new() -> RawLock {
            RawLock { held: UnsafeCell::new(None), mutex: Box::new(Mutex::new(())) }
        }

        pub(crate) fn lock(&self) {
            let guard = self.mutex.lock().expect("a model that panics is over");
            // SAFETY: the mutex stays where it is and outlives the guard; it is locked, so nobody else is here.
            unsafe {
                *self.held.get() = Some(mem::transmute::<MutexGuard<'_, ()>, MutexGuard<'static, ()>>(guard))
            }
        }

        /// # Safety
        /// The caller holds the lock.
        pub(crate) unsafe fn unlock(&self) {
            // SAFETY: the caller holds the lock, so nobody else is here.
            let guard = unsafe { (*self.held.get()).take() };
            drop(guard);
        }
    }
}

pub(crate) use raw::RawLock;

/// Whether words are used again: the model checker forgets what it knew of them.
pub(crate) const REUSES: bool = cfg!(not(csprun_loom));

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

#[cfg(csprun_loom)]
#[cfg(test)]
mod models;
