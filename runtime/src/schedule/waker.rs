//! Wakers of processes. A light process's is three numbers in a pointer's place, so that to keep it costs nothing and
//! needs no count; that of a thread is its parker. Ends of csprun keep them as [`Kept`].
//!
//! Whoever else clones one is a *stranger*: tokio's timers, a thread of the program. Such a clone may wake the process
//! at any time, and no census shows it; so it is counted as a wait for the outside while it lives.

#![expect(unsafe_code, reason = "wakers without a reference count, and clones of them with one")]

use std::mem::ManuallyDrop;
use std::ptr;
use std::sync::Arc;
use std::task::{Context, RawWaker, RawWakerVTable, Wake, Waker};

use super::activity::Outside;
use super::address::Address;
use super::current::OUTSIDE;
use super::parker::Parker;
use super::remote::Remote;
use super::{current, here, run};

/// That with which a light process is polled.
static LIGHT: RawWakerVTable = RawWakerVTable::new(
    |pointer| {
        let address = address(pointer);
        Stranger::of(Kept(address.waker()), stranger_to(address))
    },
    |pointer| here::wake(address(pointer)),
    |pointer| here::wake(address(pointer)),
    |_| {},
);

/// The same for who counts by other means how long it is kept.
static UNCOUNTED: RawWakerVTable = RawWakerVTable::new(
    |pointer| {
        here::note_stranger();
        RawWaker::new(pointer, &UNCOUNTED)
    },
    |pointer| here::wake(address(pointer)),
    |pointer| here::wake(address(pointer)),
    |_| {},
);

/// That with which a thread polls: its pointer is that of an `Arc<Parker>`.
static THREAD: RawWakerVTable = RawWakerVTable::new(
    |pointer| {
        // SAFETY: the pointer of a waker with this table.
        let parker = unsafe { counted::<Parker>(pointer) };
        match parker.stranger() {
            Some(outside) => Stranger::of(Kept(of_thread(parker)), Some(outside)),
            None => raw_of_thread(parker),
        }
    },
    // SAFETY: the pointer of a waker with this table, which ends here.
    |pointer| unsafe { Arc::from_raw(pointer.cast::<Parker>()) }.wake(),
    // SAFETY: the pointer of a waker with this table, which goes on.
    |pointer| ManuallyDrop::new(unsafe { Arc::from_raw(pointer.cast::<Parker>()) }).wake_by_ref(),
    // SAFETY: the pointer of a waker with this table, which ends here.
    |pointer| drop(unsafe { Arc::from_raw(pointer.cast::<Parker>()) }),
);

/// That of a stranger: its pointer is that of an `Arc<Stranger>`.
static STRANGER: RawWakerVTable = RawWakerVTable::new(
    |pointer| {
        here::note_stranger();
        // SAFETY: the pointer of a waker with this table.
        RawWaker::new(Arc::into_raw(unsafe { counted::<Stranger>(pointer) }).cast(), &STRANGER)
    },
    // SAFETY: the pointer of a waker with this table, which ends here; and with it, if it is the last, the count: only
    // when the process has been woken.
    |pointer| unsafe { Arc::from_raw(pointer.cast::<Stranger>()) }.own.0.wake_by_ref(),
    // SAFETY: the pointer of a waker with this table, which goes on.
    |pointer| unsafe { &*pointer.cast::<Stranger>() }.own.0.wake_by_ref(),
    // SAFETY: the pointer of a waker with this table, which ends here.
    |pointer| drop(unsafe { Arc::from_raw(pointer.cast::<Stranger>()) }),
);

fn address(pointer: *const ()) -> Address {
    Address::of(pointer.addr() as u64)
}

/// One more handle of what a waker's pointer is a handle of.
///
/// # Safety
/// The pointer is that of an `Arc<T>` which is not dropped meanwhile.
unsafe fn counted<T>(pointer: *const ()) -> Arc<T> {
    // SAFETY: the caller's promise is the one that is asked for.
    unsafe { Arc::increment_strong_count(pointer.cast::<T>()) };
    // SAFETY: the count that was just taken.
    unsafe { Arc::from_raw(pointer.cast::<T>()) }
}

impl Address {
    /// The waker of the process there.
    #[inline]
    pub(super) fn waker(self) -> Waker {
        self.waker_with(&LIGHT)
    }

    #[inline(always)]
    fn waker_with(self, table: &'static RawWakerVTable) -> Waker {
        // SAFETY: the functions of both tables for which this is called never follow the pointer, own nothing, and can
        // be called from any thread: `here::wake` takes numbers.
        unsafe { Waker::from_raw(RawWaker::new(ptr::without_provenance(self.pack() as usize), table)) }
    }
}

fn raw_of_thread(parker: Arc<Parker>) -> RawWaker {
    RawWaker::new(Arc::into_raw(parker).cast(), &THREAD)
}

/// The waker with which a thread polls.
pub(super) fn of_thread(parker: Arc<Parker>) -> Waker {
    // SAFETY: the pointer is what the functions of the table take it for; they can be called from any thread, as those
    // of an `Arc<Parker>` can.
    unsafe { Waker::from_raw(raw_of_thread(parker)) }
}

/// A waker as a stranger has it.
struct Stranger {
    own: Kept,
    /// Dropped after `own` woke the process: so the run is never quiet in between.
    _outside: Option<Outside>,
}

impl Stranger {
    fn of(own: Kept, outside: Option<Outside>) -> RawWaker {
        here::note_stranger();
        RawWaker::new(Arc::into_raw(Arc::new(Stranger { own, _outside: outside })).cast(), &STRANGER)
    }
}

/// Counts a stranger who may wake the light process there, which is being polled.
#[cold]
fn stranger_to(address: Address) -> Option<Outside> {
    if here::is_worker(address.worker) {
        return run::current().map(|run| run.stranger(current::process()));
    }
    // On another thread, which the process waits for: which one it is only its own knows.
    Some(Remote::of(address.worker).activity().stranger(OUTSIDE))
}

/// A waker that an end keeps: that of a light process costs nothing to keep and little to wake. What is kept so is no
/// stranger's, however often it is cloned.
pub(crate) struct Kept(Waker);

/// Whether it is that of a light process.
#[inline]
fn is_light(waker: &Waker) -> bool {
    ptr::eq(waker.vtable(), &raw const LIGHT)
}

impl Kept {
    /// That of a poll.
    #[inline]
    pub(crate) fn of(cx: &Context<'_>) -> Kept {
        Kept::from_waker(cx.waker())
    }

    #[inline]
    fn from_waker(waker: &Waker) -> Kept {
        if is_light(waker) {
            // What a table's `clone` does that counts nothing, without a call through it.
            return Kept(address(waker.data()).waker());
        }
        Kept::of_other(waker)
    }

    #[inline(never)]
    fn of_other(waker: &Waker) -> Kept {
        if ptr::eq(waker.vtable(), &raw const THREAD) {
            // SAFETY: the pointer of a waker with that table.
            return Kept(of_thread(unsafe { counted(waker.data()) }));
        }
        if ptr::eq(waker.vtable(), &raw const STRANGER) {
            // Who polls with a clone leaves the clone to itself: an end knows whom it wakes.
            // SAFETY: the pointer of a waker with that table, which outlives this call.
            return unsafe { &*waker.data().cast::<Stranger>() }.own.clone();
        }
        Kept(waker.clone())
    }

    /// That of a poll of a light process.
    #[inline(always)]
    pub(crate) fn light(cx: &Context<'_>) -> Option<Kept> {
        let waker = cx.waker();
        is_light(waker).then(|| Kept(address(waker.data()).waker()))
    }

    /// Keeps that of a poll, unless it is the one that is kept.
    #[inline]
    pub(crate) fn keep(slot: &mut Option<Kept>, cx: &Context<'_>) {
        match slot {
            None => *slot = Some(Kept::of(cx)),
            Some(kept) => kept.replace(cx),
        }
    }

    #[cold]
    fn replace(&mut self, cx: &Context<'_>) {
        if !self.0.will_wake(cx.waker()) {
            *self = Kept::of(cx);
        }
    }

    /// It as a waker for others, whose clones are counted by who gives it to them.
    pub(super) fn uncounted(self) -> Waker {
        if is_light(&self.0) {
            return address(self.0.data()).waker_with(&UNCOUNTED);
        }
        if ptr::eq(self.0.vtable(), &raw const THREAD) {
            let waker = ManuallyDrop::new(self.0);
            // SAFETY: the pointer of a waker with that table, which ends here.
            return Waker::from(unsafe { Arc::from_raw(waker.data().cast::<Parker>()) });
        }
        self.0
    }

    /// Wakes it.
    #[inline]
    pub(crate) fn wake(self) {
        if is_light(&self.0) {
            // It owns nothing, so it needs no drop.
            let waker = ManuallyDrop::new(self.0);
            return here::wake(address(waker.data()));
        }
        self.wake_other();
    }

    #[cold]
    fn wake_other(self) {
        self.0.wake();
    }
}

impl Clone for Kept {
    #[inline]
    fn clone(&self) -> Kept {
        Kept::from_waker(&self.0)
    }
}
