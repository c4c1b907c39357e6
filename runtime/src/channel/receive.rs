//! How a reading end gets a token.

use std::task::Context;

use super::after::After;
use super::claim::Ticket;
use super::core::Core;
use super::error::Gone;
use super::state::{Arrival, Want};
use crate::schedule::{Kept, current};

impl<T> Core<T> {
    /// A token, or why none can come; `None` when there is reason to wait. Nothing is in the end's hands.
    #[inline]
    pub(super) fn receive(
        &mut self,
        end: usize,
        arrival: Arrival,
        after: &mut After<T>,
    ) -> Option<Result<T, Gone>> {
        if let Some(gone) = self.reader_gone_at_once(end) {
            return Some(Err(gone));
        }
        match self.take(end, arrival, after) {
            Some(token) => Some(Ok(token)),
            None => self.reader_gone(end).map(Err),
        }
    }

    /// The same for one that does not wait: what is in the end's hands comes first.
    pub(super) fn receive_now(&mut self, end: usize, after: &mut After<T>) -> Option<Result<T, Gone>> {
        match self.readers[end].want {
            Want::Holding(_) => return self.take_held(end).map(Ok),
            // It gets the token of that permit first (C10).
            Want::Promised => return None,
            Want::Idle | Want::Waiting => {}
        }
        let received = self.receive(end, Arrival::Choosing, after);
        if let Some(Ok(_)) = received {
            self.count_received(end, 1);
        }
        received
    }

    /// The token in the end's hands.
    #[inline]
    pub(super) fn take_held(&mut self, end: usize) -> Option<T> {
        let reader = &mut self.readers[end];
        matches!(reader.want, Want::Holding(_)).then(|| reader.take_held())
    }

    /// Queues an end that found nothing; one with a promise waits for that.
    #[inline]
    pub(super) fn wait_to_receive(&mut self, end: usize, ticket: Option<Ticket>, cx: &mut Context<'_>) {
        let reader = &mut self.readers[end];
        let promised = matches!(reader.want, Want::Promised);
        reader.ticket = ticket;
        reader.process = current::process();
        Kept::keep(&mut reader.waker, cx);
        if !promised {
            reader.want = Want::Waiting;
            self.receiving.push_back(&mut self.readers, end);
        }
    }
}
