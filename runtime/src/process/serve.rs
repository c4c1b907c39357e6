//! A server's side of a call: requests come in, and each gets its reply, now or later.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::call::Answer;
use super::desk::{Desk, Standing};
use super::ended::Ended;
use super::port::{Check, checked};
use crate::channel::{Poison, ReadEnd, WriteEnd};
use crate::value::Value;

/// A caller, to its server. Two call ports of one process are two callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Caller(usize);

/// What a server hears of.
#[derive(Debug)]
pub enum Asked {
    /// A caller asks, and waits for the reply.
    Request(Caller, Value),
    /// A caller's process has ended, or failed: it holds nothing any more. Told once, after its last request.
    Left(Caller),
}

/// A serve port. Dropping it changes nothing for the callers: the runtime retires or poisons it when the process has
/// ended.
pub struct Serve {
    end: ServeEnd,
    /// The process's name.
    name: String,
    /// Names of the callers' processes.
    callers: Arc<[String]>,
    /// Of the requests.
    check: Option<Check>,
    /// No request can be in the end's hands.
    settled: bool,
}

/// The ends behind a serve port, which the runtime ends after the process.
pub(crate) struct ServeEnd {
    pub(crate) requests: ReadEnd<Value>,
    /// By caller.
    pub(crate) replies: Vec<WriteEnd<Value>>,
    pub(crate) desk: Arc<Desk>,
    /// Which of the channel's servers this is.
    pub(crate) server: usize,
}

impl Serve {
    pub(crate) fn new(end: ServeEnd, name: String, callers: Arc<[String]>, check: Option<Check>) -> Serve {
        Serve { end, name, callers, check, settled: true }
    }

    /// What comes next: requests in the order in which they came, and who has left.
    ///
    /// # Errors
    /// [`Ended::Retired`] when the last caller has left and was told of, [`Ended::Poisoned`].
    ///
    /// # Cancel safety
    /// Nothing is lost: what had come is told next.
    pub async fn next(&mut self) -> Result<Asked, Ended> {
        loop {
            let arrived = if self.end.desk.has_left(self.end.server) {
                // What a receive that was given up has taken came before.
                let held = if self.settled { None } else { self.end.requests.try_receive() };
                self.settled = true;
                let Some(Ok(request)) = held else {
                    match self.end.desk.next_left(self.end.server) {
                        Some(caller) => return Ok(Asked::Left(Caller(caller))),
                        None => continue,
                    }
                };
                request
            } else {
                self.settled = false;
                match self.end.arrival().await {
                    Some(Ok(request)) => request,
                    // Who left is told of before the end of the stream, which is seen again then.
                    Some(Err(gone)) if !self.end.desk.has_left(self.end.server) => return Err(gone.into()),
                    _ => continue,
                }
            };
            if let Some(asked) = self.taken(arrived)? {
                return Ok(asked);
            }
        }
    }

    /// A request out of its token; `None` when it is not what the port takes, and was refused.
    fn taken(&self, token: Value) -> Result<Option<Asked>, Ended> {
        let parts = token.into_list().ok().and_then(|parts| <[Value; 2]>::try_from(parts).ok());
        let [caller, request] = parts.expect("a call port sends itself and the request");
        let caller = caller.as_i64().and_then(|caller| usize::try_from(caller).ok());
        let caller = Caller(caller.expect("a caller has a number"));
        self.end.desk.open(caller.0, self.end.server);
        match checked(self.check.as_ref(), request) {
            Ok(request) => Ok(Some(Asked::Request(caller, request))),
            Err(ended) => self.refuse(caller, &ended.to_string()).map(|()| None),
        }
    }

    /// Replies to a caller's open request; never waits. A caller that has gone gets nothing, which is counted.
    ///
    /// # Errors
    /// A failure when the caller has no open request: a defect of the server.
    pub fn reply(&self, caller: Caller, value: impl Into<Value>) -> Result<(), Ended> {
        self.answer(caller, Answer::Reply(value.into()))
    }

    /// Refuses a caller's open request: its call fails with the server's name and this reason.
    ///
    /// # Errors
    /// As [`Serve::reply`].
    pub fn refuse(&self, caller: Caller, why: &str) -> Result<(), Ended> {
        self.answer(caller, Answer::Refused(format!("`{}` refused: {why}", self.name)))
    }

    /// Ends a caller's open request without a reply: its call gets [`Ended::Retired`].
    ///
    /// # Errors
    /// As [`Serve::reply`].
    pub fn dismiss(&self, caller: Caller) -> Result<(), Ended> {
        self.answer(caller, Answer::Dismissed)
    }

    fn answer(&self, caller: Caller, answer: Answer) -> Result<(), Ended> {
        let sent = match self.end.desk.close(caller.0) {
            Standing::Open(_) => self.end.replies[caller.0].try_send(answer.into_token()),
            Standing::Left => Ok(false),
            Standing::Idle => {
                let name = self.name_of(caller);
                return Err(Ended::fail(format!("a reply to `{name}`, which has no open request")));
            }
        };
        if !matches!(sent, Ok(true)) {
            self.end.desk.count_dropped();
        }
        Ok(())
    }

    /// The name of a caller's process.
    pub fn name_of(&self, caller: Caller) -> &str {
        &self.callers[caller.0]
    }

    /// How many callers there are, those that have left counted too.
    pub fn n_callers(&self) -> usize {
        self.callers.len()
    }
}

impl ServeEnd {
    /// Another handle of the same ends.
    pub(crate) fn same(&self) -> ServeEnd {
        ServeEnd {
            requests: self.requests.same(),
            replies: self.replies.iter().map(WriteEnd::same).collect(),
            desk: Arc::clone(&self.desk),
            server: self.server,
        }
    }

    /// The next request, or its end; `None` as soon as somebody has left.
    async fn arrival(&mut self) -> Option<Result<Value, crate::channel::Gone>> {
        let (desk, server) = (&self.desk, self.server);
        let mut receive = pin!(self.requests.receive());
        poll_fn(|cx| match desk.poll_left(server, cx) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => receive.as_mut().poll(cx).map(Some),
        })
        .await
    }

    /// The server has gone: open and later calls of its callers get its end.
    pub(crate) fn end(&self, poison: Option<&Poison>) {
        self.requests.end(poison.cloned());
        if poison.is_none() {
            // Where another server is left, the channel goes on, but these requests do not.
            for caller in self.desk.end_server(self.server) {
                let sent = self.replies[caller].try_send(Answer::Dismissed.into_token());
                debug_assert!(sent.is_ok() || self.replies[caller].gone().is_some(), "a slot a caller");
            }
        }
        self.replies.iter().for_each(|end| end.end(poison.cloned()));
    }
}
