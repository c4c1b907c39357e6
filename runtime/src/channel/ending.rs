//! How channels end: retire and poison of single ends, and what it means for the others.

use std::mem;

use super::after::After;
use super::core::Core;
use super::error::{Gone, Poison};
use super::state::{Offer, Want};

impl<T> Core<T> {
    /// Why a writer's token cannot be delivered any more.
    #[inline]
    pub(super) fn writer_gone(&self, writer: usize) -> Option<Gone> {
        if self.troubled { self.why_writer_gone(writer) } else { None }
    }

    fn why_writer_gone(&self, writer: usize) -> Option<Gone> {
        let writer = &self.writers[writer];
        if !writer.living {
            return Some(Gone::Retired);
        }
        match &self.poison {
            Some(poison) => Some(seen(poison, writer.immunity)),
            None => (self.n_readers == 0).then_some(Gone::Retired),
        }
    }

    /// Why a reader gets nothing even if tokens are buffered.
    #[inline]
    pub(super) fn reader_gone_at_once(&self, reader: usize) -> Option<Gone> {
        if self.troubled { self.why_reader_gone_at_once(reader) } else { None }
    }

    fn why_reader_gone_at_once(&self, reader: usize) -> Option<Gone> {
        let reader = &self.readers[reader];
        if !reader.living {
            return Some(Gone::Retired);
        }
        let poison = self.poison.as_ref().filter(|poison| reader.immunity < poison.strength());
        poison.filter(|_| self.discarded).cloned().map(Gone::Poisoned)
    }

    /// Why a reader whose lane is empty gets nothing any more.
    #[inline]
    pub(super) fn reader_gone(&self, reader: usize) -> Option<Gone> {
        if self.troubled { self.why_reader_gone(reader) } else { None }
    }

    fn why_reader_gone(&self, reader: usize) -> Option<Gone> {
        match &self.poison {
            Some(poison) => Some(seen(poison, self.readers[reader].immunity)),
            None => (self.n_writers == 0).then_some(Gone::Retired),
        }
    }

    /// Ends a writing end; with a poison, that spreads. Does nothing to an end that has ended.
    pub(super) fn end_writer(&mut self, idx: usize, poison: Option<Poison>, after: &mut After<T>) {
        let writer = &mut self.writers[idx];
        if !mem::replace(&mut writer.living, false) {
            return;
        }
        writer.waker = None;
        writer.end_waker = None;
        self.troubled = true;
        if let Some(token) = self.withdraw_send(idx, after) {
            after.drop_later(token);
        }
        self.n_writers -= 1;
        if let Some(poison) = poison {
            self.poison(poison, false, after);
        } else if self.n_writers == 0 {
            self.wake_readers(after);
        }
    }

    /// Ends a reading end; with a poison, that spreads. Does nothing to an end that has ended.
    pub(super) fn end_reader(&mut self, idx: usize, poison: Option<Poison>, after: &mut After<T>) {
        if !mem::replace(&mut self.readers[idx].living, false) {
            return;
        }
        self.readers[idx].waker = None;
        self.readers[idx].end_waker = None;
        self.troubled = true;
        self.withdraw_receive(idx);
        self.end_extended(idx, after);
        if let Want::Holding(token) = mem::replace(&mut self.readers[idx].want, Want::Idle) {
            self.counts.undelivered += 1;
            after.drop_later(token);
        }
        self.n_readers -= 1;
        if self.copy.is_some() {
            let lane = self.readers[idx].lane;
            self.lanes[lane].retired = true;
            self.discard(lane, after);
        }
        if let Some(poison) = poison {
            // On `AllOf` the other readers see it as poison by a writer (C8): they drain first.
            self.poison(poison, self.copy.is_none(), after);
        }
        if self.n_readers == 0 {
            (0..self.lanes.len()).for_each(|lane| self.discard(lane, after));
            self.return_offers(after);
        } else {
            self.admit(after);
        }
    }

    /// Poisons the channel. `discard`: by a reader, so that nothing is drained (E5) but by immune readers.
    pub(super) fn poison(&mut self, poison: Poison, discard: bool, after: &mut After<T>) {
        self.discarded |= discard;
        self.troubled = true;
        if self.poison.as_ref().is_none_or(|old| old.strength() < poison.strength()) {
            self.poison = Some(poison);
        }
        let strength = self.poison.as_ref().map_or(0, Poison::strength);
        let some_immune = self.readers.iter().any(|reader| reader.living && reader.immunity >= strength);
        if self.discarded && !some_immune {
            (0..self.lanes.len()).for_each(|lane| self.discard(lane, after));
        }
        self.return_offers(after);
        self.wake_readers(after);
        for reader in &mut self.readers {
            after.wake(reader.end_waker.take());
        }
    }

    /// Withdraws a receive that has not committed.
    pub(super) fn withdraw_receive(&mut self, idx: usize) {
        let reader = &mut self.readers[idx];
        reader.ticket = None;
        match reader.want {
            Want::Waiting => {
                reader.want = Want::Idle;
                self.receiving.remove(&mut self.readers, idx);
            }
            Want::Promised => reader.waker = None,
            Want::Idle | Want::Holding(_) => {}
        }
    }

    /// Withdraws a send that has not committed and gives its token back. One that has committed is let be.
    pub(super) fn withdraw_send(&mut self, idx: usize, after: &mut After<T>) -> Option<T> {
        self.writers[idx].ticket = None;
        if matches!(self.writers[idx].offer, Offer::Reserving | Offer::Reserved(_)) {
            self.give_up(idx, after);
            return None;
        }
        match mem::replace(&mut self.writers[idx].offer, Offer::Idle) {
            Offer::Waiting(token) => {
                self.sending.remove(&mut self.writers, idx);
                // Those behind it may have room: it may have been woken to take it, and chosen otherwise.
                self.admit(after);
                Some(token)
            }
            Offer::Returned(token) => Some(token),
            // Nobody waits for the readers any more, but they still take the token.
            Offer::Passing => {
                self.passer = self.passer.filter(|passer| *passer as usize != idx);
                let partners = self.readers.iter_mut().map(|reader| &mut reader.partner);
                partners.filter(|partner| **partner == Some(idx)).for_each(|partner| *partner = None);
                None
            }
            Offer::Idle | Offer::Taken | Offer::Reserving | Offer::Reserved(_) => None,
        }
    }

    fn discard(&mut self, lane: usize, after: &mut After<T>) {
        let tokens = self.lanes[lane].drain();
        self.counts.undelivered += tokens.len() as u64;
        tokens.into_iter().for_each(|token| after.drop_later(token));
    }

    /// Gives waiting writers their tokens back; what was committed stays so. A choice looks for itself.
    fn return_offers(&mut self, after: &mut After<T>) {
        self.end_passing(after);
        while let Some(writer) = self.sending.front() {
            self.sending.remove(&mut self.writers, writer);
            if self.writers[writer].ticket.is_some() {
                after.wake(self.writers[writer].waker.take());
            } else if let Some(token) = self.release(writer, Offer::Idle, after) {
                self.writers[writer].offer = Offer::Returned(token);
            }
        }
        for writer in &mut self.writers {
            after.wake(writer.end_waker.take());
        }
    }

    fn wake_readers(&mut self, after: &mut After<T>) {
        while let Some(reader) = self.receiving.front() {
            self.receiving.pop_front(&mut self.readers);
            let reader = &mut self.readers[reader];
            reader.want = Want::Idle;
            after.wake(reader.waker.take());
        }
        for reader in 0..self.readers.len() {
            self.break_promise(reader, after);
        }
    }
}

/// What an end of that immunity sees of a poison.
fn seen(poison: &Poison, immunity: u32) -> Gone {
    if immunity < poison.strength() { Gone::Poisoned(poison.clone()) } else { Gone::Retired }
}
