//! A channel and its operations by the number of an end. What owns an end (a `Sender`, a process's port) keeps the
//! number and sees to it that only one operation at a time is under way on it.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::after::After;
use super::cell::Guarded;
use super::core::Core;
use super::error::{Gone, Poison};
use super::moved::Vacant;
use super::ring::Ring;
use super::state::{Arrival, Offer, Sent, Side, Step, Want, count};
use crate::schedule::{Kept, current};

/// Most tokens that one of several readers takes at a time.
const N_SHARED: usize = 16;

/// A channel of any kind. Ends are numbered from 0 on each side in the order in which they were made.
pub struct Channel<T> {
    pub(super) core: Guarded<Core<T>>,
    /// It is no rendezvous.
    pub(super) buffers: bool,
    /// Present on the flavor spsc; the same as that of its lane.
    pub(super) ring: Option<Arc<Ring<T>>>,
}

impl<T> Channel<T> {
    /// Sends the token, or goes on with a send that waits (then `token` is `None`).
    #[inline]
    pub fn poll_send(
        &self,
        end: usize,
        token: &mut Option<T>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Gone>> {
        match self.try_quick_send(token, cx) {
            Step::Done => Poll::Ready(Ok(())),
            Step::Waits => Poll::Pending,
            Step::Whole => self.poll_send_whole(end, token, cx),
        }
    }

    /// The same for any channel.
    #[inline(never)]
    pub(super) fn poll_send_whole(
        &self,
        end: usize,
        token: &mut Option<T>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Gone>> {
        if current::is_spent(cx) {
            return Poll::Pending;
        }
        if self.looks_again(Side::Writing) {
            return self.look_again(cx);
        }
        let mut after = After::new();
        let mut core = self.enter();
        let core = &mut *core;
        let writer = &mut core.writers[end];
        match &mut writer.offer {
            Offer::Idle => {}
            Offer::Taken => {
                writer.offer = Offer::Idle;
                return Poll::Ready(Ok(()));
            }
            Offer::Returned(_) => {
                if let Offer::Returned(returned) = std::mem::replace(&mut writer.offer, Offer::Idle) {
                    *token = Some(returned);
                }
            }
            Offer::Reserving | Offer::Reserved(_) => core.give_up(end, &mut after),
            Offer::Waiting(_) | Offer::Passing => {
                Kept::keep(&mut writer.waker, cx);
                return Poll::Pending;
            }
        }
        if let Some(gone) = core.writer_gone(end) {
            return Poll::Ready(Err(gone));
        }
        let Some(offered) = token.take() else { return Poll::Ready(Ok(())) };
        let offer = match core.send(end, offered, Arrival::Plain, &mut after) {
            Ok(Sent::Done) => return Poll::Ready(Ok(())),
            Ok(Sent::Passing) => Offer::Passing,
            Err(offered) => {
                core.sending.push_back(&mut core.writers, end);
                Offer::Waiting(offered)
            }
        };
        let writer = &mut core.writers[end];
        writer.offer = offer;
        writer.process = current::process();
        Kept::keep(&mut writer.waker, cx);
        Poll::Pending
    }

    /// Sends as many tokens from the front of `tokens` as there is room for, without waiting.
    pub fn send_ready(&self, end: usize, tokens: &mut VecDeque<T>) -> Result<(), Gone> {
        if let Some(ring) = self.ring.as_ref().filter(|_| !tokens.is_empty()) {
            if ring.try_put_many(tokens) {
                self.tell();
            }
            if tokens.is_empty() {
                return Ok(());
            }
        }
        let mut after = After::new();
        let mut core = self.enter();
        if let Some(gone) = core.writer_gone(end) {
            return Err(gone);
        }
        // A rendezvous may be complete only when its readers have done with the token: each is waited for.
        if !core.is_rendezvous() {
            core.send_many(end, tokens, &mut after);
        }
        Ok(())
    }

    /// Takes a token into the end's own hands (C10: it stays there until taken), or waits for one.
    pub fn poll_hold(&self, end: usize, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        if current::is_spent(cx) {
            return Poll::Pending;
        }
        let mut after = After::new();
        let mut core = self.enter();
        let core = &mut *core;
        match core.readers[end].want {
            Want::Holding(_) => return Poll::Ready(Ok(())),
            Want::Waiting | Want::Promised => {
                Kept::keep(&mut core.readers[end].waker, cx);
                return Poll::Pending;
            }
            Want::Idle => {}
        }
        match core.receive(end, Arrival::Plain, &mut after) {
            Some(Ok(token)) => {
                core.readers[end].want = Want::Holding(token);
                Poll::Ready(Ok(()))
            }
            Some(Err(gone)) => Poll::Ready(Err(gone)),
            None => {
                core.wait_to_receive(end, None, cx);
                Poll::Pending
            }
        }
    }

    /// The token in the end's hands.
    pub fn take_held(&self, end: usize) -> Option<T> {
        self.enter().take_held(end)
    }

    /// Puts a token back into the end's hands: the next receive gets it first.
    pub(crate) fn put_back(&self, end: usize, token: T) {
        let mut core = self.enter();
        count(&mut core.readers[end].n_tokens, u64::MAX);
        core.readers[end].want = Want::Holding(token);
    }

    /// Receives a token, or waits for one.
    #[inline]
    pub fn poll_receive(&self, end: usize, cx: &mut Context<'_>) -> Poll<Result<T, Gone>> {
        let mut token = Vacant::new();
        match self.try_quick_receive(&mut token, cx) {
            Step::Done => Poll::Ready(Ok(token.token())),
            Step::Waits => Poll::Pending,
            Step::Whole => self.poll_receive_whole(end, cx),
        }
    }

    /// The same for any channel.
    #[inline(never)]
    pub(super) fn poll_receive_whole(&self, end: usize, cx: &mut Context<'_>) -> Poll<Result<T, Gone>> {
        if current::is_spent(cx) {
            return Poll::Pending;
        }
        if self.looks_again(Side::Reading) {
            return self.look_again(cx);
        }
        let mut after = After::new();
        let mut core = self.enter();
        let core = &mut *core;
        let reader = &mut core.readers[end];
        match &reader.want {
            Want::Idle => {}
            Want::Holding(_) => return Poll::Ready(Ok(reader.take_held())),
            Want::Waiting | Want::Promised => {
                Kept::keep(&mut reader.waker, cx);
                return Poll::Pending;
            }
        }
        match core.receive(end, Arrival::Plain, &mut after) {
            Some(Ok(token)) => {
                count(&mut core.readers[end].n_tokens, 1);
                Poll::Ready(Ok(token))
            }
            Some(Err(gone)) => Poll::Ready(Err(gone)),
            None => {
                core.wait_to_receive(end, None, cx);
                Poll::Pending
            }
        }
    }

    /// The next receive on this end is an extended rendezvous, until [`Channel::end_extended`].
    pub(crate) fn extend(&self, end: usize) {
        self.enter().readers[end].extends = true;
    }

    /// Lets go who sent the token of an extended rendezvous, or its slot.
    pub(crate) fn end_extended(&self, end: usize) {
        let mut after = After::new();
        self.enter().end_extended(end, &mut after);
    }

    /// Receives a token if one is ready; `None` when a receive would wait.
    pub fn try_receive(&self, end: usize) -> Option<Result<T, Gone>> {
        let mut after = After::new();
        let mut core = self.enter();
        core.receive_now(end, &mut after)
    }

    /// Sends a token if that needs no waiting; else gives it back, with the reason if there is one for good.
    pub fn try_send(&self, end: usize, token: T) -> Result<(), (T, Option<Gone>)> {
        let mut after = After::new();
        let mut core = self.enter();
        if let Some(gone) = core.writer_gone(end) {
            return Err((token, Some(gone)));
        }
        match core.send(end, token, Arrival::Choosing, &mut after) {
            Ok(Sent::Done) => Ok(()),
            Ok(Sent::Passing) => {
                core.passer = None;
                Ok(())
            }
            Err(token) => Err((token, None)),
        }
    }

    /// Moves what is in the end's hands and what is buffered into `into`, at most `max` tokens, which is not 0. Nothing
    /// on a rendezvous; where others read too, nothing, or with `shares` a part of what is there (C11).
    pub fn take_ready(&self, end: usize, mut max: usize, shares: bool, into: &mut Vec<T>) {
        if let Some(ring) = &self.ring {
            let (n_before, overflows) = (into.len(), ring.overflows());
            if ring.try_take_many(max, into) {
                self.tell();
            }
            if into.len() > n_before && !overflows {
                return;
            }
            max -= into.len() - n_before;
        }
        let mut after = After::new();
        let mut core = self.enter();
        let alone = core.copy.is_some() || core.readers.len() == 1;
        if !alone {
            let part = core.lanes[0].len() / (2 * core.readers.len());
            max = if shares { max.min(part).min(N_SHARED) } else { 0 };
        }
        if max > 0 && core.capacity > 0 && core.reader_gone_at_once(end).is_none() {
            let held = core.take_held(end);
            max -= usize::from(held.is_some());
            into.extend(held);
            core.take_many(end, max, into, &mut after);
        }
    }

    /// Ready when no token sent on this end can be delivered any more.
    pub fn poll_gone(&self, end: usize, cx: &mut Context<'_>) -> Poll<Gone> {
        let mut core = self.enter();
        match core.writer_gone(end) {
            Some(gone) => Poll::Ready(gone),
            None => {
                core.writers[end].end_waker = Some(Kept::of(cx));
                Poll::Pending
            }
        }
    }

    /// Why no token sent on this end can be delivered any more.
    pub fn gone(&self, end: usize) -> Option<Gone> {
        self.enter().writer_gone(end)
    }

    /// Counts a token that was sent to nobody (E2a).
    pub fn count_undelivered(&self) {
        let mut core = self.enter();
        core.counts.sent += 1;
        core.counts.undelivered += 1;
    }

    /// Withdraws what waits on an end and has not committed (C10).
    pub fn withdraw(&self, side: Side, end: usize) {
        let mut after = After::new();
        let mut core = self.enter();
        match side {
            Side::Writing => {
                if let Some(token) = core.withdraw_send(end, &mut after) {
                    after.drop_later(token);
                }
            }
            Side::Reading => core.withdraw_receive(end),
        }
    }

    /// Withdraws a send for whom it matters whether it had committed: then there is no token to take back.
    pub(crate) fn take_back(&self, end: usize) -> Option<T> {
        let mut after = After::new();
        self.enter().withdraw_send(end, &mut after)
    }

    /// Ends an end: with a poison that spreads, else retired. Does nothing to one that has ended.
    pub fn end(&self, side: Side, end: usize, poison: Option<Poison>) {
        let mut after = After::new();
        let mut core = self.enter();
        match side {
            Side::Writing => core.end_writer(end, poison, &mut after),
            Side::Reading => core.end_reader(end, poison, &mut after),
        }
    }
}
