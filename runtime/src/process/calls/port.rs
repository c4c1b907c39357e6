//! The ports of a kind for calls: a call port asks, a serve port answers.

use std::sync::Arc;

use super::answering::{Accept, Asked, Serving};
use super::asking::Calling;
use super::caller::Caller;
use super::channels::{Answer, Calls};
use super::desk::Lending;
use super::guard::ServeGuard;
use crate::channel::Poison;
use crate::process::ended::Ended;
use crate::process::port::{Check, checked, coerced};
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

/// A serve port. Dropping it changes nothing for the callers: the runtime retires or poisons it when the process has
/// ended.
pub struct Serve {
    serving: Serving<Value, Value>,
    calls: Arc<Calls<Value, Value>>,
}

impl Serve {
    /// `check` is of the requests.
    pub(crate) fn new(calls: &Arc<Calls<Value, Value>>, server: usize, check: Option<Check>) -> Serve {
        let accept = check.map(|check| Box::new(move |request| coerced(&check, request)) as Accept<Value>);
        Serve { serving: Serving::new(calls, server, accept), calls: Arc::clone(calls) }
    }

    /// What comes next: requests in the order in which they came, and who has left.
    ///
    /// # Errors
    /// [`Ended::Retired`] when the last caller has left and was told of, [`Ended::Poisoned`].
    ///
    /// # Cancel safety
    /// Nothing is lost: what had come is told next.
    pub async fn next(&mut self) -> Result<Asked, Ended> {
        self.serving.next().await
    }

    /// What comes next, in a choice.
    pub fn guard(&mut self) -> ServeGuard<'_> {
        self.serving.guard()
    }

    /// Replies to a caller's open request, now or after others; never waits. A caller that has gone gets nothing, which
    /// is counted.
    ///
    /// # Errors
    /// A failure when that request has its reply: a defect of the server.
    pub fn reply(&self, caller: Caller, value: impl Into<Value>) -> Result<(), Ended> {
        self.serving.answers.reply(caller, value.into())
    }

    /// Refuses a caller's open request: its call fails with the server's name and this reason.
    ///
    /// # Errors
    /// As [`Serve::reply`].
    pub fn refuse(&self, caller: Caller, why: &str) -> Result<(), Ended> {
        self.serving.answers.refuse(caller, why)
    }

    /// Ends a caller's open request without a reply: its call gets [`Ended::Retired`].
    ///
    /// # Errors
    /// As [`Serve::reply`].
    pub fn dismiss(&self, caller: Caller) -> Result<(), Ended> {
        self.serving.answers.dismiss(caller)
    }

    /// Replies to a caller that holds something of the server from now on, until it gives it back or leaves. Only for a
    /// server that answers all open requests before it waits, but for those that wait for what others hold: reports say
    /// who holds it, and take who waits for it to be stuck when the holders are.
    ///
    /// # Errors
    /// As [`Serve::reply`].
    pub(crate) fn lend(&self, caller: Caller, value: Value) -> Result<(), Ended> {
        self.serving.answers.give(caller, Answer::Reply(value), Lending::More)
    }

    /// Replies `()` to a caller that has given back something that it held.
    ///
    /// # Errors
    /// As [`Serve::reply`].
    pub(crate) fn take_back(&self, caller: Caller) -> Result<(), Ended> {
        self.serving.answers.give(caller, Answer::Reply(Value::UNIT), Lending::Less)
    }

    /// Takes back something from a caller that still waits for its reply.
    pub(crate) fn part(&self, caller: Caller) {
        self.serving.answers.desk.lend(caller.number, self.serving.answers.server, Lending::Less);
    }

    /// Retires the port before the process ends: open and later requests get the end of the stream.
    pub(crate) fn retire(self) {
        self.calls.end_server(self.serving.answers.server, None);
    }

    /// Poisons the port: open and later requests get the poison.
    pub(crate) fn poison(self, poison: Poison) {
        self.calls.end_server(self.serving.answers.server, Some(&poison));
    }

    /// The poison that the next request would meet.
    pub(crate) fn poisoned(&self) -> Option<Poison> {
        self.serving.requests.poisoned()
    }

    /// The name of a caller's process.
    pub fn name_of(&self, caller: Caller) -> &str {
        self.serving.answers.name_of(caller)
    }

    /// How many callers there are, those that have left counted too.
    pub fn n_callers(&self) -> usize {
        self.serving.answers.n_callers()
    }
}
