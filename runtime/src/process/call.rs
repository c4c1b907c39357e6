//! A caller's side of a call: a request goes to a server, and its reply comes back.

use std::future::poll_fn;
use std::sync::Arc;

use super::desk::Desk;
use super::ended::Ended;
use super::port::{Check, checked};
use crate::channel::{Poison, ReadEnd, WriteEnd};
use crate::value::Value;

/// A call port. Dropping it changes nothing for the server: the runtime tells it when the process has ended.
pub struct Call {
    end: CallEnd,
    /// Of the requests.
    check: Option<Check>,
    /// A server has taken a request of which this port has not seen the reply.
    open: bool,
}

/// The ends behind a call port, which the runtime ends after the process.
pub(crate) struct CallEnd {
    /// A rendezvous with the servers.
    pub(crate) requests: WriteEnd<Value>,
    /// One slot, of this caller alone.
    pub(crate) replies: ReadEnd<Value>,
    pub(crate) desk: Arc<Desk>,
    /// Which caller this is.
    pub(crate) caller: usize,
}

/// What comes back for a request.
pub(super) enum Answer {
    /// A reply.
    Reply(Value),
    /// The request was wrong, and why.
    Refused(String),
    /// Nothing will come of it: an end of stream for this caller.
    Dismissed,
}

impl Answer {
    pub(super) fn into_token(self) -> Value {
        Value::from(match self {
            Answer::Dismissed => Vec::new(),
            Answer::Reply(value) => vec![value],
            Answer::Refused(why) => vec![Value::UNIT, Value::from(why)],
        })
    }

    fn from_token(token: Value) -> Answer {
        let mut parts = token.into_list().unwrap_or_default();
        match (parts.len(), parts.pop()) {
            (1, Some(value)) => Answer::Reply(value),
            (2, Some(why)) => Answer::Refused(why.as_text().unwrap_or_default().to_owned()),
            _ => Answer::Dismissed,
        }
    }
}

impl Call {
    pub(crate) fn new(end: CallEnd, check: Option<Check>) -> Call {
        Call { end, check, open: false }
    }

    /// Sends a request and waits for its reply.
    ///
    /// # Errors
    /// [`Ended::Retired`] or [`Ended::Poisoned`] when the server has ended; a failure with the server's words when
    /// it refused the request, or when the request is not what the channel carries.
    ///
    /// # Cancel safety
    /// Dropped before a server took the request, it is withdrawn. Dropped later, the server still answers: that
    /// reply is dropped and counted, and the next call waits for it first, as one request a caller is open at a time.
    pub async fn call(&mut self, request: impl Into<Value>) -> Result<Value, Ended> {
        let request = checked(self.check.as_ref(), request.into())?;
        if self.open {
            self.answer().await?;
            self.end.desk.count_dropped();
        }
        self.ask(request).await?;
        match self.answer().await? {
            Answer::Reply(value) => Ok(value),
            Answer::Refused(why) => Err(Ended::fail(why)),
            Answer::Dismissed => Err(Ended::Retired),
        }
    }

    /// Ready when a server has taken the request.
    async fn ask(&mut self, request: Value) -> Result<(), Ended> {
        let request = vec![Value::from(i64::try_from(self.end.caller).unwrap_or(i64::MAX)), request];
        let mut asking = Asking { call: self, request: Some(Value::from(request)), waits: true };
        poll_fn(|cx| asking.call.end.requests.poll_send(&mut asking.request, cx)).await?;
        asking.waits = false;
        asking.call.open = true;
        Ok(())
    }

    async fn answer(&mut self) -> Result<Answer, Ended> {
        let answer = self.end.replies.receive().await?;
        self.open = false;
        Ok(Answer::from_token(answer))
    }

    /// Leaves the server before the process ends: it gives back what this caller held.
    pub fn retire(self) {
        self.end.leave();
    }

    /// The same: a caller's poison goes no further, as it does when its process fails.
    pub(crate) fn poison(self, _: Poison) {
        self.end.leave();
    }

    /// The poison that the next call would meet.
    pub(crate) fn poisoned(&self) -> Option<Poison> {
        self.end.replies.poisoned()
    }

    /// Ready with that poison.
    pub(crate) async fn until_poisoned(&self) -> Poison {
        poll_fn(|cx| self.end.replies.poll_poisoned(cx)).await
    }
}

/// A request on its way to a server.
struct Asking<'a> {
    call: &'a mut Call,
    /// Until the channel has it.
    request: Option<Value>,
    waits: bool,
}

/// Withdraws the request, or remembers that a server had taken it.
impl Drop for Asking<'_> {
    fn drop(&mut self) {
        if self.waits && self.request.is_none() {
            self.call.open = self.call.end.requests.take_back().is_none();
        }
    }
}

impl CallEnd {
    /// Another handle of the same ends.
    pub(crate) fn same(&self) -> CallEnd {
        let (requests, replies) = (self.requests.same(), self.replies.same());
        CallEnd { requests, replies, desk: Arc::clone(&self.desk), caller: self.caller }
    }

    /// The caller has gone. However it ended, its server goes on, with the word that it has left: poison would end
    /// all that hangs on the server.
    pub(crate) fn leave(&self) {
        // First the word, then the end: who sees that the last caller has retired has been told of it.
        self.desk.leave(self.caller);
        self.requests.end(None);
        self.replies.end(None);
    }
}
