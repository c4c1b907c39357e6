//! Ends of a channel as ports keep them: handles without a say in when the end retires.

use std::collections::VecDeque;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::error::{Gone, Poison, SendError};
use super::event::{Receiving, Sending};
use super::quick::Step;
use super::raw::{Channel, Side};

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
            Step::Done(()) => {
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
        match self.end.channel.try_quick_receive(cx) {
            Step::Done(token) => {
                self.waits = false;
                Poll::Ready(Ok(token))
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

/// A writing end, without a say in when it ends.
pub struct WriteEnd<T> {
    pub(super) channel: Arc<Channel<T>>,
    pub(super) idx: usize,
}

impl<T> WriteEnd<T> {
    /// A new writing end of `channel`.
    pub fn new(channel: &Arc<Channel<T>>, immunity: u32) -> WriteEnd<T> {
        WriteEnd { channel: Arc::clone(channel), idx: channel.add_writer(immunity) }
    }

    /// A handle of the writing end of that number.
    pub(crate) fn at(channel: &Arc<Channel<T>>, idx: usize) -> WriteEnd<T> {
        WriteEnd { channel: Arc::clone(channel), idx }
    }

    /// Its number on its side.
    pub(crate) fn idx(&self) -> usize {
        self.idx
    }

    /// Another handle of the same end.
    pub(crate) fn same(&self) -> WriteEnd<T> {
        WriteEnd { channel: Arc::clone(&self.channel), idx: self.idx }
    }

    /// Sends a token: when this is ready a reader has it, or the buffer.
    ///
    /// # Errors
    /// When no reader can get it; the token comes back.
    #[inline]
    pub fn send(&mut self, token: T) -> Send<'_, T> {
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

    /// One step of a send: takes the token out of `token` or goes on with the one it took.
    #[inline]
    pub(crate) fn poll_send(&self, token: &mut Option<T>, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        self.channel.poll_send(self.idx, token, cx)
    }

    /// The same, if it is as simple as can be.
    #[inline(always)]
    pub(crate) fn try_quick_send(&self, token: &mut Option<T>, cx: &Context<'_>) -> Step<()> {
        self.channel.try_quick_send(token, cx)
    }

    /// The same where it is not.
    pub(crate) fn poll_send_whole(
        &self,
        token: &mut Option<T>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Gone>> {
        self.channel.poll_send_whole(self.idx, token, cx)
    }

    /// Sends as many tokens from the front of `tokens` as there is room for.
    pub(crate) fn send_ready(&self, tokens: &mut VecDeque<T>) -> Result<(), Gone> {
        self.channel.send_ready(self.idx, tokens)
    }

    /// Withdraws a send that [`WriteEnd::poll_send`] left waiting.
    pub(crate) fn withdraw(&self) {
        self.channel.withdraw(Side::Writing, self.idx);
    }

    /// A send in a choice.
    pub(crate) fn event(&mut self, token: Option<T>) -> Sending<'_, T> {
        Sending::new(&self.channel, self.idx, token)
    }

    /// The same, for whom it matters whether it had committed: then there is no token to take back.
    pub(crate) fn take_back(&self) -> Option<T> {
        self.channel.take_back(self.idx)
    }

    /// Sends a token if there is room for it in the buffer; whether there was.
    pub(crate) fn try_send(&self, token: T) -> Result<bool, Gone> {
        match self.channel.try_send(self.idx, token) {
            Ok(()) => Ok(true),
            Err((_, None)) => Ok(false),
            Err((_, Some(gone))) => Err(gone),
        }
    }

    /// Why nothing sent here can be delivered any more.
    pub fn gone(&self) -> Option<Gone> {
        self.channel.gone(self.idx)
    }

    /// Ready when nothing sent here can be delivered any more.
    pub(crate) fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<Gone> {
        self.channel.poll_gone(self.idx, cx)
    }

    /// Counts a token that went to nobody (E2a).
    pub(crate) fn count_undelivered(&self) {
        self.channel.count_undelivered();
    }

    /// Ends it: with a poison, that spreads; else retired. What has ended stays so.
    pub fn end(&self, poison: Option<Poison>) {
        self.channel.end(Side::Writing, self.idx, poison);
    }
}

/// A reading end, without a say in when it ends.
pub struct ReadEnd<T> {
    pub(super) channel: Arc<Channel<T>>,
    pub(super) idx: usize,
}

impl<T> ReadEnd<T> {
    /// A new reading end of `channel`.
    pub fn new(channel: &Arc<Channel<T>>, immunity: u32) -> ReadEnd<T> {
        ReadEnd { channel: Arc::clone(channel), idx: channel.add_reader(immunity) }
    }

    /// A handle of the reading end of that number.
    pub(crate) fn at(channel: &Arc<Channel<T>>, idx: usize) -> ReadEnd<T> {
        ReadEnd { channel: Arc::clone(channel), idx }
    }

    /// Its number on its side.
    pub(crate) fn idx(&self) -> usize {
        self.idx
    }

    /// Another handle of the same end.
    pub(crate) fn same(&self) -> ReadEnd<T> {
        ReadEnd { channel: Arc::clone(&self.channel), idx: self.idx }
    }

    /// Receives a token.
    ///
    /// # Errors
    /// When none can come any more.
    #[inline]
    pub fn receive(&mut self) -> Recv<'_, T> {
        Recv { end: self, waits: false }
    }

    /// One step of a receive, if it is as simple as can be.
    #[inline(always)]
    pub(crate) fn try_quick_receive(&self, cx: &Context<'_>) -> Step<T> {
        self.channel.try_quick_receive(cx)
    }

    /// One step of any receive.
    pub(crate) fn poll_receive_whole(&self, cx: &mut Context<'_>) -> Poll<Result<T, Gone>> {
        self.channel.poll_receive_whole(self.idx, cx)
    }

    /// Whether tokens may be ready behind one that came.
    #[inline]
    pub(crate) fn buffers(&self) -> bool {
        self.channel.buffers
    }

    /// Takes what is ready, at most `max` tokens; nothing on a shared end or a rendezvous (C11).
    pub(crate) fn take_ready(&self, max: usize, into: &mut Vec<T>) {
        self.channel.take_ready(self.idx, max, into);
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
            self.channel.take_ready(self.idx, max, into);
        }
        Ok(())
    }

    /// Receives a token if one is ready; `None` when a receive would wait.
    pub fn try_receive(&mut self) -> Option<Result<T, Gone>> {
        self.channel.try_receive(self.idx)
    }

    /// One step towards a token in the end's hands.
    pub(crate) fn poll_hold(&self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        self.channel.poll_hold(self.idx, cx)
    }

    /// A receive in a choice.
    pub(crate) fn event(&mut self) -> Receiving<'_, T> {
        Receiving::new(&self.channel, self.idx)
    }

    /// The token in the end's hands.
    pub(crate) fn take_held(&self) -> Option<T> {
        self.channel.take_held(self.idx)
    }

    /// The poison that this end meets, after the tokens that are buffered.
    pub(crate) fn poisoned(&self) -> Option<Poison> {
        self.channel.poisoned_reader(self.idx)
    }

    /// Withdraws what [`ReadEnd::poll_hold`] left waiting.
    pub(crate) fn withdraw(&self) {
        self.channel.withdraw(Side::Reading, self.idx);
    }

    /// Ends it: with a poison, that spreads; else retired. What has ended stays so.
    pub fn end(&self, poison: Option<Poison>) {
        self.channel.end(Side::Reading, self.idx, poison);
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
