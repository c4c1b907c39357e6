//! How a channel can be over, and why.

use std::fmt;
use std::sync::Arc;

/// Who brought a poison into the network, and what happened to it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cause {
    /// A process (or `csprun` itself).
    pub who: String,
    /// Text of its failure, or the reason that it gave.
    pub what: String,
}

/// An abort that spreads (SEMANTICS E6, E8).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Poison(Arc<Abort>);

/// Behind one pointer, so that what an operation may give instead of a token is no longer than a token.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Abort {
    cause: Cause,
    strength: u32,
}

impl Poison {
    /// A poison of strength 1, that of failures.
    pub fn new(who: impl Into<String>, what: impl Into<String>) -> Poison {
        Poison(Arc::new(Abort { cause: Cause { who: who.into(), what: what.into() }, strength: 1 }))
    }

    /// Ctrl-C, to which nobody is immune.
    pub(crate) fn interrupt() -> Poison {
        Poison::new("csprun", "interrupted").with_strength(u32::MAX)
    }

    /// Whether it is that.
    pub(crate) fn is_interrupt(&self) -> bool {
        self.strength() == u32::MAX
    }

    /// The same with another strength: it reaches ends whose immunity is below.
    #[must_use]
    pub fn with_strength(mut self, strength: u32) -> Poison {
        Arc::make_mut(&mut self.0).strength = strength;
        self
    }

    /// Who and what.
    pub fn cause(&self) -> &Cause {
        &self.0.cause
    }

    /// It reaches ends whose immunity is below this.
    pub fn strength(&self) -> u32 {
        self.0.strength
    }
}

impl fmt::Display for Poison {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "poisoned by `{}`: {}", self.cause().who, self.cause().what)
    }
}

/// Why an end gives or takes no more tokens. Not a `std::error::Error`: `?` in a process makes an end of it, while
/// every `Error` becomes a failure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Gone {
    /// End of stream: nobody is left on the other side, or this end itself was retired.
    Retired,
    /// Abort.
    Poisoned(Poison),
}

impl fmt::Display for Gone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Gone::Retired => f.write_str("the channel is retired"),
            Gone::Poisoned(poison) => poison.fmt(f),
        }
    }
}

/// A send that did not happen, with its token.
#[derive(Clone, PartialEq, Eq)]
pub struct SendError<T> {
    /// The token, given back.
    pub token: T,
    /// Why.
    pub gone: Gone,
}

impl<T> fmt::Debug for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SendError").field("gone", &self.gone).finish_non_exhaustive()
    }
}

impl<T> fmt::Display for SendError<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.gone.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::{Gone, Poison, SendError};

    #[test]
    fn every_error_says_what_happened() {
        let poisoned = Gone::Poisoned(Poison::new("map", "division by zero"));
        assert_eq!(Gone::Retired.to_string(), "the channel is retired");
        assert_eq!(poisoned.to_string(), "poisoned by `map`: division by zero");
        assert_eq!(SendError { token: 1, gone: Gone::Retired }.to_string(), "the channel is retired");
    }
}
