//! A ring between two threads, made for numbers alone and without a way to wait: what a token could cost at best.
//!
//! Lamport 1983; each side keeps the other's last known position, so that it rarely touches the other's cache line.

use std::hint::spin_loop;
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};

/// A position on a cache line of its own.
#[repr(align(128))]
struct Position(AtomicUsize);

/// `N` slots.
pub(super) struct Ring<const N: usize> {
    slots: [AtomicU64; N],
    n_sent: Position,
    n_received: Position,
}

/// The end that sends.
pub(super) struct Writer<'a, const N: usize> {
    ring: &'a Ring<N>,
    n_sent: usize,
    seen_received: usize,
}

/// The end that receives.
pub(super) struct Reader<'a, const N: usize> {
    ring: &'a Ring<N>,
    n_received: usize,
    seen_sent: usize,
}

impl<const N: usize> Ring<N> {
    pub(super) fn new() -> Ring<N> {
        let position = || Position(AtomicUsize::new(0));
        Ring { slots: [const { AtomicU64::new(0) }; N], n_sent: position(), n_received: position() }
    }

    pub(super) fn ends(&self) -> (Writer<'_, N>, Reader<'_, N>) {
        let writer = Writer { ring: self, n_sent: 0, seen_received: 0 };
        (writer, Reader { ring: self, n_received: 0, seen_sent: 0 })
    }
}

impl<const N: usize> Writer<'_, N> {
    pub(super) fn send(&mut self, token: u64) {
        while self.n_sent - self.seen_received == N {
            // Acquire pairs with the reader's release: it has read the slot that is written next.
            self.seen_received = self.ring.n_received.0.load(Ordering::Acquire);
            spin_loop();
        }
        self.ring.slots[self.n_sent % N].store(token, Ordering::Relaxed);
        self.n_sent += 1;
        // Release pairs with the reader's acquire: the slot is written.
        self.ring.n_sent.0.store(self.n_sent, Ordering::Release);
    }
}

impl<const N: usize> Reader<'_, N> {
    pub(super) fn recv(&mut self) -> u64 {
        while self.n_received == self.seen_sent {
            // Acquire pairs with the writer's release.
            self.seen_sent = self.ring.n_sent.0.load(Ordering::Acquire);
            spin_loop();
        }
        let token = self.ring.slots[self.n_received % N].load(Ordering::Relaxed);
        self.n_received += 1;
        // Release pairs with the writer's acquire: the slot is read.
        self.ring.n_received.0.store(self.n_received, Ordering::Release);
        token
    }
}
