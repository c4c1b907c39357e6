//! Ports of a process, plugged into channels.

use std::collections::VecDeque;
use std::future::poll_fn;
use std::sync::Arc;
use std::task::{Context, Poll};

use csprun_dsl::ty::Type;

use super::ended::Ended;
use super::firing::Firing;
use super::readers::{Living, Readers};
use crate::channel::{Gone, Permit, Poison, ReadEnd, Step, WriteEnd};
use crate::value::Value;

/// What tokens at a port must be, when the graph's types alone do not ensure it.
#[derive(Clone, Debug)]
pub(crate) struct Check {
    pub(crate) ty: Type,
    /// Name of the channel.
    pub(crate) channel: String,
}

#[inline]
pub(super) fn checked(check: Option<&Check>, token: Value) -> Result<Value, Ended> {
    match check {
        None => Ok(token),
        Some(check) => coerced(check, token),
    }
}

#[inline(never)]
pub(super) fn coerced(check: &Check, token: Value) -> Result<Value, Ended> {
    token.coerce(&check.ty).map_err(|token| {
        let (channel, ty, shown) = (&check.channel, &check.ty, token.shown());
        Ended::fail(format!("channel `{channel}` takes {ty}, not {shown} ({})", token.ty()))
    })
}

/// Makes each token what it must be, up to the first that cannot be: that one and those behind it are dropped.
pub(super) fn all_checked(check: Option<&Check>, tokens: &mut Vec<Value>, from: usize) -> Result<(), Ended> {
    if check.is_none() {
        return Ok(());
    }
    for at in from..tokens.len() {
        match checked(check, std::mem::replace(&mut tokens[at], Value::UNIT)) {
            Ok(token) => tokens[at] = token,
            Err(ended) => {
                tokens.truncate(at);
                return Err(ended);
            }
        }
    }
    Ok(())
}

/// An input port. Dropping it changes nothing at the channel: the runtime retires or poisons it when the process
/// has ended.
pub struct In {
    pub(super) end: ReadEnd<Value>,
    pub(super) check: Option<Check>,
    /// What the next receive fails with: a batch ended before a token that the port does not take.
    pub(super) failure: Option<Ended>,
    /// Whether it takes a part of what is ready also where others read.
    pub(super) shares: bool,
    /// The last receive took a batch.
    pub(super) had_batch: bool,
    /// Present when outputs are collected in the order of inputs.
    pub(super) firing: Option<Arc<Firing>>,
}

impl In {
    pub(crate) fn new(end: ReadEnd<Value>, check: Option<Check>, firing: Option<Arc<Firing>>) -> In {
        In { end, check, failure: None, shares: false, had_batch: false, firing }
    }

    /// The port of one of the copies of a process to which it makes no difference who takes which token.
    pub(crate) fn of_a_copy(self) -> In {
        In { shares: true, ..self }
    }

    /// The port of another process from now on, which takes what `check` says.
    pub(crate) fn plugged(self, check: Option<Check>) -> In {
        In { check: check.or(self.check), ..self }
    }

    /// Another handle of its end.
    pub(crate) fn handle(&self) -> ReadEnd<Value> {
        self.end.same()
    }

    /// Receives a token; `None` at the end of the stream.
    ///
    /// # Errors
    /// As [`In::recv`], without [`Ended::Retired`].
    pub async fn next(&mut self) -> Result<Option<Value>, Ended> {
        stream(self.recv().await)
    }

    /// Receives in an extended rendezvous (SEMANTICS C7): the writer goes on only when `use_it` has ended.
    ///
    /// # Errors
    /// As [`In::recv`].
    ///
    /// # Cancel safety
    /// Dropped before the token came, nothing has happened. Dropped later, the writer is let go.
    pub async fn recv_with<R, F: Future<Output = R>>(
        &mut self,
        use_it: impl FnOnce(Value) -> F,
    ) -> Result<R, Ended> {
        self.failure.take().map_or(Ok(()), Err)?;
        let check = self.check.as_ref();
        let used = async |token| Ok::<R, Ended>(use_it(checked(check, token)?).await);
        self.end.receive_with(used).await?
    }

    /// The same; `false` at the end of the stream.
    ///
    /// # Errors
    /// As [`In::next`].
    pub async fn next_ready(&mut self, into: &mut Vec<Value>, max: usize) -> Result<bool, Ended> {
        Ok(stream(self.recv_ready(into, max).await)?.is_some())
    }

    /// Receives a token if one is ready; `None` when a receive would wait.
    ///
    /// # Errors
    /// As [`In::recv`].
    pub fn try_recv(&mut self) -> Result<Option<Value>, Ended> {
        self.failure.take().map_or(Ok(()), Err)?;
        match self.end.try_receive() {
            Some(received) => checked(self.check.as_ref(), received?).map(Some),
            None => Ok(None),
        }
    }

    /// Says which process has its end from now on.
    pub(crate) fn held_by(&self, process: u32) {
        self.end.held_by(process);
    }

    /// Retires the port before the process ends.
    pub fn retire(self) {
        self.end.end(None);
    }

    /// Ends a port that nobody owns but this handle, as its drop: when the poll returns (E11).
    pub(crate) fn forsake(self) {
        self.end.forsake();
    }

    /// Poisons the port: everyone on the channel is told at once (E5).
    pub fn poison(self, poison: Poison) {
        self.end.end(Some(poison));
    }

    /// The poison that the next receive would meet, tokens that are buffered before it aside.
    pub(crate) fn poisoned(&self) -> Option<Poison> {
        self.end.poisoned()
    }

    /// Ready with that poison: a sink that waits outside stops then.
    pub(crate) async fn until_poisoned(&self) -> Poison {
        poll_fn(|cx| self.end.poll_poisoned(cx)).await
    }

    pub(super) fn poll_hold(&self, cx: &mut Context<'_>) -> Poll<Result<(), Gone>> {
        self.end.poll_hold(cx)
    }

    pub(super) fn take_held(&self) -> Result<Option<Value>, Ended> {
        self.end.take_held().map(|token| checked(self.check.as_ref(), token)).transpose()
    }

    pub(super) fn withdraw(&self) {
        self.end.withdraw();
    }
}

/// The end of the stream as `None`.
fn stream<T>(received: Result<T, Ended>) -> Result<Option<T>, Ended> {
    match received {
        Ok(token) => Ok(Some(token)),
        Err(Ended::Retired) => Ok(None),
        Err(ended) => Err(ended),
    }
}

/// An output port. Dropping it changes nothing at the channel: the runtime retires or poisons it when the process
/// has ended.
pub struct Out {
    pub(super) end: WriteEnd<Value>,
    pub(super) check: Option<Check>,
    pub(super) readers: Readers,
    /// Present when outputs are collected in the order of inputs, with this output's place in the firing.
    firing: Option<(Arc<Firing>, usize)>,
    /// Slots of the channel where large tokens leave fewer (`Auto`); else 0.
    pub(super) n_slots: usize,
}

impl Out {
    pub(crate) fn new(end: WriteEnd<Value>, check: Option<Check>, living: Option<Living>) -> Out {
        Out { end, check, readers: Readers { living, skipped: false }, firing: None, n_slots: 0 }
    }

    /// The port of another process from now on.
    pub(crate) fn plugged(self, living: Option<Living>) -> Out {
        Out { readers: Readers { living, ..self.readers }, ..self }
    }

    /// Another handle of its end.
    pub(crate) fn handle(&self) -> WriteEnd<Value> {
        self.end.same()
    }

    /// The same, sending by firings.
    pub(crate) fn firing(self, firing: &Arc<Firing>, place: usize) -> Out {
        Out { firing: Some((Arc::clone(firing), place)), ..self }
    }

    /// Gives tokens to the firing that keeps them together, if there is one; else none are taken.
    pub(super) fn give<I: IntoIterator<Item = Value>>(&self, tokens: impl FnOnce() -> I) -> bool {
        let Some((firing, place)) = &self.firing else { return false };
        firing.give(*place, tokens());
        true
    }

    /// What a refused send of `n` tokens means for the process (E2a).
    pub(super) fn refused(&mut self, gone: Gone, n: usize) -> Result<(), Ended> {
        self.readers.refuse(gone)?;
        (0..n).for_each(|_| self.end.count_undelivered());
        Ok(())
    }

    /// Sends as many tokens from the front as there is room for, without waiting; they must be of the channel's type.
    pub(crate) fn send_ready(&mut self, tokens: &mut VecDeque<Value>) -> Result<(), Ended> {
        if self.give(|| tokens.drain(..)) {
            return Ok(());
        }
        if let Err(gone) = self.end.send_ready(tokens) {
            self.refused(gone, tokens.len())?;
            tokens.clear();
        }
        Ok(())
    }

    /// Waits for a place for one token: a reader that waits for it, or a slot. What is given up meanwhile is the wait, not
    /// the token.
    ///
    /// # Errors
    /// As [`Out::send`].
    ///
    /// # Cancel safety
    /// Dropped before it was ready, nothing has happened.
    pub async fn reserve(&mut self) -> Result<OutPermit<'_>, Ended> {
        let Out { end, check, readers, firing, .. } = self;
        let end = &*end;
        let place = match firing {
            Some((firing, place)) => Place::Firing(firing, *place),
            None => match end.reserve_plainly().await {
                Ok(permit) => Place::Channel(permit),
                Err(gone) => {
                    readers.refuse(gone)?;
                    Place::Nowhere
                }
            },
        };
        Ok(OutPermit { check: check.as_ref(), end, readers, place })
    }

    /// Whether nothing sent here can be delivered any more.
    pub fn is_retired(&self) -> bool {
        self.end.gone().is_some()
    }

    /// Ready when nothing sent here can be delivered any more: a source that waits outside stops then.
    pub async fn until_ended(&self) -> Ended {
        poll_fn(|cx| self.end.poll_gone(cx)).await.into()
    }

    /// Says which process has its end from now on.
    pub(crate) fn held_by(&self, process: u32) {
        self.end.held_by(process);
    }

    /// Retires the port before the process ends.
    pub fn retire(self) {
        self.end.end(None);
    }

    /// Ends a port that nobody owns but this handle, as its drop: when the poll returns (E11).
    pub(crate) fn forsake(self) {
        self.end.forsake();
    }

    /// Poisons the port: readers get what is buffered, then the poison (E4).
    pub fn poison(self, poison: Poison) {
        self.end.end(Some(poison));
    }

    /// The poison that the next send would meet.
    pub(crate) fn poisoned(&self) -> Option<Poison> {
        match self.end.gone() {
            Some(Gone::Poisoned(poison)) => Some(poison),
            _ => None,
        }
    }

    /// The token as the channel carries it.
    pub(crate) fn checked(&self, token: Value) -> Result<Value, Ended> {
        checked(self.check.as_ref(), token)
    }

    #[inline(always)]
    pub(super) fn poll_send(
        &mut self,
        token: &mut Option<Value>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Ended>> {
        if self.firing.is_none() {
            match self.end.try_quick_send(token, cx) {
                Step::Done => return Poll::Ready(Ok(())),
                Step::Waits => return Poll::Pending,
                Step::Whole => {}
            }
        }
        self.poll_send_whole(token, cx)
    }

    #[inline(never)]
    fn poll_send_whole(
        &mut self,
        token: &mut Option<Value>,
        cx: &mut Context<'_>,
    ) -> Poll<Result<(), Ended>> {
        if self.firing.is_some() {
            self.give(|| token.take());
            return Poll::Ready(Ok(()));
        }
        match self.end.poll_send_whole(token, cx) {
            Poll::Ready(Err(gone)) => {
                *token = None;
                Poll::Ready(self.refused(gone, 1))
            }
            Poll::Ready(Ok(())) => Poll::Ready(Ok(())),
            Poll::Pending => Poll::Pending,
        }
    }

    pub(super) fn withdraw(&self) {
        self.end.withdraw();
    }
}

/// A place for one token: a send that need not wait. Dropped, the place is free again.
#[must_use = "a permit that is dropped gives its place up"]
pub struct OutPermit<'a> {
    check: Option<&'a Check>,
    end: &'a WriteEnd<Value>,
    readers: &'a mut Readers,
    place: Place<'a>,
}

enum Place<'a> {
    Channel(Permit<'a, Value>),
    /// That of the firing which keeps this output's tokens together.
    Firing(&'a Firing, usize),
    /// Nobody reads there any more, and the process goes on (E2a).
    Nowhere,
}

impl OutPermit<'_> {
    /// Sends the token without waiting, as [`Permit::send`].
    ///
    /// # Errors
    /// As [`Out::send`].
    pub async fn send(self, token: impl Into<Value>) -> Result<(), Ended> {
        let token = checked(self.check, token.into())?;
        match self.place {
            Place::Firing(firing, place) => firing.give(place, [token]),
            Place::Nowhere => self.end.count_undelivered(),
            Place::Channel(permit) => {
                if let Err(error) = permit.send(token).await {
                    self.readers.refuse(error.gone)?;
                    self.end.count_undelivered();
                }
            }
        }
        Ok(())
    }
}
