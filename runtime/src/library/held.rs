//! Tokens that a process keeps, and how much memory they may take.

use csprun_dsl::signature::{ParamSpec, ParamType};

use crate::process::{Ended, Params};
use crate::value::Value;

/// The limit, as a parameter of each kind that keeps what comes.
pub(super) const MEMORY: ParamSpec = ParamSpec::with_default(
    "memory",
    ParamType::Memory,
    "\"1GiB\"",
    "most bytes of tokens that it keeps; it fails rather than keep more",
);

/// How much is kept.
pub(super) struct Held {
    n_bytes: usize,
    limit: usize,
}

impl Held {
    /// Nothing yet; the limit is the parameter `memory`.
    pub(super) fn of(params: &Params) -> Held {
        Held { n_bytes: 0, limit: usize::try_from(params.int("memory")).unwrap_or(usize::MAX) }
    }

    /// Counts a token that is kept from now on.
    pub(super) fn keep(&mut self, token: &Value) -> Result<(), Ended> {
        self.replace(0, token)
    }

    /// Counts a token that is kept in the place of one of so many bytes.
    pub(super) fn replace(&mut self, n_before: usize, token: &Value) -> Result<(), Ended> {
        self.n_bytes = self.n_bytes.saturating_sub(n_before).saturating_add(token.n_bytes());
        if self.n_bytes <= self.limit {
            return Ok(());
        }
        let limit = self.limit;
        Err(Ended::fail(format!(
            "what it keeps takes more than {limit} bytes: raise `memory`, or give it less"
        )))
    }
}
