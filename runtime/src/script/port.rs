//! One port of a script, and what the script knows of it.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, ready};

use rhai::EvalAltResult;

use super::ending::{mistake, thrown};
use crate::channel::Poison;
use crate::process::{Call, Ended, In, Out, Serve};

/// An end of a channel, or a side of a call.
pub(super) trait End: Sized {
    /// Ends it well.
    fn retire(self);
    /// Ends it with a poison; a call's only leaves its server, as when its process fails.
    fn poison(self, poison: Poison);
    /// The poison that its next use would meet.
    fn poisoned(&self) -> Option<Poison>;
    /// Ready with a poison that ends a sleep. What can still be received ends none.
    fn poll_alarm(&self, _cx: &mut Context<'_>) -> Poll<Poison> {
        Poll::Pending
    }
}

macro_rules! reading_ends {
    ($($end:ident)*) => {$(
        impl End for $end {
            fn retire(self) {
                $end::retire(self);
            }

            fn poison(self, poison: Poison) {
                $end::poison(self, poison);
            }

            fn poisoned(&self) -> Option<Poison> {
                $end::poisoned(self)
            }
        }
    )*};
}

reading_ends! { In Call Serve }

impl End for Out {
    fn retire(self) {
        Out::retire(self);
    }

    fn poison(self, poison: Poison) {
        Out::poison(self, poison);
    }

    fn poisoned(&self) -> Option<Poison> {
        Out::poisoned(self)
    }

    fn poll_alarm(&self, cx: &mut Context<'_>) -> Poll<Poison> {
        match ready!(pin!(self.until_ended()).poll(cx)) {
            Ended::Poisoned(poison) => Poll::Ready(poison),
            Ended::Retired | Ended::Failed(_) => Poll::Pending,
        }
    }
}

/// A port of any sort.
pub(super) trait AnyPort {
    /// Retires its end; nothing happens to one that has ended.
    fn retire(&mut self);
    /// Poisons its end; nothing happens to one that has ended.
    fn poison(&mut self, poison: &Poison);
    /// Whether the script knows that nothing more goes through.
    fn is_retired(&self) -> bool;
    /// A poison there that the script was not told of.
    fn unmet(&self) -> Option<Poison>;
    /// Ready with what ends a sleep: such a poison at an output.
    fn poll_alarm(&mut self, name: &str, cx: &mut Context<'_>) -> Poll<Box<EvalAltResult>>;
}

impl<E: End> AnyPort for Port<E> {
    fn retire(&mut self) {
        self.end.take().into_iter().for_each(E::retire);
    }

    fn poison(&mut self, poison: &Poison) {
        if let Some(end) = self.end.take() {
            self.poison = Some(poison.clone());
            end.poison(poison.clone());
        }
    }

    fn is_retired(&self) -> bool {
        Port::is_retired(self)
    }

    fn unmet(&self) -> Option<Poison> {
        let poison = self.end.as_ref().and_then(E::poisoned)?;
        (!self.told).then_some(poison)
    }

    fn poll_alarm(&mut self, name: &str, cx: &mut Context<'_>) -> Poll<Box<EvalAltResult>> {
        let Some(end) = &self.end else { return Poll::Pending };
        let poison = ready!(end.poll_alarm(cx));
        if self.told {
            return Poll::Pending;
        }
        Poll::Ready(self.refused(name, Ended::Poisoned(poison)))
    }
}

/// One port of a script: an end, until the script ends it.
pub(super) struct Port<E> {
    /// `None`: the script has ended it.
    pub(super) end: Option<E>,
    /// The script poisoned it.
    pub(super) poison: Option<Poison>,
    /// The script was told of its end.
    pub(super) told: bool,
    /// ... which was that of a stream.
    pub(super) retired: bool,
}

impl<E> Port<E> {
    pub(super) fn new(end: E) -> Port<E> {
        Port { end: Some(end), poison: None, told: false, retired: false }
    }

    /// The end, unless the script has ended it.
    pub(super) fn open(&mut self, name: &str) -> Result<&mut E, Box<EvalAltResult>> {
        match (&mut self.end, &self.poison) {
            (Some(end), _) => Ok(end),
            (None, Some(poison)) => Err(thrown(name, Ended::Poisoned(poison.clone()))),
            (None, None) => Err(mistake(format!("the script has retired port `{name}`, or given it away"))),
        }
    }

    /// Remembers what the script is told of the end.
    pub(super) fn refused(&mut self, name: &str, ended: Ended) -> Box<EvalAltResult> {
        self.told |= !matches!(ended, Ended::Failed(_));
        self.retired |= matches!(ended, Ended::Retired);
        thrown(name, ended)
    }

    /// Whether the script knows that nothing more goes through.
    pub(super) fn is_retired(&self) -> bool {
        self.retired || self.end.is_none() && self.poison.is_none()
    }
}
