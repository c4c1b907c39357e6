//! A process on an OS thread of its own, which may block.

use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Waker};
use std::thread::{self, Thread};

use tokio::runtime::Handle;

use super::activity::Activity;
use super::task::{Home, Job, Task};

/// A parked thread as a home.
struct Parked(Thread);

impl Home for Parked {
    fn schedule(&self, _task: Arc<Task>) {
        self.0.unpark();
    }
}

/// A started thread. Not joined: it may be in a read that never returns. The run is told when its process has
/// ended.
pub struct Seated {
    thread: Thread,
    stopped: Arc<AtomicBool>,
}

impl Seated {
    /// Makes the thread drop its process and end, as soon as that waits on a channel.
    pub fn stop(&self) {
        // Release pairs with the acquire before each park.
        self.stopped.store(true, Ordering::Release);
        self.thread.unpark();
    }
}

/// Starts a thread for one job, counted in `activity`. Its timers are driven by `timers`.
///
/// # Errors
/// When the system gives no thread.
pub fn start(name: &str, job: Job, activity: &Arc<Activity>, timers: Handle) -> io::Result<Seated> {
    let activity = Arc::clone(activity);
    let stopped = Arc::new(AtomicBool::new(false));
    let stop = Arc::clone(&stopped);
    let thread = thread::Builder::new().name(name.to_owned()).spawn(move || {
        let _timers = timers.enter();
        let task = Task::new(0, Arc::new(Parked(thread::current())), &activity);
        let waker = Waker::from(Arc::clone(&task));
        let mut work = job();
        loop {
            task.begin_poll();
            if work.as_mut().poll(&mut Context::from_waker(&waker)).is_ready() {
                drop(work);
                return task.done();
            }
            if !task.end_poll() {
                while !task.is_scheduled() {
                    if stop.load(Ordering::Acquire) {
                        return;
                    }
                    thread::park();
                }
            }
        }
    })?;
    Ok(Seated { thread: thread.thread().clone(), stopped })
}
