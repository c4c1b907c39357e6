//! Wakers of light processes: three numbers in a pointer's place, so that a clone costs nothing and needs no count.

#![expect(unsafe_code, reason = "a waker without a reference count")]

use std::mem::ManuallyDrop;
use std::ptr;
use std::task::{Context, RawWaker, RawWakerVTable, Waker};

use super::address::Address;
use super::here;

impl Address {
    /// The waker of the process there.
    pub(super) fn waker(self) -> Waker {
        // SAFETY: the functions of the table never follow the pointer, own nothing, and can be called from any
        // thread: `here::wake` takes numbers.
        unsafe { Waker::from_raw(RawWaker::new(ptr::without_provenance(self.pack() as usize), &VTABLE)) }
    }
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |pointer| {
        here::note_stranger();
        RawWaker::new(pointer, &VTABLE)
    },
    |pointer| here::wake(Address::of(pointer.addr() as u64)),
    |pointer| here::wake(Address::of(pointer.addr() as u64)),
    |_| {},
);

/// A waker that is kept: that of a light process costs nothing to keep and little to wake.
#[derive(Clone)]
pub(crate) struct Kept(Waker);

/// Whether it is that of a light process.
#[inline]
fn is_light(waker: &Waker) -> bool {
    ptr::eq(waker.vtable(), &raw const VTABLE)
}

impl Kept {
    /// That of a poll.
    #[inline]
    pub(crate) fn of(cx: &Context<'_>) -> Kept {
        let waker = cx.waker();
        if is_light(waker) {
            // What the table's `clone` does, without a call through it.
            return Kept(Address::of(waker.data().addr() as u64).waker());
        }
        Kept(waker.clone())
    }

    /// That of a poll of a light process.
    #[inline(always)]
    pub(crate) fn light(cx: &Context<'_>) -> Option<Kept> {
        let waker = cx.waker();
        is_light(waker).then(|| Kept(Address::of(waker.data().addr() as u64).waker()))
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
        self.0.clone_from(cx.waker());
    }

    /// Wakes it.
    #[inline]
    pub(crate) fn wake(self) {
        if is_light(&self.0) {
            // It owns nothing, so it needs no drop.
            let waker = ManuallyDrop::new(self.0);
            return here::wake(Address::of(waker.data().addr() as u64));
        }
        self.wake_other();
    }

    #[cold]
    fn wake_other(self) {
        self.0.wake();
    }
}
