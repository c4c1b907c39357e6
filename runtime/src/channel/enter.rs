//! The lock of a channel, taken and given back so that its ring and its state agree.

use std::ops::{Deref, DerefMut};

use super::after::After;
use super::cell::Locked;
use super::core::Core;
use super::raw::Channel;
use super::ring::{OVERFLOWS, READER_LOOKS, READER_WAITS, Ring, Tell, WRITER_LOOKS, WRITER_WAITS};
use super::state::{Arrival, Offer, Want};

/// The right to use a channel's state, given back when dropped.
pub(super) struct Entered<'a, T> {
    core: Locked<'a, Core<T>>,
    ring: Option<&'a Ring<T>>,
    /// Done when `core` is given back: it stands behind it.
    after: After<T>,
}

impl<T> Channel<T> {
    /// Takes the lock.
    #[inline]
    pub(super) fn enter(&self) -> Entered<'_, T> {
        let mut entered =
            Entered { core: self.core.locked(), ring: self.ring.as_deref(), after: After::new() };
        if entered.ring.is_some() {
            entered.core.settle(&mut entered.after);
        }
        entered
    }

    /// Tells who waits what went through the ring without the lock.
    #[cold]
    #[inline(never)]
    pub(super) fn tell(&self) {
        drop(self.enter());
    }
}

impl<T: Send> Tell for Channel<T> {
    fn tell(&self) {
        Channel::tell(self);
    }
}

impl<T> Core<T> {
    /// Serves who waits with what came into the ring, or with the place that became free, since the lock was last held:
    /// afterwards the invariants of [`Core`] hold.
    fn settle(&mut self, after: &mut After<T>) {
        while !self.lanes[0].is_empty()
            && let Some(reader) = self.next_reader(0, Arrival::Plain, after)
        {
            let Some(token) = self.lanes[0].pop() else { return };
            self.hand(reader, token, after);
            self.hold_slot(reader);
        }
        if !self.lanes[0].is_plain() {
            self.lanes[0].refill();
        }
        self.admit(after);
    }

    /// What the two sides of the ring have to know of the state.
    fn flags(&self) -> u32 {
        let ([writer], [reader]) = (&self.writers[..], &self.readers[..]) else {
            // Who saw neither flag before another end joined sees that somebody may wait.
            return READER_LOOKS | WRITER_LOOKS | READER_WAITS | WRITER_WAITS;
        };
        let mut flags = 0;
        if matches!(reader.want, Want::Waiting) {
            flags |= READER_WAITS;
        }
        if matches!(writer.offer, Offer::Waiting(_) | Offer::Reserving) {
            flags |= WRITER_WAITS;
        }
        if self.troubled
            || self.has_ends
            || reader.extends
            || !self.lanes[0].is_plain()
            || !matches!(writer.offer, Offer::Idle)
        {
            flags |= WRITER_LOOKS;
        }
        if self.lanes[0].overflows() {
            flags |= OVERFLOWS;
        }
        if !reader.living || reader.extends || self.discarded || !matches!(reader.want, Want::Idle) {
            flags |= READER_LOOKS;
        }
        flags
    }
}

impl<T> Drop for Entered<'_, T> {
    #[inline]
    fn drop(&mut self) {
        let Some(ring) = self.ring else { return };
        loop {
            let flags = self.core.flags();
            ring.publish(flags);
            // What came meanwhile from one who did not see the flags yet.
            self.core.settle(&mut self.after);
            if self.core.flags() == flags {
                return;
            }
        }
    }
}

impl<T> Deref for Entered<'_, T> {
    type Target = Core<T>;

    #[inline]
    fn deref(&self) -> &Core<T> {
        &self.core
    }
}

impl<T> DerefMut for Entered<'_, T> {
    #[inline]
    fn deref_mut(&mut self) -> &mut Core<T> {
        &mut self.core
    }
}
