//! A server's side of a channel of calls: requests come in, and each gets its reply, now or later.

use std::future::poll_fn;
use std::pin::pin;
use std::sync::Arc;
use std::task::Poll;

use super::caller::Caller;
use super::channels::{Answer, Calls, Request};
use super::desk::{Desk, Lending, Standing};
use crate::channel::{Gone, ReadEnd, WriteEnd};
use crate::process::ended::Ended;
use crate::value::Value;

/// What a server hears of.
#[derive(Debug)]
pub enum Asked<Q = Value> {
    /// A caller asks, and waits for the reply.
    Request(Caller, Q),
    /// A caller's process has ended, or failed: it holds nothing any more. Told once, after its last request.
    Left(Caller),
}

/// Makes a request what the server takes, or says why it is refused.
pub(super) type Accept<Q> = Box<dyn Fn(Q) -> Result<Q, Ended> + Send>;

/// A server's ends.
pub(super) struct Serving<Q, A> {
    pub(super) requests: ReadEnd<Request<Q>>,
    pub(super) answers: Answers<A>,
    pub(super) accept: Option<Accept<Q>>,
    /// No request can be in the end's hands.
    pub(super) settled: bool,
}

/// A server's way to its callers, also while its port is in a choice.
pub struct Answers<A = Value> {
    /// By caller.
    replies: Vec<WriteEnd<Answer<A>>>,
    pub(super) desk: Arc<Desk>,
    /// Which of the channel's servers this is.
    pub(super) server: usize,
}

impl<Q: Send + 'static, A: Send + 'static> Serving<Q, A> {
    /// Those of that server.
    pub(super) fn new(calls: &Arc<Calls<Q, A>>, server: usize, accept: Option<Accept<Q>>) -> Serving<Q, A> {
        let replies = calls.replies.iter().map(|own| WriteEnd::at(own, server)).collect();
        let answers = Answers { replies, desk: Arc::clone(&calls.desk), server };
        Serving { requests: ReadEnd::at(&calls.requests, server), answers, accept, settled: true }
    }

    /// What comes next: requests in the order in which they came, and who has left.
    pub(super) async fn next(&mut self) -> Result<Asked<Q>, Ended> {
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
            if let Some(asked) = self.answers.taken(arrived, self.accept.as_ref())? {
                return Ok(asked);
            }
        }
    }

    /// The next request, or its end; `None` as soon as somebody has left.
    async fn arrival(&mut self) -> Option<Result<Request<Q>, Gone>> {
        let (desk, server) = (&self.answers.desk, self.answers.server);
        let mut receive = pin!(self.requests.receive());
        poll_fn(|cx| match desk.poll_left(server, cx) {
            Poll::Ready(()) => Poll::Ready(None),
            Poll::Pending => receive.as_mut().poll(cx).map(Some),
        })
        .await
    }
}

impl<A: Send + 'static> Answers<A> {
    /// A request that has come; `None` when it is not what the server takes, and was refused.
    pub(super) fn taken<Q>(
        &self,
        Request { caller, value }: Request<Q>,
        accept: Option<&Accept<Q>>,
    ) -> Result<Option<Asked<Q>>, Ended> {
        let caller = Caller { number: caller, turn: self.desk.open(caller, self.server) };
        let accepted = match accept {
            Some(accept) => accept(value),
            None => Ok(value),
        };
        match accepted {
            Ok(request) => Ok(Some(Asked::Request(caller, request))),
            Err(ended) => self.refuse(caller, &ended.to_string()).map(|()| None),
        }
    }

    /// Replies to a caller's open request; never waits. A caller that has gone gets nothing, which is counted.
    ///
    /// # Errors
    /// A failure when that request has its reply: a defect of the server.
    pub fn reply(&self, caller: Caller, reply: A) -> Result<(), Ended> {
        self.give(caller, Answer::Reply(reply), Lending::Same)
    }

    /// Refuses a caller's open request: its call fails with the server's name and this reason.
    ///
    /// # Errors
    /// As [`Answers::reply`].
    pub fn refuse(&self, caller: Caller, why: &str) -> Result<(), Ended> {
        self.give(
            caller,
            Answer::Refused(format!("`{}` refused: {why}", self.desk.server(self.server))),
            Lending::Same,
        )
    }

    /// Ends a caller's open request without a reply: its call gets [`Ended::Retired`].
    ///
    /// # Errors
    /// As [`Answers::reply`].
    pub fn dismiss(&self, caller: Caller) -> Result<(), Ended> {
        self.give(caller, Answer::Dismissed, Lending::Same)
    }

    pub(super) fn give(&self, caller: Caller, answer: Answer<A>, lending: Lending) -> Result<(), Ended> {
        let sent = match self.desk.close(caller, self.server, lending) {
            Standing::Open(_) => self.replies[caller.number].try_send(answer),
            Standing::Left => Ok(false),
            Standing::Idle => {
                let name = self.name_of(caller);
                return Err(Ended::fail(format!("a second reply to one request of `{name}`")));
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
        self.desk.next_left(self.server).map(|number| Caller { number, turn: 0 })
    }

    /// The name of a caller's process.
    pub fn name_of(&self, caller: Caller) -> &str {
        self.desk.caller(caller.number)
    }

    /// How many callers there are, those that have left counted too.
    pub(super) fn n_callers(&self) -> usize {
        self.replies.len()
    }
}
