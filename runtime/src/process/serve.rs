//! A server's side of a call: requests come in, and each gets its reply, now or later.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::call::Answer;
use super::desk::{Desk, Lending, Standing};
use super::ended::Ended;
use super::port::{Check, checked};
use crate::channel::{Gone, Poison, ReadEnd, WriteEnd};
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
    pub(super) requests: ReadEnd<Value>,
    pub(super) answers: Answers,
    /// No request can be in the end's hands.
    pub(super) settled: bool,
}

/// A serve port's way to its callers, also while the port is in a choice.
pub struct Answers {
    /// By caller.
    replies: Vec<WriteEnd<Value>>,
    pub(super) desk: Arc<Desk>,
    /// Which of the channel's servers this is.
    pub(super) server: usize,
    /// The process's name.
    name: String,
    /// Names of the callers' processes.
    callers: Arc<[String]>,
    /// Of the requests.
    check: Option<Check>,
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
        let ServeEnd { requests, replies, desk, server } = end;
        Serve { requests, answers: Answers { replies, desk, server, name, callers, check }, settled: true }
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
            let arrived = if self.answers.has_left() {
                // What a receive that was given up has taken came before.
                let held = if self.settled { None } else { self.requests.try_receive() };
                self.settled = true;
                let Some(Ok(request)) = held else {
                    match self.answers.next_left() {
                        Some(caller) => return Ok(Asked::Left(caller)),
                        None => continue,
                    }
                };
                request
            } else {
                self.settled = false;
                match self.arrival().await {
                    Some(Ok(request)) => request,
                    // Who left is told of before the end of the stream, which is seen again then.
                    Some(Err(gone)) if !self.answers.has_left() => return Err(gone.into()),
                    _ => continue,
                }
            };
            if let Some(asked) = self.answers.taken(arrived)? {
                return Ok(asked);
            }
        }
    }

    /// The next request, or its end; `None` as soon as somebody has left.
    async fn arrival(&mut self) -> Option<Result<Value, Gone>> {
        let (desk, server) = (&self.answers.desk, self.answers.server);
        let mut receive = pin!(self.requests.receive());
        poll_fn(|cx| match desk.poll_left(server, cx) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => receive.as_mut().poll(cx).map(Some),
        })
        .await
    }

    /// Replies to a caller's open request: [`Answers::reply`].
    ///
    /// # Errors
    /// As that.
    pub fn reply(&self, caller: Caller, value: impl Into<Value>) -> Result<(), Ended> {
        self.answers.reply(caller, value)
    }

    /// Refuses a caller's open request: [`Answers::refuse`].
    ///
    /// # Errors
    /// As that.
    pub fn refuse(&self, caller: Caller, why: &str) -> Result<(), Ended> {
        self.answers.refuse(caller, why)
    }

    /// Ends a caller's open request without a reply: [`Answers::dismiss`].
    ///
    /// # Errors
    /// As that.
    pub fn dismiss(&self, caller: Caller) -> Result<(), Ended> {
        self.answers.dismiss(caller)
    }

    /// Replies to a caller that holds something of the server from now on, until it gives it back or leaves. Only for a
    /// server that answers all open requests before it waits, but for those that wait for what others hold: reports say
    /// who holds it, and take who waits for it to be stuck when the holders are.
    ///
    /// # Errors
    /// As [`Answers::reply`].
    pub(crate) fn lend(&self, caller: Caller, value: Value) -> Result<(), Ended> {
        self.answers.give(caller, Answer::Reply(value), Lending::More)
    }

    /// Replies `()` to a caller that has given back something that it held.
    ///
    /// # Errors
    /// As [`Answers::reply`].
    pub(crate) fn take_back(&self, caller: Caller) -> Result<(), Ended> {
        self.answers.give(caller, Answer::Reply(Value::UNIT), Lending::Less)
    }

    /// Takes back something from a caller that still waits for its reply.
    pub(crate) fn part(&self, caller: Caller) {
        self.answers.desk.lend(caller.0, self.answers.server, Lending::Less);
    }

    /// Retires the port before the process ends: open and later requests get the end of the stream.
    pub(crate) fn retire(self) {
        self.into_end().end(None);
    }

    /// Poisons the port: open and later requests get the poison.
    pub(crate) fn poison(self, poison: Poison) {
        self.into_end().end(Some(&poison));
    }

    fn into_end(self) -> ServeEnd {
        let Serve { requests, answers: Answers { replies, desk, server, .. }, .. } = self;
        ServeEnd { requests, replies, desk, server }
    }

    /// The poison that the next request would meet.
    pub(crate) fn poisoned(&self) -> Option<Poison> {
        self.requests.poisoned()
    }

    /// Ready with that poison.
    pub(crate) async fn until_poisoned(&self) -> Poison {
        poll_fn(|cx| self.requests.poll_poisoned(cx)).await
    }

    /// The name of a caller's process.
    pub fn name_of(&self, caller: Caller) -> &str {
        self.answers.name_of(caller)
    }

    /// How many callers there are, those that have left counted too.
    pub fn n_callers(&self) -> usize {
        self.answers.callers.len()
    }
}

impl Answers {
    /// A request out of its token; `None` when it is not what the port takes, and was refused.
    pub(super) fn taken(&self, token: Value) -> Result<Option<Asked>, Ended> {
        let parts = token.into_list().ok().and_then(|parts| <[Value; 2]>::try_from(parts).ok());
        let [caller, request] = parts.expect("a call port sends itself and the request");
        let caller = caller.as_i64().and_then(|caller| usize::try_from(caller).ok());
        let caller = Caller(caller.expect("a caller has a number"));
        self.desk.open(caller.0, self.server);
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
        self.give(caller, Answer::Reply(value.into()), Lending::Same)
    }

    /// Refuses a caller's open request: its call fails with the server's name and this reason.
    ///
    /// # Errors
    /// As [`Answers::reply`].
    pub fn refuse(&self, caller: Caller, why: &str) -> Result<(), Ended> {
        self.give(caller, Answer::Refused(format!("`{}` refused: {why}", self.name)), Lending::Same)
    }

    /// Ends a caller's open request without a reply: its call gets [`Ended::Retired`].
    ///
    /// # Errors
    /// As [`Answers::reply`].
    pub fn dismiss(&self, caller: Caller) -> Result<(), Ended> {
        self.give(caller, Answer::Dismissed, Lending::Same)
    }

    fn give(&self, caller: Caller, answer: Answer, lending: Lending) -> Result<(), Ended> {
        let sent = match self.desk.close(caller.0, self.server, lending) {
            Standing::Open(_) => self.replies[caller.0].try_send(answer.into_token()),
            Standing::Left => Ok(false),
            Standing::Idle => {
                let name = self.name_of(caller);
                return Err(Ended::fail(format!("a reply to `{name}`, which has no open request")));
            }
        };
        if !matches!(sent, Ok(true)) {
            self.desk.count_dropped();
        }
        Ok(())
    }

    /// Whether a caller has left of which the server was not told.
    pub(super) fn has_left(&self) -> bool {
        self.desk.has_left(self.server)
    }

    /// The next of them, told once.
    pub(super) fn next_left(&self) -> Option<Caller> {
        self.desk.next_left(self.server).map(Caller)
    }

    /// The name of a caller's process.
    pub fn name_of(&self, caller: Caller) -> &str {
        &self.callers[caller.0]
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
