//! What a channel keeps of its ends, and the words of its protocol.

use super::claim::Ticket;
use super::queue::{Link, Linked};
use crate::schedule::{EndId, Kept};

/// A side of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Ends that send.
    Writing,
    /// Ends that receive.
    Reading,
}

/// What came of an operation.
pub(crate) enum Step {
    /// It is done.
    Done,
    /// It waits.
    Waits,
    /// Nothing was done: this needs a look at everything.
    Whole,
}

/// What a channel does with a token when its buffer is full.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Full {
    /// The writer waits.
    Block,
    /// The oldest token gives way.
    DropOldest,
    /// The new token is dropped.
    DropNewest,
}

/// What went through a channel.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Sends that committed.
    pub sent: u64,
    /// Tokens that readers took; on `AllOf` each copy counts.
    pub received: u64,
    /// Tokens that nobody will take: their readers had ended.
    pub undelivered: u64,
    /// Tokens that a lossy kind dropped.
    pub dropped: u64,
}

/// An operation that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Wait {
    /// What for.
    pub operation: WaitFor,
    /// Which end, counted from 0 on its side.
    pub end: usize,
    /// The process that waits, by its number in the run.
    pub process: u32,
    /// It is one guard of a choice: another may end the wait.
    pub chooses: bool,
}

/// Finds the ends of channels that lie in a token.
pub(super) type EndsIn<T> = fn(&T, &mut Vec<EndId>);

/// What an end waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum WaitFor {
    /// To receive.
    Receive,
    /// To send.
    Send,
}

/// Who comes to an end that waits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Arrival {
    /// An operation that waits itself if it must.
    Plain,
    /// A choice or a `try_`: it commits now or not at all.
    Choosing,
}

pub(super) struct Writer<T> {
    pub(super) offer: Offer<T>,
    /// Present while the offer is a guard of a choice.
    pub(super) ticket: Option<Ticket>,
    pub(super) link: Link,
    pub(super) waker: Option<Kept>,
    /// Woken when no token can be delivered any more.
    pub(super) end_waker: Option<Kept>,
    pub(super) living: bool,
    pub(super) immunity: u32,
    /// The process that waits here.
    pub(super) process: u32,
    /// The process that has it, if that is known.
    pub(super) holder: u32,
    /// Tokens that it sent.
    pub(super) n_tokens: u64,
}

/// A writing end's operation.
// A token stands at a word of its own, not four bytes behind a short tag: see `moved`.
#[repr(u64)]
pub(super) enum Offer<T> {
    /// None is under way.
    Idle,
    /// In `sending`.
    Waiting(T),
    /// Committed; some reader of an `AllOf` rendezvous has still to take it, or an extended one to end.
    Passing,
    /// Committed; the writer has not seen it yet.
    Taken,
    /// Refused by an ending; the writer has not seen it yet.
    Returned(T),
    /// In `sending`, for a permit: its token is still to come.
    Reserving,
    /// A permit: a slot of each lane, or on a direct channel this reader, is kept for a token.
    Reserved(Option<u32>),
}

pub(super) struct Reader<T> {
    pub(super) want: Want<T>,
    /// Present while the want is a guard of a choice.
    pub(super) ticket: Option<Ticket>,
    pub(super) link: Link,
    pub(super) waker: Option<Kept>,
    /// Woken when the channel is poisoned.
    pub(super) end_waker: Option<Kept>,
    /// It receives in an extended rendezvous: who sent, or the slot, is let go when that ends (C7).
    pub(super) extends: bool,
    /// Who sent, on a direct channel.
    pub(super) partner: Option<usize>,
    /// It holds a slot of its lane.
    pub(super) holds_slot: bool,
    pub(super) lane: usize,
    pub(super) living: bool,
    pub(super) immunity: u32,
    /// The process that waits here.
    pub(super) process: u32,
    /// The process that has it, if that is known.
    pub(super) holder: u32,
    /// Tokens that it received.
    pub(super) n_tokens: u64,
}

/// A reading end's operation.
pub(super) enum Want<T> {
    /// None is under way.
    Idle,
    /// In `receiving`.
    Waiting,
    /// Committed; the token stays here until a receive on this end takes it (C10).
    Holding(T),
    /// Committed to a writer with a permit, whose token is still to come. Also while nobody waits for it (C10).
    Promised,
}

impl<T> Reader<T> {
    /// The token in the end's hands; the caller has seen that it is there.
    #[inline]
    pub(super) fn take_held(&mut self) -> T {
        count(&mut self.n_tokens, 1);
        self.want.take()
    }
}

impl<T> Linked for Writer<T> {
    #[inline]
    fn link(&mut self) -> &mut Link {
        &mut self.link
    }
}

impl<T> Linked for Reader<T> {
    #[inline]
    fn link(&mut self) -> &mut Link {
        &mut self.link
    }
}

/// How far a send has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Sent {
    /// It is complete.
    Done,
    /// Committed; it is complete when every reader of the `AllOf` rendezvous has taken its copy, or an extended one
    /// has ended.
    Passing,
}

/// Counts tokens.
#[inline]
pub(super) fn count(n_tokens: &mut u64, n: u64) {
    // Compiled out only to see what counting costs: runtime/benches/counters.sh.
    if !cfg!(csprun_uncounted) {
        *n_tokens = n_tokens.wrapping_add(n);
    }
}
