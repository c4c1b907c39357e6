//! Who may look for a wake instead of parking.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// A thread that looks for a wake instead of parking. There are fewer of them than cores.
pub(super) struct Spinner(());

static N_SPINNERS: AtomicUsize = AtomicUsize::new(0);

impl Spinner {
    /// One more, if a core is left for who shall wake it.
    pub(super) fn new() -> Option<Spinner> {
        static N_CORES: OnceLock<usize> = OnceLock::new();
        let n_cores = *N_CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from));
        // Relaxed: nothing hangs on it but speed.
        if N_SPINNERS.fetch_add(1, Ordering::Relaxed) + 1 < n_cores {
            return Some(Spinner(()));
        }
        N_SPINNERS.fetch_sub(1, Ordering::Relaxed);
        None
    }
}

impl Drop for Spinner {
    fn drop(&mut self) {
        N_SPINNERS.fetch_sub(1, Ordering::Relaxed);
    }
}
