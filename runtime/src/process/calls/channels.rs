//! A channel of calls: a rendezvous for the requests, a slot a caller for the replies, and the desk between them.

use std::sync::Arc;

use super::desk::Desk;
use crate::channel::{AnyEnd, Channel, Endable, Form, Outlet, Poison, ReadEnd, Side, WriteEnd};
use crate::process::ended::Ended;
use crate::value::Value;

/// A request on its way to a server.
pub(crate) struct Request<Q> {
    /// The caller's number.
    pub(super) caller: usize,
    pub(crate) value: Q,
}

/// What comes back for a request.
pub(crate) enum Answer<A> {
    /// A reply.
    Reply(A),
    /// The request was wrong, and why.
    Refused(String),
    /// Nothing will come of it: an end of stream for this caller.
    Dismissed,
}

impl<A> Answer<A> {
    /// What the call gives.
    pub(super) fn into_result(self) -> Result<A, Ended> {
        match self {
            Answer::Reply(value) => Ok(value),
            Answer::Refused(why) => Err(Ended::fail(why)),
            Answer::Dismissed => Err(Ended::Retired),
        }
    }
}

impl Answer<Value> {
    /// What it takes, for limits of memory.
    pub(crate) fn n_bytes(&self) -> usize {
        match self {
            Answer::Reply(value) => value.n_bytes(),
            Answer::Refused(why) => why.len(),
            Answer::Dismissed => 0,
        }
    }
}

/// The channels behind a channel of calls. Callers and servers are numbered from 0: each is the end of that number of
/// the requests.
pub(crate) struct Calls<Q, A> {
    pub(crate) requests: Arc<Channel<Request<Q>>>,
    /// By caller; each server has a writing end of each.
    pub(crate) replies: Vec<Arc<Channel<Answer<A>>>>,
    pub(crate) desk: Arc<Desk>,
}

/// An end of a channel of calls, to make it.
pub(crate) struct Party {
    /// The name of its process.
    pub(crate) name: String,
    pub(crate) immunity: u32,
}

impl<Q: Send + 'static, A: Send + 'static> Calls<Q, A> {
    /// Between these; `reply` is the form of a caller's channel of replies.
    pub(crate) fn new(
        callers: Vec<Party>,
        servers: Vec<Party>,
        requests: Form,
        reply: impl Fn(usize) -> Form,
    ) -> Arc<Calls<Q, A>> {
        let requests = Channel::any_of(requests);
        for caller in &callers {
            requests.add_writer(caller.immunity);
        }
        for server in &servers {
            requests.add_reader(server.immunity);
        }
        let replies = callers.iter().enumerate().map(|(idx, caller)| {
            let own = Channel::any_of(reply(idx));
            own.add_reader(caller.immunity);
            for server in &servers {
                own.add_writer(server.immunity);
            }
            own
        });
        let replies = replies.collect();
        let names = |parties: Vec<Party>| parties.into_iter().map(|party| party.name).collect();
        Arc::new(Calls { requests, replies, desk: Arc::new(Desk::new(names(callers), names(servers))) })
    }

    /// A caller's end, for whoever ends it.
    pub(crate) fn caller(self: &Arc<Self>, caller: usize) -> AnyEnd {
        AnyEnd::of(self, Side::Writing, caller)
    }

    /// A server's.
    pub(crate) fn server(self: &Arc<Self>, server: usize) -> AnyEnd {
        AnyEnd::of(self, Side::Reading, server)
    }

    /// A caller's end as one at which something can be got done.
    pub(crate) fn outlet(&self, caller: usize) -> Outlet {
        WriteEnd::at(&self.requests, caller).outlet()
    }

    /// A caller has gone. However it ended, its server goes on, with the word that it has left: poison would end all
    /// that hangs on the server.
    pub(super) fn leave(&self, caller: usize) {
        // First the word, then the end: who sees that the last caller has retired has been told of it.
        self.desk.leave(caller);
        self.requests.end(Side::Writing, caller, None);
        ReadEnd::at(&self.replies[caller], 0).end(None);
    }

    /// A server has gone: open and later calls of its callers get its end.
    pub(super) fn end_server(&self, server: usize, poison: Option<&Poison>) {
        if poison.is_none()
            && let Some(request) = ReadEnd::at(&self.requests, server).take_held()
        {
            // It was committed to and not told: open, as others that get no reply.
            self.desk.open(request.caller, server);
        }
        self.requests.end(Side::Reading, server, poison.cloned());
        if poison.is_none() {
            // Where another server is left, the channel goes on, but these requests do not.
            for caller in self.desk.end_server(server) {
                let sent = WriteEnd::at(&self.replies[caller], server).try_send(Answer::Dismissed);
                debug_assert!(
                    sent.is_ok() || self.replies[caller].gone(server).is_some(),
                    "a caller has a slot for its reply"
                );
            }
        }
        for own in &self.replies {
            own.end(Side::Writing, server, poison.cloned());
        }
    }
}

impl<Q: Send + 'static, A: Send + 'static> Endable for Calls<Q, A> {
    fn end(&self, side: Side, idx: usize, poison: Option<Poison>) {
        match side {
            Side::Writing => self.leave(idx),
            Side::Reading => self.end_server(idx, poison.as_ref()),
        }
    }
}
