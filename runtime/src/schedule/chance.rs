//! Chance on this thread, from a seed: none, but while schedules are explored.

use std::cell::Cell;

thread_local! {
    /// State of the generator; `None`: nothing is left to chance.
    static STATE: Cell<Option<u64>> = const { Cell::new(None) };
}

/// Leaves to chance on this thread what may be done in any order, from that seed on.
pub(super) fn begin(seed: Option<u64>) {
    STATE.set(seed);
}

/// Any number below `n`; 0 where nothing is left to chance.
#[inline]
pub(crate) fn below(n: usize) -> usize {
    if STATE.get().is_none() {
        return 0;
    }
    let bits = next();
    // A bias of n / 2^64 is no harm.
    usize::try_from((u128::from(bits) * n as u128) >> 64).unwrap_or(0)
}

/// SplitMix64.
fn next() -> u64 {
    let state = STATE.get().unwrap_or(0).wrapping_add(0x9e37_79b9_7f4a_7c15);
    STATE.set(Some(state));
    mix(state)
}

/// A number whose bits all depend on those of `bits`.
pub(super) fn mix(bits: u64) -> u64 {
    let bits = (bits ^ bits >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ bits >> 27).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ bits >> 31
}

#[cfg(test)]
mod tests {
    use super::{begin, below};

    #[test]
    fn one_seed_gives_one_sequence_and_none_gives_zeros() {
        let draw = |seed| {
            begin(seed);
            (0..50).map(|_| below(10)).collect::<Vec<_>>()
        };
        assert_eq!(draw(Some(3)), draw(Some(3)));
        assert_ne!(draw(Some(3)), draw(Some(4)));
        assert!((0..10).all(|n| draw(Some(3)).contains(&n)));
        assert_eq!(draw(None), [0; 50]);
    }
}
