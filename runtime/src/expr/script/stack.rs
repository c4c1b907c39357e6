//! How much of the stack Rhai may use: where it may not go on, it is told between two steps.

use std::cell::Cell;

/// Bytes for functions that call one another deeply, on a stack of their own.
pub(super) const DEEP: usize = 24 << 20;
/// Bytes for what Rhai does there between two steps.
pub(super) const BETWEEN: usize = 8 << 20;

thread_local! {
    /// Where the stack was when the evaluation began, and how far it may go from there.
    static LIMIT: Cell<(usize, usize)> = const { Cell::new((0, usize::MAX)) };
}

/// An evaluation begins here, which may use so many bytes.
pub(super) fn begin(n_bytes: usize) {
    LIMIT.set((address(), n_bytes));
}

/// Whether it has used them.
pub(super) fn is_used_up() -> bool {
    let (bottom, n_bytes) = LIMIT.get();
    bottom.abs_diff(address()) > n_bytes
}

/// An address on the stack.
#[inline(never)]
pub(crate) fn address() -> usize {
    let marker = 0_u8;
    std::ptr::from_ref(std::hint::black_box(&marker)).addr()
}
