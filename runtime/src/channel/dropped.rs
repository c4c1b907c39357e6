//! Ends that a process drops: how they end is known only when its poll has returned (SEMANTICS E11).

use std::cell::{Cell, RefCell};
use std::sync::Arc;

use super::end::{ReadEnd, WriteEnd};
use super::error::Poison;
use super::inspect::Inspect;
use super::raw::Channel;
use super::state::Side;

/// What has ends that can be ended, whatever its tokens are.
pub(crate) trait Endable: Send + Sync {
    /// Ends the end of that number on that side.
    fn end(&self, side: Side, idx: usize, poison: Option<Poison>);
}

impl<T: Send> Endable for Channel<T> {
    fn end(&self, side: Side, idx: usize, poison: Option<Poison>) {
        Channel::end(self, side, idx, poison);
    }
}

/// One of its ends.
pub(crate) struct AnyEnd {
    of: Arc<dyn Endable>,
    side: Side,
    idx: usize,
}

impl AnyEnd {
    /// The end of that number on that side.
    pub(crate) fn of<E: Endable + 'static>(of: &Arc<E>, side: Side, idx: usize) -> AnyEnd {
        AnyEnd { of: Arc::clone(of) as Arc<dyn Endable>, side, idx }
    }

    /// Ends it: with a poison, that spreads; else retired. What has ended stays so.
    pub(crate) fn end(&self, poison: Option<Poison>) {
        self.of.end(self.side, self.idx, poison);
    }
}

thread_local! {
    /// How many polls of processes are under way on this thread, one inside the other, and how many ends they have
    /// dropped.
    static DEPTH: Cell<(u32, u32)> = const { Cell::new((0, 0)) };
    static DROPPED: RefCell<Vec<AnyEnd>> = const { RefCell::new(Vec::new()) };
}

/// Keeps an end that is dropped inside a process until its poll returns; `false` elsewhere.
pub(crate) fn later<E: Endable + 'static>(of: &Arc<E>, side: Side, idx: usize) -> bool {
    let (depth, n_dropped) = DEPTH.get();
    if depth == 0 {
        return false;
    }
    let end = AnyEnd::of(of, side, idx);
    let kept = DROPPED.try_with(|dropped| dropped.borrow_mut().push(end)).is_ok();
    DEPTH.set((depth, n_dropped + u32::from(kept)));
    kept
}

impl<T: Send + 'static> ReadEnd<T> {
    /// Gives it to the thread of that number, which has not started. The one that had it uses it no more.
    pub(crate) fn give_to(&self, thread: u32) {
        Inspect::own(&*self.channel, Side::Reading, thread);
    }

    /// Ends it as its owner's drop does: inside a process when the poll returns, elsewhere at once.
    pub(crate) fn forsake(self) {
        if !later(&self.channel, Side::Reading, self.idx) {
            self.end(None);
        }
    }
}

impl<T: Send + 'static> WriteEnd<T> {
    /// Gives it to the thread of that number, which has not started. The one that had it uses it no more.
    pub(crate) fn give_to(&self, thread: u32) {
        Inspect::own(&*self.channel, Side::Writing, thread);
    }

    /// Ends it as its owner's drop does: inside a process when the poll returns, elsewhere at once.
    pub(crate) fn forsake(self) {
        if !later(&self.channel, Side::Writing, self.idx) {
            self.end(None);
        }
    }
}

/// Whether a process's body is on this thread's stack.
pub(crate) fn is_within() -> bool {
    DEPTH.get().0 > 0
}

/// A call into a process: between [`Scope::enter`] and [`Scope::leave`], which a panic does not skip.
#[must_use = "what the call drops ends when it is left"]
pub(crate) struct Scope {
    depth: u32,
    n_before: u32,
}

impl Scope {
    /// Before the call.
    #[inline]
    pub(crate) fn enter() -> Scope {
        let (depth, n_before) = DEPTH.get();
        DEPTH.set((depth + 1, n_before));
        Scope { depth, n_before }
    }

    /// In between, where the call waits: what becomes of it later does not change how these ends end.
    pub(crate) fn pause(&self, poison: Option<&Poison>) {
        if DEPTH.get().1 != self.n_before {
            end(self.n_before, poison.cloned());
        }
    }

    /// After it: ends that it dropped are poisoned if it says so, else they retire.
    #[inline]
    pub(crate) fn leave(self, poison: impl FnOnce() -> Option<Poison>) {
        let (_, n_after) = DEPTH.get();
        DEPTH.set((self.depth, n_after));
        if n_after != self.n_before {
            end(self.n_before, poison());
        }
    }
}

#[cold]
fn end(n_before: u32, poison: Option<Poison>) {
    let dropped = DROPPED.with_borrow_mut(|dropped| dropped.split_off(n_before as usize));
    DEPTH.set((DEPTH.get().0, n_before));
    for dropped in dropped {
        dropped.end(poison.clone());
    }
}
