//! Ends of typed calls, each owned by one process: `Client` and `Server`.

use std::marker::PhantomData;
use std::sync::Arc;

use super::answering::{Asked, Serving};
use super::asking::Calling;
use super::caller::Caller;
use super::channels::Calls;
use super::guard::ServeGuard;
use crate::channel::{Poison, Side, Stays, later};
use crate::process::ended::Ended;

/// A caller's end of a channel of calls. Dropped, it leaves its servers, which are told of it and go on, however its
/// process ends.
///
/// It stays on the thread where its process runs, and is not used after it has left:
///
/// ```compile_fail,E0277
/// # use csprun_runtime::process::Client;
/// # fn thread(client: Client<u8, u8>) {
/// std::thread::spawn(move || drop(client));
/// # }
/// ```
///
/// ```compile_fail,E0382
/// # use csprun_runtime::process::Client;
/// # async fn late(mut client: Client<u8, u8>) {
/// client.retire();
/// let _ = client.call(1).await;
/// # }
/// ```
pub struct Client<Q: Send + 'static, A: Send + 'static> {
    calling: Calling<Q, A>,
    _stays: Stays,
}

/// A server's end of a channel of calls. Dropped inside a process it retires when the current poll returns, or is
/// poisoned if that fails (SEMANTICS E11): open and later calls end so.
pub struct Server<Q: Send + 'static, A: Send + 'static> {
    serving: Serving<Q, A>,
    calls: Arc<Calls<Q, A>>,
    ended: bool,
    _stays: Stays,
}

impl<Q: Send + 'static, A: Send + 'static> Client<Q, A> {
    /// The only owner of that caller's end.
    pub(crate) fn of(calls: &Arc<Calls<Q, A>>, caller: usize) -> Client<Q, A> {
        Client { calling: Calling::new(calls, caller), _stays: PhantomData }
    }

    /// Sends a request and waits for its reply.
    ///
    /// # Errors
    /// [`Ended::Retired`] or [`Ended::Poisoned`] when the server has ended; a failure with the server's words when it
    /// refused the request.
    ///
    /// # Cancel safety
    /// Dropped before a server took the request, that is withdrawn. Dropped later, the server still answers: that
    /// reply is dropped and counted, and the next call waits for it first, as one request a caller is open at a time.
    pub async fn call(&mut self, request: Q) -> Result<A, Ended> {
        self.calling.call(request).await
    }

    /// Leaves the servers at once: they are told, and this caller gives back what it held.
    pub fn retire(self) {
        drop(self);
    }
}

impl<Q: Send + 'static, A: Send + 'static> Drop for Client<Q, A> {
    fn drop(&mut self) {
        self.calling.leave();
    }
}

impl<Q: Send + 'static, A: Send + 'static> Server<Q, A> {
    /// The only owner of that server's end.
    pub(crate) fn of(calls: &Arc<Calls<Q, A>>, server: usize) -> Server<Q, A> {
        let serving = Serving::new(calls, server, None);
        Server { serving, calls: Arc::clone(calls), ended: false, _stays: PhantomData }
    }

    /// What comes next: requests in the order in which they came, and who has left.
    ///
    /// # Errors
    /// [`Ended::Retired`] when the last caller has left and was told of, [`Ended::Poisoned`].
    ///
    /// # Cancel safety
    /// Nothing is lost: what had come is told next.
    pub async fn next(&mut self) -> Result<Asked<Q>, Ended> {
        self.serving.next().await
    }

    /// The next request; who has left is passed over.
    ///
    /// # Errors
    /// As [`Server::next`].
    ///
    /// # Cancel safety
    /// That of [`Server::next`].
    pub async fn request(&mut self) -> Result<(Caller, Q), Ended> {
        loop {
            if let Asked::Request(caller, request) = self.next().await? {
                return Ok((caller, request));
            }
        }
    }

    /// What comes next, in a choice.
    pub fn guard(&mut self) -> ServeGuard<'_, Q, A> {
        self.serving.guard()
    }

    /// Replies to a caller's open request, now or after others; never waits. A caller that has gone gets nothing, which
    /// is counted.
    ///
    /// # Errors
    /// A failure when that request has its reply: a defect of the server.
    pub fn reply(&self, caller: Caller, reply: A) -> Result<(), Ended> {
        self.serving.answers.reply(caller, reply)
    }

    /// Refuses a caller's open request: its call fails with the server's name and this reason.
    ///
    /// # Errors
    /// As [`Server::reply`].
    pub fn refuse(&self, caller: Caller, why: &str) -> Result<(), Ended> {
        self.serving.answers.refuse(caller, why)
    }

    /// Ends a caller's open request without a reply: its call gets [`Ended::Retired`].
    ///
    /// # Errors
    /// As [`Server::reply`].
    pub fn dismiss(&self, caller: Caller) -> Result<(), Ended> {
        self.serving.answers.dismiss(caller)
    }

    /// The name of a caller's process.
    pub fn name_of(&self, caller: Caller) -> &str {
        self.serving.answers.name_of(caller)
    }

    /// How many callers there are, those that have left counted too.
    pub fn n_callers(&self) -> usize {
        self.serving.answers.n_callers()
    }

    /// Ends it at once, as end of stream: open and later calls get [`Ended::Retired`].
    pub fn retire(mut self) {
        self.end(None);
    }

    /// Ends it at once: open and later calls get the poison.
    pub fn poison(mut self, poison: Poison) {
        self.end(Some(&poison));
    }

    fn end(&mut self, poison: Option<&Poison>) {
        self.ended = true;
        self.calls.end_server(self.serving.answers.server, poison);
    }
}

impl<Q: Send + 'static, A: Send + 'static> Drop for Server<Q, A> {
    fn drop(&mut self) {
        if !self.ended && !later(&self.calls, Side::Reading, self.serving.answers.server) {
            self.end(None);
        }
    }
}
