//! Permits: a send whose place is found first and whose token comes later, for those who must not lose a token when
//! they give up waiting (SEMANTICS C10).
//!
//! Where there is a buffer a permit keeps a slot (on `AllOf` one of each lane). On a rendezvous between a writer's hands
//! and a reader's it keeps the reader: that one has committed to this writer, and waits for the token.

use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::after::After;
use super::core::Core;
use super::end::WriteEnd;
use super::error::{Gone, SendError};
use super::queue::Queue;
use super::raw::Channel;
use super::state::{Arrival, Full, Offer, Side, Want};
use crate::schedule::{Kept, current};

impl<T> Core<T> {
    /// Finds a place for a token to come, unless that needs waiting.
    fn reserve(&mut self, writer: usize, after: &mut After<T>) -> bool {
        if self.direct {
            // As a choice, which takes what it meets: a reader that prefers has looked at everything before.
            let Some(reader) = self.next_reader(0, Arrival::Choosing, after) else { return false };
            self.promise(writer, reader, after);
            return true;
        }
        let has_room = self.sending.is_empty() && self.room(1) > 0;
        if has_room {
            self.keep_slot(writer, after);
        }
        has_room
    }

    /// Has a reader, who is in no queue, wait for this writer's token.
    pub(super) fn promise(&mut self, writer: usize, reader: usize, after: &mut After<T>) {
        self.settle_permit(writer, Some(reader), after);
        let reader = &mut self.readers[reader];
        reader.want = Want::Promised;
        if reader.ticket.is_some() {
            // Its choice is decided: it withdraws the other guards.
            after.wake(reader.waker.take());
        }
    }

    /// Keeps a slot for this writer's token. Lossy kinds always have one.
    pub(super) fn keep_slot(&mut self, writer: usize, after: &mut After<T>) {
        self.n_reserved += usize::from(self.full == Full::Block);
        self.settle_permit(writer, None, after);
    }

    fn settle_permit(&mut self, writer: usize, place: Option<usize>, after: &mut After<T>) {
        let writer = &mut self.writers[writer];
        // An index of an end: there are never four thousand million of them.
        writer.offer = Offer::Reserved(place.map(|reader| reader as u32));
        after.wake(writer.waker.take());
    }

    fn promise_offered(&mut self, after: &mut After<T>) {
        let mut next = self.sending.front();
        while let Some(writer) = next {
            next = Queue::next(&mut self.writers, writer);
            if matches!(self.writers[writer].offer, Offer::Reserving) {
                if !self.reserve(writer, after) {
                    return;
                }
                self.sending.remove(&mut self.writers, writer);
            }
        }
    }

    /// Sends with a permit. Refused when the reader that it kept has ended.
    fn fulfil(&mut self, writer: usize, token: T, after: &mut After<T>) -> Result<(), T> {
        match mem::replace(&mut self.writers[writer].offer, Offer::Idle) {
            Offer::Reserved(Some(reader)) if matches!(self.readers[reader as usize].want, Want::Promised) => {
                // A choice that looks at the end by now finds the token in its hands.
                self.hand(reader as usize, token, after);
                self.count_sent(writer);
                Ok(())
            }
            Offer::Reserved(None) => {
                self.free_slot();
                self.commit(writer, token, after);
                // It waits for nobody.
                self.passer = self.passer.filter(|passer| *passer as usize != writer);
                // A reader that waited has it, and the slot is free.
                self.admit(after);
                Ok(())
            }
            _ => Err(token),
        }
    }

    fn free_slot(&mut self) {
        self.n_reserved -= usize::from(self.full == Full::Block);
    }

    /// Gives up a permit, or the wait for one.
    pub(super) fn give_up(&mut self, writer: usize, after: &mut After<T>) {
        match mem::replace(&mut self.writers[writer].offer, Offer::Idle) {
            // Those behind it have no more room than before.
            Offer::Reserving => self.sending.remove(&mut self.writers, writer),
            Offer::Reserved(Some(reader)) => self.break_promise(reader as usize, after),
            Offer::Reserved(None) => {
                self.free_slot();
                self.admit(after);
            }
            other => self.writers[writer].offer = other,
        }
    }

    /// Has a reader look again that was promised a token.
    pub(super) fn break_promise(&mut self, reader: usize, after: &mut After<T>) {
        let reader = &mut self.readers[reader];
        if matches!(reader.want, Want::Promised) {
            reader.want = Want::Idle;
            after.wake(reader.waker.take());
        }
    }
}

impl<T> Channel<T> {
    pub(super) fn poll_reserve(&self, end: usize, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        if current::is_spent(cx) {
            return Poll::Pending;
        }
        let mut after = After::new();
        let mut core = self.enter();
        let core = &mut *core;
        if let Some(gone) = core.writer_gone(end) {
            return Poll::Ready(Err(gone));
        }
        let is_new = match core.writers[end].offer {
            Offer::Reserved(_) => return Poll::Ready(Ok(())),
            Offer::Reserving => false,
            _ => true,
        };
        if is_new {
            if core.reserve(end, &mut after) {
                return Poll::Ready(Ok(()));
            }
            core.writers[end].offer = Offer::Reserving;
            core.sending.push_back(&mut core.writers, end);
        }
        let writer = &mut core.writers[end];
        writer.process = current::process();
        Kept::keep(&mut writer.waker, cx);
        Poll::Pending
    }

    /// Gives readers that a choice offered to writers who reserve.
    pub(super) fn promise_offered(&self) {
        let mut after = After::new();
        self.enter().promise_offered(&mut after);
    }

    /// Gives the token back when the permit has come to nothing.
    pub(super) fn send_reserved(&self, end: usize, token: T) -> Result<Option<T>, SendError<T>> {
        let mut after = After::new();
        let mut core = self.enter();
        if let Some(gone) = core.writer_gone(end) {
            return Err(SendError { token, gone });
        }
        Ok(core.fulfil(end, token, &mut after).err())
    }
}

/// A wait for a permit.
#[must_use = "a wait for a permit does nothing until it is awaited"]
pub struct Reserve<'a, T> {
    /// Present until there is a permit.
    end: Option<&'a WriteEnd<T>>,
}

impl<'a, T> Future for Reserve<'a, T> {
    type Output = Result<Permit<'a, T>, Gone>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<Permit<'a, T>, Gone>> {
        let end = self.end.expect("a future is not polled after it was ready");
        end.channel.poll_reserve(end.idx, cx).map(|reserved| {
            self.end = None;
            reserved.map(|()| Permit { end })
        })
    }
}

impl<T> Drop for Reserve<'_, T> {
    /// Withdraws it, also when it had come without anybody knowing.
    fn drop(&mut self) {
        if let Some(end) = self.end {
            end.withdraw();
        }
    }
}

/// A place for one token in a channel: a send that need not wait. Dropped, the place is free again.
#[must_use = "a permit that is dropped gives its place up"]
pub struct Permit<'a, T> {
    end: &'a WriteEnd<T>,
}

impl<T> Permit<'_, T> {
    /// Sends the token without waiting: a reader has it, or the buffer. Only when the reader of a rendezvous that the
    /// permit kept has ended, and others live, it waits for one of those as any send. It waits neither for the other
    /// readers of an `AllOf` rendezvous nor for the end of an extended one.
    ///
    /// # Errors
    /// When the channel has ended since the permit was given; the token comes back.
    pub async fn send(self, token: T) -> Result<(), SendError<T>> {
        match self.end.channel.send_reserved(self.end.idx, token) {
            Ok(None) => Ok(()),
            Ok(Some(token)) => self.end.send_plainly(token).await,
            Err(error) => Err(error),
        }
    }
}

impl<T> Drop for Permit<'_, T> {
    fn drop(&mut self) {
        self.end.channel.withdraw(Side::Writing, self.end.idx);
    }
}

impl<T> WriteEnd<T> {
    /// Waits for a place for one token, without having the token at risk.
    ///
    /// # Errors
    /// When no reader can get it.
    pub fn reserve(&mut self) -> Reserve<'_, T> {
        self.reserve_plainly()
    }

    /// The same for whom this end was lent to.
    pub(crate) fn reserve_plainly(&self) -> Reserve<'_, T> {
        Reserve { end: Some(self) }
    }
}

#[cfg(test)]
mod tests;
