//! The protocol under a choice: a guard on a channel is looked at, offered, committed, or withdrawn.
//!
//! An alternation first goes through its guards in its own order and commits the first that is ready, each under its
//! channel's lock alone. If none is, it locks all its channels (in the order of their addresses, so that two
//! alternations cannot wait for each other), looks once more, and offers all guards. From then on whoever takes its
//! claim word, under the lock of the channel where it met the offer, commits it.

#![expect(unsafe_code, reason = "a choice holds the locks of all its channels at once")]

use std::ptr;
use std::task::Context;

use super::after::After;
use super::claim::Ticket;
use super::error::Gone;
use super::raw::Channel;
use super::state::Side;
use super::state::{Arrival, Offer, Sent, Want};
use crate::schedule::{Kept, current};

/// How things stand with a guard.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Ready {
    /// It would wait.
    No,
    /// A token can go through it, or has gone.
    Token,
    /// Its channel has ended for it.
    Over,
}

/// How far a committed guard has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Completion {
    /// It is complete.
    Done,
    /// It waits: for all readers of an `AllOf` rendezvous, or for the token of a permit.
    Waits,
    /// The permit was given up: there is no communication, and another guard may be chosen.
    Broken,
}

/// A channel in a choice, whatever its tokens are.
pub(crate) trait Event {
    /// The same for guards on one channel, and no other.
    fn address(&self) -> usize;
    /// Takes the lock.
    fn lock(&self);
    /// Gives it back.
    ///
    /// # Safety
    /// The caller has taken it with [`Event::lock`].
    unsafe fn unlock(&self);
    /// Sees to it, unlocked, that what was offered is known where the lock is not asked.
    fn announce(&self) {}
    /// Whether the guard can commit.
    ///
    /// # Safety
    /// The caller holds the lock.
    unsafe fn look(&self) -> Ready;
    /// Offers it.
    ///
    /// # Safety
    /// The caller holds the lock.
    unsafe fn offer(&mut self, ticket: Ticket, cx: &mut Context<'_>);
    /// Commits it if a token can go through it; with `over`, also if its channel has ended.
    fn commit(&mut self, over: bool) -> Ready;
    /// Withdraws the offer. One that was taken becomes the guard's result.
    fn withdraw(&mut self, is_taken: bool);
    /// Forgets the offer, whose alternation was dropped. One that was taken has happened (SEMANTICS C10).
    fn abandon(&mut self);
    /// Goes on with a committed communication.
    fn complete(&mut self, cx: &mut Context<'_>) -> Completion;
}

/// A receive in a choice.
pub(crate) struct Receiving<'a, T> {
    channel: &'a Channel<T>,
    end: usize,
    result: Option<Result<T, Gone>>,
    /// When it was offered, writers stood there who reserve.
    meets_permits: bool,
    /// It was taken and has no token: a permit owes it one.
    awaits: bool,
}

impl<'a, T> Receiving<'a, T> {
    pub(crate) fn new(channel: &'a Channel<T>, end: usize) -> Receiving<'a, T> {
        Receiving { channel, end, result: None, meets_permits: false, awaits: false }
    }

    /// What came of it, once.
    pub(crate) fn take(&mut self) -> Option<Result<T, Gone>> {
        self.result.take()
    }
}

impl<T> Event for Receiving<'_, T> {
    fn address(&self) -> usize {
        ptr::from_ref(self.channel).addr()
    }

    fn lock(&self) {
        self.channel.core.lock();
    }

    unsafe fn unlock(&self) {
        // SAFETY: the caller's promise.
        unsafe { self.channel.core.unlock() }
    }

    fn announce(&self) {
        if self.channel.ring.is_some() {
            self.channel.tell();
        }
        if self.meets_permits {
            self.channel.promise_offered();
        }
    }

    unsafe fn look(&self) -> Ready {
        // SAFETY: the caller holds the lock, and the reference ends with this function.
        let core = unsafe { self.channel.core.get() };
        match core.readers[self.end].want {
            Want::Holding(_) => return Ready::Token,
            // It gets the token of that permit first (C10).
            Want::Promised => return Ready::No,
            Want::Idle | Want::Waiting => {}
        }
        if core.reader_gone_at_once(self.end).is_some() {
            return Ready::Over;
        }
        let lane = core.readers[self.end].lane;
        if !core.lanes[lane].is_empty() || core.direct && core.has_writer() {
            return Ready::Token;
        }
        if core.reader_gone(self.end).is_some() { Ready::Over } else { Ready::No }
    }

    unsafe fn offer(&mut self, ticket: Ticket, cx: &mut Context<'_>) {
        // SAFETY: the caller holds the lock, and the reference ends with this function.
        let core = unsafe { self.channel.core.get() };
        self.meets_permits = core.direct && !core.sending.is_empty();
        core.wait_to_receive(self.end, Some(ticket), cx);
    }

    fn commit(&mut self, over: bool) -> Ready {
        if let Some(Ok(_)) = self.result {
            // It was chosen before, and its token was not taken.
            return Ready::Token;
        }
        let mut after = After::new();
        let mut core = self.channel.enter();
        match core.receive_now(self.end, &mut after) {
            None => Ready::No,
            Some(Ok(token)) => {
                self.result = Some(Ok(token));
                Ready::Token
            }
            Some(Err(gone)) => {
                self.result = over.then_some(Err(gone));
                Ready::Over
            }
        }
    }

    fn withdraw(&mut self, is_taken: bool) {
        let mut core = self.channel.enter();
        core.withdraw_receive(self.end);
        self.result = core.take_held(self.end).map(Ok);
        self.awaits = is_taken && self.result.is_none();
    }

    fn abandon(&mut self) {
        self.channel.enter().withdraw_receive(self.end);
    }

    fn complete(&mut self, cx: &mut Context<'_>) -> Completion {
        if !self.awaits {
            return Completion::Done;
        }
        let mut core = self.channel.enter();
        let reader = &mut core.readers[self.end];
        match reader.want {
            Want::Promised => {
                reader.process = current::process();
                Kept::keep(&mut reader.waker, cx);
                Completion::Waits
            }
            Want::Holding(_) => {
                self.result = Some(Ok(reader.take_held()));
                self.awaits = false;
                Completion::Done
            }
            Want::Idle | Want::Waiting => {
                self.awaits = false;
                Completion::Broken
            }
        }
    }
}

impl<T> Drop for Receiving<'_, T> {
    /// A token that nobody took goes back into the end's hands.
    fn drop(&mut self) {
        if let Some(Ok(token)) = self.result.take() {
            self.channel.put_back(self.end, token);
        }
    }
}

/// A send in a choice. The token is here, or with its channel while it is offered.
pub(crate) struct Sending<'a, T> {
    channel: &'a Channel<T>,
    end: usize,
    token: Option<T>,
    result: Option<Result<(), Gone>>,
    /// The channel has the token.
    offered: bool,
    /// Committed, and not complete.
    passing: bool,
}

impl<'a, T> Sending<'a, T> {
    pub(crate) fn new(channel: &'a Channel<T>, end: usize, token: Option<T>) -> Sending<'a, T> {
        Sending { channel, end, token, result: None, offered: false, passing: false }
    }

    /// What came of it, once.
    pub(crate) fn take(&mut self) -> Option<Result<(), Gone>> {
        self.result.take()
    }

    /// Whether it has a token to send.
    pub(crate) fn is_set(&self) -> bool {
        self.offered || self.passing || self.token.is_some()
    }

    /// The token that was not sent.
    pub(crate) fn token(&mut self) -> &mut Option<T> {
        &mut self.token
    }
}

impl<T> Event for Sending<'_, T> {
    fn address(&self) -> usize {
        ptr::from_ref(self.channel).addr()
    }

    fn lock(&self) {
        self.channel.core.lock();
    }

    unsafe fn unlock(&self) {
        // SAFETY: the caller's promise.
        unsafe { self.channel.core.unlock() }
    }

    fn announce(&self) {
        if self.channel.ring.is_some() {
            self.channel.tell();
        }
    }

    unsafe fn look(&self) -> Ready {
        // SAFETY: the caller holds the lock, and the reference ends with this function.
        let core = unsafe { self.channel.core.get() };
        if core.writer_gone(self.end).is_some() {
            return Ready::Over;
        }
        let room = if core.direct { core.has_reader() } else { core.sending.is_empty() && core.room(1) > 0 };
        if room { Ready::Token } else { Ready::No }
    }

    unsafe fn offer(&mut self, ticket: Ticket, cx: &mut Context<'_>) {
        // SAFETY: the caller holds the lock, and the reference ends with this function.
        let core = unsafe { self.channel.core.get() };
        let Some(token) = self.token.take() else { return };
        self.offered = true;
        let writer = &mut core.writers[self.end];
        writer.offer = Offer::Waiting(token);
        writer.ticket = Some(ticket);
        writer.process = current::process();
        Kept::keep(&mut writer.waker, cx);
        core.sending.push_back(&mut core.writers, self.end);
    }

    fn commit(&mut self, over: bool) -> Ready {
        let mut after = After::new();
        let mut core = self.channel.enter();
        if let Some(gone) = core.writer_gone(self.end) {
            self.result = over.then_some(Err(gone));
            return Ready::Over;
        }
        let Some(token) = self.token.take() else { return Ready::No };
        match core.send(self.end, token, Arrival::Choosing, &mut after) {
            Ok(sent) => {
                self.passing = sent == Sent::Passing;
                if self.passing {
                    core.writers[self.end].offer = Offer::Passing;
                }
                self.result = Some(Ok(()));
                Ready::Token
            }
            Err(token) => {
                self.token = Some(token);
                Ready::No
            }
        }
    }

    fn withdraw(&mut self, _is_taken: bool) {
        let mut after = After::new();
        let mut core = self.channel.enter();
        self.offered = false;
        match core.writers[self.end].offer {
            Offer::Passing => {
                core.writers[self.end].ticket = None;
                self.passing = true;
                self.result = Some(Ok(()));
                return;
            }
            Offer::Taken => self.result = Some(Ok(())),
            _ => {}
        }
        let token = core.withdraw_send(self.end, &mut after);
        self.token = self.token.take().or(token);
    }

    fn abandon(&mut self) {
        self.withdraw(false);
        if std::mem::take(&mut self.passing) {
            self.channel.withdraw(Side::Writing, self.end);
        }
    }

    fn complete(&mut self, cx: &mut Context<'_>) -> Completion {
        if !self.passing {
            return Completion::Done;
        }
        let mut core = self.channel.enter();
        let writer = &mut core.writers[self.end];
        self.passing = matches!(writer.offer, Offer::Passing);
        if self.passing {
            writer.process = current::process();
            Kept::keep(&mut writer.waker, cx);
            return Completion::Waits;
        }
        writer.offer = Offer::Idle;
        Completion::Done
    }
}

impl<T> Drop for Sending<'_, T> {
    /// A send that committed and is not complete goes on by itself.
    fn drop(&mut self) {
        if self.passing {
            self.channel.withdraw(Side::Writing, self.end);
        }
    }
}
