//! Tokens that a process keeps, and how much memory they may take.

use csprun_dsl::signature::{ParamSpec, ParamType};

use crate::process::{Ended, Params};
use crate::value::{Value, View};

/// The limit, as a parameter of each kind that keeps what comes.
pub(super) const MEMORY: ParamSpec = ParamSpec::with_default(
    "memory",
    ParamType::Memory,
    "\"1GiB\"",
    "most bytes of tokens that it keeps; it fails rather than keep more",
);

/// What a state took when it was measured last.
#[derive(Clone, Copy, Default)]
pub(super) struct Measured {
    n_bytes: usize,
    /// Without what is inside of lists and records.
    n_outside: usize,
    /// Bytes of the tokens that it has seen since.
    n_taken: usize,
}

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
        self.exchange(n_before, token.n_bytes())
    }

    /// Counts a state that has become this with a token of so many bytes. It is measured when it may have grown by a
    /// 64th: each time, that would take as long as copying it.
    pub(super) fn follow(
        &mut self,
        measured: &mut Measured,
        state: &Value,
        n_taken: usize,
    ) -> Result<(), Ended> {
        measured.n_taken = measured.n_taken.saturating_add(n_taken);
        let n_outside = n_outside(state);
        let n_changed = measured.n_outside.abs_diff(n_outside).max(measured.n_taken);
        if n_changed < measured.n_bytes / 64 {
            return Ok(());
        }
        let n_before = measured.n_bytes;
        *measured = Measured { n_bytes: state.n_bytes(), n_outside, n_taken: 0 };
        self.exchange(n_before, measured.n_bytes)
    }

    /// So many bytes are not kept any more.
    pub(super) fn release(&mut self, n_bytes: usize) {
        self.n_bytes = self.n_bytes.saturating_sub(n_bytes);
    }

    /// Nothing is kept any more.
    pub(super) fn clear(&mut self) {
        self.n_bytes = 0;
    }

    /// Counts so many bytes that are kept in the place of as many others.
    pub(super) fn exchange(&mut self, n_before: usize, n_bytes: usize) -> Result<(), Ended> {
        self.n_bytes = self.n_bytes.saturating_add(n_bytes).saturating_sub(n_before);
        if self.n_bytes <= self.limit {
            return Ok(());
        }
        let limit = self.limit;
        Err(Ended::fail(format!(
            "what it keeps takes more than {limit} bytes: raise `memory`, or give it less"
        )))
    }
}

/// Bytes of a token, without the contents of items of lists.
fn n_outside(token: &Value) -> usize {
    match token.view() {
        View::List(items) => size_of_val(items),
        View::Record(record) => record
            .values()
            .iter()
            .map(|value| match value.view() {
                View::Record(_) => 0,
                _ => n_outside(value),
            })
            .sum(),
        _ => token.n_bytes(),
    }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::{Param, Params};

    use super::{Held, Measured};
    use crate::value::Value;

    #[test]
    fn a_state_that_grows_meets_its_limit_within_a_64th() {
        for item in [Value::from(1), Value::from("x".repeat(100)), Value::from(vec![Value::from(2); 9])] {
            let mut params = Params::default();
            let limit = 1000 * item.n_bytes();
            params.set("memory", Param::Int(i64::try_from(limit).unwrap()));
            let (mut held, mut measured) = (Held::of(&params), Measured::default());
            let state = |n| Value::from(vec![item.clone(); n]);
            let n_most = (1..).find(|n| held.follow(&mut measured, &state(*n), item.n_bytes()).is_err());
            assert!((999..=1020).contains(&n_most.unwrap()), "{n_most:?}");
        }
    }
}
