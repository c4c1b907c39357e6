//! What processes wait at that no plan knows: channels and barriers made while the run goes on.

use std::borrow::Cow;
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use super::current::{OUTSIDE, thread_number};

/// Something at which processes may wait.
pub(crate) trait Made: Send + Sync {
    /// Whether only the thread that made it may ask.
    fn stays(&self) -> bool {
        false
    }

    /// Processes of that run may use it from now on.
    fn used_in(&self, _run: u32) {}

    /// The ends of other things that lie in it, if there are any.
    fn transit(&self) -> Option<Transit> {
        None
    }

    /// Who waits here, to that run.
    fn waits(&self, run: u32) -> Vec<WaitHere>;
}

/// Who may use something: processes of several runs have the same numbers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Users {
    Nobody,
    /// Processes of the run of that number.
    Run(u32),
    /// Others too: the program around a run, or a second run.
    Others,
}

impl Users {
    /// One run more.
    pub(crate) fn add(&mut self, run: u32) {
        *self = match *self {
            Users::Nobody => Users::Run(run),
            Users::Run(of) if of == run => Users::Run(run),
            Users::Run(_) | Users::Others => Users::Others,
        };
    }
}

/// An end, wherever it lies.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct EndId {
    /// The address of what it is an end of, which nothing else has while the end is there.
    pub(crate) of: usize,
    pub(crate) writes: bool,
    pub(crate) idx: usize,
}

/// Who may end a wait, or take out what lies somewhere.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Rescuers {
    /// Those processes, and who comes to these ends, which no process has.
    Holders { processes: Vec<u32>, adrift: Vec<EndId> },
    /// Some process of the run.
    Somebody,
    /// Also the program around the run, or another run.
    Anybody,
}

impl Rescuers {
    /// Those processes, if that is all.
    pub(crate) fn known(&self) -> Option<&[u32]> {
        match self {
            Rescuers::Holders { processes, adrift } if adrift.is_empty() => Some(processes),
            _ => None,
        }
    }
}

/// Ends that lie in the tokens of something made.
pub(crate) struct Transit {
    pub(crate) ends: Vec<EndId>,
    pub(crate) takers: Rescuers,
}

/// A wait at something made.
pub(crate) struct WaitHere {
    pub(crate) process: u32,
    /// What for, in words.
    pub(crate) what: Cow<'static, str>,
    /// How full that is, in words; empty where that says nothing.
    pub(crate) fill: String,
    /// Who may end it.
    pub(crate) rescuers: Rescuers,
    /// It is one guard of a choice: another may end the wait.
    pub(crate) chooses: bool,
}

/// Who waits at it, what for, and who made it, if that is known.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct MadeWait {
    pub(crate) process: u32,
    pub(crate) what: Cow<'static, str>,
    pub(crate) fill: String,
    pub(crate) maker: u32,
    /// Who may end it.
    pub(crate) rescuers: Rescuers,
    /// It is one guard of a choice: another may end the wait.
    pub(crate) chooses: bool,
}

/// All that was made in a run and is still there.
#[derive(Default)]
pub(super) struct AllMade(Mutex<Known>);

#[derive(Default)]
struct Known {
    made: List,
    /// What was made outside of the run and a process has used, by its address, which nobody else gets while it stands here.
    foreign: BTreeMap<usize, Weak<dyn Made>>,
    /// By the number of a thread: who waits at what only that one may ask.
    told: BTreeMap<u32, Vec<MadeWait>>,
}

/// Things by who made them.
struct List {
    made: Vec<(u32, Weak<dyn Made>)>,
    /// From this length on, what is gone is looked for.
    n_sweep: usize,
}

/// Shortest list that is worth a look for what is gone.
const N_SWEEP: usize = 64;

thread_local! {
    /// What this thread alone may ask.
    static OWN: RefCell<List> = const { RefCell::new(List::new()) };
    /// The run knows of waits there.
    static HAS_TOLD: Cell<bool> = const { Cell::new(false) };
}

impl List {
    const fn new() -> List {
        List { made: Vec::new(), n_sweep: N_SWEEP }
    }

    fn add(&mut self, made: &Arc<dyn Made>, maker: u32) {
        if self.made.len() >= self.n_sweep {
            self.made.retain(|(_, made)| made.strong_count() > 0);
            self.n_sweep = N_SWEEP.max(2 * self.made.len());
        }
        self.made.push((maker, Arc::downgrade(made)));
    }

    /// What is still there.
    fn living(&self) -> impl Iterator<Item = (u32, bool, Arc<dyn Made>)> {
        self.made.iter().filter_map(|(maker, made)| Some((*maker, false, made.upgrade()?)))
    }
}

impl Default for List {
    fn default() -> List {
        List::new()
    }
}

/// Who waits at these in that run, each with its maker and whether it was made outside.
fn waits_at(made: &[(u32, bool, Arc<dyn Made>)], run: u32) -> Vec<MadeWait> {
    let mut waits = Vec::new();
    for &(maker, foreign, ref made) in made {
        let found = made.waits(run).into_iter();
        waits.extend(found.map(|WaitHere { process, what, fill, rescuers, chooses }| {
            let known = rescuers.known().is_some();
            let rescuers = if foreign && !known { Rescuers::Anybody } else { rescuers };
            MadeWait { process, what, fill, maker, rescuers, chooses }
        }));
    }
    waits
}

impl AllMade {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Adds what that process of that run made.
    pub(super) fn add(&self, made: &Arc<dyn Made>, maker: u32, run: u32) {
        made.used_in(run);
        if made.stays() {
            return OWN.with_borrow_mut(|own| own.add(made, maker));
        }
        self.known().made.add(made, maker);
    }

    /// On a thread between two polls: tells who waits at what only this thread may ask. The ends of that do not leave the
    /// thread, so where nothing else is known it is one of its `processes` that may end such a wait.
    pub(super) fn tell_own(&self, run: u32, processes: impl FnOnce() -> Vec<u32>) {
        // What is dropped here must not come back for the list.
        let living: Vec<_> = OWN.with_borrow(|own| own.living().collect());
        let mut waits = waits_at(&living, run);
        if !waits.is_empty() {
            let here = Rescuers::Holders { processes: processes(), adrift: Vec::new() };
            waits.iter_mut().for_each(|wait| wait.rescuers = here.clone());
        }
        if HAS_TOLD.replace(!waits.is_empty()) || !waits.is_empty() {
            self.known().told.insert(thread_number(), waits);
        }
    }

    /// On the same thread, before what it has told is not so any more.
    pub(super) fn take_back(&self) {
        if HAS_TOLD.replace(false) {
            self.known().told.remove(&thread_number());
        }
    }

    /// Adds what was made outside, when a process of that run uses it first.
    pub(super) fn add_foreign(&self, address: usize, made: impl FnOnce() -> Arc<dyn Made>, run: u32) {
        let mut list = self.known();
        if list.foreign.contains_key(&address) {
            return;
        }
        list.foreign.retain(|_, made| made.strong_count() > 0);
        let made = made();
        list.foreign.insert(address, Arc::downgrade(&made));
        drop(list);
        made.used_in(run);
    }

    /// The ends that lie in any of it.
    pub(super) fn transit(&self) -> Vec<Transit> {
        let made: Vec<_> = self.known().made.living().collect();
        made.iter().filter_map(|(.., made)| made.transit()).collect()
    }

    /// Who waits at any of it in that run, by process.
    pub(super) fn waits(&self, run: u32) -> Vec<MadeWait> {
        let known = self.known();
        let foreign = known.foreign.values().filter_map(|made| Some((OUTSIDE, true, made.upgrade()?)));
        let made: Vec<_> = known.made.living().chain(foreign).collect();
        let told: Vec<MadeWait> = known.told.values().flatten().cloned().collect();
        // What is dropped here must not come back for the lock.
        drop(known);
        let mut waits = waits_at(&made, run);
        waits.extend(told);
        waits.sort_unstable();
        waits
    }
}

impl fmt::Debug for AllMade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("AllMade")
    }
}
