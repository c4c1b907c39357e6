//! A process on an OS thread of its own, which may block.

use std::cell::RefCell;
use std::fmt;
use std::future::Future;
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU8, AtomicU32, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::thread::{self, Thread};
use std::time::{Duration, Instant};

use tokio::runtime::Handle;

use super::activity::Activity;
use super::job::Job;
use super::remote::{Note, Remote};
use super::spinner::Spinner;
use super::turns::{Ending, Turns};
use super::{chance, current, run};

/// It runs, and was not woken since it last looked.
const RUNNING: u8 = 0;
/// It was woken.
const WOKEN: u8 = 1;
/// It is parked, and not counted as active.
const PARKED: u8 = 2;

/// Bytes of a thread's stack: a script may call functions and nest values deeply. Memory that is not touched costs
/// nothing.
pub const STACK: usize = 64 << 20;

/// Looks for a wake before a thread asks for a core to go on looking.
const N_LOOKS: u32 = 50;
/// How long a thread looks for a wake before it parks: a wake across cores costs more than this.
const SPIN: Duration = Duration::from_micros(20);

/// The one waker of a thread.
struct Parker {
    state: AtomicU8,
    thread: Thread,
    /// Of the run that the thread belongs to.
    activity: Option<Arc<Activity>>,
    /// How often it parked, around the clock.
    n_parks: AtomicU32,
    stopped: AtomicBool,
    /// Present where schedules are explored: the thread takes turns with the worker.
    turns: Option<Arc<Turns>>,
}

impl Wake for Parker {
    fn wake(self: Arc<Parker>) {
        self.wake_by_ref();
    }

    fn wake_by_ref(self: &Arc<Parker>) {
        if let Some(turns) = &self.turns {
            return turns.wake();
        }
        let mut state = self.state.load(Ordering::Relaxed);
        loop {
            // Counted before it can run: the number never reads zero in between.
            if state == PARKED {
                self.count(Activity::begin);
            }
            // AcqRel, also where nothing changes: the poll that follows sees what this wake announces.
            match self.state.compare_exchange(state, WOKEN, Ordering::AcqRel, Ordering::Relaxed) {
                Ok(PARKED) => return self.thread.unpark(),
                Ok(_) => return,
                Err(actual) => {
                    if state == PARKED {
                        self.count(Activity::finish);
                    }
                    state = actual;
                }
            }
        }
    }
}

impl Parker {
    fn new(activity: Option<Arc<Activity>>, turns: Option<Arc<Turns>>) -> Arc<Parker> {
        Arc::new(Parker {
            state: AtomicU8::new(RUNNING),
            thread: thread::current(),
            activity,
            n_parks: AtomicU32::new(0),
            stopped: AtomicBool::new(false),
            turns,
        })
    }

    fn count(&self, count: impl FnOnce(&Activity)) {
        if let Some(activity) = &self.activity {
            count(activity);
        }
    }

    /// Whether it was woken since the last call.
    fn was_woken(&self) -> bool {
        self.state.load(Ordering::Relaxed) == WOKEN && self.state.swap(RUNNING, Ordering::AcqRel) == WOKEN
    }

    /// Looks for a wake for a while: longer if there is a core for that.
    fn is_woken_soon(&self) -> bool {
        for _ in 0..N_LOOKS {
            if self.was_woken() {
                return true;
            }
            std::hint::spin_loop();
        }
        let Some(_spinner) = Spinner::new() else { return false };
        let began = Instant::now();
        while began.elapsed() < SPIN {
            if self.was_woken() {
                return true;
            }
            std::hint::spin_loop();
        }
        false
    }

    /// Waits for a wake: `false` when the thread shall end instead.
    fn wait(&self) -> bool {
        if let Some(turns) = &self.turns {
            return turns.rest();
        }
        if self.is_woken_soon() {
            return true;
        }
        // Relaxed: written only here, and read with the state that is released next.
        self.n_parks.store(self.n_parks.load(Ordering::Relaxed).wrapping_add(1), Ordering::Relaxed);
        if self.state.compare_exchange(RUNNING, PARKED, Ordering::AcqRel, Ordering::Acquire).is_ok() {
            self.count(Activity::finish);
            while self.state.load(Ordering::Acquire) == PARKED {
                if self.stopped.load(Ordering::Acquire) {
                    return false;
                }
                thread::park();
            }
        }
        self.state.store(RUNNING, Ordering::Release);
        true
    }
}

thread_local! {
    static PARKER: RefCell<Option<Arc<Parker>>> = const { RefCell::new(None) };
}

/// The run is over: what the thread waits for will not come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stopped;

impl fmt::Display for Stopped {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the run is over")
    }
}

impl std::error::Error for Stopped {}

/// Waits for a future on this thread, which is that of a blocking process, or one outside of a run.
///
/// # Errors
/// When the run ends before; only on the thread of a process.
pub fn wait<F: Future>(future: F) -> Result<F::Output, Stopped> {
    let parker =
        PARKER.with_borrow_mut(|parker| Arc::clone(parker.get_or_insert_with(|| Parker::new(None, None))));
    let waker = Waker::from(Arc::clone(&parker));
    let mut future = pin!(future);
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut Context::from_waker(&waker)) {
            return Ok(output);
        }
        if !parker.wait() {
            // It runs on until its process has ended, and counts as running until then.
            waker.wake_by_ref();
            return Err(Stopped);
        }
    }
}

/// Whether the run of this thread's process is over, for one that computes without waiting.
pub fn is_stopped() -> bool {
    PARKER.with_borrow(|parker| parker.as_ref().is_some_and(|parker| parker.stopped.load(Ordering::Relaxed)))
}

/// A started thread. Not joined: it may be in a read that never returns. The run is told when its process has
/// ended.
pub struct Seated {
    process: u32,
    parker: Arc<Parker>,
}

impl Seated {
    /// Whether its process waits, and how often it has begun to: who has the same number later has not moved
    /// meanwhile.
    pub fn waiting(&self) -> Option<(u32, u32)> {
        let parked = self.parker.state.load(Ordering::Acquire) == PARKED;
        parked.then(|| (self.process, self.parker.n_parks.load(Ordering::Relaxed)))
    }

    /// Makes the thread drop its process and end, as soon as that waits on a channel.
    pub fn stop(&self) {
        // Release pairs with the acquire before each park.
        self.parker.stopped.store(true, Ordering::Release);
        self.parker.thread.unpark();
        self.parker.turns.iter().for_each(|turns| turns.stop());
    }
}

/// Starts a thread of that number for one job, counted in `activity`. Its timers are driven by `timers`. Where schedules are explored
/// it takes turns with the worker, and is not counted.
///
/// # Errors
/// When the system gives no thread.
pub fn start(
    name: &str,
    number: u32,
    job: Job,
    activity: &Arc<Activity>,
    timers: Handle,
) -> io::Result<Seated> {
    let Some(turns) = activity.seed().map(|_| Turns::new()) else {
        return start_with(name, number, job, activity, timers, None);
    };
    let stand_in = turns.stand_in(job.process);
    let seated = start_with(name, number, job, activity, timers, Some(turns))?;
    // It is the turn of a thread now, so the worker is there, and counted.
    let worker = PARKER.with_borrow(|parker| parker.as_ref()?.turns.as_ref()?.worker());
    if let Some(worker) = worker {
        Remote::of(worker).post(Note::Carry(stand_in));
    }
    activity.finish();
    Ok(seated)
}

/// Starts a thread that takes turns with a worker, and gives the light process that stands for it there.
///
/// # Errors
/// When the system gives no thread.
pub fn start_in_turns(
    name: &str,
    number: u32,
    job: Job,
    activity: &Arc<Activity>,
    timers: Handle,
) -> io::Result<(Seated, Job)> {
    let turns = Turns::new();
    let stand_in = turns.stand_in(job.process);
    Ok((start_with(name, number, job, activity, timers, Some(turns))?, stand_in))
}

fn start_with(
    name: &str,
    number: u32,
    job: Job,
    activity: &Arc<Activity>,
    timers: Handle,
    turns: Option<Arc<Turns>>,
) -> io::Result<Seated> {
    let (activity, process) = (Arc::clone(activity), job.process);
    let (given, parker) = crossbeam_channel::bounded(1);
    thread::Builder::new().name(name.to_owned()).stack_size(STACK).spawn(move || {
        let _timers = timers.enter();
        let _ending = turns.clone().map(Ending);
        let counts = turns.is_none();
        let parker = Parker::new(Some(Arc::clone(&activity)), turns);
        PARKER.set(Some(Arc::clone(&parker)));
        // Its receiver waits for it.
        let _ = given.send(Arc::clone(&parker));
        run::join(Some(Arc::clone(&activity)));
        current::stay(number, job.process);
        let seed = activity.seed().filter(|seed| *seed != 0);
        chance::begin(seed.map(|seed| chance::mix(seed ^ u64::from(job.process) << 32)));
        if parker.turns.as_ref().is_none_or(|turns| turns.begin()) {
            // Stopped or not, the process has ended.
            let _ = wait((job.make)());
        }
        if counts {
            activity.finish();
        }
    })?;
    let parker = parker.recv().map_err(io::Error::other)?;
    Ok(Seated { process, parker })
}
