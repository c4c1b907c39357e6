//! Barriers: processes that wait for one another (SEMANTICS B1).
//!
//! ```
//! use csprun_runtime::barrier::Barrier;
//!
//! let (barrier, mut members) = Barrier::new(2);
//! let late = barrier.enroll();
//! late.resign();
//! // Each member syncs in a process of its own; here both are polled in turn.
//! # use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
//! # let mut cx = Context::from_waker(Waker::noop());
//! let (mut b, mut a) = (members.pop().expect("two"), members.pop().expect("two"));
//! let (mut first, mut second) = (pin!(a.sync()), pin!(b.sync()));
//! assert!(first.as_mut().poll(&mut cx).is_pending());
//! assert!(matches!(second.as_mut().poll(&mut cx), Poll::Ready(Ok(()))));
//! assert!(matches!(first.as_mut().poll(&mut cx), Poll::Ready(Ok(()))));
//! ```

use std::future::poll_fn;
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, Waker};

use crate::channel::{Gone, Poison};
use crate::schedule::current;

/// A barrier: another handle of the same one when it is cloned.
#[derive(Clone)]
pub struct Barrier(Arc<Mutex<State>>);

struct State {
    /// By number; a member that has resigned leaves its place empty.
    members: Vec<Place>,
    n_enrolled: usize,
    n_arrived: usize,
    poison: Option<Poison>,
}

enum Place {
    /// Not at the barrier.
    Away,
    /// Waits for the others.
    Arrived(Option<Waker>),
    /// The others have come; it has not seen it.
    Passed,
    Resigned,
}

/// A place at a barrier. Whoever drops it resigns.
pub struct Member {
    barrier: Barrier,
    number: usize,
}

impl Barrier {
    /// A barrier with `n` members, enrolled from the start.
    pub fn new(n: usize) -> (Barrier, Vec<Member>) {
        let state = State { members: Vec::new(), n_enrolled: 0, n_arrived: 0, poison: None };
        let barrier = Barrier(Arc::new(Mutex::new(state)));
        let members = (0..n).map(|_| barrier.enroll()).collect();
        (barrier, members)
    }

    /// No code that can panic runs under the lock.
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// One more member: the others now wait for it too.
    pub fn enroll(&self) -> Member {
        let mut state = self.state();
        state.members.push(Place::Away);
        state.n_enrolled += 1;
        Member { barrier: self.clone(), number: state.members.len() - 1 }
    }

    /// Aborts it: who waits here, and who will come, gets the poison.
    pub fn poison(&self, poison: Poison) {
        let wakers = {
            let mut state = self.state();
            state.poison.get_or_insert(poison);
            state.withdraw_all()
        };
        wakers.into_iter().for_each(Waker::wake);
    }

    /// Numbers of the members that wait here.
    pub(crate) fn waiting(&self) -> Vec<usize> {
        self.numbers(|place| matches!(place, Place::Arrived(_)))
    }

    /// Numbers of the members that are waited for.
    pub(crate) fn missing(&self) -> Vec<usize> {
        self.numbers(|place| matches!(place, Place::Away | Place::Passed))
    }

    fn numbers(&self, are: impl Fn(&Place) -> bool) -> Vec<usize> {
        let state = self.state();
        state.members.iter().enumerate().filter(|(_, place)| are(place)).map(|(number, _)| number).collect()
    }
}

impl State {
    /// Lets everybody pass, if everybody is there.
    fn complete(&mut self) -> Vec<Waker> {
        if self.n_arrived < self.n_enrolled {
            return Vec::new();
        }
        self.n_arrived = 0;
        self.move_arrived(|| Place::Passed)
    }

    fn withdraw_all(&mut self) -> Vec<Waker> {
        self.n_arrived = 0;
        self.move_arrived(|| Place::Away)
    }

    fn move_arrived(&mut self, to: impl Fn() -> Place) -> Vec<Waker> {
        let arrived = self.members.iter_mut().filter(|place| matches!(place, Place::Arrived(_)));
        arrived
            .filter_map(|place| match mem::replace(place, to()) {
                Place::Arrived(waker) => waker,
                _ => None,
            })
            .collect()
    }
}

impl Member {
    /// Waits until all members have come.
    ///
    /// # Errors
    /// [`Gone::Poisoned`] when the run was interrupted, or the barrier poisoned.
    ///
    /// # Cancel safety
    /// Dropped before the last one came, the arrival is withdrawn.
    pub async fn sync(&mut self) -> Result<(), Gone> {
        let mut arrival = Arrival { member: self, waits: false };
        poll_fn(|cx| if current::is_spent(cx) { Poll::Pending } else { arrival.poll(cx) }).await
    }

    /// Leaves the barrier. If only it was waited for, the others pass.
    pub fn resign(self) {
        drop(self);
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
        let mut wakers = Vec::new();
        let poll = {
            let mut state = self.member.barrier.state();
            if let Some(poison) = &state.poison {
                self.waits = false;
                return Poll::Ready(Err(Gone::Poisoned(poison.clone())));
            }
            if !mem::replace(&mut self.waits, true) {
                state.members[number] = Place::Arrived(None);
                state.n_arrived += 1;
                wakers = state.complete();
            }
            if matches!(state.members[number], Place::Passed) {
                state.members[number] = Place::Away;
                self.waits = false;
                Poll::Ready(Ok(()))
            } else {
                state.members[number] = Place::Arrived(Some(cx.waker().clone()));
                Poll::Pending
            }
        };
        wakers.into_iter().for_each(Waker::wake);
        poll
    }
}

impl Drop for Arrival<'_> {
    fn drop(&mut self) {
        if self.waits {
            let mut state = self.member.barrier.state();
            // Who had passed has passed; else the others wait for it again.
            let place = mem::replace(&mut state.members[self.member.number], Place::Away);
            state.n_arrived -= usize::from(matches!(place, Place::Arrived(_)));
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        let wakers = {
            let mut state = self.barrier.state();
            state.members[self.number] = Place::Resigned;
            state.n_enrolled -= 1;
            // With nobody left there is nobody to let pass.
            if state.n_enrolled > 0 { state.complete() } else { Vec::new() }
        };
        wakers.into_iter().for_each(Waker::wake);
    }
}
