//! One side of a ring.

use std::cell::Cell;

use super::pace::Pace;
use crate::schedule::current;
use crate::sync::{AtomicU32, AtomicUsize, Ordering};

/// How often a light process that finds the ring empty, or full, lets others run and looks again before it waits: what
/// the other side does meanwhile comes without a wake.
pub(in crate::channel) const N_LOOKS: u32 = 64;

/// What one side writes; the other reads only `at` and, under the lock, `n_locked`.
#[repr(align(128))]
pub(super) struct Half {
    /// Tokens that it has put, or taken, around the clock.
    pub(super) at: AtomicUsize,
    /// Those of them that went under the lock.
    pub(super) n_locked: AtomicUsize,
    /// The other's `at`, when it last looked.
    pub(super) seen: Cell<usize>,
    /// Number of the thread that works without the lock; 0: none.
    pub(super) owner: AtomicU32,
    /// It is noted that the other side may have to be told when the poll ends.
    pub(super) noted: Cell<bool>,
    pub(super) pace: Pace,
    /// Looks left before it waits.
    pub(super) n_looks: Cell<u32>,
}

impl Half {
    pub(super) fn new() -> Half {
        Half {
            at: AtomicUsize::new(0),
            n_locked: AtomicUsize::new(0),
            seen: Cell::new(0),
            owner: AtomicU32::new(0),
            noted: Cell::new(false),
            pace: Pace::new(),
            n_looks: Cell::new(N_LOOKS),
        }
    }

    /// Relaxed: it is set before its thread starts, and compared with that thread's own number.
    #[inline(always)]
    pub(super) fn is_own(&self) -> bool {
        let owner = self.owner.load(Ordering::Relaxed);
        owner != 0 && owner == current::own_number()
    }

    /// Goes on by one, under the lock.
    pub(super) fn count_locked(&self) {
        // Relaxed: read and written under the lock.
        self.n_locked.store(self.n_locked.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
    }
}
