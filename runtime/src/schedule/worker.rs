//! A worker: an OS thread that carries light processes, inside a tokio runtime that drives their timers and
//! sockets.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Context;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::activity::Activity;
use super::remote::{Note, Remote};
use super::thread::may_spin;
use super::waker::Address;
use super::{Job, Work, current};

/// Polls of processes between two looks at the inbox.
const N_POLLS: u32 = 32;
/// Longest time between two looks at timers and sockets while there is work.
const LOOK: Duration = Duration::from_micros(200);
/// Longest time that a worker without work looks for some before it parks.
const SPIN: Duration = Duration::from_micros(20);

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

/// What only the worker's own thread touches.
struct Here {
    /// Number of the worker; `NOBODY`: the thread is none.
    worker: Cell<u16>,
    /// The worker looks at timers and sockets, and waits for work.
    parked: Cell<bool>,
    run: RefCell<RunQueue>,
    /// Processes that were spawned here since the queue was last looked at.
    spawned: RefCell<Vec<(u32, Work)>>,
    has_spawned: Cell<bool>,
}

/// Processes by slot, and which of them are scheduled, first come first.
#[derive(Default)]
struct RunQueue {
    slots: Vec<Slot>,
    queue: VecDeque<u32>,
}

const NOBODY: u16 = u16::MAX;

thread_local! {
    static HERE: Here = const {
        Here {
            worker: Cell::new(NOBODY),
            parked: Cell::new(false),
            run: RefCell::new(RunQueue { slots: Vec::new(), queue: VecDeque::new() }),
            spawned: RefCell::new(Vec::new()),
            has_spawned: Cell::new(false),
        }
    };
}

/// Wakes a light process, from wherever.
#[inline]
pub(super) fn wake(address: Address) {
    let here = HERE.try_with(|here| {
        let here_it_is = here.worker.get() == address.worker;
        if here_it_is {
            here.wake(address);
        }
        here_it_is
    });
    if here != Ok(true) {
        Remote::of(address.worker).post(Note::Wake(address));
    }
}

impl Here {
    #[inline]
    fn wake(&self, address: Address) {
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
    fn next(&mut self) -> Option<(u32, u16)> {
        let idx = self.queue.pop_front()?;
        let slot = &mut self.slots[idx as usize];
        slot.state = State::Running;
        slot.n_polls = slot.n_polls.wrapping_add(1);
        Some((idx, slot.generation))
    }

    /// After a poll that was not ready.
    #[inline]
    fn rest(&mut self, idx: u32) {
        let state = &mut self.slots[idx as usize].state;
        if *state == State::Notified {
            *state = State::Scheduled;
            self.queue.push_back(idx);
        } else {
            *state = State::Idle;
        }
    }

    /// After the last poll.
    fn end(&mut self, idx: u32) {
        let slot = &mut self.slots[idx as usize];
        slot.state = State::Ended;
        slot.generation = slot.generation.wrapping_add(1);
    }

    fn add(&mut self, idx: u32, process: u32) {
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

/// The processes of this worker that wait, each with how often it was polled: who has the same number later has not
/// moved meanwhile.
pub(crate) fn waiting() -> Vec<(u32, u32)> {
    HERE.with(|here| {
        let run = here.run.borrow();
        let idle = run.slots.iter().filter(|slot| slot.state == State::Idle);
        idle.map(|slot| (slot.process, slot.n_polls)).collect()
    })
}

/// A worker that was started.
pub struct Worker {
    remote: &'static Remote,
    stopped: Arc<AtomicBool>,
    thread: JoinHandle<()>,
}

/// The processes of one worker, and what drives them.
struct Carrier {
    remote: &'static Remote,
    activity: Arc<Activity>,
    stopped: Arc<AtomicBool>,
    /// By slot; with the process's number.
    work: Vec<Option<(u32, Work)>>,
    free: Vec<u32>,
    spins: bool,
}

impl Worker {
    /// Starts a worker that carries these jobs until it is stopped. It is counted in `activity`, once, already.
    /// `number` is that of its thread; `spins`: whether others can give it work from other threads.
    ///
    /// # Errors
    /// When the system gives no thread, or there are too many workers in this program.
    pub fn start(
        idx: usize,
        number: u32,
        jobs: Vec<Job>,
        activity: &Arc<Activity>,
        spins: bool,
    ) -> io::Result<Worker> {
        let remote = Remote::take(activity)?;
        let stopped = Arc::new(AtomicBool::new(false));
        let (activity, stop) = (Arc::clone(activity), Arc::clone(&stopped));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new().name(format!("csprun-worker-{idx}")).spawn(move || {
            current::be_thread(number);
            current::join(Some(activity.clone()));
            HERE.with(|here| here.worker.set(remote.number()));
            let work = Vec::with_capacity(jobs.len());
            let (free, spins) = (Vec::new(), spins && may_spin());
            let mut carrier = Carrier { remote, activity, stopped: stop, work, free, spins };
            runtime.block_on(carrier.carry(jobs));
            drop(carrier);
            HERE.with(|here| {
                here.worker.set(NOBODY);
                here.spawned.take();
            });
            current::join(None);
            remote.give_back();
        })?;
        Ok(Worker { remote, stopped, thread })
    }

    /// Makes the worker drop its processes and end, as soon as the one that it is polling returns.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.remote.post(Note::Look);
    }

    /// Whether it has ended.
    pub fn is_finished(&self) -> bool {
        self.thread.is_finished()
    }

    /// Has the worker do this between two polls, as soon as the process that it is polling returns. What it does may
    /// not wait.
    pub fn ask(&self, question: Box<dyn FnOnce() + Send>) {
        self.remote.ask(question);
    }
}

impl Carrier {
    async fn carry(&mut self, jobs: Vec<Job>) {
        for job in jobs {
            let work = (job.make)();
            self.add(job.process, work);
        }
        let mut n_polls = 0_u32;
        let mut looked = Instant::now();
        loop {
            if n_polls.is_multiple_of(N_POLLS) {
                self.read_inbox();
                if self.stopped.load(Ordering::Acquire) {
                    return;
                }
                if looked.elapsed() > LOOK {
                    tokio::task::yield_now().await;
                    looked = Instant::now();
                }
            }
            n_polls = n_polls.wrapping_add(1);
            match HERE.with(|here| here.run.borrow_mut().next()) {
                Some((slot, generation)) => self.poll(slot, generation),
                None => {
                    n_polls = 0;
                    if !self.spin() {
                        self.park().await;
                        looked = Instant::now();
                    }
                }
            }
        }
    }

    fn add(&mut self, process: u32, work: Work) {
        let slot = self.free.pop().unwrap_or(self.work.len() as u32);
        if slot as usize == self.work.len() {
            self.work.push(None);
        }
        self.work[slot as usize] = Some((process, work));
        HERE.with(|here| here.run.borrow_mut().add(slot, process));
    }

    #[inline]
    fn poll(&mut self, slot: u32, generation: u16) {
        let Some((process, work)) = &mut self.work[slot as usize] else { return };
        current::begin(*process);
        let waker = Address { worker: self.remote.number(), generation, slot }.waker();
        if work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            // Dropped while it still counts as running: its drop may wake others.
            self.work[slot as usize] = None;
            self.free.push(slot);
            HERE.with(|here| here.run.borrow_mut().end(slot));
        } else {
            HERE.with(|here| here.run.borrow_mut().rest(slot));
        }
        if HERE.with(|here| here.has_spawned.get()) {
            self.add_spawned();
        }
    }

    /// Takes in what the process spawned.
    fn add_spawned(&mut self) {
        let spawned = HERE.with(|here| {
            here.has_spawned.set(false);
            here.spawned.take()
        });
        for (process, work) in spawned {
            self.add(process, work);
        }
    }

    fn read_inbox(&mut self) {
        while let Some(note) = self.remote.next() {
            match note {
                Note::Wake(address) => HERE.with(|here| here.wake(address)),
                Note::Look => {}
            }
        }
        self.remote.answer();
        self.add_spawned();
    }

    /// Looks for work for a while; `false`: there is none.
    fn spin(&mut self) -> bool {
        if self.remote.has_notes() {
            return true;
        }
        let began = Instant::now();
        while self.spins && began.elapsed() < SPIN {
            for _ in 0..16 {
                if self.remote.has_notes() {
                    return true;
                }
                std::hint::spin_loop();
            }
        }
        false
    }

    /// Waits for work, and lets timers and sockets be looked at.
    async fn park(&mut self) {
        HERE.with(|here| here.parked.set(true));
        self.remote.park();
        if self.remote.has_notes() || self.stopped.load(Ordering::Acquire) {
            self.remote.unpark();
        }
        // Only now: who unparks it has counted it by then.
        self.activity.finish();
        self.remote.unparked().await;
        HERE.with(|here| here.parked.set(false));
    }
}
