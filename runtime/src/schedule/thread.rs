//! A process on an OS thread of its own, which may block.

use std::io;
use std::sync::Arc;
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

/// Starts a thread for one job, counted in `activity`. Its timers are driven by `timers`.
///
/// # Errors
/// When the system gives no thread.
pub fn start(name: &str, job: Job, activity: &Arc<Activity>, timers: Handle) -> io::Result<()> {
    let activity = Arc::clone(activity);
    // Not joined: it may be in a read that never returns. The run is told when its process has ended.
    let _detached = thread::Builder::new().name(name.to_owned()).spawn(move || {
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
                    thread::park();
                }
            }
        }
    })?;
    Ok(())
}
