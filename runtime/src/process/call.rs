//! The call port of a kind.

use std::sync::Arc;

use super::calling::Calling;
use super::calls::Calls;
use super::ended::Ended;
use super::port::{Check, checked};
use crate::channel::Poison;
use crate::value::Value;

/// A call port. Dropping it changes nothing for the server: the runtime tells it when the process has ended.
pub struct Call {
    calling: Calling<Value, Value>,
    /// Of the requests.
    check: Option<Check>,
}

impl Call {
    pub(crate) fn new(calls: &Arc<Calls<Value, Value>>, caller: usize, check: Option<Check>) -> Call {
        Call { calling: Calling::new(calls, caller), check }
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
        self.calling.call(request).await
    }

    /// Leaves the server before the process ends: it gives back what this caller held.
    pub fn retire(self) {
        self.calling.leave();
    }

    /// The same: a caller's poison goes no further, as it does when its process fails.
    pub(crate) fn poison(self, _: Poison) {
        self.calling.leave();
    }

    /// The poison that the next call would meet.
    pub(crate) fn poisoned(&self) -> Option<Poison> {
        self.calling.replies.poisoned()
    }
}
