//! Ends of a channel: handles that a process's port keeps, and the owned `Sender` and `Receiver`.

use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::core::Full;
use super::error::{Gone, Poison, SendError};
use super::raw::{Channel, Side};

/// Withdraws an operation whose future is dropped before it is ready (C10).
struct Withdraw<'a, T> {
    channel: &'a Channel<T>,
    side: Side,
    end: usize,
    armed: bool,
}

impl<T> Drop for Withdraw<'_, T> {
    fn drop(&mut self) {
        if self.armed {
            self.channel.withdraw(self.side, self.end);
        }
    }
}

/// Waits for `poll`; dropped before that, withdraws what waits on the end.
async fn operation<T, R>(
    channel: &Channel<T>,
    side: Side,
    end: usize,
    mut poll: impl FnMut(&mut Context<'_>) -> Poll<R>,
) -> R {
    let mut guard = Withdraw { channel, side, end, armed: true };
    let result = poll_fn(|cx| poll(cx)).await;
    guard.armed = false;
    result
}

/// A writing end, without a say in when it ends.
pub struct WriteEnd<T> {
    channel: Arc<Channel<T>>,
    idx: usize,
}

impl<T> WriteEnd<T> {
    /// A new writing end of `channel`.
    pub fn new(channel: &Arc<Channel<T>>, immunity: u32) -> WriteEnd<T> {
        WriteEnd { channel: Arc::clone(channel), idx: channel.add_writer(immunity) }
    }

    /// Another handle of the same end.
    pub(crate) fn same(&self) -> WriteEnd<T> {
        WriteEnd { channel: Arc::clone(&self.channel), idx: self.idx }
    }

    /// Sends a token: when this is ready a reader has it, or the buffer.
    ///
    /// # Errors
    /// When no reader can get it; the token comes back.
    pub async fn send(&mut self, token: T) -> Result<(), SendError<T>> {
        let mut slot = Some(token);
        let sent =
            operation(&self.channel, Side::Writing, self.idx, |cx| self.poll_send(&mut slot, cx)).await;
        match (sent, slot) {
            (Err(gone), Some(token)) => Err(SendError { token, gone }),
            _ => Ok(()),
        }
    }

    /// Sends all of `tokens`, in order, as if one after the other.
    ///
    /// # Errors
    /// When no reader can get the rest; it stays in `tokens`.
    pub async fn send_all(&mut self, tokens: &mut Vec<T>) -> Result<(), Gone> {
        loop {
            self.channel.send_ready(self.idx, tokens)?;
            if tokens.is_empty() {
                return Ok(());
            }
            let token = tokens.remove(0);
            if let Err(error) = self.send(token).await {
                tokens.insert(0, error.token);
                return Err(error.gone);
            }
        }
    }

    /// One step of a send: takes the token out of `token` or goes on with the one it took.
    pub(crate) fn poll_send(&self, token: &mut Option<T>, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        self.channel.poll_send(self.idx, token, cx)
    }

    /// Withdraws a send that [`WriteEnd::poll_send`] left waiting.
    pub(crate) fn withdraw(&self) {
        self.channel.withdraw(Side::Writing, self.idx);
    }

    /// The same, for whom it matters whether it had committed: then there is no token to take back.
    pub(crate) fn take_back(&self) -> Option<T> {
        self.channel.withdraw(Side::Writing, self.idx)
    }

    /// Sends a token if there is room for it in the buffer; whether there was.
    pub(crate) fn try_send(&self, token: T) -> Result<bool, Gone> {
        let mut tokens = vec![token];
        self.channel.send_ready(self.idx, &mut tokens)?;
        Ok(tokens.is_empty())
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
    channel: Arc<Channel<T>>,
    idx: usize,
}

impl<T> ReadEnd<T> {
    /// A new reading end of `channel`.
    pub fn new(channel: &Arc<Channel<T>>, immunity: u32) -> ReadEnd<T> {
        ReadEnd { channel: Arc::clone(channel), idx: channel.add_reader(immunity) }
    }

    /// Another handle of the same end.
    pub(crate) fn same(&self) -> ReadEnd<T> {
        ReadEnd { channel: Arc::clone(&self.channel), idx: self.idx }
    }

    /// Receives a token.
    ///
    /// # Errors
    /// When none can come any more.
    pub async fn receive(&mut self) -> Result<T, Gone> {
        let poll = |cx: &mut Context<'_>| self.channel.poll_receive(self.idx, cx);
        operation(&self.channel, Side::Reading, self.idx, poll).await
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
        self.channel.take_ready(self.idx, max.saturating_sub(into.len() - before), into);
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

    /// The token in the end's hands.
    pub(crate) fn take_held(&self) -> Option<T> {
        self.channel.take_held(self.idx)
    }

    /// Ready when a receive would not wait.
    pub(crate) fn poll_watch(&self, cx: &mut Context<'_>) -> Poll<()> {
        self.channel.poll_watch(self.idx, cx)
    }

    /// Withdraws what [`ReadEnd::poll_hold`] or [`ReadEnd::poll_watch`] left waiting.
    pub(crate) fn withdraw(&self) {
        self.channel.withdraw(Side::Reading, self.idx);
    }

    /// Ends it: with a poison, that spreads; else retired. What has ended stays so.
    pub fn end(&self, poison: Option<Poison>) {
        self.channel.end(Side::Reading, self.idx, poison);
    }
}

/// A channel with one writer and one reader, which join others. Capacity 0 is a rendezvous.
pub fn channel<T>(capacity: usize) -> (Sender<T>, Receiver<T>) {
    let channel = Channel::any_of(capacity, Full::Block);
    (Sender(WriteEnd::new(&channel, 0)), Receiver(ReadEnd::new(&channel, 0)))
}

macro_rules! owned {
    ($(#[$doc:meta])* $name:ident $inner:ident) => {
        $(#[$doc])*
        pub struct $name<T>($inner<T>);

        impl<T> $name<T> {
            /// The only owner of a new end.
            pub fn new(channel: &Arc<Channel<T>>, immunity: u32) -> $name<T> {
                $name($inner::new(channel, immunity))
            }

            /// One more end on this side; over from the start if the channel is (E3).
            #[must_use]
            pub fn join(&self) -> $name<T> {
                $name($inner::new(&self.0.channel, 0))
            }

            /// Ends it as end of stream.
            pub fn retire(self) {
                drop(self);
            }

            /// Ends it as an abort that reaches everyone on the channel.
            pub fn poison(self, poison: Poison) {
                self.0.end(Some(poison));
            }
        }

        impl<T> std::ops::Deref for $name<T> {
            type Target = $inner<T>;
            fn deref(&self) -> &$inner<T> {
                &self.0
            }
        }

        impl<T> std::ops::DerefMut for $name<T> {
            fn deref_mut(&mut self) -> &mut $inner<T> {
                &mut self.0
            }
        }

        impl<T> Drop for $name<T> {
            fn drop(&mut self) {
                self.0.end(None);
            }
        }
    };
}

owned! {
    /// A writing end that retires when it is dropped.
    Sender WriteEnd
}

owned! {
    /// A reading end that retires when it is dropped.
    Receiver ReadEnd
}
