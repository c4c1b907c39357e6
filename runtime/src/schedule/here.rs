//! What only a worker's own thread touches: which of its processes are to be polled.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::mem::ManuallyDrop;

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
    state: State,
    generation: u16,
    process: u32,
    /// How often it was polled, around the clock.
    n_polls: u32,
}

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
    pub(super) has_spawned: Cell<bool>,
}

/// Processes by slot, and which of them are scheduled, first come first.
#[derive(Default)]
pub(super) struct RunQueue {
    slots: Vec<Slot>,
    queue: VecDeque<u32>,
    /// Present where schedules are explored.
    adversary: Option<Box<Adversary>>,
}

pub(super) const NOBODY: u16 = u16::MAX;

thread_local! {
    pub(super) static HERE: Here = const {
        Here {
            worker: Cell::new(NOBODY),
            parked: Cell::new(false),
            run: ManuallyDrop::new(RefCell::new(RunQueue { slots: Vec::new(), queue: VecDeque::new(), adversary: None })),
            spawned: ManuallyDrop::new(RefCell::new(Vec::new())),
            has_spawned: Cell::new(false),
        }
    };
}

/// Wakes a light process, from wherever.
#[inline]
pub(super) fn wake(address: Address) {
    let here = HERE.with(|here| {
        let here_it_is = here.worker.get() == address.worker;
        if here_it_is {
            here.wake(address);
        }
        here_it_is
    });
    if !here {
        Remote::of(address.worker).post(Note::Wake(address));
    }
}

impl Here {
    #[inline]
    pub(super) fn wake(&self, address: Address) {
        self.run.borrow_mut().wake(address);
        if self.parked.get() {
            // By a timer or a socket.
            Remote::of(address.worker).unpark();
        }
    }
}

impl RunQueue {
    #[inline]
    fn wake(&mut self, address: Address) {
        let Some(slot) = self.slots.get_mut(address.slot as usize) else { return };
        if slot.generation != address.generation {
            return;
        }
        match slot.state {
            State::Idle => {
                slot.state = State::Scheduled;
                self.queue.push_back(address.slot);
            }
            State::Running => slot.state = State::Notified,
            State::Scheduled | State::Notified | State::Ended => {}
        }
    }

    /// The next process to poll, with its generation.
    #[inline]
    pub(super) fn next(&mut self) -> Option<(u32, u16)> {
        let idx = match &mut self.adversary {
            None => self.queue.pop_front()?,
            Some(adversary) => adversary.pick(&mut self.queue, |slot| self.slots[slot as usize].n_polls)?,
        };
        let slot = &mut self.slots[idx as usize];
        slot.state = State::Running;
        slot.n_polls = slot.n_polls.wrapping_add(1);
        Some((idx, slot.generation))
    }

    /// Picks by the schedule of that seed from now on.
    pub(super) fn explore(&mut self, seed: Option<u64>) {
        self.adversary = seed.map(|seed| Box::new(Adversary::new(seed, self.slots.len())));
    }

    /// Operations that the next poll may commit, where schedules are explored.
    pub(super) fn budget(&self) -> Option<u32> {
        self.adversary.as_ref().map(|adversary| adversary.budget())
    }

    /// After a poll that was not ready.
    #[inline]
    pub(super) fn rest(&mut self, idx: u32) {
        let state = &mut self.slots[idx as usize].state;
        if *state == State::Notified {
            *state = State::Scheduled;
            self.queue.push_back(idx);
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
            self.slots.push(Slot { state: State::Ended, generation: 0, process, n_polls: 0 });
        }
        let slot = &mut self.slots[idx as usize];
        (slot.state, slot.process) = (State::Scheduled, process);
        self.queue.push_back(idx);
    }
}

/// Starts a process beside the one that is being polled, on its worker.
///
/// # Panics
/// When this thread is not a worker.
pub(crate) fn spawn(process: u32, work: Work) {
    HERE.with(|here| {
        assert!(here.worker.get() != NOBODY, "`spawn` is for light processes: this thread carries none");
        here.spawned.borrow_mut().push((process, work));
        here.has_spawned.set(true);
    });
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
