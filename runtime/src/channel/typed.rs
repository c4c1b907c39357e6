//! Typed ends, each owned by one process: `Sender` and `Receiver`.

use std::collections::VecDeque;
use std::marker::{self, PhantomData};
use std::sync::Arc;

use super::dropped;
use super::end::{ReadEnd, WriteEnd};
use super::error::{Gone, Poison};
use super::make::Form;
use super::permit::Reserve;
use super::raw::Channel;
use super::state::Side;
use super::transfer::{Recv, Send};

/// Keeps an end on the thread where its process runs, so that the flavor local needs no lock.
pub(crate) type Stays = PhantomData<*const ()>;

/// A writing end. Dropped inside a process it retires when the current poll returns, or is poisoned if that fails
/// (SEMANTICS E11); dropped elsewhere it retires.
///
/// It stays on the thread where its process runs; what goes to another thread is its plug, or a shared end:
///
/// ```compile_fail,E0277
/// # use csprun_runtime::channel::channel;
/// let (mut sender, receiver) = channel::<i32>(1);
/// std::thread::spawn(move || sender.try_send(1));
/// ```
pub struct Sender<T: marker::Send + 'static> {
    end: WriteEnd<T>,
    ended: bool,
    _stays: Stays,
}

/// A reading end. Dropped as a [`Sender`] is.
pub struct Receiver<T: marker::Send + 'static> {
    end: ReadEnd<T>,
    ended: bool,
    _stays: Stays,
}

/// A channel between processes of one thread, with one writer and one reader, which join others. Capacity 0 is a
/// rendezvous. When all processes of the thread wait for one another, at such channels or elsewhere, that is a deadlock,
/// whatever goes on on other threads.
pub fn channel<T: marker::Send + 'static>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let channel = Channel::made(Form::local(capacity));
    (Sender::new(&channel, 0), Receiver::new(&channel, 0))
}

impl<T: marker::Send + 'static> Sender<T> {
    /// The only owner of a new end.
    pub(crate) fn new(channel: &Arc<Channel<T>>, immunity: u32) -> Sender<T> {
        Sender::of(WriteEnd::new(channel, immunity))
    }

    /// The only owner of that end.
    pub(crate) fn of(end: WriteEnd<T>) -> Sender<T> {
        Sender { end, ended: false, _stays: PhantomData }
    }

    /// Sends a token: when this is ready a reader has it, or the buffer.
    ///
    /// # Errors
    /// When no reader can get it; the token comes back.
    ///
    /// # Cancel safety
    /// Dropped before it committed, the token is dropped and never delivered.
    #[inline]
    pub fn send(&mut self, token: T) -> Send<'_, T> {
        self.end.send(token)
    }

    /// Sends all of `tokens`, in order, as if one after the other.
    ///
    /// # Errors
    /// When no reader can get the rest; it stays in `tokens`.
    pub async fn send_all(&mut self, tokens: &mut VecDeque<T>) -> Result<(), Gone> {
        self.end.send_all(tokens).await
    }

    /// Waits for a place for one token: a reader that waits for it, or a slot. What is given up meanwhile is the wait, not
    /// the token (SEMANTICS C10).
    ///
    /// ```
    /// # use csprun_runtime::{channel::channel, wait};
    /// let (mut sender, mut receiver) = channel::<i32>(1);
    /// wait(async {
    ///     let permit = sender.reserve().await.unwrap();
    ///     permit.send(7).await.unwrap();
    ///     assert_eq!(receiver.recv().await, Ok(7));
    /// });
    /// ```
    ///
    /// # Errors
    /// When no reader can get it.
    ///
    /// # Cancel safety
    /// Dropped before it was ready, nothing has happened.
    pub fn reserve(&mut self) -> Reserve<'_, T> {
        self.end.reserve()
    }

    /// Sends a token if that needs no waiting.
    ///
    /// # Errors
    /// The token comes back: without a reason when a send would wait, or with that for which it never will go.
    pub fn try_send(&mut self, token: T) -> Result<(), (T, Option<Gone>)> {
        self.end.channel.try_send(self.end.idx, token)
    }

    /// One more end on this side; over from the start if the channel is (E3).
    #[must_use]
    pub fn join(&self) -> Sender<T> {
        Sender::of(self.end.join())
    }

    /// Ends it at once, as end of stream. Nothing can be sent afterwards (SEMANTICS E3):
    ///
    /// ```compile_fail,E0382
    /// # use csprun_runtime::channel::channel;
    /// let (mut sender, receiver) = channel::<i32>(1);
    /// sender.retire();
    /// let _ = sender.try_send(1);
    /// ```
    pub fn retire(mut self) {
        self.end(None);
    }

    /// Ends it at once, as an abort that reaches everyone on the channel.
    pub fn poison(mut self, poison: Poison) {
        self.end(Some(poison));
    }

    fn end(&mut self, poison: Option<Poison>) {
        self.ended = true;
        self.end.end(poison);
    }

    pub(crate) fn write_end(&mut self) -> &mut WriteEnd<T> {
        &mut self.end
    }
}

impl<T: marker::Send + 'static> Drop for Sender<T> {
    fn drop(&mut self) {
        if !self.ended && !dropped::later(&self.end.channel, Side::Writing, self.end.idx) {
            self.end.end(None);
        }
    }
}

impl<T: marker::Send + 'static> Receiver<T> {
    /// The only owner of a new end.
    pub(crate) fn new(channel: &Arc<Channel<T>>, immunity: u32) -> Receiver<T> {
        Receiver::of(ReadEnd::new(channel, immunity))
    }

    /// The only owner of that end.
    pub(crate) fn of(end: ReadEnd<T>) -> Receiver<T> {
        Receiver { end, ended: false, _stays: PhantomData }
    }

    /// Receives a token.
    ///
    /// # Errors
    /// When none can come any more.
    ///
    /// # Cancel safety
    /// A token is never lost: what had committed is received next.
    #[inline]
    pub fn recv(&mut self) -> Recv<'_, T> {
        self.end.receive()
    }

    /// Receives in an extended rendezvous (SEMANTICS C7): the writer goes on only when `use_it` has ended, failed, or
    /// was dropped; on a buffer the token keeps its slot for so long.
    ///
    /// # Errors
    /// When none can come any more.
    ///
    /// # Cancel safety
    /// Dropped before the token came, nothing has happened. Dropped later, the writer is let go.
    pub async fn recv_with<R, F: Future<Output = R>>(
        &mut self,
        use_it: impl FnOnce(T) -> F,
    ) -> Result<R, Gone> {
        self.end.receive_with(use_it).await
    }

    /// Receives a token; `None` at the end of the stream.
    ///
    /// # Errors
    /// When the channel is poisoned.
    pub async fn next(&mut self) -> Result<Option<T>, Gone> {
        match self.end.receive().await {
            Ok(token) => Ok(Some(token)),
            Err(Gone::Retired) => Ok(None),
            Err(gone) => Err(gone),
        }
    }

    /// Waits for a token, then takes it and what else is there, at most `max` in all. On a shared end or a
    /// rendezvous that is one token (C11).
    ///
    /// # Errors
    /// When none can come any more.
    pub async fn recv_ready(&mut self, into: &mut Vec<T>, max: usize) -> Result<(), Gone> {
        self.end.receive_ready(into, max).await
    }

    /// Receives a token if one is ready; `None` when a receive would wait.
    ///
    /// # Errors
    /// When none can come any more.
    pub fn try_recv(&mut self) -> Result<Option<T>, Gone> {
        self.end.try_receive().transpose()
    }

    /// One more end on this side; over from the start if the channel is (E3).
    #[must_use]
    pub fn join(&self) -> Receiver<T> {
        Receiver::of(self.end.join())
    }

    /// Ends it at once, as end of stream: when all readers have, writers are told.
    pub fn retire(mut self) {
        self.end(None);
    }

    /// Ends it at once, as an abort that reaches everyone on the channel.
    pub fn poison(mut self, poison: Poison) {
        self.end(Some(poison));
    }

    fn end(&mut self, poison: Option<Poison>) {
        self.ended = true;
        self.end.end(poison);
    }

    pub(crate) fn read_end(&mut self) -> &mut ReadEnd<T> {
        &mut self.end
    }
}

impl<T: marker::Send + 'static> Drop for Receiver<T> {
    fn drop(&mut self) {
        if !self.ended && !dropped::later(&self.end.channel, Side::Reading, self.end.idx) {
            self.end.end(None);
        }
    }
}
