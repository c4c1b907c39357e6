//! Ends of a channel as ports keep them: handles without a say in when the end retires.

use std::collections::VecDeque;
use std::sync::Arc;
use std::task::{Context, Poll};

use super::error::{Gone, Poison};
use super::event::{Receiving, Sending};
use super::moved::Vacant;
use super::raw::Channel;
use super::state::{Side, Step};

/// A writing end, without a say in when it ends.
pub struct WriteEnd<T> {
    pub(super) channel: Arc<Channel<T>>,
    pub(super) idx: usize,
}

impl<T> WriteEnd<T> {
    /// A new writing end of `channel`.
    pub fn new(channel: &Arc<Channel<T>>, immunity: u32) -> WriteEnd<T> {
        WriteEnd { channel: Arc::clone(channel), idx: channel.add_writer(immunity) }
    }

    /// A handle of the writing end of that number.
    pub(crate) fn at(channel: &Arc<Channel<T>>, idx: usize) -> WriteEnd<T> {
        WriteEnd { channel: Arc::clone(channel), idx }
    }

    /// Its number on its side.
    pub(crate) fn idx(&self) -> usize {
        self.idx
    }

    /// One more end of its side, in the same hands.
    pub(super) fn join(&self) -> WriteEnd<T> {
        WriteEnd { channel: Arc::clone(&self.channel), idx: self.channel.join(Side::Writing, self.idx) }
    }

    /// Another handle of the same end.
    pub(crate) fn same(&self) -> WriteEnd<T> {
        WriteEnd { channel: Arc::clone(&self.channel), idx: self.idx }
    }

    /// One step of a send: takes the token out of `token` or goes on with the one it took.
    #[inline]
    pub(crate) fn poll_send(&self, token: &mut Option<T>, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        self.channel.poll_send(self.idx, token, cx)
    }

    /// The same, if it is as simple as can be.
    #[inline(always)]
    pub(crate) fn try_quick_send(&self, token: &mut Option<T>, cx: &Context<'_>) -> Step {
        self.channel.try_quick_send(token, cx)
    }

    /// The same where it is not.
    pub(crate) fn poll_send_whole(
        &self,
        token: &mut Option<T>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Gone>> {
        self.channel.poll_send_whole(self.idx, token, cx)
    }

    /// Sends as many tokens from the front of `tokens` as there is room for.
    pub(crate) fn send_ready(&self, tokens: &mut VecDeque<T>) -> Result<(), Gone> {
        self.channel.send_ready(self.idx, tokens)
    }

    /// Withdraws a send that [`WriteEnd::poll_send`] left waiting.
    pub(crate) fn withdraw(&self) {
        self.channel.withdraw(Side::Writing, self.idx);
    }

    /// A send in a choice.
    pub(crate) fn event(&mut self, token: Option<T>) -> Sending<'_, T> {
        Sending::new(&self.channel, self.idx, token)
    }

    /// The same, for whom it matters whether it had committed: then there is no token to take back.
    pub(crate) fn take_back(&self) -> Option<T> {
        self.channel.take_back(self.idx)
    }

    /// Sends a token if there is room for it in the buffer; whether there was.
    pub(crate) fn try_send(&self, token: T) -> Result<bool, Gone> {
        match self.channel.try_send(self.idx, token) {
            Ok(()) => Ok(true),
            Err((_, None)) => Ok(false),
            Err((_, Some(gone))) => Err(gone),
        }
    }

    /// Why nothing sent here can be delivered any more.
    pub fn gone(&self) -> Option<Gone> {
        self.channel.gone(self.idx)
    }

    /// Leaves the channel fewer slots, one at least, unless it had to grow.
    pub(crate) fn shrink(&self, n_slots: usize) {
        self.channel.shrink(self.idx, n_slots);
    }

    /// Ready when nothing sent here can be delivered any more.
    pub(crate) fn poll_gone(&self, cx: &mut Context<'_>) -> Poll<Gone> {
        self.channel.poll_gone(self.idx, cx)
    }

    /// Counts a token that went to nobody (E2a).
    pub(crate) fn count_undelivered(&self) {
        self.channel.count_undelivered();
    }

    /// Ends it: with a poison, that spreads; else retired. What has ended stays so.
    pub fn end(&self, poison: Option<Poison>) {
        self.channel.end(Side::Writing, self.idx, poison);
    }
}

/// A reading end, without a say in when it ends.
pub struct ReadEnd<T> {
    pub(super) channel: Arc<Channel<T>>,
    pub(super) idx: usize,
}

impl<T> ReadEnd<T> {
    /// A new reading end of `channel`.
    pub fn new(channel: &Arc<Channel<T>>, immunity: u32) -> ReadEnd<T> {
        ReadEnd { channel: Arc::clone(channel), idx: channel.add_reader(immunity) }
    }

    /// A handle of the reading end of that number.
    pub(crate) fn at(channel: &Arc<Channel<T>>, idx: usize) -> ReadEnd<T> {
        ReadEnd { channel: Arc::clone(channel), idx }
    }

    /// Its number on its side.
    pub(crate) fn idx(&self) -> usize {
        self.idx
    }

    /// One more end of its side, in the same hands.
    pub(super) fn join(&self) -> ReadEnd<T> {
        ReadEnd { channel: Arc::clone(&self.channel), idx: self.channel.join(Side::Reading, self.idx) }
    }

    /// Another handle of the same end.
    pub(crate) fn same(&self) -> ReadEnd<T> {
        ReadEnd { channel: Arc::clone(&self.channel), idx: self.idx }
    }

    /// One step of a receive, if it is as simple as can be.
    #[inline(always)]
    pub(crate) fn try_quick_receive(&self, into: &mut Vacant<T>, cx: &Context<'_>) -> Step {
        self.channel.try_quick_receive(into, cx)
    }

    /// One step of any receive.
    pub(crate) fn poll_receive_whole(&self, cx: &mut Context<'_>) -> Poll<Result<T, Gone>> {
        self.channel.poll_receive_whole(self.idx, cx)
    }

    /// Whether tokens may be ready behind one that came.
    #[inline]
    pub(crate) fn buffers(&self) -> bool {
        self.channel.buffers
    }

    /// Takes what is ready, at most `max` tokens; nothing on a rendezvous, nor, unless it `shares`, on a shared end (C11).
    pub(crate) fn take_ready(&self, max: usize, shares: bool, into: &mut Vec<T>) {
        self.channel.take_ready(self.idx, max, shares, into);
    }

    /// Receives a token if one is ready; `None` when a receive would wait.
    pub fn try_receive(&mut self) -> Option<Result<T, Gone>> {
        self.channel.try_receive(self.idx)
    }

    /// One step towards a token in the end's hands.
    pub(crate) fn poll_hold(&self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        self.channel.poll_hold(self.idx, cx)
    }

    /// A receive in a choice.
    pub(crate) fn event(&mut self) -> Receiving<'_, T> {
        Receiving::new(&self.channel, self.idx)
    }

    /// The token in the end's hands.
    pub(crate) fn take_held(&self) -> Option<T> {
        self.channel.take_held(self.idx)
    }

    /// The poison that this end meets, after the tokens that are buffered.
    pub(crate) fn poisoned(&self) -> Option<Poison> {
        self.channel.poisoned_reader(self.idx)
    }

    /// Ready when there is such a poison.
    pub(crate) fn poll_poisoned(&self, cx: &Context<'_>) -> Poll<Poison> {
        self.channel.poll_poisoned_reader(self.idx, cx)
    }

    /// Withdraws what [`ReadEnd::poll_hold`] left waiting.
    pub(crate) fn withdraw(&self) {
        self.channel.withdraw(Side::Reading, self.idx);
    }

    /// Ends it: with a poison, that spreads; else retired. What has ended stays so.
    pub fn end(&self, poison: Option<Poison>) {
        self.channel.end(Side::Reading, self.idx, poison);
    }
}
