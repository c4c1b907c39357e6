//! What processes wait at that no plan knows: channels and barriers made while the run goes on.

use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// Something at which processes may wait.
pub(crate) trait Made: Send + Sync {
    /// Who waits here, and what for.
    fn waits(&self) -> Vec<(u32, &'static str)>;
}

/// Who waits at it, what for, and who made it, if that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MadeWait {
    pub(crate) process: u32,
    pub(crate) what: &'static str,
    pub(crate) maker: u32,
}

/// All that was made in a run and is still there.
#[derive(Default)]
pub(super) struct AllMade(Mutex<List>);

#[derive(Default)]
struct List {
    made: Vec<(u32, Weak<dyn Made>)>,
    /// From this length on, what is gone is looked for.
    n_sweep: usize,
}

/// Shortest list that is worth a look for what is gone.
const N_SWEEP: usize = 64;

impl AllMade {
    /// Adds what that process made.
    pub(super) fn add(&self, made: &Arc<dyn Made>, maker: u32) {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if list.made.len() >= list.n_sweep {
            list.made.retain(|(_, made)| made.strong_count() > 0);
            list.n_sweep = N_SWEEP.max(2 * list.made.len());
        }
        list.made.push((maker, Arc::downgrade(made)));
    }

    /// Who waits at any of it, by process.
    pub(super) fn waits(&self) -> Vec<MadeWait> {
        let list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let made: Vec<(u32, Arc<dyn Made>)> =
            list.made.iter().filter_map(|(maker, made)| Some((*maker, made.upgrade()?))).collect();
        // What is dropped here must not come back for the lock.
        drop(list);
        let mut waits: Vec<MadeWait> = Vec::new();
        for (maker, made) in &made {
            let found = made.waits();
            waits.extend(found.into_iter().map(|(process, what)| MadeWait { process, what, maker: *maker }));
        }
        waits.sort_unstable();
        waits
    }
}

impl fmt::Debug for AllMade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AllMade")
    }
}
