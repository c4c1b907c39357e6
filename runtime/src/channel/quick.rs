//! Operations without the lock, where the flavor has such.

use std::task::{Context, Poll};

use super::moved::Vacant;
use super::raw::Channel;
use super::state::{Side, Step};

impl<T> Channel<T> {
    /// Sends, or goes on with a send that waits, if that is as simple as can be.
    #[inline(always)]
    pub(super) fn try_quick_send(&self, token: &mut Option<T>, cx: &Context<'_>) -> Step {
        if let Some(step) = self.try_pair_send(token, cx) {
            return step;
        }
        match self.ring.as_ref().and_then(|ring| ring.try_put(token)) {
            None => Step::Whole,
            Some(must_tell) => {
                if must_tell {
                    self.tell();
                }
                Step::Done
            }
        }
    }

    /// Receives into `into`, or goes on with a receive that waits, if that is as simple as can be.
    #[inline(always)]
    pub(super) fn try_quick_receive(&self, into: &mut Vacant<T>, cx: &Context<'_>) -> Step {
        if let Some(step) = self.try_pair_receive(into, cx) {
            return step;
        }
        match self.ring.as_ref().and_then(|ring| ring.try_take(into)) {
            None => Step::Whole,
            Some(must_tell) => {
                if must_tell {
                    self.tell();
                }
                Step::Done
            }
        }
    }

    /// Whether an end that found nothing polls again, after the others of its worker, instead of waiting.
    pub(super) fn looks_again(&self, side: Side) -> bool {
        self.ring.as_ref().is_some_and(|ring| ring.looks_again(side))
    }

    /// Has it polled again.
    pub(super) fn look_again<R>(&self, cx: &Context<'_>) -> Poll<R> {
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}
