//! What threads share memory with: the standard library's, or the model checker's. The only file that knows which.

#![expect(unsafe_code, reason = "a lock apart from what it guards")]

#[cfg(csprun_loom)]
pub(crate) use loom::sync::atomic::{AtomicU32, AtomicUsize, Ordering, fence};
#[cfg(not(csprun_loom))]
use parking_lot::lock_api::RawMutex as _;
#[cfg(not(csprun_loom))]
pub(crate) use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering, fence};

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

/// The same: one that the model checker knows.
#[cfg(csprun_loom)]
pub(crate) struct RawLock {
    /// Present while it is locked; before `mutex`, which it borrows.
    held: std::cell::UnsafeCell<Option<loom::sync::MutexGuard<'static, ()>>>,
    mutex: Box<loom::sync::Mutex<()>>,
}

// SAFETY: the model checker runs all its threads on one, and `held` is used by who has locked alone.
#[cfg(csprun_loom)]
unsafe impl Send for RawLock {}

#[cfg(csprun_loom)]
impl RawLock {
    pub(crate) fn new() -> RawLock {
        RawLock { held: std::cell::UnsafeCell::new(None), mutex: Box::new(loom::sync::Mutex::new(())) }
    }

    pub(crate) fn lock(&self) {
        type Guard<'a> = loom::sync::MutexGuard<'a, ()>;
        let guard = self.mutex.lock().expect("a model that panics is over");
        // SAFETY: the mutex stays where it is and outlives the guard; it is locked, so nobody else is here.
        unsafe { *self.held.get() = Some(std::mem::transmute::<Guard<'_>, Guard<'static>>(guard)) }
    }

    /// # Safety
    /// The caller holds the lock.
    pub(crate) unsafe fn unlock(&self) {
        // SAFETY: the caller holds the lock, so nobody else is here.
        let guard = unsafe { (*self.held.get()).take() };
        drop(guard);
    }
}

/// A place for a token, which one thread at a time uses.
#[cfg(not(csprun_loom))]
pub(crate) struct Place<T>(std::cell::UnsafeCell<std::mem::MaybeUninit<T>>);

#[cfg(not(csprun_loom))]
impl<T> Place<T> {
    pub(crate) fn new() -> Place<T> {
        Place(std::cell::UnsafeCell::new(std::mem::MaybeUninit::uninit()))
    }

    /// Fills it.
    ///
    /// # Safety
    /// It is empty, and nobody else uses it.
    #[inline(always)]
    pub(crate) unsafe fn put(&self, token: T) {
        // SAFETY: the caller's promise.
        unsafe { (*self.0.get()).write(token) };
    }

    /// Empties it.
    ///
    /// # Safety
    /// It is full, and nobody else uses it.
    #[inline(always)]
    pub(crate) unsafe fn take(&self) -> T {
        // SAFETY: the caller's promise.
        unsafe { (*self.0.get()).assume_init_read() }
    }
}

/// The same: one that the model checker watches.
#[cfg(csprun_loom)]
pub(crate) struct Place<T>(loom::cell::UnsafeCell<Option<T>>);

#[cfg(csprun_loom)]
impl<T> Place<T> {
    pub(crate) fn new() -> Place<T> {
        Place(loom::cell::UnsafeCell::new(None))
    }

    /// # Safety
    /// It is empty, and nobody else uses it.
    pub(crate) unsafe fn put(&self, token: T) {
        // SAFETY: the caller's promise, which the model checker tests.
        let before = self.0.with_mut(|place| unsafe { (*place).replace(token) });
        assert!(before.is_none(), "it is empty");
    }

    /// # Safety
    /// It is full, and nobody else uses it.
    pub(crate) unsafe fn take(&self) -> T {
        // SAFETY: the caller's promise, which the model checker tests.
        self.0.with_mut(|place| unsafe { (*place).take() }).expect("it is full")
    }
}

/// Whether words are used again: the model checker forgets what it knew of them.
pub(crate) const REUSES: bool = cfg!(not(csprun_loom));

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
