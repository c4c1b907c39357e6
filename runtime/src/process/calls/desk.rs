//! What callers and servers of one channel of calls know of one another, beside the tokens: who has left, whose
//! request is open, and who holds what a server lends. The channel itself cannot say it: a caller's end is of no use to
//! a server that must give back what that caller held.

use std::collections::VecDeque;
use std::mem;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use super::caller::Caller;
use crate::schedule::Kept;

/// One channel of calls. Callers and servers are numbered from 0.
pub(crate) struct Desk {
    /// Names of their processes.
    callers: Vec<String>,
    servers: Vec<String>,
    state: Mutex<State>,
}

struct State {
    /// By caller, with how many requests of it were taken.
    callers: Vec<(Standing, u64)>,
    /// By server: it is told of each that leaves.
    servers: Vec<Bell>,
    /// Replies that nobody waited for any more.
    n_dropped: u64,
}

/// A caller to its servers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// It has no open request.
    Idle,
    /// That server has taken its request.
    Open(usize),
    /// It has ended.
    Left,
}

/// Callers that a server has not been told of, and whom to wake for them.
#[derive(Default)]
struct Bell {
    left: VecDeque<usize>,
    waker: Option<Kept>,
    /// How much of what the server lends each caller holds; empty until it lends something.
    lent: Vec<u32>,
}

/// What a server's word to a caller changes in what that caller holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Lending {
    /// Nothing.
    Same,
    /// It holds one more.
    More,
    /// It has given one back.
    Less,
}

/// What a server lends, as reports see it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Loans {
    /// Callers that hold something, each with how much.
    pub(crate) holders: Vec<(usize, u32)>,
    /// Callers whose requests the server has taken and not answered.
    pub(crate) open: Vec<usize>,
}

impl Desk {
    /// A desk at which nobody has asked yet.
    pub(super) fn new(callers: Vec<String>, servers: Vec<String>) -> Desk {
        let bells = servers.iter().map(|_| Bell::default()).collect();
        let standing = vec![(Standing::Idle, 0); callers.len()];
        let state = Mutex::new(State { callers: standing, servers: bells, n_dropped: 0 });
        Desk { callers, servers, state }
    }

    /// The name of a caller's process.
    pub(super) fn caller(&self, caller: usize) -> &str {
        &self.callers[caller]
    }

    /// That of a server's.
    pub(super) fn server(&self, server: usize) -> &str {
        &self.servers[server]
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A caller leaves, once.
    pub(super) fn leave(&self, caller: usize) {
        let wakers: Vec<Kept> = {
            let mut state = self.state();
            if mem::replace(&mut state.callers[caller].0, Standing::Left) == Standing::Left {
                return;
            }
            let ring = |bell: &mut Bell| {
                bell.left.push_back(caller);
                bell.waker.take()
            };
            state.servers.iter_mut().filter_map(ring).collect()
        };
        wakers.into_iter().for_each(Kept::wake);
    }

    /// Ready when somebody has left whom the server does not know of.
    pub(super) fn poll_left(&self, server: usize, cx: &mut Context<'_>) -> Poll<()> {
        let bell = &mut self.state().servers[server];
        if bell.left.is_empty() {
            bell.waker = Some(Kept::of(cx));
            return Poll::Pending;
        }
        Poll::Ready(())
    }

    /// Whether somebody has left whom the server does not know of.
    pub(super) fn has_left(&self, server: usize) -> bool {
        !self.state().servers[server].left.is_empty()
    }

    /// The next who has left, told once: the server gives back what that one held.
    pub(super) fn next_left(&self, server: usize) -> Option<usize> {
        let bell = &mut self.state().servers[server];
        let caller = bell.left.pop_front()?;
        if let Some(lent) = bell.lent.get_mut(caller) {
            *lent = 0;
        }
        Some(caller)
    }

    /// A server has taken a request: which one of the caller's, from 1.
    pub(super) fn open(&self, caller: usize, server: usize) -> u64 {
        let (standing, n_requests) = &mut self.state().callers[caller];
        *n_requests += 1;
        if *standing == Standing::Idle {
            *standing = Standing::Open(server);
        }
        *n_requests
    }

    /// A server replies to a request: how the caller stood, whose request is not open any more; idle also if it has
    /// asked again since. One visit to the desk for both, as each call pays for it.
    pub(super) fn close(&self, caller: Caller, server: usize, lending: Lending) -> Standing {
        let mut state = self.state();
        let (standing, turn) = &mut state.callers[caller.number];
        let before = *standing;
        if before != Standing::Left {
            if *turn != caller.turn {
                return Standing::Idle;
            }
            *standing = Standing::Idle;
            state.lend(caller.number, server, lending);
        }
        before
    }

    /// A caller holds more or less than before, and its request stays open.
    pub(super) fn lend(&self, caller: usize, server: usize, lending: Lending) {
        self.state().lend(caller, server, lending);
    }

    /// What a server lends.
    pub(crate) fn loans(&self, server: usize) -> Loans {
        let state = self.state();
        if state.servers[server].lent.is_empty() {
            return Loans::default();
        }
        let lent = state.servers[server].lent.iter().copied().enumerate();
        let callers = state.callers.iter().enumerate();
        let open = callers.filter(|(_, (standing, _))| *standing == Standing::Open(server));
        Loans {
            holders: lent.filter(|(_, n)| *n > 0).collect(),
            open: open.map(|(caller, _)| caller).collect(),
        }
    }

    /// A server ends: whose requests it had open, which are not any more.
    pub(super) fn end_server(&self, server: usize) -> Vec<usize> {
        let mut state = self.state();
        let callers = state.callers.iter_mut().enumerate();
        let open = callers.filter(|(_, (standing, _))| *standing == Standing::Open(server));
        open.map(|(caller, (standing, _))| {
            *standing = Standing::Idle;
            caller
        })
        .collect()
    }

    /// Counts a reply that nobody waited for.
    pub(super) fn count_dropped(&self) {
        self.state().n_dropped += 1;
    }

    /// How many there were.
    pub(crate) fn n_dropped(&self) -> u64 {
        self.state().n_dropped
    }
}

impl State {
    fn lend(&mut self, caller: usize, server: usize, lending: Lending) {
        if lending == Lending::Same {
            return;
        }
        let lent = &mut self.servers[server].lent;
        if lent.is_empty() {
            lent.resize(self.callers.len(), 0);
        }
        lent[caller] = match lending {
            Lending::Less => lent[caller].saturating_sub(1),
            Lending::Same | Lending::More => lent[caller].saturating_add(1),
        };
    }
}
