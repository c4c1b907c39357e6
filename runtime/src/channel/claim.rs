//! The claim word of an alternation: whoever sets it commits the one guard that is chosen.

use std::cell::RefCell;

use crate::sync::{AtomicU32, Ordering, REUSES, pause};

/// Nothing is offered.
const CLOSED: u32 = 0;
/// Offered; whoever comes first may take it.
const OPEN: u32 = 1;
/// A barrier's last arrival asks whether all claims are open; it answers itself within a few steps.
const ASKED: u32 = 2;
/// Taken, by the guard of this number less `TAKEN`.
const TAKEN: u32 = 3;

/// The word. All of an alternation's offers point to it, and each is withdrawn before the word is used again.
pub(crate) struct Claim(AtomicU32);

thread_local! {
    /// Words that no alternation uses. They are never freed: a program has as many as it had alternations waiting at
    /// a time.
    static SPARE: RefCell<Vec<&'static Claim>> = const { RefCell::new(Vec::new()) };
}

impl Claim {
    /// A closed one.
    pub(crate) fn get() -> &'static Claim {
        let spare = SPARE.with_borrow_mut(Vec::pop);
        spare.unwrap_or_else(|| Box::leak(Box::new(Claim(AtomicU32::new(CLOSED)))))
    }

    /// Gives it back; the caller has withdrawn all offers that point to it.
    pub(crate) fn put_back(&'static self) {
        if !REUSES {
            return;
        }
        // When the thread ends its spare words are gone already.
        let _ = SPARE.try_with(|spare| spare.borrow_mut().push(self));
    }

    /// Opens it. Release is not needed: its offers are seen only under the locks of their channels.
    pub(crate) fn open(&self) {
        self.0.store(OPEN, Ordering::Relaxed);
    }

    /// Closes it, unless a guard was taken: then which.
    pub(crate) fn close(&self) -> Option<u32> {
        self.swap(CLOSED)
    }

    /// Sets it if it is open; the guard that was taken before, if any.
    fn swap(&self, to: u32) -> Option<u32> {
        let mut n_tries = 0;
        loop {
            // AcqRel: the winner's writes are seen by the alternation, the loser sees the winner's.
            match self.0.compare_exchange(OPEN, to, Ordering::AcqRel, Ordering::Acquire) {
                Err(ASKED) => pause(n_tries),
                Err(word) => return Some(word.checked_sub(TAKEN).unwrap_or(u32::MAX)),
                Ok(_) => return None,
            }
            n_tries += 1;
        }
    }

    /// Asks for it on behalf of a barrier: `false` when it is not open.
    pub(crate) fn ask(&self) -> bool {
        let mut n_tries = 0;
        loop {
            match self.0.compare_exchange(OPEN, ASKED, Ordering::AcqRel, Ordering::Acquire) {
                Err(ASKED) => pause(n_tries),
                result => return result.is_ok(),
            }
            n_tries += 1;
        }
    }

    /// Answers [`Claim::ask`]: takes the guard, or opens it again.
    pub(crate) fn answer(&self, guard: Option<u32>) {
        self.0.store(guard.map_or(OPEN, |guard| TAKEN + guard), Ordering::Release);
    }
}

/// One guard's right in an alternation, as its offer holds it.
#[derive(Clone, Copy)]
pub(crate) struct Ticket {
    pub(crate) claim: &'static Claim,
    /// Number of the guard.
    pub(crate) guard: u32,
    /// The alternation has an order to keep: who can wait wakes it instead of taking it (SEMANTICS A2).
    pub(crate) prefers: bool,
}

impl Ticket {
    /// Commits the guard; `false` when its alternation is no longer open.
    pub(crate) fn take(&self) -> bool {
        self.claim.swap(TAKEN + self.guard).is_none()
    }

    /// Whether it can be taken, as things stand.
    pub(crate) fn is_open(&self) -> bool {
        matches!(self.claim.0.load(Ordering::Acquire), OPEN | ASKED)
    }
}
