//! Channels of calls that are described.

use std::sync::Arc;

use csprun_dsl::plan::Seat;

use super::held::{Held, Holders, Made, Socket, dropped};
use crate::assemble::{Met, WiredCalls, WiredChannel, wire_calls};
use crate::channel::{Endable, Side};
use crate::process::{Calls, Client, Party, Server};

/// A channel of calls that is described. Callers write.
pub(super) struct CallSocket<Q: Send + 'static, A: Send + 'static> {
    name: String,
    holders: Holders,
    made: Made<Arc<Calls<Q, A>>>,
}

impl<Q: Send + 'static, A: Send + 'static> CallSocket<Q, A> {
    pub(super) fn new(name: &str) -> CallSocket<Q, A> {
        CallSocket { name: name.to_owned(), holders: Holders::default(), made: Made::new() }
    }

    /// The only owner of that caller's end.
    pub(super) fn client(&self, idx: usize) -> Client<Q, A> {
        Client::of(self.made.started(), idx)
    }

    /// The only owner of that server's end.
    pub(super) fn server(&self, idx: usize) -> Server<Q, A> {
        Server::of(self.made.started(), idx)
    }
}

impl<Q: Send + 'static, A: Send + 'static> Socket for CallSocket<Q, A> {
    fn holders(&self) -> &Holders {
        &self.holders
    }

    fn wire(&self, at: usize, seats: &[Seat], names: &[&str]) -> (WiredChannel, Vec<WiredChannel>) {
        let (callers, servers) = self.holders.wire();
        let met = |end: &Held| {
            let wired = end.wired(names);
            let party = Party { name: wired.name.clone(), immunity: end.immunity };
            // An end that nobody holds takes the channel to where anybody may be, which costs only time.
            Met { end: wired, seat: end.seat(seats).flatten(), party }
        };
        let met = |ends: &[Held]| ends.iter().map(met).collect();
        let (calls, WiredCalls { requests, replies }) =
            wire_calls(&self.name, at, met(&callers), met(&servers));
        self.made.set(Arc::clone(&calls));
        dropped(&callers).for_each(|idx| calls.end(Side::Writing, idx, None));
        dropped(&servers).for_each(|idx| calls.end(Side::Reading, idx, None));
        (requests, replies)
    }

    fn retire(&self, side: Side, idx: usize) {
        if let Some(calls) = self.made.get() {
            calls.end(side, idx, None);
        }
    }

    fn calls(&self) -> Vec<(usize, usize)> {
        let servers = self.holders.processes(Side::Reading);
        let callers = self.holders.processes(Side::Writing).into_iter();
        callers.flat_map(|caller| servers.iter().map(move |&server| (caller, server))).collect()
    }
}
