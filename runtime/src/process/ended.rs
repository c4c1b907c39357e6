//! How a process ended.

use std::error::Error;
use std::fmt;

use crate::channel::{Gone, Poison, SendError};
use crate::value::Value;

/// Why a body returned early. Not a `std::error::Error`, so that every error type converts into a failure with
/// `?`.
#[derive(Debug)]
#[non_exhaustive]
pub enum Ended {
    /// A port's other side is gone: a normal end.
    Retired,
    /// A port was poisoned: passed on to the process's other ports.
    Poisoned(Poison),
    /// The process failed: its ports are poisoned with this cause, and the run's exit code is 1.
    Failed(Failure),
}

/// What a process failed with.
// A thin pointer: what a receive gives instead of a token is no longer than a token.
pub struct Failure(Box<Box<dyn Error + Send + Sync>>);

impl Failure {
    fn new(error: Box<dyn Error + Send + Sync>) -> Failure {
        Failure(Box::new(error))
    }

    /// The error itself.
    pub fn into_inner(self) -> Box<dyn Error + Send + Sync> {
        *self.0
    }
}

impl fmt::Debug for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

// A receive moves no more than a token.
const _: () = assert!(size_of::<Result<Value, Ended>>() == size_of::<Value>());

impl Ended {
    /// A failure with this message or error.
    pub fn fail(error: impl Into<Box<dyn Error + Send + Sync>>) -> Ended {
        Ended::Failed(Failure::new(error.into()))
    }
}

impl From<Gone> for Ended {
    fn from(gone: Gone) -> Ended {
        match gone {
            Gone::Retired => Ended::Retired,
            Gone::Poisoned(poison) => Ended::Poisoned(poison),
        }
    }
}

impl<T> From<SendError<T>> for Ended {
    fn from(error: SendError<T>) -> Ended {
        error.gone.into()
    }
}

impl<E: Error + Send + Sync + 'static> From<E> for Ended {
    fn from(error: E) -> Ended {
        Ended::Failed(Failure::new(Box::new(error)))
    }
}

impl fmt::Display for Ended {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Ended::Retired => f.write_str("retired"),
            Ended::Poisoned(poison) => poison.fmt(f),
            Ended::Failed(error) => error.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Ended;
    use crate::channel::{Gone, Poison, SendError};

    #[test]
    fn every_way_to_end_says_so() {
        let poison = Poison::new("map", "no");
        let said: Vec<String> = [
            Ended::from(Gone::Retired),
            Ended::from(SendError { token: 1, gone: Gone::Poisoned(poison) }),
            Ended::fail("out of luck"),
            Ended::from(std::io::Error::other("disk on fire")),
        ]
        .iter()
        .map(ToString::to_string)
        .collect();
        assert_eq!(said, ["retired", "poisoned by `map`: no", "out of luck", "disk on fire"]);
    }

    #[test]
    fn a_failure_gives_the_error_that_it_was_made_of() {
        let Ended::Failed(failure) = Ended::from(std::io::Error::other("disk on fire")) else {
            panic!("an error is a failure");
        };
        let error = failure.into_inner().downcast::<std::io::Error>().unwrap();
        assert_eq!(error.kind(), std::io::ErrorKind::Other);
    }
}
