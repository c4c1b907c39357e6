//! A channel and its operations by the number of an end. What owns an end (a `Sender`, a process's port) keeps the
//! number and sees to it that only one operation at a time is under way on it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll};

use super::core::{Core, Counts, Full, Lane, Offer, Reader, Wait, WaitFor, Want, Writer};
use super::error::{Gone, Poison};
use super::wakes::Wakes;
use crate::schedule::budget;

/// A side of a channel.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Side {
    /// Ends that send.
    Writing,
    /// Ends that receive.
    Reading,
}

/// A channel of any kind. Ends are numbered from 0 on each side in the order in which they were made.
pub struct Channel<T> {
    core: Mutex<Core<T>>,
}

/// Longest buffer that is allocated at once; longer ones grow as they fill.
const N_ALLOCATED: usize = 1024;

impl<T> Channel<T> {
    /// A channel whose readers share one end: each token goes to exactly one of them. Capacity 0 is a rendezvous.
    pub fn any_of(capacity: usize, full: Full) -> Arc<Channel<T>> {
        let mut lane = Lane::new();
        lane.buffer.reserve(capacity.min(N_ALLOCATED));
        Channel::with_lanes(capacity, full, None, vec![lane])
    }

    /// A channel on which each reader gets every token (SEMANTICS C8).
    pub fn all_of(capacity: usize, full: Full) -> Arc<Channel<T>>
    where
        T: Clone,
    {
        Channel::with_lanes(capacity, full, Some(T::clone), Vec::new())
    }

    fn with_lanes(
        capacity: usize,
        full: Full,
        copy: Option<fn(&T) -> T>,
        lanes: Vec<Lane<T>>,
    ) -> Arc<Channel<T>> {
        let core = Core {
            full,
            capacity,
            copy,
            lanes,
            sending: VecDeque::new(),
            passing: false,
            passer: None,
            writers: Vec::new(),
            readers: Vec::new(),
            n_writers: 0,
            n_readers: 0,
            n_watching: 0,
            poison: None,
            discarded: false,
            counts: Counts::default(),
        };
        Arc::new(Channel { core: Mutex::new(core) })
    }

    /// No code that can panic runs under the lock but clones and drops of tokens; a channel stays whole then.
    fn lock(&self) -> MutexGuard<'_, Core<T>> {
        self.core.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds a writing end. On a channel that is over it is over too (E3).
    pub fn add_writer(&self, immunity: u32) -> usize {
        let mut core = self.lock();
        // All earlier writers have retired: a later one does not revive the channel.
        let living = core.writers.is_empty() || core.n_writers > 0;
        core.n_writers += usize::from(living);
        core.writers.push(Writer {
            offer: Offer::Idle,
            waker: None,
            end_waker: None,
            living,
            immunity,
            n_tokens: 0,
        });
        core.writers.len() - 1
    }

    /// Adds a reading end. On a channel that is over it is over too (E3).
    pub fn add_reader(&self, immunity: u32) -> usize {
        let mut core = self.lock();
        let living = core.readers.is_empty() || core.n_readers > 0;
        core.n_readers += usize::from(living);
        let mut lane = 0;
        if core.copy.is_some() {
            core.lanes.push(Lane::new());
            lane = core.lanes.len() - 1;
        }
        core.readers.push(Reader { want: Want::Idle, waker: None, lane, living, immunity, n_tokens: 0 });
        core.readers.len() - 1
    }

    /// Puts tokens into the channel that nobody sent, once all its readers are there. They must fit.
    pub fn fill(&self, tokens: impl IntoIterator<Item = T>) {
        let mut wakes = Wakes::default();
        let mut core = self.lock();
        for token in tokens {
            match core.copy {
                Some(copy) => {
                    (0..core.lanes.len()).for_each(|lane| core.deliver(lane, copy(&token), &mut wakes));
                }
                None => core.deliver(0, token, &mut wakes),
            }
        }
    }

    /// Sends the token, or goes on with a send that waits (then `token` is `None`).
    pub fn poll_send(
        &self,
        end: usize,
        token: &mut Option<T>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Gone>> {
        budget::poll(cx, |cx| {
            let mut wakes = Wakes::default();
            let mut core = self.lock();
            let core = &mut *core;
            match std::mem::replace(&mut core.writers[end].offer, Offer::Idle) {
                Offer::Idle => {}
                Offer::Taken => return Poll::Ready(Ok(())),
                Offer::Returned(returned) => *token = Some(returned),
                waiting @ (Offer::Waiting(_) | Offer::Passing) => {
                    core.writers[end].offer = waiting;
                    core.writers[end].waker = Some(cx.waker().clone());
                    return Poll::Pending;
                }
            }
            if let Some(gone) = core.writer_gone(end) {
                return Poll::Ready(Err(gone));
            }
            let Some(offered) = token.take() else { return Poll::Ready(Ok(())) };
            if core.sending.is_empty() && core.room(1) > 0 {
                if core.commit(end, offered, &mut wakes) {
                    return Poll::Ready(Ok(()));
                }
                core.writers[end].offer = Offer::Passing;
            } else {
                core.writers[end].offer = Offer::Waiting(offered);
                core.sending.push_back(end);
                core.wake_watching(&mut wakes);
            }
            core.writers[end].waker = Some(cx.waker().clone());
            Poll::Pending
        })
    }

    /// Sends as many tokens from the front of `tokens` as there is room for, without waiting.
    pub fn send_ready(&self, end: usize, tokens: &mut Vec<T>) -> Result<(), Gone> {
        let mut wakes = Wakes::default();
        let mut core = self.lock();
        if let Some(gone) = core.writer_gone(end) {
            return Err(gone);
        }
        if core.capacity == 0 || !core.sending.is_empty() {
            return Ok(());
        }
        let n = core.room(tokens.len());
        for token in tokens.drain(..n) {
            core.commit(end, token, &mut wakes);
        }
        Ok(())
    }

    /// Takes a token into the end's own hands (C10: it stays there until taken), or waits for one.
    pub fn poll_hold(&self, end: usize, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        budget::poll(cx, |cx| self.hold(end, cx))
    }

    fn hold(&self, end: usize, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        let mut wakes = Wakes::default();
        let mut core = self.lock();
        match core.readers[end].want {
            Want::Holding(_) => return Poll::Ready(Ok(())),
            Want::Waiting => {
                core.readers[end].waker = Some(cx.waker().clone());
                return Poll::Pending;
            }
            Want::Watching => core.withdraw_receive(end),
            Want::Idle => {}
        }
        if let Some(gone) = core.reader_gone_at_once(end) {
            return Poll::Ready(Err(gone));
        }
        if let Some(token) = core.take(end, &mut wakes) {
            core.readers[end].want = Want::Holding(token);
            return Poll::Ready(Ok(()));
        }
        if let Some(gone) = core.reader_gone(end) {
            return Poll::Ready(Err(gone));
        }
        let lane = core.readers[end].lane;
        core.readers[end].want = Want::Waiting;
        core.readers[end].waker = Some(cx.waker().clone());
        core.lanes[lane].receiving.push_back(end);
        Poll::Pending
    }

    /// The token in the end's hands.
    pub fn take_held(&self, end: usize) -> Option<T> {
        let mut core = self.lock();
        match std::mem::replace(&mut core.readers[end].want, Want::Idle) {
            Want::Holding(token) => {
                core.count_received(end, 1);
                Some(token)
            }
            other => {
                core.readers[end].want = other;
                None
            }
        }
    }

    /// Receives a token, or waits for one.
    pub fn poll_receive(&self, end: usize, cx: &mut Context<'_>) -> Poll<Result<T, Gone>> {
        budget::poll(cx, |cx| {
            loop {
                if let Some(ready) = self.try_receive(end) {
                    return Poll::Ready(ready);
                }
                std::task::ready!(self.hold(end, cx))?;
            }
        })
    }

    /// Receives a token if one is ready; `None` when a receive would wait.
    pub fn try_receive(&self, end: usize) -> Option<Result<T, Gone>> {
        let mut wakes = Wakes::default();
        let mut core = self.lock();
        match std::mem::replace(&mut core.readers[end].want, Want::Idle) {
            Want::Holding(token) => {
                core.count_received(end, 1);
                return Some(Ok(token));
            }
            other => core.readers[end].want = other,
        }
        if let Some(gone) = core.reader_gone_at_once(end) {
            return Some(Err(gone));
        }
        match core.take(end, &mut wakes) {
            Some(token) => {
                core.count_received(end, 1);
                Some(Ok(token))
            }
            None => core.reader_gone(end).map(Err),
        }
    }

    /// Moves what is buffered into `into`, at most `max` tokens. Nothing on a shared end (C11) or a rendezvous.
    pub fn take_ready(&self, end: usize, max: usize, into: &mut Vec<T>) {
        let mut wakes = Wakes::default();
        let mut core = self.lock();
        let alone = core.copy.is_some() || core.readers.len() == 1;
        if alone && core.capacity > 0 && core.reader_gone_at_once(end).is_none() {
            core.take_many(end, max, into, &mut wakes);
        }
    }

    /// Ready when a receive on this end would not wait (a token, or the end); another reader may still be first.
    pub fn poll_watch(&self, end: usize, cx: &mut Context<'_>) -> Poll<()> {
        budget::poll(cx, |cx| {
            let mut core = self.lock();
            let lane = &core.lanes[core.readers[end].lane];
            let some = !lane.buffer.is_empty() || core.copy.is_none() && !core.sending.is_empty();
            if some
                || matches!(core.readers[end].want, Want::Holding(_))
                || core.reader_gone_at_once(end).is_some()
                || core.reader_gone(end).is_some()
            {
                return Poll::Ready(());
            }
            if !matches!(core.readers[end].want, Want::Watching) {
                core.readers[end].want = Want::Watching;
                core.n_watching += 1;
            }
            core.readers[end].waker = Some(cx.waker().clone());
            Poll::Pending
        })
    }

    /// Ready when no token sent on this end can be delivered any more.
    pub fn poll_gone(&self, end: usize, cx: &mut Context<'_>) -> Poll<Gone> {
        let mut core = self.lock();
        match core.writer_gone(end) {
            Some(gone) => Poll::Ready(gone),
            None => {
                core.writers[end].end_waker = Some(cx.waker().clone());
                Poll::Pending
            }
        }
    }

    /// Why no token sent on this end can be delivered any more.
    pub fn gone(&self, end: usize) -> Option<Gone> {
        self.lock().writer_gone(end)
    }

    /// Counts a token that was sent to nobody (E2a).
    pub fn count_undelivered(&self) {
        let mut core = self.lock();
        core.counts.sent += 1;
        core.counts.undelivered += 1;
    }

    /// Withdraws what waits on an end and has not committed (C10): the token of a send.
    pub fn withdraw(&self, side: Side, end: usize) -> Option<T> {
        let mut core = self.lock();
        match side {
            Side::Writing => return core.withdraw_send(end),
            Side::Reading => core.withdraw_receive(end),
        }
        None
    }

    /// Ends an end: with a poison that spreads, else retired. Does nothing to one that has ended.
    pub fn end(&self, side: Side, end: usize, poison: Option<Poison>) {
        let mut wakes = Wakes::default();
        let mut core = self.lock();
        match side {
            Side::Writing => core.end_writer(end, poison, &mut wakes),
            Side::Reading => core.end_reader(end, poison, &mut wakes),
        }
    }

    /// Poisons the channel from outside, as a writer would: what is buffered is still read.
    pub fn poison(&self, poison: Poison) {
        let mut wakes = Wakes::default();
        self.lock().poison(poison, false, &mut wakes);
    }

    /// What went through.
    pub fn counts(&self) -> Counts {
        self.lock().counts
    }

    /// Tokens that one end sent or received.
    pub fn count_of(&self, side: Side, end: usize) -> u64 {
        let core = self.lock();
        match side {
            Side::Writing => core.writers[end].n_tokens,
            Side::Reading => core.readers[end].n_tokens,
        }
    }

    /// Every operation that waits.
    pub fn waits(&self) -> Vec<Wait> {
        self.lock().waits()
    }

    /// Living ends on the other side of a wait that could end it; for a send on `AllOf`, the readers without room.
    pub fn opponents(&self, operation: WaitFor) -> Vec<usize> {
        let core = self.lock();
        match operation {
            WaitFor::Receive => {
                let living = core.writers.iter().enumerate().filter(|(_, writer)| writer.living);
                living.map(|(end, _)| end).collect()
            }
            WaitFor::Send => {
                let blocks = |lane: usize| {
                    core.copy.is_none() || core.lanes[lane].buffer.len() >= core.capacity.max(1)
                };
                let living = core.readers.iter().enumerate().filter(|(_, reader)| reader.living);
                living.filter(|(_, reader)| blocks(reader.lane)).map(|(end, _)| end).collect()
            }
        }
    }

    /// Slots.
    pub fn capacity(&self) -> usize {
        self.lock().capacity
    }

    /// Gives the channel more slots and lets waiting writers in.
    pub fn grow(&self, capacity: usize) {
        let mut wakes = Wakes::default();
        let mut core = self.lock();
        core.capacity = capacity.max(core.capacity);
        core.admit(&mut wakes);
    }

    /// Looks at the buffered tokens.
    pub fn buffered<R>(&self, look: impl FnOnce(&mut dyn Iterator<Item = &T>) -> R) -> R {
        let core = self.lock();
        look(&mut core.lanes.iter().flat_map(|lane| &lane.buffer))
    }
}
