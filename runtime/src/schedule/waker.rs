//! Wakers of light processes: three numbers in a pointer's place, so that a clone costs nothing and needs no count.

#![expect(unsafe_code, reason = "a waker without a reference count")]

use std::ptr;
use std::task::{Context, RawWaker, RawWakerVTable, Waker};

use super::worker;

#[cfg(not(target_pointer_width = "64"))]
compile_error!("a waker holds three numbers in 64 bits");

/// A light process: its worker, its place there, and which of the processes that had that place it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Address {
    pub(super) worker: u16,
    pub(super) generation: u16,
    pub(super) slot: u32,
}

impl Address {
    #[inline]
    fn pack(self) -> *const () {
        let bits = u64::from(self.worker) << 48 | u64::from(self.generation) << 32 | u64::from(self.slot);
        ptr::without_provenance(bits as usize)
    }

    #[inline]
    fn unpack(pointer: *const ()) -> Address {
        Address::of(pointer.addr() as u64)
    }

    #[inline]
    fn of(bits: u64) -> Address {
        Address { worker: (bits >> 48) as u16, generation: (bits >> 32) as u16, slot: bits as u32 }
    }

    /// The waker of the process there.
    pub(super) fn waker(self) -> Waker {
        // SAFETY: the functions of the table never follow the pointer, own nothing, and can be called from any
        // thread: `worker::wake` takes numbers.
        unsafe { Waker::from_raw(RawWaker::new(self.pack(), &VTABLE)) }
    }
}

static VTABLE: RawWakerVTable = RawWakerVTable::new(
    |pointer| RawWaker::new(pointer, &VTABLE),
    |pointer| worker::wake(Address::unpack(pointer)),
    |pointer| worker::wake(Address::unpack(pointer)),
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
            Kept::Light(packed) => worker::wake(Address::of(packed)),
            Kept::Other(waker) => waker.wake(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Address;

    #[test]
    fn an_address_comes_back_as_it_was() {
        let address = Address { worker: 1023, generation: u16::MAX, slot: u32::MAX - 1 };
        assert_eq!(Address::unpack(address.pack()), address);
    }
}
