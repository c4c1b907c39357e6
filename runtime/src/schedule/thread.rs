//! A process on an OS thread of its own, which may block.

use std::cell::RefCell;
use std::fmt;
use std::future::{Future, poll_fn};
use std::io;
use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Wake};
use std::thread;

use tokio::runtime::Handle;

use super::activity::Activity;
use super::alarm::Sleeper;
use super::job::{Job, Work};
use super::parker::Parker;
use super::parts::Part;
use super::remote::{Note, Remote};
use super::turns::{Ending, Turns};
use super::waker::{self, Kept};
use super::{chance, current, run};

/// Bytes of a thread's stack: a script may call functions and nest values deeply. Memory that is not touched costs
/// nothing.
pub const STACK: usize = 64 << 20;

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
    let waker = waker::of_thread(Arc::clone(&parker));
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

/// Where schedules are explored, lets others have their turn; for one that goes on without waiting.
///
/// # Errors
/// When the run ends before its next turn.
pub fn let_others() -> Result<(), Stopped> {
    let parker = PARKER.with_borrow(|parker| parker.clone().filter(|parker| parker.takes_turns()));
    let Some(parker) = parker else { return Ok(()) };
    parker.wake_by_ref();
    if parker.wait() { Ok(()) } else { Err(Stopped) }
}

/// Whether the run of this thread's process is over, for one that computes without waiting.
pub fn is_stopped() -> bool {
    PARKER.with_borrow(|parker| parker.as_ref().is_some_and(|parker| parker.is_stopped()))
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
        self.parker.waiting().map(|n_parks| (self.process, n_parks))
    }

    /// Is asked from now on whether the part of a process that it carries waits.
    pub fn be_part(&self, activity: &Activity) {
        let part: Arc<dyn Part> = self.parker.clone();
        activity.start_part(self.process, &part);
    }

    /// Makes the thread drop its process and end, as soon as that waits on a channel.
    pub fn stop(&self) {
        self.parker.stop();
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
    let stand_in = stand_in(&turns, job.process);
    let seated = start_with(name, number, job, activity, timers, Some(turns))?;
    // It is the turn of a thread now, so the worker is there, and counted.
    let worker = PARKER.with_borrow(|parker| parker.as_ref()?.worker());
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
    let stand_in = stand_in(&turns, job.process);
    Ok((start_with(name, number, job, activity, timers, Some(turns))?, stand_in))
}

/// The light process that stands for a thread with these turns.
fn stand_in(turns: &Arc<Turns>, process: u32) -> Job {
    let turns = Arc::clone(turns);
    let poll = move |cx: &mut Context<'_>| turns.poll(Kept::of(cx).uncounted());
    Job { process, make: Box::new(move || Box::pin(poll_fn(poll)) as Work) }
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
        let parker = Parker::new(Some((Arc::clone(&activity), job.process)), turns);
        PARKER.set(Some(Arc::clone(&parker)));
        activity.add_sleeper(Arc::downgrade(&(Arc::clone(&parker) as Arc<dyn Sleeper>)));
        // Its receiver waits for it.
        let _ = given.send(Arc::clone(&parker));
        run::join(Some(Arc::clone(&activity)));
        current::stay(number, job.process);
        let seed = activity.seed().filter(|seed| *seed != 0);
        // A part's is that of its process.
        let whole = u64::from(activity.process_of(job.process));
        chance::begin(seed.map(|seed| chance::mix(seed ^ whole << 32)));
        if parker.begin() {
            // Stopped or not, the process has ended.
            let _ = wait((job.make)());
        }
        parker.end();
        if process >= current::FIRST_PART {
            // Of a process that has ended the supervisor sees to that.
            activity.forget_strangers(process);
        }
        if counts {
            activity.finish();
        }
    })?;
    let parker = parker.recv().map_err(io::Error::other)?;
    Ok(Seated { process, parker })
}
