//! Receives and sends at ports that give up after a time (SEMANTICS C6).

use std::time::Duration;

use super::ended::Ended;
use super::port::{In, Out};
use crate::alt::{Alt, Timeout};
use crate::value::Value;

impl In {
    /// Receives a token if one comes within `limit`; `None` when the time was over first, and then nothing has happened.
    ///
    /// # Errors
    /// As [`In::recv`].
    ///
    /// # Cancel safety
    /// A token is never lost: what had committed is received next.
    pub async fn recv_timeout(&mut self, limit: Duration) -> Result<Option<Value>, Ended> {
        let (mut token, mut late) = (self.guard(), Timeout::after(limit));
        match Alt::new(&mut [&mut token, &mut late]).pri_select().await? {
            0 => token.take().map(Some),
            _ => Ok(None),
        }
    }
}

impl Out {
    /// Sends a token if that is done within `limit`: then `None`; else the token comes back, and nothing has happened.
    ///
    /// # Errors
    /// As [`Out::send`].
    ///
    /// # Cancel safety
    /// Dropped before it committed, the token is dropped and never delivered.
    pub async fn send_timeout(
        &mut self,
        token: impl Into<Value>,
        limit: Duration,
    ) -> Result<Option<Value>, Ended> {
        let mut token = Some(self.checked(token.into())?);
        // Nobody waits for a firing that keeps its tokens.
        if self.give(|| token.take()) {
            return Ok(None);
        }
        let Some(token) = token else { return Ok(None) };
        let (mut send, mut late) = (self.guard(token)?, Timeout::after(limit));
        match Alt::new(&mut [&mut send, &mut late]).pri_select().await? {
            0 => send.take().map(|()| None),
            _ => Ok(send.into_token()),
        }
    }
}
