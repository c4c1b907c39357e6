//! A serve port in a choice.

#![expect(unsafe_code, reason = "a choice holds the locks of all its events at once")]

use std::task::{Context, Poll};

use super::answering::{Accept, Answers, Asked, Serving};
use super::channels::Request;
use crate::alt::{Guard, Part};
use crate::channel::{Completion, Event, Ready, Receiving, Ticket};
use crate::process::ended::Ended;
use crate::value::Value;

/// What comes next at a serve port as a guard: a request, or the word that a caller has left.
pub struct ServeGuard<'a, Q: Send + 'static = Value, A: Send + 'static = Value> {
    event: Receiving<'a, Request<Q>>,
    answers: &'a Answers<A>,
    accept: Option<&'a Accept<Q>>,
    settled: &'a mut bool,
    /// It was chosen because a caller has left.
    left: bool,
    on: bool,
}

impl<Q: Send + 'static, A: Send + 'static> Serving<Q, A> {
    /// What comes next, in a choice.
    pub(super) fn guard(&mut self) -> ServeGuard<'_, Q, A> {
        ServeGuard {
            event: self.requests.event(),
            answers: &self.answers,
            accept: self.accept.as_ref(),
            settled: &mut self.settled,
            left: false,
            on: true,
        }
    }
}

impl<Q: Send + 'static, A: Send + 'static> ServeGuard<'_, Q, A> {
    /// What came, after this guard was chosen; `None`: a request that is not what the port takes, which was refused.
    ///
    /// # Errors
    /// [`Ended::Retired`] when the last caller has left and was told of, [`Ended::Poisoned`].
    ///
    /// # Panics
    /// When it was not chosen since the last call.
    pub fn take(&mut self) -> Result<Option<Asked<Q>>, Ended> {
        if std::mem::take(&mut self.left) {
            return Ok(self.answers.next_left().map(Asked::Left));
        }
        let request = self.event.take().expect("`take` is called on the guard that was chosen")?;
        self.answers.taken(request, self.accept)
    }

    /// Where to reply while the port is in choices.
    pub fn answers(&self) -> &Answers<A> {
        self.answers
    }

    /// Commits to a request, or to its end.
    fn receive(&mut self, over: bool) -> Ready {
        let ready = self.event.commit(over);
        // Until it is taken, the request may go back into the end's hands.
        *self.settled = ready != Ready::Token;
        ready
    }
}

impl<Q: Send + 'static, A: Send + 'static> Guard for ServeGuard<'_, Q, A> {
    fn part(&mut self) -> Part<'_> {
        let on = self.on;
        Part::event(self, on)
    }

    fn when(&mut self, condition: bool) {
        self.on = condition;
    }
}

/// That of the channel of requests, and ready as well when somebody has left. Who has left is told of after what a
/// receive that was given up has taken, and before the end.
impl<Q: Send + 'static, A: Send + 'static> Event for ServeGuard<'_, Q, A> {
    fn address(&self) -> usize {
        self.event.address()
    }

    fn lock(&self) {
        self.event.lock();
    }

    unsafe fn unlock(&self) {
        // SAFETY: the caller's promise.
        unsafe { self.event.unlock() }
    }

    unsafe fn look(&self) -> Ready {
        if self.answers.has_left() {
            return Ready::Token;
        }
        // SAFETY: the caller's promise.
        unsafe { self.event.look() }
    }

    unsafe fn offer(&mut self, ticket: Ticket, cx: &mut Context<'_>) {
        *self.settled = false;
        if let Poll::Ready(()) = self.answers.desk.poll_left(self.answers.server, cx) {
            // It left after the last look: the choice looks again.
            cx.waker().wake_by_ref();
        }
        // SAFETY: the caller's promise.
        unsafe { self.event.offer(ticket, cx) }
    }

    fn commit(&mut self, over: bool) -> Ready {
        if self.left {
            return Ready::Token;
        }
        if !(*self.settled && self.answers.has_left()) {
            let ready = self.receive(false);
            if ready == Ready::Token || ready == Ready::No && !self.answers.has_left() {
                return ready;
            }
        }
        self.left = self.answers.has_left();
        if self.left { Ready::Token } else { self.receive(over) }
    }

    fn withdraw(&mut self, is_taken: bool) {
        self.event.withdraw(is_taken);
    }

    fn abandon(&mut self) {
        self.event.abandon();
    }

    fn complete(&mut self, cx: &mut Context<'_>) -> Completion {
        self.event.complete(cx)
    }
}
