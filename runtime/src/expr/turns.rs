//! Turns of the loops of one evaluation, so that none goes on for ever.

use std::cell::Cell;

use super::fault::{Fault, N_OPERATIONS, endless};

thread_local! {
    static N_TURNS: Cell<u64> = const { Cell::new(0) };
}

/// An evaluation starts.
pub(super) fn restart() {
    N_TURNS.set(0);
}

/// Another turn of a loop.
pub(super) fn turn() -> Result<(), Fault> {
    let n = N_TURNS.get() + 1;
    N_TURNS.set(n);
    if n > N_OPERATIONS { Err(endless()) } else { Ok(()) }
}
