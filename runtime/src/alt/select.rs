//! How one guard of several is committed.

#![expect(unsafe_code, reason = "a choice holds the locks of all its channels at once")]

use std::fmt;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::task::{Context, Poll};

use super::guard::{Guard, Kind, Part};
use crate::channel::{Claim, Completion, Event, Ready, Ticket};
use crate::schedule::{chance, current, here};

/// A choice that cannot be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum NoChoice {
    /// All preconditions are false, or there are no guards: it would wait for ever (SEMANTICS A5).
    NoGuard,
    /// More than one guard is a barrier (SEMANTICS B1): barriers that are complete would each ask for the same choices,
    /// in whatever order.
    Barriers,
}

impl fmt::Display for NoChoice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            NoChoice::NoGuard => "a choice without a guard whose precondition is true would wait for ever",
            NoChoice::Barriers => "a choice has one barrier at most",
        })
    }
}

impl std::error::Error for NoChoice {}

/// Whose turn it is in a fair choice: the guard served last goes last. Kept by the caller between choices over the
/// same guards.
#[derive(Clone, Debug, Default)]
pub struct Fair {
    next: usize,
}

impl Fair {
    /// Begins with the first guard.
    pub fn new() -> Fair {
        Fair::default()
    }
}

/// Guards by number.
pub trait Guards {
    /// How many.
    #[doc(hidden)]
    fn n(&self) -> usize;
    /// One of them.
    #[doc(hidden)]
    fn part(&mut self, idx: usize) -> Part<'_>;
}

/// Guards of one type.
pub struct Alike<'a, G>(&'a mut [G]);

impl<G: Guard> Guards for Alike<'_, G> {
    fn n(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn part(&mut self, idx: usize) -> Part<'_> {
        self.0[idx].part()
    }
}

/// Guards of several types.
pub struct Mixed<'a, 'g>(&'a mut [&'g mut dyn Guard]);

impl Guards for Mixed<'_, '_> {
    fn n(&self) -> usize {
        self.0.len()
    }

    #[inline]
    fn part(&mut self, idx: usize) -> Part<'_> {
        self.0[idx].part()
    }
}

/// A choice that has not begun.
///
/// ```
/// # use std::time::Duration;
/// # use csprun_runtime::alt::{Alt, Timeout};
/// # use csprun_runtime::channel::{Receiver, Sender};
/// # use csprun_runtime::process::Ended;
/// /// Passes a token on, or gives up after a second.
/// async fn within_a_second(input: &mut Receiver<i32>, output: &mut Sender<i32>) -> Result<(), Ended> {
///     let (mut token, mut late) = (input.guard(), Timeout::after(Duration::from_secs(1)));
///     match Alt::new(&mut [&mut token, &mut late]).select().await? {
///         0 => Ok(output.send(token.take()?).await?),
///         _ => Ok(()),
///     }
/// }
/// ```
pub struct Alt<M> {
    guards: M,
}

impl<'a, 'g> Alt<Mixed<'a, 'g>> {
    /// A choice among guards of several types.
    pub fn new(guards: &'a mut [&'g mut dyn Guard]) -> Alt<Mixed<'a, 'g>> {
        Alt { guards: Mixed(guards) }
    }
}

impl<'a, G: Guard> Alt<Alike<'a, G>> {
    /// A choice among guards of one type.
    pub fn over(guards: &'a mut [G]) -> Alt<Alike<'a, G>> {
        Alt { guards: Alike(guards) }
    }
}

impl<M: Guards> Alt<M> {
    /// Commits any guard that is ready, and gives its number; those with a token come before those that have ended.
    pub fn select(self) -> Select<'static, M> {
        Select::new(self.guards, Policy::Any)
    }

    /// Commits the first that is ready in the order written. It looks in that order again when it was woken.
    pub fn pri_select(self) -> Select<'static, M> {
        Select::new(self.guards, Policy::InOrder)
    }

    /// Commits the first that is ready, the one served last going last: a ready guard waits for at most one service
    /// of each other guard. Those with a token come before those that have ended.
    pub fn fair_select(self, fair: &mut Fair) -> Select<'_, M> {
        Select::new(self.guards, Policy::Fair(fair))
    }
}

enum Policy<'f> {
    Any,
    InOrder,
    Fair(&'f mut Fair),
}

enum State {
    /// Nothing is offered.
    Idle,
    /// All guards are offered, under this claim.
    Offered(&'static Claim),
    /// This guard is committed, and not complete.
    Committed(usize),
}

/// A choice on its way. Ready with the number of the guard that has committed.
///
/// # Errors
/// [`NoChoice`] when no precondition is true, or two barriers are among the guards.
///
/// # Cancel safety
/// Dropped before it was ready, no guard has committed; or one has, unseen: a token received so is the next one of its
/// end (SEMANTICS C10).
#[must_use = "a choice does nothing until it is awaited"]
pub struct Select<'f, M: Guards> {
    guards: M,
    policy: Policy<'f>,
    state: State,
    /// A timer is armed: the run waits for the outside.
    armed: bool,
    /// It found nothing and has let others run.
    looked: bool,
    /// Guards that are channels, by address, so that locks are always taken in one order.
    by_address: Vec<(usize, u32)>,
}

/// It is never pinned by what it holds.
impl<M: Guards> Unpin for Select<'_, M> {}

impl<'f, M: Guards> Select<'f, M> {
    fn new(guards: M, policy: Policy<'f>) -> Select<'f, M> {
        Select { guards, policy, state: State::Idle, armed: false, looked: false, by_address: Vec::new() }
    }

    fn chosen(&mut self, idx: usize) -> Poll<Result<usize, NoChoice>> {
        if let Policy::Fair(fair) = &mut self.policy {
            fair.next = idx + 1;
        }
        self.state = State::Idle;
        self.disarm();
        Poll::Ready(Ok(idx))
    }

    /// Commits the first guard that is ready, in the order of the policy.
    fn commit(&mut self, cx: &mut Context<'_>) -> Result<Option<usize>, NoChoice> {
        let n = self.guards.n();
        let start = match &self.policy {
            Policy::Fair(fair) => fair.next,
            Policy::Any => chance::below(n),
            Policy::InOrder => 0,
        };
        let in_order = matches!(self.policy, Policy::InOrder);
        let (mut any, mut barrier, mut over) = (false, false, None);
        for k in 0..n {
            let idx = if start + k < n { start + k } else { (start + k) % n };
            let part = self.guards.part(idx).0;
            if matches!(part, Kind::Barrier(_)) && mem::replace(&mut barrier, true) {
                return Err(NoChoice::Barriers);
            }
            match part {
                Kind::Off => continue,
                Kind::Skip => return Ok(Some(idx)),
                Kind::Timer(timer) => {
                    if Pin::new(timer).poll(cx).is_ready() {
                        return Ok(Some(idx));
                    }
                    self.armed = true;
                }
                Kind::Event(event) | Kind::Barrier(event) => match event.commit(in_order) {
                    Ready::Token => return Ok(Some(idx)),
                    Ready::Over if in_order => return Ok(Some(idx)),
                    Ready::Over => over = over.or(Some(idx)),
                    Ready::No => {}
                },
            }
            any = true;
        }
        if let Some(idx) = over
            && let Kind::Event(event) | Kind::Barrier(event) = self.guards.part(idx).0
            && event.commit(true) != Ready::No
        {
            return Ok(Some(idx));
        }
        if any { Ok(None) } else { Err(NoChoice::NoGuard) }
    }

    /// Offers all guards at once and gives the claim on them, unless one is ready: then nothing.
    fn offer(&mut self, cx: &mut Context<'_>) -> Option<&'static Claim> {
        self.sort();
        let n = self.by_address.len();
        self.lock_all();
        // SAFETY: all channels are locked.
        let ready = (0..n).any(|i| self.event(i).is_some_and(|event| unsafe { event.look() } != Ready::No));
        let claim = (!ready).then(Claim::get);
        if let Some(claim) = claim {
            claim.open();
            let prefers = matches!(self.policy, Policy::InOrder);
            for i in 0..n {
                let ticket = Ticket { claim, guard: self.by_address[i].1, prefers };
                if let Some(event) = self.event(i) {
                    // SAFETY: all channels are locked.
                    unsafe { event.offer(ticket, cx) };
                }
            }
        }
        self.unlock_all();
        if claim.is_some() {
            (0..n).for_each(|i| self.event(i).into_iter().for_each(|event| event.announce()));
        }
        claim
    }

    fn sort(&mut self) {
        if !self.by_address.is_empty() {
            return;
        }
        for idx in 0..self.guards.n() {
            if let Kind::Event(event) | Kind::Barrier(event) = self.guards.part(idx).0 {
                self.by_address.push((event.address(), idx as u32));
            }
        }
        self.by_address.sort_unstable();
    }

    /// The guard at a position in the order of addresses.
    fn event(&mut self, position: usize) -> Option<&mut dyn Event> {
        match self.guards.part(self.by_address[position].1 as usize).0 {
            Kind::Event(event) | Kind::Barrier(event) => Some(event),
            Kind::Off | Kind::Timer(_) | Kind::Skip => None,
        }
    }

    /// Whether the guard at that position is the first one of its channel.
    fn is_first(&self, position: usize) -> bool {
        position == 0 || self.by_address[position - 1].0 != self.by_address[position].0
    }

    fn lock_all(&mut self) {
        for i in 0..self.by_address.len() {
            if self.is_first(i)
                && let Some(event) = self.event(i)
            {
                event.lock();
            }
        }
    }

    fn unlock_all(&mut self) {
        for i in 0..self.by_address.len() {
            if self.is_first(i)
                && let Some(event) = self.event(i)
            {
                // SAFETY: `lock_all` has locked it; preconditions do not change while a choice is under way.
                unsafe { event.unlock() };
            }
        }
    }

    /// Ends the offers, each by `end`, which is told whether it was taken; the guard that was.
    fn close(&mut self, claim: &'static Claim, mut end: impl FnMut(&mut dyn Event, bool)) -> Option<usize> {
        let taken = claim.close();
        for i in 0..self.by_address.len() {
            let is_taken = taken == Some(self.by_address[i].1);
            if let Some(event) = self.event(i) {
                end(event, is_taken);
            }
        }
        claim.put_back();
        taken.map(|guard| guard as usize)
    }

    /// Nobody waits for the timers any more: what the process does next is no wait for the outside.
    fn disarm(&mut self) {
        if !mem::take(&mut self.armed) {
            return;
        }
        for idx in 0..self.guards.n() {
            if let Kind::Timer(timer) = self.guards.part(idx).0 {
                timer.disarm();
            }
        }
    }

    /// Goes on with the committed guard.
    fn complete(&mut self, idx: usize, cx: &mut Context<'_>) -> Completion {
        match self.guards.part(idx).0 {
            Kind::Event(event) | Kind::Barrier(event) => event.complete(cx),
            Kind::Off | Kind::Timer(_) | Kind::Skip => Completion::Done,
        }
    }
}

impl<M: Guards> Future for Select<'_, M> {
    type Output = Result<usize, NoChoice>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<usize, NoChoice>> {
        if current::is_spent(cx) {
            return Poll::Pending;
        }
        let this = &mut *self;
        if let State::Offered(claim) = this.state {
            this.state = State::Idle;
            if let Some(idx) = this.close(claim, |event, is_taken| event.withdraw(is_taken)) {
                this.state = State::Committed(idx);
            }
        }
        loop {
            if let State::Committed(idx) = this.state {
                match this.complete(idx, cx) {
                    Completion::Done => return this.chosen(idx),
                    Completion::Waits => {
                        this.disarm();
                        return Poll::Pending;
                    }
                    Completion::Broken => this.state = State::Idle,
                }
            }
            if let Some(idx) = this.commit(cx)? {
                this.state = State::Committed(idx);
            } else if !mem::replace(&mut this.looked, true) && here::lets_ready(cx) {
                // Mostly one of them is about to come, and offers to all cost more than a poll.
                return Poll::Pending;
            } else if let Some(claim) = this.offer(cx) {
                this.state = State::Offered(claim);
                return Poll::Pending;
            }
        }
    }
}

impl<M: Guards> Drop for Select<'_, M> {
    fn drop(&mut self) {
        self.disarm();
        match self.state {
            State::Idle => {}
            State::Offered(claim) => drop(self.close(claim, |event, _| event.abandon())),
            State::Committed(idx) => {
                if let Kind::Event(event) | Kind::Barrier(event) = self.guards.part(idx).0 {
                    event.abandon();
                }
            }
        }
    }
}
