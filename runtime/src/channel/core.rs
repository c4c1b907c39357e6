//! What a channel knows, and how tokens move in it. No lock and no waking here: callers hold the lock and wake
//! afterwards.

use std::collections::VecDeque;
use std::mem;

use smallvec::SmallVec;

use super::after::After;
use super::error::Poison;
use super::lane::Lane;
use super::queue::Queue;
use super::state::{Arrival, Counts, Full, Offer, Reader, Sent, Want, Writer, count};
use crate::schedule::Users;

/// The ends of a side. Most channels have one, and it stands in the channel: with thousands of channels a look at
/// memory elsewhere is what an operation costs.
pub(super) type Ends<E> = SmallVec<[E; 1]>;

/// State of one channel.
///
/// Invariants, between operations, but for offers of a choice that prefers (`Ticket::prefers`), which are woken
/// instead of taken: while a reader is in `receiving`, its lane's buffer is empty and (on a rendezvous)
/// `sending` is too; while a writer is in `sending`, there is no room for its token. An end is in its queue only while
/// it waits; offers of a choice that was decided elsewhere stay until they are met or withdrawn.
pub(super) struct Core<T> {
    pub(super) full: Full,
    /// Slots of each lane; 0 is a rendezvous.
    pub(super) capacity: usize,
    /// It had to grow: it does not shrink again.
    pub(super) has_grown: bool,
    /// Tokens go from a writer's hands into one reader's.
    pub(super) direct: bool,
    /// Some end has ended: only then is there a reason to look why a token cannot be sent or received.
    pub(super) troubled: bool,
    /// Present on `AllOf`: how each reader's lane gets a copy.
    pub(super) copy: Option<fn(&T) -> T>,
    /// Bytes of a token.
    pub(super) weigh: fn(&T) -> usize,
    /// A token with ends was sent, or is about to be: its writer comes under the lock.
    pub(super) has_ends: bool,
    /// Where tokens wait for readers: one lane for all, or on `AllOf` one a reader.
    pub(super) lanes: Vec<Lane<T>>,
    /// Waiting writers, first come first.
    pub(super) sending: Queue,
    /// Waiting readers, first come first.
    pub(super) receiving: Queue,
    /// On an `AllOf` rendezvous: some reader has still to take the token of a committed send.
    pub(super) passing: bool,
    /// Whose send that is, unless its future was dropped.
    pub(super) passer: Option<u32>,
    /// Slots of each lane that permits keep.
    pub(super) n_reserved: usize,
    pub(super) writers: Ends<Writer<T>>,
    pub(super) readers: Ends<Reader<T>>,
    pub(super) n_writers: usize,
    pub(super) n_readers: usize,
    pub(super) poison: Option<Poison>,
    /// A reader poisoned: nothing is drained any more.
    pub(super) discarded: bool,
    /// The runs to which the numbers of the ends' holders belong.
    pub(super) users: Users,
    /// What went through, but for what the ends count.
    pub(super) counts: Counts,
}

impl<T> Core<T> {
    #[inline]
    pub(super) fn is_rendezvous(&self) -> bool {
        self.capacity == 0
    }

    /// How many tokens can be put into the lanes now, at most `wanted`. Not for a direct channel.
    pub(super) fn room(&self, wanted: usize) -> usize {
        if self.full != Full::Block {
            return wanted;
        }
        if self.is_rendezvous() {
            return wanted.min(usize::from(!self.passing && self.n_reserved == 0));
        }
        if let [lane] = &self.lanes[..] {
            return wanted.min(self.capacity.saturating_sub(lane.n_slots() + self.n_reserved));
        }
        let living = self.lanes.iter().filter(|lane| !lane.retired);
        let free = living.map(|lane| self.capacity.saturating_sub(lane.n_slots() + self.n_reserved));
        free.min().unwrap_or(0).min(wanted)
    }

    /// The reader of a lane that waits longest.
    #[inline]
    fn first_reader(&self, lane: usize) -> Option<usize> {
        match self.copy {
            None => self.receiving.front(),
            // Each has a lane of its own.
            Some(_) => self.readers[lane].link.is_queued().then_some(lane),
        }
    }

    /// The reader of a lane that is served next, taken out of its queue, and out of its choice.
    #[inline]
    pub(super) fn next_reader(
        &mut self,
        lane_idx: usize,
        arrival: Arrival,
        after: &mut After<T>,
    ) -> Option<usize> {
        let alone = self.n_readers == 1 || self.copy.is_some();
        while let Some(idx) = self.first_reader(lane_idx) {
            let reader = &mut self.readers[idx];
            if let Some(ticket) = reader.ticket
                && ticket.prefers
                && alone
                && arrival == Arrival::Plain
            {
                after.wake(reader.waker.take());
                return None;
            }
            let ticket = reader.ticket;
            self.receiving.remove(&mut self.readers, idx);
            if ticket.is_none_or(|ticket| ticket.take()) {
                return Some(idx);
            }
            self.readers[idx].want = Want::Idle;
        }
        None
    }

    /// The writer that is served next, taken out of its queue, and out of its choice.
    #[inline]
    fn next_writer(&mut self, arrival: Arrival, after: &mut After<T>) -> Option<usize> {
        let mut next = self.sending.front();
        while let Some(idx) = next {
            let writer = &mut self.writers[idx];
            if arrival == Arrival::Choosing && matches!(writer.offer, Offer::Reserving) {
                next = Queue::next(&mut self.writers, idx);
                continue;
            }
            if let Some(ticket) = writer.ticket
                && ticket.prefers
                && self.n_writers == 1
                && arrival == Arrival::Plain
            {
                after.wake(writer.waker.take());
                return None;
            }
            let ticket = writer.ticket;
            next = Queue::next(&mut self.writers, idx);
            self.sending.remove(&mut self.writers, idx);
            if ticket.is_none_or(|ticket| ticket.take()) {
                return Some(idx);
            }
        }
        None
    }

    /// Whether a reader waits whom a choice could have; those that chose otherwise leave the queue.
    pub(super) fn has_reader(&mut self) -> bool {
        while let Some(idx) = self.receiving.front() {
            if self.readers[idx].ticket.is_none_or(|ticket| ticket.is_open()) {
                return true;
            }
            self.receiving.pop_front(&mut self.readers);
            self.readers[idx].want = Want::Idle;
        }
        false
    }

    /// Whether a writer waits with a token that a choice could have; those that chose otherwise leave the queue.
    pub(super) fn has_writer(&mut self) -> bool {
        let mut next = self.sending.front();
        while let Some(idx) = next {
            next = Queue::next(&mut self.writers, idx);
            if matches!(self.writers[idx].offer, Offer::Reserving) {
                continue;
            }
            if self.writers[idx].ticket.is_none_or(|ticket| ticket.is_open()) {
                return true;
            }
            self.sending.remove(&mut self.writers, idx);
        }
        false
    }

    /// Sends a token if that needs no waiting, else gives it back. Writers that wait already come first.
    #[inline]
    pub(super) fn send(
        &mut self,
        writer: usize,
        token: T,
        arrival: Arrival,
        after: &mut After<T>,
    ) -> Result<Sent, T> {
        if self.direct {
            let Some(reader) = self.next_reader(0, arrival, after) else { return Err(token) };
            self.hand(reader, token, after);
            self.count_sent(writer);
            if self.readers[reader].extends {
                self.readers[reader].partner = Some(writer);
                return Ok(Sent::Passing);
            }
            return Ok(Sent::Done);
        }
        if !self.sending.is_empty() || self.room(1) == 0 {
            return Err(token);
        }
        Ok(self.commit(writer, token, after))
    }

    /// Sends as many tokens from the front of `tokens` as need no waiting. Not on a rendezvous.
    pub(super) fn send_many(&mut self, writer: usize, tokens: &mut VecDeque<T>, after: &mut After<T>) {
        while let Some(token) = tokens.pop_front() {
            if let Err(token) = self.send(writer, token, Arrival::Plain, after) {
                return tokens.push_front(token);
            }
            if self.copy.is_none()
                && self.full == Full::Block
                && self.receiving.is_empty()
                && self.sending.is_empty()
            {
                // Nobody waits: the rest goes into the buffer at once.
                let n = self.room(tokens.len());
                count(&mut self.writers[writer].n_tokens, n as u64);
                return self.lanes[0].push_many(tokens, n);
            }
        }
    }

    /// Commits one token of `writer`; the caller has made sure that there is room. Not for a direct channel.
    pub(super) fn commit(&mut self, writer: usize, token: T, after: &mut After<T>) -> Sent {
        self.count_sent(writer);
        if let Some(copy) = self.copy {
            for lane in 0..self.lanes.len() {
                if !self.lanes[lane].retired {
                    self.deliver(lane, copy(&token), after);
                }
            }
            after.drop_later(token);
        } else {
            self.deliver(0, token, after);
        }
        if self.is_rendezvous() && self.lanes.iter().any(|lane| lane.n_slots() > 0) {
            self.passing = true;
            // An index of an end: there are never four thousand million of them.
            self.passer = Some(writer as u32);
            return Sent::Passing;
        }
        Sent::Done
    }

    /// Puts a token into a lane: into the hands of the reader that waits longest, else into the buffer.
    pub(super) fn deliver(&mut self, lane_idx: usize, token: T, after: &mut After<T>) {
        if let Some(reader) = self.next_reader(lane_idx, Arrival::Plain, after) {
            self.hand(reader, token, after);
            self.hold_slot(reader);
            return;
        }
        let lane = &mut self.lanes[lane_idx];
        if self.full != Full::Block && lane.len() >= self.capacity {
            self.counts.dropped += 1;
            if self.full == Full::DropNewest {
                return after.drop_later(token);
            }
            if let Some(oldest) = lane.pop() {
                after.drop_later(oldest);
            }
        }
        lane.push(token);
    }

    /// Puts a token into a reader's hands.
    #[inline]
    pub(super) fn hand(&mut self, reader: usize, token: T, after: &mut After<T>) {
        let reader = &mut self.readers[reader];
        reader.want = Want::Holding(token);
        after.wake(reader.waker.take());
    }

    #[inline]
    pub(super) fn count_sent(&mut self, writer: usize) {
        count(&mut self.writers[writer].n_tokens, 1);
    }

    /// Tokens are received when they leave the channel for good, not while a reading end holds them.
    #[inline]
    pub(super) fn count_received(&mut self, reader: usize, n: usize) {
        count(&mut self.readers[reader].n_tokens, n as u64);
    }

    /// Takes the next token of a reader's lane, if one is there, and lets waiting writers follow.
    #[inline]
    pub(super) fn take(&mut self, reader: usize, arrival: Arrival, after: &mut After<T>) -> Option<T> {
        if self.direct {
            let writer = self.next_writer(arrival, after)?;
            if matches!(self.writers[writer].offer, Offer::Reserving) {
                self.promise(writer, reader, after);
                return None;
            }
            self.count_sent(writer);
            if self.readers[reader].extends {
                self.readers[reader].partner = Some(writer);
                return match mem::replace(&mut self.writers[writer].offer, Offer::Passing) {
                    Offer::Waiting(token) => Some(token),
                    _ => None,
                };
            }
            return self.release(writer, Offer::Taken, after);
        }
        let token = self.lanes[self.readers[reader].lane].pop()?;
        self.hold_slot(reader);
        self.admit(after);
        Some(token)
    }

    /// Moves up to `max` buffered tokens of a reader's lane into `into`.
    pub(super) fn take_many(&mut self, reader: usize, max: usize, into: &mut Vec<T>, after: &mut After<T>) {
        let n = self.lanes[self.readers[reader].lane].pop_many(max, into);
        self.count_received(reader, n);
        if n > 0 {
            self.admit(after);
        }
    }

    /// Lets waiting writers' tokens in while there is room, and a writer go whose token all readers have.
    #[inline]
    pub(super) fn admit(&mut self, after: &mut After<T>) {
        loop {
            if self.passing && self.lanes.iter().all(|lane| lane.n_slots() == 0) {
                self.end_passing(after);
            }
            if self.sending.is_empty() || self.direct || self.room(1) == 0 {
                return;
            }
            let Some(writer) = self.next_writer(Arrival::Plain, after) else { return };
            if matches!(self.writers[writer].offer, Offer::Reserving) {
                self.keep_slot(writer, after);
                continue;
            }
            let Offer::Waiting(token) = mem::replace(&mut self.writers[writer].offer, Offer::Passing) else {
                continue;
            };
            if self.commit(writer, token, after) == Sent::Done {
                self.release(writer, Offer::Taken, after);
            }
        }
    }

    /// Every reader of an `AllOf` rendezvous has its copy, or none is waited for any more.
    pub(super) fn end_passing(&mut self, after: &mut After<T>) {
        self.passing = false;
        if let Some(writer) = self.passer.take().map(|writer| writer as usize) {
            self.release(writer, Offer::Taken, after);
        }
    }

    /// Ends a writer's wait; its token if it still had it.
    #[inline]
    pub(super) fn release(&mut self, writer: usize, then: Offer<T>, after: &mut After<T>) -> Option<T> {
        let writer = &mut self.writers[writer];
        after.wake(writer.waker.take());
        match mem::replace(&mut writer.offer, then) {
            Offer::Waiting(token) => Some(token),
            _ => None,
        }
    }

    /// Keeps the slot of a token that an extended receive has taken.
    #[inline]
    pub(super) fn hold_slot(&mut self, reader: usize) {
        let reader = &mut self.readers[reader];
        if reader.extends {
            reader.holds_slot = true;
            self.lanes[reader.lane].n_held += 1;
        }
    }

    /// Ends an extended rendezvous: its writer, or its slot, is let go.
    pub(super) fn end_extended(&mut self, reader: usize, after: &mut After<T>) {
        let reader = &mut self.readers[reader];
        reader.extends = false;
        let (lane, partner) = (reader.lane, reader.partner.take());
        if mem::replace(&mut reader.holds_slot, false) {
            self.lanes[lane].n_held -= 1;
            self.admit(after);
        }
        if let Some(writer) = partner
            && matches!(self.writers[writer].offer, Offer::Passing)
        {
            self.release(writer, Offer::Taken, after);
        }
    }
}
