//! A caller's side of a channel of calls: a request goes to a server, and its reply comes back.

use std::future::poll_fn;
use std::sync::Arc;

use super::channels::{Answer, Calls, Request};
use crate::channel::{ReadEnd, WriteEnd};
use crate::process::ended::Ended;

/// A caller's ends.
pub(super) struct Calling<Q, A> {
    calls: Arc<Calls<Q, A>>,
    caller: usize,
    /// A rendezvous with the servers.
    requests: WriteEnd<Request<Q>>,
    /// One slot, of this caller alone.
    pub(super) replies: ReadEnd<Answer<A>>,
    /// A server has taken a request of which the reply was not seen.
    open: bool,
}

impl<Q: Send + 'static, A: Send + 'static> Calling<Q, A> {
    /// Those of that caller.
    pub(super) fn new(calls: &Arc<Calls<Q, A>>, caller: usize) -> Calling<Q, A> {
        let requests = WriteEnd::at(&calls.requests, caller);
        let replies = ReadEnd::at(&calls.replies[caller], 0);
        Calling { calls: Arc::clone(calls), caller, requests, replies, open: false }
    }

    /// Sends a request and waits for its reply.
    pub(super) async fn call(&mut self, request: Q) -> Result<A, Ended> {
        if self.open
            && let Answer::Reply(_) = self.answer().await?
        {
            self.calls.desk.count_dropped();
        }
        self.ask(request).await?;
        self.answer().await?.into_result()
    }

    /// Ready when a server has taken the request.
    async fn ask(&mut self, value: Q) -> Result<(), Ended> {
        let request = Request { caller: self.caller, value };
        let mut asking = Asking { calling: self, request: Some(request), waits: true };
        poll_fn(|cx| asking.calling.requests.poll_send(&mut asking.request, cx)).await?;
        asking.waits = false;
        asking.calling.open = true;
        Ok(())
    }

    async fn answer(&mut self) -> Result<Answer<A>, Ended> {
        let answer = self.replies.receive().await?;
        self.open = false;
        Ok(answer)
    }

    /// Leaves the server: it gives back what this caller held.
    pub(super) fn leave(&self) {
        self.calls.leave(self.caller);
    }
}

/// A request on its way to a server.
struct Asking<'a, Q: Send + 'static, A: Send + 'static> {
    calling: &'a mut Calling<Q, A>,
    /// Until the channel has it.
    request: Option<Request<Q>>,
    waits: bool,
}

/// Withdraws the request, or remembers that a server had taken it.
impl<Q: Send + 'static, A: Send + 'static> Drop for Asking<'_, Q, A> {
    fn drop(&mut self) {
        if self.waits && self.request.is_none() {
            self.calling.open = self.calling.requests.take_back().is_none();
        }
    }
}
