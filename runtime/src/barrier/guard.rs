//! A sync as one guard of a choice.

#![expect(unsafe_code, reason = "a choice holds the locks of all its events at once")]

use std::sync::Arc;
use std::task::Context;

use super::member::Member;
use crate::alt::{Guard, Part};
use crate::channel::{After, Completion, Event, Gone, Poison, Ready, Ticket};
use crate::schedule::Kept;

/// A sync in a choice: chosen when all members have come.
pub struct SyncGuard<'a> {
    member: &'a mut Member,
    result: Option<Result<(), Poison>>,
    on: bool,
}

impl Member {
    /// A sync in a choice (SEMANTICS B1). A choice may have one such guard, and is refused with more
    /// ([`NoChoice::Barriers`](crate::alt::NoChoice::Barriers)).
    pub fn guard(&mut self) -> SyncGuard<'_> {
        self.barrier.make_known();
        SyncGuard { member: self, result: None, on: true }
    }
}

impl SyncGuard<'_> {
    /// What came of it, after this guard was chosen.
    ///
    /// # Errors
    /// When it was chosen because the barrier is poisoned.
    ///
    /// # Panics
    /// When it was not chosen since the last call.
    pub fn take(&mut self) -> Result<(), Gone> {
        self.result.take().expect("`take` is called on the guard that was chosen").map_err(Gone::Poisoned)
    }
}

impl Guard for SyncGuard<'_> {
    fn part(&mut self) -> Part<'_> {
        let on = self.on;
        Part::barrier(self, on)
    }

    fn when(&mut self, condition: bool) {
        self.on = condition;
    }
}

impl Event for SyncGuard<'_> {
    fn address(&self) -> usize {
        Arc::as_ptr(&self.member.barrier.0).addr()
    }

    fn lock(&self) {
        self.member.barrier.0.lock();
    }

    unsafe fn unlock(&self) {
        // SAFETY: the caller's promise.
        unsafe { self.member.barrier.0.unlock() }
    }

    unsafe fn look(&self) -> Ready {
        // SAFETY: the caller holds the lock, and the reference ends with this function.
        let state = unsafe { self.member.barrier.0.get() };
        match (state.poisoned(), state.is_last()) {
            (Some(_), _) => Ready::Over,
            (None, true) => Ready::Token,
            (None, false) => Ready::No,
        }
    }

    unsafe fn offer(&mut self, ticket: Ticket, cx: &mut Context<'_>) {
        let mut after = After::new();
        // SAFETY: the caller holds the lock, and the reference ends with this function. Nobody is woken: an arrival
        // with a ticket completes nothing.
        let state = unsafe { self.member.barrier.0.get() };
        state.arrive(self.member.number, Some(ticket), Kept::of(cx), &mut after);
    }

    fn commit(&mut self, over: bool) -> Ready {
        let number = self.member.number;
        let come = self.member.barrier.with(|state, after| match state.poisoned() {
            Some(poison) => Err(poison),
            None => Ok(state.is_last() && state.come_last(number, after)),
        });
        match come {
            Ok(true) => {
                self.result = Some(Ok(()));
                Ready::Token
            }
            Ok(false) => Ready::No,
            Err(poison) => {
                self.result = over.then_some(Err(poison));
                Ready::Over
            }
        }
    }

    fn withdraw(&mut self, _is_taken: bool) {
        let number = self.member.number;
        let passed = self.member.barrier.with(|state, _| {
            let passed = state.pass(number);
            state.withdraw(number);
            passed
        });
        self.result = passed.then_some(Ok(()));
    }

    fn abandon(&mut self) {
        self.withdraw(false);
    }

    fn complete(&mut self, _cx: &mut Context<'_>) -> Completion {
        Completion::Done
    }
}
