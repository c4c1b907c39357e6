//! What only a worker's own thread touches: which of its processes are to be polled.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::mem::ManuallyDrop;
use std::task::Context;

use super::address::Address;
use super::adversary::Adversary;
use super::job::Work;
use super::remote::{Note, Remote};

/// What a slot's process is doing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// It waits for a wake.
    Idle,
    /// It is in the queue.
    Scheduled,
    /// It is being polled.
    Running,
    /// It is being polled, and was woken since the poll began.
    Notified,
    /// It has ended; the slot is free.
    Ended,
}

struct Slot {
    process: u32,
    /// How often it was polled, around the clock.
    n_polls: u32,
    /// Who is scheduled behind it.
    next: u32,
    generation: u16,
    state: State,
}

/// Nobody's slot.
const NONE: u32 = u32::MAX;

/// What only the worker's own thread touches. Nothing of it is dropped with the thread, which costs a look at each
/// access: the worker takes it out when it ends.
pub(super) struct Here {
    /// Number of the worker; `NOBODY`: the thread is none.
    pub(super) worker: Cell<u16>,
    /// The worker looks at timers and sockets, and waits for work.
    pub(super) parked: Cell<bool>,
    pub(super) run: ManuallyDrop<RefCell<RunQueue>>,
    /// Processes that were spawned here since the queue was last looked at.
    pub(super) spawned: ManuallyDrop<RefCell<Vec<(u32, Work)>>>,
    /// The poll has left something to be done: spawned processes, or what is noted for its end.
    pub(super) has_more: Cell<bool>,
    /// A stranger has cloned a waker: tokio, which may have put the wake off until the worker lets it run.
    pub(super) has_strangers: Cell<bool>,
}

/// Processes by slot, and which of them are scheduled, first come first: a list through the slots.
pub(super) struct RunQueue {
    slots: Vec<Slot>,
    first: u32,
    last: u32,
    /// Present where schedules are explored.
    explored: Option<Box<Explored>>,
}

/// Who picks, and from whom: the list is emptied into it first.
struct Explored {
    adversary: Adversary,
    queue: VecDeque<u32>,
}

pub(super) const NOBODY: u16 = u16::MAX;

thread_local! {
    pub(super) static HERE: Here = const {
        Here {
            worker: Cell::new(NOBODY),
            parked: Cell::new(false),
            run: ManuallyDrop::new(RefCell::new(RunQueue::new())),
            spawned: ManuallyDrop::new(RefCell::new(Vec::new())),
            has_more: Cell::new(false),
            has_strangers: Cell::new(false),
        }
    };
}

/// Wakes a light process, from wherever.
#[inline]
pub(super) fn wake(address: Address) {
    // Not `with`, which the compiler leaves a call.
    let _ = HERE.try_with(|here| here.wake(address.pack()));
}

impl Here {
    /// Wakes a process of this worker, or of another.
    // Not inline: as one call it costs less, everywhere, than its parts.
    #[inline(never)]
    pub(super) fn wake(&self, packed: u64) {
        let address = Address::of(packed);
        if self.worker.get() != address.worker {
            return wake_there(packed);
        }
        self.run.borrow_mut().wake(address);
        if self.parked.get() {
            unpark(packed);
        }
    }
}

/// Wakes one of another worker.
#[cold]
fn wake_there(packed: u64) {
    let address = Address::of(packed);
    Remote::of(address.worker).post(Note::Wake(address));
}

/// A timer or a socket woke a process: the worker goes on.
#[cold]
fn unpark(packed: u64) {
    Remote::of(Address::of(packed).worker).unpark();
}

impl RunQueue {
    const fn new() -> RunQueue {
        RunQueue { slots: Vec::new(), first: NONE, last: NONE, explored: None }
    }

    /// Puts a slot behind all others.
    #[inline]
    fn push(&mut self, idx: u32) {
        let last = std::mem::replace(&mut self.last, idx);
        match self.slots.get_mut(last as usize) {
            Some(last) => last.next = idx,
            None => self.first = idx,
        }
    }

    /// Takes the first slot out.
    #[inline]
    fn pop(&mut self) -> Option<u32> {
        let idx = self.first;
        let slot = self.slots.get_mut(idx as usize)?;
        self.first = std::mem::replace(&mut slot.next, NONE);
        if self.first == NONE {
            self.last = NONE;
        }
        Some(idx)
    }

    #[inline]
    fn wake(&mut self, address: Address) {
        let Some(slot) = self.slots.get_mut(address.slot as usize) else { return };
        if slot.generation != address.generation {
            return;
        }
        if slot.state == State::Idle {
            slot.state = State::Scheduled;
            self.push(address.slot);
        } else if slot.state == State::Running {
            slot.state = State::Notified;
        }
    }

    /// The next process to poll, with its generation.
    #[inline]
    pub(super) fn next(&mut self) -> Option<(u32, u16)> {
        let idx = if self.explored.is_some() { self.pick()? } else { self.pop()? };
        let slot = &mut self.slots[idx as usize];
        slot.state = State::Running;
        slot.n_polls = slot.n_polls.wrapping_add(1);
        Some((idx, slot.generation))
    }

    #[cold]
    fn pick(&mut self) -> Option<u32> {
        let mut explored = self.explored.take()?;
        explored.queue.extend(std::iter::from_fn(|| self.pop()));
        let n_polls = |slot: u32| self.slots[slot as usize].n_polls;
        let picked = explored.adversary.pick(&mut explored.queue, n_polls);
        self.explored = Some(explored);
        picked
    }

    /// Picks by the schedule of that seed from now on.
    pub(super) fn explore(&mut self, seed: Option<u64>) {
        let adversary = seed.map(|seed| Adversary::new(seed, self.slots.len()));
        self.explored = adversary.map(|adversary| Box::new(Explored { adversary, queue: VecDeque::new() }));
    }

    /// Operations that the next poll may commit, where schedules are explored.
    pub(super) fn budget(&self) -> Option<u32> {
        self.explored.as_ref().map(|explored| explored.adversary.budget())
    }

    /// After a poll that was not ready.
    #[inline]
    pub(super) fn rest(&mut self, idx: u32) {
        let state = &mut self.slots[idx as usize].state;
        if *state == State::Notified {
            *state = State::Scheduled;
            self.push(idx);
        } else {
            *state = State::Idle;
        }
    }

    /// After the last poll.
    pub(super) fn end(&mut self, idx: u32) {
        let slot = &mut self.slots[idx as usize];
        slot.state = State::Ended;
        slot.generation = slot.generation.wrapping_add(1);
    }

    pub(super) fn add(&mut self, idx: u32, process: u32) {
        if idx as usize == self.slots.len() {
            let state = State::Ended;
            self.slots.push(Slot { process, n_polls: 0, next: NONE, generation: 0, state });
        }
        let slot = &mut self.slots[idx as usize];
        (slot.state, slot.process) = (State::Scheduled, process);
        self.push(idx);
    }
}

/// Has the process polled again behind those of its worker that are ready; `false`: there are none, or a seed picks who
/// is polled.
pub(crate) fn lets_ready(cx: &Context<'_>) -> bool {
    let ready = HERE.with(|here| {
        let run = here.run.borrow();
        run.first != NONE && run.explored.is_none()
    });
    if ready {
        cx.waker().wake_by_ref();
    }
    ready
}

/// Whether this thread is the worker of that number.
pub(super) fn is_worker(number: u16) -> bool {
    HERE.with(|here| here.worker.get() == number)
}

/// Notes that a stranger keeps a waker; channels keep theirs otherwise.
#[cold]
pub(super) fn note_stranger() {
    // Also from a stranger's own thread, which may be ending.
    let _ = HERE.try_with(|here| here.has_strangers.set(true));
}

/// Whether this thread is a worker, which carries what is spawned.
pub(crate) fn carries() -> bool {
    HERE.with(|here| here.worker.get() != NOBODY)
}

/// Starts a process beside the one that is being polled, on its worker; this thread is one.
pub(crate) fn spawn(process: u32, work: Work) {
    HERE.with(|here| {
        debug_assert!(carries(), "nobody would run it");
        here.spawned.borrow_mut().push((process, work));
        here.has_more.set(true);
    });
}

/// The processes of this worker.
pub(crate) fn living() -> Vec<u32> {
    HERE.with(|here| {
        let run = here.run.borrow();
        let living = run.slots.iter().filter(|slot| slot.state != State::Ended);
        let mut processes: Vec<u32> = living.map(|slot| slot.process).collect();
        processes.sort_unstable();
        processes.dedup();
        processes
    })
}

/// The processes of this worker that wait, with all that they spawned; each with how often it was polled: who has the
/// same number later has not moved meanwhile.
pub(crate) fn waiting() -> Vec<(u32, u32)> {
    HERE.with(|here| {
        let run = here.run.borrow();
        let living = run.slots.iter().filter(|slot| slot.state != State::Ended);
        let mut parts: Vec<(u32, bool, u32)> =
            living.map(|slot| (slot.process, slot.state == State::Idle, slot.n_polls)).collect();
        parts.sort_unstable();
        let of_one = parts.chunk_by(|a, b| a.0 == b.0).filter(|parts| parts.iter().all(|part| part.1));
        of_one.map(|parts| (parts[0].0, parts.iter().fold(0, |sum, part| part.2.wrapping_add(sum)))).collect()
    })
}
