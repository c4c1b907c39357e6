//! What processes tell the supervisor.

use std::sync::{Mutex, PoisonError};

use crate::process::Fate;

/// Who has ended how, in order of time.
#[derive(Default)]
pub(super) struct Records(Mutex<Vec<(usize, Fate)>>);

impl Records {
    /// Called by each process, once, while it is counted as active.
    pub(super) fn add(&self, process: usize, fate: Fate) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push((process, fate));
    }

    pub(super) fn take(&self) -> Vec<(usize, Fate)> {
        std::mem::take(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
