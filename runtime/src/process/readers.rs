//! Outputs that nobody reads any more, and what that means for their process (SEMANTICS E2a).

use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::ended::Ended;
use crate::channel::Gone;

/// Outputs of one process that have not retired, where it goes on until all have (E2a).
pub(crate) type Living = Arc<AtomicUsize>;

/// What it means for the process that nobody reads an output any more.
pub(super) struct Readers {
    /// Present when the process's signature says `when_all_retired`.
    pub(super) living: Option<Living>,
    /// A send was refused, and `living` knows it.
    pub(super) skipped: bool,
}

impl Readers {
    /// What a refused send means (E2a): `Ok` when the process goes on without this output.
    pub(super) fn refuse(&mut self, gone: Gone) -> Result<(), Ended> {
        let Some(living) = self.living.as_ref().filter(|_| gone == Gone::Retired) else {
            return Err(gone.into());
        };
        // Relaxed: only this process counts here.
        if !mem::replace(&mut self.skipped, true) {
            living.fetch_sub(1, Ordering::Relaxed);
        }
        if living.load(Ordering::Relaxed) == 0 { Err(Ended::Retired) } else { Ok(()) }
    }
}
