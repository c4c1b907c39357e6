//! What stands in a lane.

/// What the lanes of a register are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Int,
    Float,
    Bool,
}

/// All bits: `true`.
pub(super) const TRUE: u64 = u64::MAX;

/// A Bool as all bits of it.
#[inline(always)]
pub(super) fn truth(b: bool) -> u64 {
    0_u64.wrapping_sub(u64::from(b))
}
