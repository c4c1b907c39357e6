//! Processes that run on more threads than one: what a script spawns is a part of it, each on a thread of its own. A
//! part waits and holds ends by a number of its own, as processes do; what becomes of it is its process's.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::current::{FIRST_PART, OUTSIDE};

/// A thread that carries a part of a process.
pub(super) trait Part: Send + Sync {
    /// How often it has begun to wait, if it waits. Where it takes turns, the light process that stands for it tells.
    fn waits(&self) -> Option<u32>;
    /// Whether it shall end: it is about to, whatever it waits for.
    fn is_stopped(&self) -> bool;
    /// Whether it has ended.
    fn has_ended(&self) -> bool;
}

/// A part to reports.
#[derive(Clone, Debug)]
pub(crate) struct PartName {
    /// By which it waits and holds ends.
    pub(crate) number: u32,
    pub(crate) name: String,
}

/// A part, from before its thread starts.
struct Known {
    number: u32,
    name: String,
    /// What spawned it: a process, or a part of one.
    parent: u32,
    process: u32,
    /// `None`: its thread is about to start.
    thread: Option<Weak<dyn Part>>,
}

/// All parts of a run.
#[derive(Default)]
pub(super) struct Parts {
    known: Mutex<Vec<Known>>,
    n_numbers: AtomicU32,
}

impl Known {
    fn has_ended(&self) -> bool {
        let ended = |thread: &Weak<dyn Part>| thread.upgrade().is_none_or(|thread| thread.has_ended());
        self.thread.as_ref().is_some_and(ended)
    }

    /// Its thread, if it goes on.
    fn going(&self) -> Option<Arc<dyn Part>> {
        let thread = self.thread.as_ref()?.upgrade()?;
        (!thread.is_stopped() && !thread.has_ended()).then_some(thread)
    }
}

/// The process of that number, which may be that of a part.
fn process_of(known: &[Known], number: u32) -> u32 {
    known.iter().find(|part| part.number == number).map_or(number, |part| part.process)
}

impl Parts {
    fn known(&self) -> MutexGuard<'_, Vec<Known>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A number that no process and no other part of the run has.
    pub(super) fn new_number(&self) -> u32 {
        // Relaxed: only that it is not given twice matters.
        let n = self.n_numbers.fetch_add(1, Ordering::Relaxed);
        assert!(n < OUTSIDE - FIRST_PART, "a run has spawned two thousand million functions");
        FIRST_PART + n
    }

    /// Adds a part that is about to start, of which it is not known that it waits until its thread is told.
    pub(super) fn add(&self, number: u32, parent: u32, name: String) {
        let mut known = self.known();
        if known.len().is_power_of_two() {
            known.retain(|part| !part.has_ended());
        }
        let process = process_of(&known, parent);
        known.push(Known { number, name, parent, process, thread: None });
    }

    /// Tells the thread of a part.
    pub(super) fn start(&self, number: u32, thread: &Arc<dyn Part>) {
        let mut known = self.known();
        let part = known.iter_mut().find(|part| part.number == number);
        part.into_iter().for_each(|part| part.thread = Some(Arc::downgrade(thread)));
    }

    /// A part could not start.
    pub(super) fn forget(&self, number: u32) {
        self.known().retain(|part| part.number != number);
    }

    /// The process to which that number belongs.
    pub(super) fn process_of(&self, number: u32) -> u32 {
        process_of(&self.known(), number)
    }

    /// Whether any part of that process is left.
    pub(super) fn has(&self, process: u32) -> bool {
        self.known().iter().any(|part| part.process == process && !part.has_ended())
    }

    /// All parts that have not ended.
    pub(super) fn living(&self) -> Vec<PartName> {
        let known = self.known();
        let living = known.iter().filter(|part| !part.has_ended());
        living.map(|part| PartName { number: part.number, name: part.name.clone() }).collect()
    }

    /// Adds the parts that wait on threads of their own to what waits elsewhere, and takes out those that are about to
    /// end: their own end, or that of what spawned them, ends their waits.
    pub(super) fn waiting(&self, mut waiting: Vec<(u32, u32)>) -> Vec<(u32, u32)> {
        let known = self.known();
        // What has spawned a part stands before it.
        let mut going = BTreeSet::new();
        for part in known.iter() {
            let with_parent = part.parent < FIRST_PART || going.contains(&part.parent);
            if let Some(thread) = part.going().filter(|_| with_parent) {
                going.insert(part.number);
                waiting.extend(thread.waits().map(|n_waits| (part.number, n_waits)));
            }
        }
        waiting.retain(|(number, _)| *number < FIRST_PART || going.contains(number));
        waiting
    }
}

impl fmt::Debug for Parts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Parts")
    }
}
