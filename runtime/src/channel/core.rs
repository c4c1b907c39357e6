//! What a channel knows, and how tokens move in it. No lock and no waking here: callers hold the lock and wake
//! afterwards.

use std::collections::VecDeque;
use std::mem;
use std::task::Waker;

use super::error::Poison;
use super::wakes::Wakes;

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
}

/// What an end waits for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WaitFor {
    /// To receive.
    Receive,
    /// To send.
    Send,
}

/// State of one channel.
///
/// Invariants, between operations: while a reader is in a lane's `receiving`, that lane's buffer is empty and (on
/// a rendezvous) `sending` is too; while a writer is in `sending`, there is no room for its token; an end is in
/// its queue exactly while its state is `Waiting`.
pub(super) struct Core<T> {
    pub(super) full: Full,
    /// Slots of each lane; 0 is a rendezvous.
    pub(super) capacity: usize,
    /// Present on `AllOf`: how each reader's lane gets a copy.
    pub(super) copy: Option<fn(&T) -> T>,
    /// Where tokens wait for readers: one lane for all, or on `AllOf` one a reader.
    pub(super) lanes: Vec<Lane<T>>,
    /// Waiting writers, first come first.
    pub(super) sending: VecDeque<usize>,
    /// On an `AllOf` rendezvous: some reader has still to take the token of a committed send.
    pub(super) passing: bool,
    /// Whose send that is, unless its future was dropped.
    pub(super) passer: Option<usize>,
    pub(super) writers: Vec<Writer<T>>,
    pub(super) readers: Vec<Reader<T>>,
    pub(super) n_writers: usize,
    pub(super) n_readers: usize,
    /// How many readers are `Watching`: most channels need not look for one.
    pub(super) n_watching: usize,
    pub(super) poison: Option<Poison>,
    /// A reader poisoned: nothing is drained any more.
    pub(super) discarded: bool,
    pub(super) counts: Counts,
}

pub(super) struct Lane<T> {
    pub(super) buffer: VecDeque<T>,
    /// Waiting readers, first come first.
    pub(super) receiving: VecDeque<usize>,
    /// Its reader has ended (only on `AllOf`): it gets no more tokens.
    pub(super) retired: bool,
}

impl<T> Lane<T> {
    pub(super) fn new() -> Lane<T> {
        Lane { buffer: VecDeque::new(), receiving: VecDeque::new(), retired: false }
    }
}

pub(super) struct Writer<T> {
    pub(super) offer: Offer<T>,
    pub(super) waker: Option<Waker>,
    /// Woken when no token can be delivered any more.
    pub(super) end_waker: Option<Waker>,
    pub(super) living: bool,
    pub(super) immunity: u32,
    /// Tokens that it sent.
    pub(super) n_tokens: u64,
}

/// A writing end's operation.
pub(super) enum Offer<T> {
    /// None is under way.
    Idle,
    /// In `sending`.
    Waiting(T),
    /// Committed; some reader of an `AllOf` rendezvous has still to take it.
    Passing,
    /// Committed; the writer has not seen it yet.
    Taken,
    /// Refused by an ending; the writer has not seen it yet.
    Returned(T),
}

pub(super) struct Reader<T> {
    pub(super) want: Want<T>,
    pub(super) waker: Option<Waker>,
    pub(super) lane: usize,
    pub(super) living: bool,
    pub(super) immunity: u32,
    /// Tokens that it received.
    pub(super) n_tokens: u64,
}

/// A reading end's operation.
pub(super) enum Want<T> {
    /// None is under way.
    Idle,
    /// In `receiving`.
    Waiting,
    /// Wants to hear of a token, without a claim on it.
    Watching,
    /// Committed; the token stays here until a receive on this end takes it (C10).
    Holding(T),
}

impl<T> Core<T> {
    fn is_rendezvous(&self) -> bool {
        self.capacity == 0
    }

    /// How many tokens can be committed now, at most `wanted`.
    pub(super) fn room(&self, wanted: usize) -> usize {
        if self.full != Full::Block {
            return wanted;
        }
        match (self.is_rendezvous(), self.copy.is_some()) {
            (true, true) => wanted.min(usize::from(!self.passing)),
            (true, false) => wanted.min(self.lanes[0].receiving.len()),
            (false, _) => {
                let living = self.lanes.iter().filter(|lane| !lane.retired);
                let free =
                    |lane: &Lane<T>| (self.capacity + lane.receiving.len()).saturating_sub(lane.buffer.len());
                living.map(free).min().unwrap_or(0).min(wanted)
            }
        }
    }

    /// Commits one token of `writer`; the caller has made sure that there is room. `true`: the send is complete.
    pub(super) fn commit(&mut self, writer: usize, token: T, wakes: &mut Wakes) -> bool {
        self.count_sent(writer);
        if let Some(copy) = self.copy {
            for lane in 0..self.lanes.len() {
                if !self.lanes[lane].retired {
                    self.deliver(lane, copy(&token), wakes);
                }
            }
        } else {
            self.deliver(0, token, wakes);
        }
        if self.is_rendezvous() && self.lanes.iter().any(|lane| !lane.buffer.is_empty()) {
            self.passing = true;
            self.passer = Some(writer);
            return false;
        }
        true
    }

    /// Puts a token into a lane: into the hands of the reader that waits longest, else into the buffer.
    pub(super) fn deliver(&mut self, lane_idx: usize, token: T, wakes: &mut Wakes) {
        let lane = &mut self.lanes[lane_idx];
        if let Some(reader) = lane.receiving.pop_front() {
            let reader = &mut self.readers[reader];
            reader.want = Want::Holding(token);
            wakes.push(reader.waker.take());
            return;
        }
        if self.full != Full::Block && lane.buffer.len() >= self.capacity {
            self.counts.dropped += 1;
            if self.full == Full::DropNewest {
                return;
            }
            lane.buffer.pop_front();
        }
        lane.buffer.push_back(token);
        self.wake_watching(wakes);
    }

    /// Tells readers that choose among channels that there may be something.
    pub(super) fn wake_watching(&mut self, wakes: &mut Wakes) {
        if self.n_watching == 0 {
            return;
        }
        self.n_watching = 0;
        for reader in &mut self.readers {
            if matches!(reader.want, Want::Watching) {
                reader.want = Want::Idle;
                wakes.push(reader.waker.take());
            }
        }
    }

    fn count_sent(&mut self, writer: usize) {
        self.counts.sent += 1;
        self.writers[writer].n_tokens += 1;
    }

    /// Tokens are received when they leave the channel for good, not while a reading end holds them.
    pub(super) fn count_received(&mut self, reader: usize, n: usize) {
        self.counts.received += n as u64;
        self.readers[reader].n_tokens += n as u64;
    }

    /// Takes the next token of a reader's lane, if one is there, and lets waiting writers follow.
    pub(super) fn take(&mut self, reader: usize, wakes: &mut Wakes) -> Option<T> {
        let lane = self.readers[reader].lane;
        if let Some(token) = self.lanes[lane].buffer.pop_front() {
            self.admit(wakes);
            return Some(token);
        }
        if !self.is_rendezvous() {
            return None;
        }
        // Only on an `AnyOf` rendezvous does a writer wait here: an `AllOf` one puts its token into the lanes.
        let writer = self.sending.pop_front()?;
        let token = self.release(writer, Offer::Taken, wakes)?;
        self.count_sent(writer);
        Some(token)
    }

    /// Moves up to `max` buffered tokens of a reader's lane into `into`.
    pub(super) fn take_many(&mut self, reader: usize, max: usize, into: &mut Vec<T>, wakes: &mut Wakes) {
        let buffer = &mut self.lanes[self.readers[reader].lane].buffer;
        let n = max.min(buffer.len());
        into.extend(buffer.drain(..n));
        self.count_received(reader, n);
        if n > 0 {
            self.admit(wakes);
        }
    }

    /// Lets waiting writers' tokens in while there is room, and a writer go whose token all readers have.
    pub(super) fn admit(&mut self, wakes: &mut Wakes) {
        loop {
            if self.passing && self.lanes.iter().all(|lane| lane.buffer.is_empty()) {
                self.end_passing(wakes);
            }
            if self.sending.is_empty() || self.room(1) == 0 {
                return;
            }
            let Some(writer) = self.sending.pop_front() else { return };
            let Offer::Waiting(token) = mem::replace(&mut self.writers[writer].offer, Offer::Passing) else {
                continue;
            };
            if self.commit(writer, token, wakes) {
                self.release(writer, Offer::Taken, wakes);
            }
        }
    }

    /// Every reader of an `AllOf` rendezvous has its copy, or none is waited for any more.
    pub(super) fn end_passing(&mut self, wakes: &mut Wakes) {
        self.passing = false;
        if let Some(writer) = self.passer.take() {
            self.release(writer, Offer::Taken, wakes);
        }
    }

    /// Ends a writer's wait; its token if it still had it.
    pub(super) fn release(&mut self, writer: usize, then: Offer<T>, wakes: &mut Wakes) -> Option<T> {
        let writer = &mut self.writers[writer];
        wakes.push(writer.waker.take());
        match mem::replace(&mut writer.offer, then) {
            Offer::Waiting(token) => Some(token),
            _ => None,
        }
    }

    /// Everything that waits, for a report.
    pub(super) fn waits(&self) -> Vec<Wait> {
        let sends = self.writers.iter().enumerate().filter_map(|(end, writer)| {
            matches!(writer.offer, Offer::Waiting(_) | Offer::Passing)
                .then_some(Wait { operation: WaitFor::Send, end })
        });
        let receives = self.readers.iter().enumerate().filter_map(|(end, reader)| {
            matches!(reader.want, Want::Waiting | Want::Watching)
                .then_some(Wait { operation: WaitFor::Receive, end })
        });
        sends.chain(receives).collect()
    }
}
