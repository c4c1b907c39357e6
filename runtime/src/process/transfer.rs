//! Receives and sends of ports on their way: futures by hand, because each level of `async fn` costs a state and a move
//! of its result at every poll.

use std::collections::VecDeque;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use super::ended::Ended;
use super::firing::Firing;
use super::port::{In, Out, all_checked, checked, coerced};
use crate::channel::{Step, Vacant};
use crate::schedule::current;
use crate::value::Value;

/// The sends of a firing that closes.
type Closing = Pin<Box<dyn Future<Output = Result<(), Ended>>>>;

impl In {
    /// Receives a token.
    ///
    /// # Errors
    /// [`Ended::Retired`] at the end of the stream, [`Ended::Poisoned`], or a failure when the token is not what
    /// the port takes.
    ///
    /// # Cancel safety
    /// A token is never lost: what had committed is received next.
    #[inline]
    pub fn recv(&mut self) -> InRecv<'_> {
        InRecv::new(self)
    }

    /// Waits for a token, then takes it and those that are ready behind it, at most `max`, into `into`. One on a
    /// shared end or a rendezvous (C11), so batching is never visible.
    ///
    /// # Errors
    /// As [`In::recv`].
    #[inline]
    pub fn recv_ready<'a>(&'a mut self, into: &'a mut Vec<Value>, max: usize) -> InRecvReady<'a> {
        InRecvReady::new(self, into, max)
    }
}

impl Out {
    /// Sends a token: when this is ready a reader has it, or the buffer.
    ///
    /// # Errors
    /// [`Ended::Retired`] when nobody reads any more (for a kind with `when_all_retired`: when nobody reads any
    /// of its outputs; else the token is counted undelivered), [`Ended::Poisoned`], or a failure when the token
    /// is not what the channel carries.
    ///
    /// # Cancel safety
    /// Dropped before it was ready, the token is dropped and never delivered.
    #[inline]
    pub fn send(&mut self, token: impl Into<Value>) -> OutSend<'_> {
        OutSend::new(self, token.into())
    }

    /// Sends all of `tokens` and leaves it empty, as if one after the other.
    ///
    /// # Errors
    /// As [`Out::send`]; what was not sent is dropped.
    #[inline]
    pub fn send_all<'a>(&'a mut self, tokens: &'a mut Vec<Value>) -> OutSendAll<'a> {
        OutSendAll::new(self, tokens)
    }
}

/// A receive on its way.
#[must_use = "a receive does nothing until it is awaited"]
pub struct InRecv<'a> {
    input: &'a mut In,
    /// It waits in the channel.
    waits: bool,
    closing: Option<Closing>,
}

impl<'a> InRecv<'a> {
    #[inline]
    pub(super) fn new(input: &'a mut In) -> InRecv<'a> {
        InRecv { input, waits: false, closing: None }
    }

    /// Receives, or goes on with a receive that waits, if that is as simple as can be.
    #[inline(always)]
    fn try_quick(&mut self, into: &mut Vacant<Value>, cx: &Context<'_>) -> Step {
        if self.input.failure.is_some() || self.input.firing.is_some() {
            return Step::Whole;
        }
        let step = self.input.end.try_quick_receive(into, cx);
        match step {
            Step::Done => self.waits = false,
            Step::Waits => self.waits = true,
            Step::Whole => {}
        }
        step
    }

    /// The whole of it.
    #[inline(never)]
    fn poll_whole(&mut self, cx: &mut Context<'_>) -> Poll<Result<Value, Ended>> {
        if self.input.failure.is_some() || self.input.firing.is_some() {
            ready!(self.begin(cx))?;
        }
        let received = self.input.end.poll_receive_whole(cx);
        self.waits = received.is_pending();
        let token = match ready!(received) {
            Ok(token) => token,
            Err(gone) => return Poll::Ready(Err(gone.into())),
        };
        if let Some(firing) = &self.input.firing {
            firing.open();
        }
        Poll::Ready(checked(self.input.check.as_ref(), token))
    }

    /// What comes before the receive itself: a failure that was kept, or the last firing's sends.
    fn begin(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        self.input.failure.take().map_or(Ok(()), Err)?;
        let Some(firing) = self.input.firing.as_ref().filter(|_| !self.waits) else {
            return Poll::Ready(Ok(()));
        };
        let closing = self.closing.get_or_insert_with(|| Box::pin(Firing::close_all(Arc::clone(firing))));
        let closed = ready!(closing.as_mut().poll(cx));
        self.closing = None;
        Poll::Ready(closed)
    }
}

impl Future for InRecv<'_> {
    type Output = Result<Value, Ended>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Value, Ended>> {
        let mut token = Vacant::new();
        match self.try_quick(&mut token, cx) {
            Step::Done => Poll::Ready(checked(self.input.check.as_ref(), token.token())),
            Step::Waits => Poll::Pending,
            Step::Whole => self.poll_whole(cx),
        }
    }
}

impl Drop for InRecv<'_> {
    /// Withdraws a receive that has not committed; a token that has come stays in the end (C10).
    #[inline]
    fn drop(&mut self) {
        if self.waits {
            self.input.end.withdraw();
        }
    }
}

/// A receive of what is ready, on its way.
#[must_use = "a receive does nothing until it is awaited"]
pub struct InRecvReady<'a> {
    first: InRecv<'a>,
    into: &'a mut Vec<Value>,
    max: usize,
}

impl<'a> InRecvReady<'a> {
    #[inline]
    pub(super) fn new(input: &'a mut In, into: &'a mut Vec<Value>, max: usize) -> InRecvReady<'a> {
        InRecvReady { first: InRecv::new(input), into, max }
    }

    /// Takes what is ready, at most `max` tokens. The process gets what comes before a token that the port does not take,
    /// as it would have one by one.
    fn take_ready(&mut self, max: usize) {
        let (input, from) = (&mut *self.first.input, self.into.len());
        input.end.take_ready(max, input.shares, self.into);
        input.had_batch = self.into.len() > from + 1;
        input.failure = all_checked(input.check.as_ref(), self.into, from).err();
    }

    /// Receives one token into the list.
    #[inline(always)]
    fn poll_first(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        let mut token = Vacant::new();
        match self.first.try_quick(&mut token, cx) {
            Step::Done => match &self.first.input.check {
                None => self.into.push(token.token()),
                Some(check) => self.into.push(coerced(check, token.token())?),
            },
            Step::Waits => return Poll::Pending,
            Step::Whole => self.into.push(ready!(self.first.poll_whole(cx))?),
        }
        Poll::Ready(Ok(()))
    }
}

impl Future for InRecvReady<'_> {
    type Output = Result<(), Ended>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        let this = &mut *self;
        let (waited, input) = (this.first.waits, &mut *this.first.input);
        let batches = input.end.buffers() && input.firing.is_none() && this.max > 1;
        if batches && !waited && input.failure.is_none() {
            // One batch a poll: meanwhile who fills the channel, and was let go by the last one, makes the next one
            // longer.
            if mem::take(&mut input.had_batch) && current::lets_others(cx) || current::is_spent(cx) {
                return Poll::Pending;
            }
            let n_before = this.into.len();
            this.take_ready(this.max);
            if this.into.len() > n_before {
                return Poll::Ready(Ok(()));
            }
        }
        ready!(this.poll_first(cx))?;
        if batches && waited {
            this.take_ready(this.max - 1);
        }
        Poll::Ready(Ok(()))
    }
}

/// A send on its way.
#[must_use = "a send does nothing until it is awaited"]
pub struct OutSend<'a> {
    output: &'a mut Out,
    /// What is still here; or why it cannot be sent.
    token: Result<Option<Value>, Ended>,
    /// It waits in the channel.
    waits: bool,
}

impl<'a> OutSend<'a> {
    #[inline]
    pub(super) fn new(output: &'a mut Out, token: Value) -> OutSend<'a> {
        output.weigh(&token);
        let token = match &output.check {
            None => Ok(Some(token)),
            Some(check) => coerced(check, token).map(Some),
        };
        OutSend { output, token, waits: false }
    }
}

impl Future for OutSend<'_> {
    type Output = Result<(), Ended>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        let this = &mut *self;
        let Ok(token) = &mut this.token else {
            return Poll::Ready(mem::replace(&mut this.token, Ok(None)).map(drop));
        };
        let sent = this.output.poll_send(token, cx);
        this.waits = sent.is_pending();
        sent
    }
}

impl Drop for OutSend<'_> {
    /// Withdraws a send that has not committed (C10).
    #[inline]
    fn drop(&mut self) {
        if self.waits {
            self.output.withdraw();
        }
    }
}

/// Sends of several tokens on their way.
#[must_use = "a send does nothing until it is awaited"]
pub struct OutSendAll<'a> {
    output: &'a mut Out,
    /// Where they came from: its allocation is used again.
    tokens: &'a mut Vec<Value>,
    /// Those behind the first.
    rest: VecDeque<Value>,
    /// The one that is offered by itself.
    first: Option<Value>,
    /// It is offered, or waits in the channel.
    offers: bool,
    /// Why no more than these can be sent.
    failure: Option<Ended>,
}

impl<'a> OutSendAll<'a> {
    #[inline]
    pub(super) fn new(output: &'a mut Out, tokens: &'a mut Vec<Value>) -> OutSendAll<'a> {
        // Tokens of a channel are of a sort: where the first is a number, so are the others.
        if tokens.first().is_some_and(Value::is_shared) {
            tokens.iter().for_each(|token| output.weigh(token));
        }
        let failure = all_checked(output.check.as_ref(), tokens, 0).err();
        let first = if tokens.len() == 1 { tokens.pop() } else { None };
        let rest = if tokens.is_empty() { VecDeque::new() } else { VecDeque::from(mem::take(tokens)) };
        OutSendAll { output, tokens, rest, offers: first.is_some(), first, failure }
    }

    /// Puts as much as fits into the channel, and the next token into `first`; `false`: nothing is left.
    fn advance(&mut self) -> Result<bool, Ended> {
        self.output.send_ready(&mut self.rest)?;
        self.first = self.rest.pop_front();
        Ok(self.first.is_some())
    }
}

impl Future for OutSendAll<'_> {
    type Output = Result<(), Ended>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), Ended>> {
        let this = &mut *self;
        // Who never finds a channel full lets others run all the same.
        if !this.offers && current::is_spent(cx) {
            return Poll::Pending;
        }
        let mut any = this.offers;
        loop {
            if this.offers {
                ready!(this.output.poll_send(&mut this.first, cx))?;
                this.offers = false;
            }
            // Also with nothing to send: who never sends learns so that nobody reads any more.
            if any && this.rest.is_empty() {
                return Poll::Ready(this.failure.take().map_or(Ok(()), Err));
            }
            any = true;
            this.offers = this.advance()?;
        }
    }
}

impl Drop for OutSendAll<'_> {
    /// Withdraws what has not committed (C10).
    #[inline]
    fn drop(&mut self) {
        if self.offers {
            self.output.withdraw();
        }
        if self.rest.capacity() > 0 {
            self.rest.clear();
            *self.tokens = Vec::from(mem::take(&mut self.rest));
        }
    }
}
