//! Processes that run on more threads than one: what a script spawns is a part of it, each on a thread of its own. Such
//! a process waits when all of its parts do.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError, Weak};

/// A thread that carries a part of a process.
pub(super) trait Part: Send + Sync {
    /// What it does at the moment.
    fn standing(&self) -> Standing;
}

/// What a part does.
pub(super) enum Standing {
    Runs,
    /// It has begun to wait so often.
    Waits(u32),
    /// It has ended, or is counted elsewhere.
    Ended,
}

/// All parts of a run, with their processes.
#[derive(Default)]
pub(super) struct Parts(Mutex<Vec<(u32, Weak<dyn Part>)>>);

impl Parts {
    pub(super) fn add(&self, process: u32, part: &Arc<dyn Part>) {
        let mut parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if parts.len().is_power_of_two() {
            parts.retain(|(_, part)| {
                part.upgrade().is_some_and(|part| !matches!(part.standing(), Standing::Ended))
            });
        }
        parts.push((process, Arc::downgrade(part)));
    }

    /// Whether any part of that process is left.
    pub(super) fn has(&self, process: u32) -> bool {
        let parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut own = parts.iter().filter(|(of, _)| *of == process).filter_map(|(_, part)| part.upgrade());
        own.any(|part| !matches!(part.standing(), Standing::Ended))
    }

    /// Those of the processes that wait whose parts wait too; their numbers change when a part moves.
    pub(super) fn whole(&self, waiting: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
        let parts = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if parts.is_empty() {
            return waiting;
        }
        // `None`: one of them runs.
        let mut stamps: BTreeMap<u32, Option<u32>> = BTreeMap::new();
        for (process, part) in parts.iter().filter_map(|(process, part)| Some((*process, part.upgrade()?))) {
            let stamp = stamps.entry(process).or_insert(Some(0));
            *stamp = match part.standing() {
                Standing::Runs => None,
                Standing::Waits(n) => stamp.map(|stamp| stamp.wrapping_add(n)),
                Standing::Ended => *stamp,
            };
        }
        drop(parts);
        let whole = |(process, stamp): (u32, u32)| {
            let of_parts = stamps.get(&process).copied().unwrap_or(Some(0))?;
            Some((process, stamp.wrapping_add(of_parts)))
        };
        waiting.into_iter().filter_map(whole).collect()
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts")
    }
}
