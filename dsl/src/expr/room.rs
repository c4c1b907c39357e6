//! Room on the stack. A tree is walked by functions that call themselves, and an expression may have 100,000 terms:
//! whoever makes, walks or drops the tree of one does it inside [`Room::run`].

/// As much of the stack as the tree of one expression may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Room(usize);

/// Bytes of the stack that a token of the text may take: a pair of brackets is some ten calls of Rhai's parser.
const N_PER_TOKEN: usize = 4096;

/// What is there on every stack.
const N_THERE: usize = 64 * N_PER_TOKEN;

impl Room {
    /// Room for a text of so many tokens.
    pub(super) fn of(n_tokens: usize) -> Room {
        Room(n_tokens * N_PER_TOKEN)
    }

    /// Room for so many bytes more: for functions that call one another.
    #[must_use]
    pub fn and(self, n_bytes: usize) -> Room {
        Room(self.0.saturating_add(n_bytes))
    }

    /// The bytes that are there.
    pub fn n_bytes(self) -> usize {
        self.0.max(N_THERE)
    }

    /// Runs `work`, on a stack of its own when there is not enough left of this one.
    pub fn run<R>(self, work: impl FnOnce() -> R) -> R {
        if self.0 <= N_THERE { work() } else { stacker::maybe_grow(self.0, self.0, work) }
    }
}
