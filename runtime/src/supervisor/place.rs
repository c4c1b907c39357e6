//! Where processes wait.

use crate::channel::WaitFor;

/// A process's wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProcessWait {
    pub(super) process: usize,
    pub(super) at: At,
    /// It is one guard of a choice. What is none, all of it has to come.
    pub(super) chooses: bool,
}

/// Where a process waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum At {
    /// On the channel of that place, which may be one for replies.
    Channel(usize, WaitFor),
    /// At the barrier of that place.
    Barrier(usize),
    /// At something that was made while the run went on, of that place among the waits there.
    Made(usize),
    /// For something back of what a server lends, of that place among the lenders.
    Loan(usize),
}

impl ProcessWait {
    /// The channel on which it waits to send.
    pub(super) fn sending(&self) -> Option<usize> {
        match self.at {
            At::Channel(channel, WaitFor::Send) => Some(channel),
            _ => None,
        }
    }
}
