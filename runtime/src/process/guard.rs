//! Ports in a choice.

use super::ended::Ended;
use super::port::{Check, In, Out, checked};
use super::readers::Readers;
use crate::alt::{Guard, Part};
use crate::channel::{Gone, Receiving, Sending, WriteEnd};
use crate::value::Value;

/// A receive at an input port as a guard.
pub struct InGuard<'a> {
    event: Receiving<'a, Value>,
    check: Option<&'a Check>,
    failure: &'a mut Option<Ended>,
    on: bool,
}

impl In {
    /// A receive in a choice.
    pub fn guard(&mut self) -> InGuard<'_> {
        InGuard { event: self.end.event(), check: self.check.as_ref(), failure: &mut self.failure, on: true }
    }
}

impl InGuard<'_> {
    /// The token, after this guard was chosen. One that is not taken stays in the port for its next receive.
    ///
    /// # Errors
    /// As [`In::recv`]: also when it was chosen because no token can come any more.
    ///
    /// # Panics
    /// When it was not chosen since the last call.
    pub fn take(&mut self) -> Result<Value, Ended> {
        self.failure.take().map_or(Ok(()), Err)?;
        let token = self.event.take().expect("`take` is called on the guard that was chosen")?;
        checked(self.check, token)
    }
}

impl Guard for InGuard<'_> {
    fn part(&mut self) -> Part<'_> {
        if self.on && self.failure.is_some() { Part::ready() } else { Part::event(&mut self.event, self.on) }
    }

    fn when(&mut self, condition: bool) {
        self.on = condition;
    }
}

/// A send at an output port as a guard, with its token.
pub struct OutGuard<'a> {
    event: Sending<'a, Value>,
    check: Option<&'a Check>,
    readers: &'a mut Readers,
    end: WriteEnd<Value>,
    on: bool,
}

impl Out {
    /// A send in a choice.
    ///
    /// # Errors
    /// A failure when the token is not what the channel carries.
    pub fn guard(&mut self, token: impl Into<Value>) -> Result<OutGuard<'_>, Ended> {
        let token = self.checked(token.into())?;
        let end = self.end.same();
        Ok(OutGuard {
            event: self.end.event(Some(token)),
            check: self.check.as_ref(),
            readers: &mut self.readers,
            end,
            on: true,
        })
    }
}

impl OutGuard<'_> {
    /// What came of the send, after this guard was chosen.
    ///
    /// # Errors
    /// As [`Out::send`]: also when it was chosen because nobody can receive any more.
    ///
    /// # Panics
    /// When it was not chosen since the last call.
    pub fn take(&mut self) -> Result<(), Ended> {
        let sent: Result<(), Gone> =
            self.event.take().expect("`take` is called on the guard that was chosen");
        let Err(gone) = sent else { return Ok(()) };
        self.readers.refuse(gone)?;
        self.end.count_undelivered();
        Ok(())
    }

    /// The next token to offer, after the last one was sent.
    ///
    /// # Errors
    /// A failure when the token is not what the channel carries.
    pub fn set(&mut self, token: impl Into<Value>) -> Result<(), Ended> {
        *self.event.token() = Some(checked(self.check, token.into())?);
        Ok(())
    }

    /// The token, if it was not sent.
    pub fn into_token(mut self) -> Option<Value> {
        self.take_back()
    }

    pub(crate) fn take_back(&mut self) -> Option<Value> {
        self.event.token().take()
    }
}

impl Guard for OutGuard<'_> {
    fn part(&mut self) -> Part<'_> {
        let on = self.on && self.event.is_set();
        Part::event(&mut self.event, on)
    }

    fn when(&mut self, condition: bool) {
        self.on = condition;
    }
}
