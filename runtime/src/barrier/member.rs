//! A barrier, and a place at it.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::state::State;
use crate::channel::{After, Gone, Guarded, Poison};
use crate::schedule::{Kept, Made, Rescuers, WaitHere, current, run};

/// A barrier: another handle of the same one when it is cloned.
#[derive(Clone)]
pub struct Barrier(pub(super) Arc<Guarded<State>>);

/// A place at a barrier. Whoever drops it resigns.
pub struct Member {
    pub(super) barrier: Barrier,
    pub(super) number: usize,
}

impl Barrier {
    /// A barrier with `n` members, enrolled from the start.
    pub fn new(n: usize) -> (Barrier, Vec<Member>) {
        let barrier = Barrier(Arc::new(Guarded::shared(State::default())));
        let members = (0..n).map(|_| barrier.enroll()).collect();
        (barrier, members)
    }

    /// Changes the state, then wakes whom that concerns.
    pub(super) fn with<R>(&self, change: impl FnOnce(&mut State, &mut After<()>) -> R) -> R {
        let mut after = After::new();
        let mut state = self.0.locked();
        change(&mut state, &mut after)
    }

    /// One more member: the others now wait for it too.
    pub fn enroll(&self) -> Member {
        let number = self.with(|state, _| state.enroll());
        Member { barrier: self.clone(), number }
    }

    /// Aborts it: who waits here, and who will come, gets the poison.
    pub fn poison(&self, poison: Poison) {
        self.with(|state, after| state.poison(poison, after));
    }

    /// A plan names it in reports.
    pub(crate) fn is_planned(&self) {
        self.with(|state, _| state.learn());
    }

    /// Lets the run know of it, at its first use.
    pub(super) fn make_known(&self) {
        if self.with(|state, _| state.learn()) {
            let known: Arc<dyn Made> = Arc::clone(&self.0) as Arc<dyn Made>;
            run::found(&known);
        }
    }

    /// Who waits here, by number, and whether that is one guard of a choice.
    pub(crate) fn waiting(&self) -> Vec<(usize, bool)> {
        self.with(|state, _| state.waiting())
    }

    /// Numbers of the members that are waited for.
    pub(crate) fn missing(&self) -> Vec<usize> {
        self.with(|state, _| state.missing())
    }
}

impl Member {
    /// Its number at the barrier.
    pub(crate) fn number(&self) -> usize {
        self.number
    }

    /// Waits until all members have come.
    ///
    /// # Errors
    /// [`Gone::Poisoned`] when the run was interrupted, or the barrier poisoned.
    ///
    /// # Cancel safety
    /// Dropped before the last one came, the arrival is withdrawn.
    pub async fn sync(&mut self) -> Result<(), Gone> {
        self.barrier.make_known();
        let mut arrival = Arrival { member: self, waits: false };
        poll_fn(|cx| if current::is_spent(cx) { Poll::Pending } else { arrival.poll(cx) }).await
    }

    /// Leaves the barrier. If only it was waited for, the others pass.
    pub fn resign(self) {
        drop(self);
    }
}

impl Made for Guarded<State> {
    fn waits(&self, _run: u32) -> Vec<WaitHere> {
        let processes = self.locked().processes().into_iter();
        let wait = |(process, chooses)| {
            let (what, fill) = ("waits at a barrier".into(), String::new());
            WaitHere { process, what, fill, rescuers: Rescuers::Somebody, chooses }
        };
        processes.map(wait).collect()
    }
}

/// One sync of a member, withdrawn when it is dropped too early.
struct Arrival<'a> {
    member: &'a mut Member,
    waits: bool,
}

impl Arrival<'_> {
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        let number = self.member.number;
        let arrives = !std::mem::replace(&mut self.waits, true);
        let poll = self.member.barrier.with(|state, after| {
            if let Some(poison) = state.poisoned() {
                return Poll::Ready(Err(Gone::Poisoned(poison)));
            }
            if arrives {
                state.arrive(number, None, Kept::of(cx), after);
            }
            if state.pass(number) {
                return Poll::Ready(Ok(()));
            }
            state.wait(number, cx);
            Poll::Pending
        });
        self.waits = poll.is_pending();
        poll
    }
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        if self.waits {
            self.member.barrier.with(|state, _| state.withdraw(self.member.number));
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.barrier.with(|state, after| state.resign(self.number, after));
    }
}
