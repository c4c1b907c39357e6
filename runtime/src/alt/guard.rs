//! What a choice chooses among.

use std::time::{Duration, Instant};

use crate::channel::{Event, Gone, Receiver, Receiving, Sender, Sending};
use crate::schedule::timer::Timer;

/// An event that can be chosen, with a precondition. Made by `guard()` of an end or a port, [`Timeout`] and [`Skip`];
/// kept from choice to choice in a loop.
pub trait Guard {
    /// What the alternation does with it.
    #[doc(hidden)]
    fn part(&mut self) -> Part<'_>;

    /// Sets the precondition: with `false` it takes no part in choices until this is called again.
    fn when(&mut self, condition: bool);
}

/// A guard to its alternation.
pub struct Part<'a>(pub(super) Kind<'a>);

pub(super) enum Kind<'a> {
    /// The precondition is false.
    Off,
    Event(&'a mut dyn Event),
    /// An event of which a choice has one at most.
    Barrier(&'a mut dyn Event),
    Timer(&'a mut Timer),
    Skip,
}

impl<'a> Part<'a> {
    /// Always ready.
    pub(crate) fn ready() -> Part<'a> {
        Part(Kind::Skip)
    }

    pub(crate) fn event(event: &'a mut dyn Event, on: bool) -> Part<'a> {
        Part(if on { Kind::Event(event) } else { Kind::Off })
    }

    pub(crate) fn barrier(event: &'a mut dyn Event, on: bool) -> Part<'a> {
        Part(if on { Kind::Barrier(event) } else { Kind::Off })
    }
}

/// A receive as a guard.
pub struct RecvGuard<'a, T> {
    event: Receiving<'a, T>,
    on: bool,
}

impl<T: Send + 'static> Receiver<T> {
    /// A receive in a choice.
    pub fn guard(&mut self) -> RecvGuard<'_, T> {
        RecvGuard { event: self.read_end().event(), on: true }
    }
}

impl<T> RecvGuard<'_, T> {
    /// The token, after this guard was chosen. One that is not taken stays in the end for its next receive.
    ///
    /// # Errors
    /// When it was chosen because no token can come any more.
    ///
    /// # Panics
    /// When it was not chosen since the last call.
    pub fn take(&mut self) -> Result<T, Gone> {
        self.event.take().expect("`take` is called on the guard that was chosen")
    }
}

impl<T> Guard for RecvGuard<'_, T> {
    fn part(&mut self) -> Part<'_> {
        Part::event(&mut self.event, self.on)
    }

    fn when(&mut self, condition: bool) {
        self.on = condition;
    }
}

/// A send as a guard, with its token.
pub struct SendGuard<'a, T> {
    event: Sending<'a, T>,
    on: bool,
}

impl<T: Send + 'static> Sender<T> {
    /// A send in a choice.
    pub fn guard(&mut self, token: T) -> SendGuard<'_, T> {
        SendGuard { event: self.write_end().event(Some(token)), on: true }
    }
}

impl<T> SendGuard<'_, T> {
    /// What came of the send, after this guard was chosen.
    ///
    /// # Errors
    /// When it was chosen because nobody can receive any more; the token is still here.
    ///
    /// # Panics
    /// When it was not chosen since the last call.
    pub fn take(&mut self) -> Result<(), Gone> {
        self.event.take().expect("`take` is called on the guard that was chosen")
    }

    /// The next token to offer, after the last one was sent.
    pub fn set(&mut self, token: T) {
        *self.event.token() = Some(token);
    }

    /// The token, if it was not sent.
    pub fn into_token(mut self) -> Option<T> {
        self.event.token().take()
    }
}

impl<T> Guard for SendGuard<'_, T> {
    fn part(&mut self) -> Part<'_> {
        let on = self.on && self.event.is_set();
        Part::event(&mut self.event, on)
    }

    fn when(&mut self, condition: bool) {
        self.on = condition;
    }
}

/// Ready when its time has come.
pub struct Timeout {
    timer: Timer,
    on: bool,
}

impl Timeout {
    /// That long after now.
    pub fn after(duration: Duration) -> Timeout {
        Timeout { timer: Timer::after(duration), on: true }
    }

    /// At that time.
    pub fn at(deadline: Instant) -> Timeout {
        Timeout { timer: Timer::at(deadline), on: true }
    }
}

impl Guard for Timeout {
    fn part(&mut self) -> Part<'_> {
        Part(if self.on { Kind::Timer(&mut self.timer) } else { Kind::Off })
    }

    fn when(&mut self, condition: bool) {
        self.on = condition;
    }
}

/// Always ready: what a choice does instead of waiting.
#[derive(Clone, Copy, Debug)]
pub struct Skip {
    on: bool,
}

impl Skip {
    /// One that takes part.
    #[expect(clippy::new_without_default, reason = "a guard is made where it is used, by name")]
    pub fn new() -> Skip {
        Skip { on: true }
    }
}

impl Guard for Skip {
    fn part(&mut self) -> Part<'_> {
        Part(if self.on { Kind::Skip } else { Kind::Off })
    }

    fn when(&mut self, condition: bool) {
        self.on = condition;
    }
}
