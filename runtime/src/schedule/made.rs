//! What processes wait at that no plan knows: channels and barriers made while the run goes on.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

use super::current::OUTSIDE;

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
    /// The program around the run may end it.
    pub(crate) foreign: bool,
}

/// All that was made in a run and is still there.
#[derive(Default)]
pub(super) struct AllMade(Mutex<List>);

#[derive(Default)]
struct List {
    made: Vec<(u32, Weak<dyn Made>)>,
    /// What the program made and a process has used, by its address, which nobody else gets while it stands here.
    foreign: BTreeMap<usize, Weak<dyn Made>>,
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

    /// Adds what the program made, when a process uses it first.
    pub(super) fn add_foreign(&self, address: usize, made: impl FnOnce() -> Arc<dyn Made>) {
        let mut list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if list.foreign.contains_key(&address) {
            return;
        }
        list.foreign.retain(|_, made| made.strong_count() > 0);
        list.foreign.insert(address, Arc::downgrade(&made()));
    }

    /// Who waits at any of it, by process.
    pub(super) fn waits(&self) -> Vec<MadeWait> {
        let list = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let own = list.made.iter().map(|(maker, made)| (*maker, false, made));
        let foreign = list.foreign.values().map(|made| (OUTSIDE, true, made));
        let made: Vec<(u32, bool, Arc<dyn Made>)> = own
            .chain(foreign)
            .filter_map(|(maker, foreign, made)| Some((maker, foreign, made.upgrade()?)))
            .collect();
        // What is dropped here must not come back for the lock.
        drop(list);
        let mut waits: Vec<MadeWait> = Vec::new();
        for &(maker, foreign, ref made) in &made {
            let found = made.waits().into_iter();
            waits.extend(found.map(|(process, what)| MadeWait { process, what, maker, foreign }));
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
