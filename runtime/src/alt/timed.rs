//! Operations that give up after a time (SEMANTICS C6): a choice of the operation and a timeout, the operation first.

use std::time::Duration;

use super::guard::Timeout;
use super::select::Alt;
use crate::channel::{Gone, Receiver, Sender};

impl<T: Send + 'static> Receiver<T> {
    /// Receives a token if one comes within `limit`; `None` when the time was over first, and then nothing has happened.
    ///
    /// ```
    /// # use std::time::Duration;
    /// # use csprun_runtime::{channel::channel, wait};
    /// let (mut sender, mut receiver) = channel::<i32>(1);
    /// wait(async {
    ///     assert_eq!(receiver.recv_timeout(Duration::from_millis(1)).await, Ok(None));
    ///     assert_eq!(sender.send_timeout(7, Duration::from_millis(1)).await, Ok(()));
    ///     assert_eq!(sender.send_timeout(8, Duration::from_millis(1)).await, Err((8, None)));
    ///     assert_eq!(receiver.recv_timeout(Duration::ZERO).await, Ok(Some(7)));
    /// });
    /// ```
    ///
    /// # Errors
    /// When none can come any more.
    ///
    /// # Cancel safety
    /// A token is never lost: what had committed is received next.
    pub async fn recv_timeout(&mut self, limit: Duration) -> Result<Option<T>, Gone> {
        let (mut token, mut late) = (self.guard(), Timeout::after(limit));
        match Alt::new(&mut [&mut token, &mut late]).pri_select().await {
            Ok(0) => token.take().map(Some),
            _ => Ok(None),
        }
    }
}

impl<T: Send + 'static> Sender<T> {
    /// Sends a token if that is done within `limit`. See [`Receiver::recv_timeout`].
    ///
    /// # Errors
    /// The token comes back: without a reason when the time was over first, or with that for which it never will go.
    ///
    /// # Cancel safety
    /// Dropped before it committed, the token is dropped and never delivered.
    pub async fn send_timeout(&mut self, token: T, limit: Duration) -> Result<(), (T, Option<Gone>)> {
        let (mut send, mut late) = (self.guard(token), Timeout::after(limit));
        let chosen = Alt::new(&mut [&mut send, &mut late]).pri_select().await;
        let gone = if chosen == Ok(0) { send.take().err() } else { None };
        match send.into_token() {
            Some(token) => Err((token, gone)),
            None => Ok(()),
        }
    }
}
