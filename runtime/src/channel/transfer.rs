//! Sends and receives on their way.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::end::{ReadEnd, WriteEnd};
use super::error::{Gone, SendError};
use super::moved::Vacant;
use super::raw::Channel;
use super::state::Step;

/// A send on its way.
#[must_use = "a send does nothing until it is awaited"]
pub struct Send<'a, T> {
    end: &'a WriteEnd<T>,
    token: Option<T>,
    /// The channel has the token, and has not said what became of it.
    waits: bool,
}

/// Nothing in it is pinned.
impl<T> Unpin for Send<'_, T> {}

impl<T> Future for Send<'_, T> {
    type Output = Result<(), SendError<T>>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<(), SendError<T>>> {
        let this = &mut *self;
        match this.end.channel.try_quick_send(&mut this.token, cx) {
            Step::Done => {
                this.waits = false;
                Poll::Ready(Ok(()))
            }
            Step::Waits => {
                this.waits = true;
                Poll::Pending
            }
            Step::Whole => this.poll_whole(cx),
        }
    }
}

impl<T> Send<'_, T> {
    #[inline(never)]
    fn poll_whole(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), SendError<T>>> {
        let poll = self.end.channel.poll_send_whole(self.end.idx, &mut self.token, cx);
        self.waits = poll.is_pending();
        poll.map_err(|gone| {
            let token = self.token.take().expect("a refused send gives its token back");
            SendError { token, gone }
        })
    }
}

impl<T> Drop for Send<'_, T> {
    /// Withdraws a send that has not committed (C10).
    #[inline]
    fn drop(&mut self) {
        if self.waits {
            self.end.withdraw();
        }
    }
}

/// A receive on its way.
#[must_use = "a receive does nothing until it is awaited"]
pub struct Recv<'a, T> {
    end: &'a ReadEnd<T>,
    waits: bool,
}

impl<T> Future for Recv<'_, T> {
    type Output = Result<T, Gone>;

    #[inline]
    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T, Gone>> {
        let mut token = Vacant::new();
        match self.end.channel.try_quick_receive(&mut token, cx) {
            Step::Done => {
                self.waits = false;
                Poll::Ready(Ok(token.token()))
            }
            Step::Waits => {
                self.waits = true;
                Poll::Pending
            }
            Step::Whole => self.poll_whole(cx),
        }
    }
}

impl<T> Recv<'_, T> {
    #[inline(never)]
    fn poll_whole(&mut self, cx: &mut Context<'_>) -> Poll<Result<T, Gone>> {
        let poll = self.end.channel.poll_receive_whole(self.end.idx, cx);
        self.waits = poll.is_pending();
        poll
    }
}

impl<T> Drop for Recv<'_, T> {
    /// Withdraws a receive that has not committed; a token that has come stays in the end (C10).
    #[inline]
    fn drop(&mut self) {
        if self.waits {
            self.end.withdraw();
        }
    }
}

/// An extended rendezvous, which ends with this.
struct Extended<'a, T> {
    channel: &'a Channel<T>,
    end: usize,
}

impl<T> Drop for Extended<'_, T> {
    fn drop(&mut self) {
        self.channel.end_extended(self.end);
    }
}

impl<T> WriteEnd<T> {
    /// Sends a token: when this is ready a reader has it, or the buffer.
    ///
    /// # Errors
    /// When no reader can get it; the token comes back.
    #[inline]
    pub fn send(&mut self, token: T) -> Send<'_, T> {
        self.send_plainly(token)
    }

    /// The same for whom this end was lent to.
    pub(super) fn send_plainly(&self, token: T) -> Send<'_, T> {
        Send { end: self, token: Some(token), waits: false }
    }

    /// Sends all of `tokens`, in order, as if one after the other.
    ///
    /// # Errors
    /// When no reader can get the rest; it stays in `tokens`.
    pub async fn send_all(&mut self, tokens: &mut VecDeque<T>) -> Result<(), Gone> {
        loop {
            self.channel.send_ready(self.idx, tokens)?;
            let Some(token) = tokens.pop_front() else { return Ok(()) };
            if let Err(error) = self.send(token).await {
                tokens.push_front(error.token);
                return Err(error.gone);
            }
        }
    }
}

impl<T> ReadEnd<T> {
    /// Receives a token.
    ///
    /// # Errors
    /// When none can come any more.
    #[inline]
    pub fn receive(&mut self) -> Recv<'_, T> {
        Recv { end: self, waits: false }
    }

    /// Receives in an extended rendezvous (SEMANTICS C7).
    ///
    /// # Errors
    /// When none can come any more.
    pub async fn receive_with<R, F: Future<Output = R>>(
        &mut self,
        use_it: impl FnOnce(T) -> F,
    ) -> Result<R, Gone> {
        self.channel.extend(self.idx);
        let _extended = Extended { channel: &self.channel, end: self.idx };
        let token = Recv { end: self, waits: false }.await?;
        Ok(use_it(token).await)
    }

    /// Waits for a token, then takes it and what else is there, at most `max` in all. On a shared end or a
    /// rendezvous that is one token (C11).
    ///
    /// # Errors
    /// When none can come any more.
    pub async fn receive_ready(&mut self, into: &mut Vec<T>, max: usize) -> Result<(), Gone> {
        let before = into.len();
        let first = self.receive().await?;
        into.push(first);
        let max = max.saturating_sub(into.len() - before);
        if self.channel.buffers {
            self.channel.take_ready(self.idx, max, false, into);
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::pin::{Pin, pin};
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};

    use super::{ReadEnd, WriteEnd};
    use crate::channel::make::Form;
    use crate::channel::raw::Channel;

    fn step<F: Future>(future: Pin<&mut F>) -> Poll<F::Output> {
        future.poll(&mut Context::from_waker(Waker::noop()))
    }

    fn ends(capacity: usize) -> (Arc<Channel<i32>>, WriteEnd<i32>, ReadEnd<i32>) {
        let channel = Channel::any_of(Form::local(capacity));
        let (writer, reader) = (WriteEnd::new(&channel, 0), ReadEnd::new(&channel, 0));
        (channel, writer, reader)
    }

    /// Ready when the channel between the two says so.
    async fn until(go: &Arc<Channel<()>>) {
        let _ = ReadEnd::at(go, 0).receive().await;
    }

    fn signal() -> Arc<Channel<()>> {
        let go = Channel::any_of(Form::local(1));
        ReadEnd::new(&go, 0);
        WriteEnd::new(&go, 0);
        go
    }

    #[test]
    fn an_extended_rendezvous_keeps_its_writer_whoever_comes_first() {
        for reader_first in [false, true] {
            let ((_, mut writer, mut reader), go) = (ends(0), signal());
            let mut send = pin!(writer.send(7));
            let mut receive = pin!(reader.receive_with(async |token| {
                until(&go).await;
                token
            }));
            if reader_first {
                assert!(step(receive.as_mut()).is_pending());
            }
            assert!(step(send.as_mut()).is_pending());
            assert!(step(receive.as_mut()).is_pending());
            assert!(step(send.as_mut()).is_pending(), "the closure has not ended");
            assert!(matches!(step(pin!(WriteEnd::at(&go, 0).send(()))), Poll::Ready(Ok(()))));
            assert_eq!(step(receive.as_mut()), Poll::Ready(Ok(7)));
            assert_eq!(step(send.as_mut()), Poll::Ready(Ok(())));
        }
    }

    #[test]
    fn an_extended_receive_keeps_its_slot() {
        let ((_, mut writer, mut reader), go) = (ends(1), signal());
        assert_eq!(step(pin!(writer.send(1))), Poll::Ready(Ok(())));
        let mut receive = pin!(reader.receive_with(async |_| until(&go).await));
        assert!(step(receive.as_mut()).is_pending());
        let mut second = pin!(writer.send(2));
        assert!(step(second.as_mut()).is_pending(), "the slot of the first is in use");
        assert!(matches!(step(pin!(WriteEnd::at(&go, 0).send(()))), Poll::Ready(Ok(()))));
        assert_eq!(step(receive.as_mut()), Poll::Ready(Ok(())));
        assert_eq!(step(second.as_mut()), Poll::Ready(Ok(())));
    }

    #[test]
    fn a_dropped_extended_rendezvous_lets_its_writer_go() {
        let ((channel, mut writer, mut reader), go) = (ends(0), signal());
        let mut send = pin!(writer.send(7));
        {
            let mut receive = pin!(reader.receive_with(async |_| until(&go).await));
            assert!(step(receive.as_mut()).is_pending());
            assert!(step(send.as_mut()).is_pending());
            assert!(step(receive.as_mut()).is_pending());
        }
        assert_eq!(step(send.as_mut()), Poll::Ready(Ok(())));
        // Dropped before a token comes, it leaves a plain end behind.
        assert!(step(pin!(reader.receive_with(async |_| ()))).is_pending());
        let mut next = pin!(reader.receive());
        assert!(step(next.as_mut()).is_pending());
        assert_eq!(step(pin!(WriteEnd::at(&channel, 0).send(8))), Poll::Ready(Ok(())));
        assert_eq!(step(next), Poll::Ready(Ok(8)));
    }
}
