//! A worker: an OS thread that carries light processes, inside a tokio runtime that drives their timers and
//! sockets.

use std::io;
use std::mem::ManuallyDrop;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Context;
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use super::activity::Activity;
use super::address::Address;
use super::here::{HERE, Here, NOBODY};
use super::job::{Job, Work};
use super::remote::{Note, Remote};
use super::spinner::Spinner;
use super::{afterwards, current, here, run};

/// Polls of processes between two looks at the inbox.
const N_POLLS: u32 = 32;
/// Polls by a seed until the supervisor looks at who waits, if something runs all the time.
const N_UNTIL_PAUSE: u32 = 10_000;
/// Longest time between two looks at timers and sockets while there is work.
const LOOK: Duration = Duration::from_micros(200);

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
    /// Absent where nobody can give it work from another thread.
    spinner: Option<Spinner>,
    /// It runs by a schedule that belongs to a seed.
    explores: bool,
    /// Polls until it stands still for a look at who waits, where it does.
    n_until_pause: u32,
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
            current::be_worker(number);
            run::join(Some(activity.clone()));
            HERE.with(|here| here.worker.set(remote.number()));
            let work = Vec::with_capacity(jobs.len());
            let free = Vec::new();
            let explores = activity.seed().is_some();
            let spinner = spins.then(Spinner::new);
            let mut carrier = Carrier {
                remote,
                activity,
                stopped: stop,
                work,
                free,
                spinner,
                explores,
                n_until_pause: N_UNTIL_PAUSE,
            };
            runtime.block_on(carrier.carry(jobs));
            drop(carrier);
            HERE.with(|here| {
                here.worker.set(NOBODY);
                here.spawned.take();
            });
            HERE.with(|here| here.run.borrow_mut().explore(None));
            run::join(None);
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
        jobs.into_iter().for_each(|job| self.take_in(job));
        HERE.with(|here| here.run.borrow_mut().explore(self.activity.seed()));
        let mut looked = Instant::now();
        loop {
            // A wake that was put off is delivered before anybody is told who waits.
            if HERE.with(|here| here.has_strangers.take()) {
                tokio::task::yield_now().await;
                looked = Instant::now();
            }
            self.read_inbox();
            if self.n_until_pause == 0 {
                self.pause();
            }
            if self.stopped.load(Ordering::Acquire) {
                return;
            }
            if looked.elapsed() > LOOK {
                tokio::task::yield_now().await;
                looked = Instant::now();
            }
            let finds_none = HERE.with(|here| !self.poll_some(here) && !here.has_strangers.get());
            if finds_none && !self.spin() {
                self.park().await;
                looked = Instant::now();
            }
        }
    }

    /// Polls some of the processes that are to be polled; `false`: there are no more.
    fn poll_some(&mut self, here: &Here) -> bool {
        // What comes in from a thread that had its turn belongs to the schedule.
        let n_polls = if self.explores { 1 } else { N_POLLS };
        for _ in 0..n_polls {
            let Some((slot, generation)) = here.run.borrow_mut().next() else { return false };
            self.poll(here, slot, generation);
        }
        true
    }

    fn take_in(&mut self, job: Job) {
        // What it makes before its first poll is made by it.
        current::begin(job.process);
        let work = (job.make)();
        self.add(job.process, work);
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
    fn poll(&mut self, here: &Here, slot: u32, generation: u16) {
        let Some((process, work)) = &mut self.work[slot as usize] else { return };
        current::begin(*process);
        if self.explores {
            here.run.borrow().budget().into_iter().for_each(current::limit);
            self.n_until_pause -= 1;
        }
        // It counts nothing, so there is nothing to drop.
        let waker = ManuallyDrop::new(Address { worker: self.remote.number(), generation, slot }.waker());
        if work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
            // Dropped while it still counts as running: its drop may wake others.
            self.work[slot as usize] = None;
            self.free.push(slot);
            here.run.borrow_mut().end(slot);
        } else {
            here.run.borrow_mut().rest(slot);
        }
        if here.has_more.get() {
            self.add_spawned();
        }
    }

    /// Does what the poll has left to be done, and takes in what the process spawned.
    fn add_spawned(&mut self) {
        afterwards::finish_poll();
        let spawned = HERE.with(|here| {
            here.has_more.set(false);
            here.spawned.take()
        });
        for (process, work) in spawned {
            self.add(process, work);
        }
    }

    fn read_inbox(&mut self) {
        while let Some(note) = self.remote.next() {
            match note {
                Note::Wake(address) => here::wake(address),
                Note::Carry(job) => self.take_in(job),
                Note::Look => {}
            }
        }
        self.remote.answer();
        self.add_spawned();
    }

    /// Stands still until the supervisor has looked at who waits: at a place of the schedule, not of the clock.
    fn pause(&mut self) {
        self.n_until_pause = N_UNTIL_PAUSE;
        self.activity.pause();
        while self.activity.is_paused() && !self.stopped.load(Ordering::Acquire) {
            self.remote.answer();
            std::thread::yield_now();
        }
    }

    /// Looks for work for a while; `false`: there is none.
    fn spin(&self) -> bool {
        self.remote.has_notes()
            || self.spinner.as_ref().is_some_and(|spinner| spinner.finds(|| self.remote.has_notes()))
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
        let began = Instant::now();
        self.remote.unparked().await;
        self.spinner.iter().for_each(|spinner| spinner.learn(began.elapsed()));
        HERE.with(|here| here.parked.set(false));
    }
}
