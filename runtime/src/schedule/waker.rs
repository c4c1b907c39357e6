//! Wakers of light processes: three numbers in a pointer's place, so that a clone costs nothing and needs no count.

#![expect(unsafe_code, reason = "a waker without a reference count")]

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
    |pointer| RawWaker::new(pointer, &VTABLE),
    |pointer| here::wake(Address::of(pointer.addr() as u64)),
    |pointer| here::wake(Address::of(pointer.addr() as u64)),
    |_| {},
);

/// A waker that is kept: that of a light process as its address, which costs nothing to make, compare and wake.
#[derive(Clone)]
pub(crate) enum Kept {
    /// A light process, packed.
    Light(u64),
    /// Anything else.
    Other(Waker),
}

impl Kept {
    /// That of a poll.
    #[inline]
    pub(crate) fn of(cx: &Context<'_>) -> Kept {
        let waker = cx.waker();
        if ptr::eq(waker.vtable(), &raw const VTABLE) {
            Kept::Light(waker.data().addr() as u64)
        } else {
            Kept::Other(waker.clone())
        }
    }

    /// Keeps that of a poll, unless it is the one that is kept.
    #[inline]
    pub(crate) fn keep(slot: &mut Option<Kept>, cx: &Context<'_>) {
        match slot {
            Some(Kept::Other(old)) if old.will_wake(cx.waker()) => {}
            _ => *slot = Some(Kept::of(cx)),
        }
    }

    /// Wakes it.
    #[inline]
    pub(crate) fn wake(self) {
        match self {
            Kept::Light(packed) => here::wake(Address::of(packed)),
            Kept::Other(waker) => waker.wake(),
        }
    }
}
