//! How channels end: retire and poison of single ends, and what it means for the others.

use std::mem;

use super::core::{Core, Offer, Want};
use super::error::{Gone, Poison};
use super::wakes::Wakes;

impl<T> Core<T> {
    /// Why a writer's token cannot be delivered any more.
    pub(super) fn writer_gone(&self, writer: usize) -> Option<Gone> {
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
    pub(super) fn reader_gone_at_once(&self, reader: usize) -> Option<Gone> {
        let reader = &self.readers[reader];
        if !reader.living {
            return Some(Gone::Retired);
        }
        let poison = self.poison.as_ref().filter(|poison| reader.immunity < poison.strength());
        poison.filter(|_| self.discarded).cloned().map(Gone::Poisoned)
    }

    /// Why a reader whose lane is empty gets nothing any more.
    pub(super) fn reader_gone(&self, reader: usize) -> Option<Gone> {
        match &self.poison {
            Some(poison) => Some(seen(poison, self.readers[reader].immunity)),
            None => (self.n_writers == 0).then_some(Gone::Retired),
        }
    }

    /// Ends a writing end; with a poison, that spreads. Does nothing to an end that has ended.
    pub(super) fn end_writer(&mut self, idx: usize, poison: Option<Poison>, wakes: &mut Wakes) {
        let writer = &mut self.writers[idx];
        if !mem::replace(&mut writer.living, false) {
            return;
        }
        writer.waker = None;
        writer.end_waker = None;
        self.withdraw_send(idx);
        self.n_writers -= 1;
        if let Some(poison) = poison {
            self.poison(poison, false, wakes);
        } else if self.n_writers == 0 {
            self.wake_readers(wakes);
        }
    }

    /// Ends a reading end; with a poison, that spreads. Does nothing to an end that has ended.
    pub(super) fn end_reader(&mut self, idx: usize, poison: Option<Poison>, wakes: &mut Wakes) {
        if !mem::replace(&mut self.readers[idx].living, false) {
            return;
        }
        self.readers[idx].waker = None;
        self.withdraw_receive(idx);
        if matches!(mem::replace(&mut self.readers[idx].want, Want::Idle), Want::Holding(_)) {
            self.counts.undelivered += 1;
        }
        self.n_readers -= 1;
        if self.copy.is_some() {
            let lane = self.readers[idx].lane;
            self.lanes[lane].retired = true;
            self.discard(lane);
        }
        if let Some(poison) = poison {
            // On `AllOf` the other readers see it as poison by a writer (C8): they drain first.
            self.poison(poison, self.copy.is_none(), wakes);
        }
        if self.n_readers == 0 {
            (0..self.lanes.len()).for_each(|lane| self.discard(lane));
            self.return_offers(wakes);
        } else {
            self.admit(wakes);
        }
    }

    /// Poisons the channel. `discard`: by a reader, so that nothing is drained (E5) but by immune readers.
    pub(super) fn poison(&mut self, poison: Poison, discard: bool, wakes: &mut Wakes) {
        self.discarded |= discard;
        if self.poison.as_ref().is_none_or(|old| old.strength() < poison.strength()) {
            self.poison = Some(poison);
        }
        let strength = self.poison.as_ref().map_or(0, Poison::strength);
        let some_immune = self.readers.iter().any(|reader| reader.living && reader.immunity >= strength);
        if self.discarded && !some_immune {
            (0..self.lanes.len()).for_each(|lane| self.discard(lane));
        }
        self.return_offers(wakes);
        self.wake_readers(wakes);
    }

    /// Withdraws a receive that has not committed.
    pub(super) fn withdraw_receive(&mut self, idx: usize) {
        let reader = &mut self.readers[idx];
        match reader.want {
            Want::Waiting => self.lanes[reader.lane].receiving.retain(|&other| other != idx),
            Want::Watching => self.n_watching -= 1,
            Want::Idle | Want::Holding(_) => return,
        }
        reader.want = Want::Idle;
    }

    /// Withdraws a send that has not committed: its token. One that has committed is let be.
    pub(super) fn withdraw_send(&mut self, idx: usize) -> Option<T> {
        match mem::replace(&mut self.writers[idx].offer, Offer::Idle) {
            Offer::Waiting(token) => {
                self.sending.retain(|&other| other != idx);
                return Some(token);
            }
            Offer::Returned(token) => return Some(token),
            // Nobody waits for the readers any more, but they still take the token.
            Offer::Passing => self.passer = None,
            Offer::Idle | Offer::Taken => {}
        }
        None
    }

    fn discard(&mut self, lane: usize) {
        let buffer = &mut self.lanes[lane].buffer;
        self.counts.undelivered += buffer.len() as u64;
        buffer.clear();
    }

    /// Gives waiting writers their tokens back; what was committed stays so.
    fn return_offers(&mut self, wakes: &mut Wakes) {
        self.end_passing(wakes);
        while let Some(writer) = self.sending.pop_front() {
            if let Some(token) = self.release(writer, Offer::Idle, wakes) {
                self.writers[writer].offer = Offer::Returned(token);
            }
        }
        for writer in &mut self.writers {
            wakes.push(writer.end_waker.take());
        }
    }

    fn wake_readers(&mut self, wakes: &mut Wakes) {
        for lane in &mut self.lanes {
            for reader in lane.receiving.drain(..) {
                let reader = &mut self.readers[reader];
                reader.want = Want::Idle;
                wakes.push(reader.waker.take());
            }
        }
        self.wake_watching(wakes);
    }
}

/// What an end of that immunity sees of a poison.
fn seen(poison: &Poison, immunity: u32) -> Gone {
    if immunity < poison.strength() { Gone::Poisoned(poison.clone()) } else { Gone::Retired }
}
