//! How the two sides of a ring keep a distance.

use std::cell::Cell;
use std::time::{Duration, Instant};

/// Tokens, or places, for which a side that finds fewer waits a moment.
const ENOUGH: usize = 64;
/// The moment.
const MOMENT: Duration = Duration::from_nanos(1500);
/// What must have come in that moment for it to be waited the next time too.
const WORTH: usize = 8;
/// Looks at which it is not waited, after the first moment that was in vain, and after many.
const FEWEST_SKIPS: u32 = 8;
const MOST_SKIPS: u32 = 1024;

/// That of one side. Who is at the other's heels moves two lines of memory between two cores for each token; after a
/// moment of waiting it moves them for many.
pub(super) struct Pace {
    /// Looks left at which it does not wait.
    n_skips: Cell<u32>,
    /// As many after the next moment that was in vain.
    n_next: Cell<u32>,
}

impl Pace {
    pub(super) fn new() -> Pace {
        Pace { n_skips: Cell::new(0), n_next: Cell::new(FEWEST_SKIPS) }
    }

    /// What `look` gives: a moment later if it is little, and grows.
    #[inline(never)]
    pub(super) fn look(&self, limit: usize, mut look: impl FnMut() -> usize) -> usize {
        let n = look();
        if n == 0 || n >= ENOUGH.min(limit / 4) {
            return n;
        }
        if self.n_skips.get() > 0 {
            self.n_skips.set(self.n_skips.get() - 1);
            return n;
        }
        let began = Instant::now();
        while began.elapsed() < MOMENT {
            (0..4).for_each(|_| std::hint::spin_loop());
        }
        let more = look();
        if more.saturating_sub(n) >= WORTH {
            self.n_next.set(FEWEST_SKIPS);
        } else {
            self.n_skips.set(self.n_next.get());
            self.n_next.set((2 * self.n_next.get()).min(MOST_SKIPS));
        }
        more
    }
}

#[cfg(test)]
mod tests {
    use super::{ENOUGH, FEWEST_SKIPS, Pace, WORTH};

    /// What a look gives, and how often it looked, when there are `first` tokens and a moment later `then`.
    fn look(pace: &Pace, first: usize, then: usize) -> (usize, usize) {
        let mut n_looks = 0;
        let n = pace.look(1024, || {
            n_looks += 1;
            if n_looks == 1 { first } else { then }
        });
        (n, n_looks)
    }

    #[test]
    fn few_are_waited_for_while_more_come() {
        let pace = Pace::new();
        assert_eq!(look(&pace, 0, 9), (0, 1), "who finds none does something else");
        assert_eq!(look(&pace, ENOUGH, 999), (ENOUGH, 1));
        for _ in 0..3 {
            assert_eq!(look(&pace, 1, 1 + WORTH), (1 + WORTH, 2));
        }
    }

    #[test]
    fn after_a_moment_in_vain_it_does_not_wait_for_a_while_and_then_for_longer() {
        let pace = Pace::new();
        for n_skips in [FEWEST_SKIPS, 2 * FEWEST_SKIPS] {
            assert_eq!(look(&pace, 1, 1), (1, 2));
            (0..n_skips).for_each(|_| assert_eq!(look(&pace, 1, 99), (1, 1)));
        }
    }
}
