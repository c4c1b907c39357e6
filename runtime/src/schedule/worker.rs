//! A worker: an OS thread that carries light processes, inside a tokio runtime that drives their timers and
//! sockets.

use std::cell::RefCell;
use std::io;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::{Context, Waker};
use std::thread::JoinHandle;

use crossbeam_channel::{Receiver, Sender};
use tokio::sync::Notify;

use super::activity::Activity;
use super::budget;
use super::task::{Home, Job, Queue, Task, Work};

/// Polls of processes between two looks at timers and sockets.
const N_POLLS: usize = 64;

/// What others know of a worker.
pub struct Worker {
    /// Tasks woken from other threads: each at most once, so it holds no more than there are tasks.
    inbox: Sender<Arc<Task>>,
    /// Something is in the inbox, or the worker shall stop.
    news: Notify,
    stopped: AtomicBool,
}

thread_local! {
    /// The worker that this thread is.
    static HERE: RefCell<Option<Here>> = const { RefCell::new(None) };
}

/// What only the worker's own thread touches.
struct Here {
    worker: Arc<Worker>,
    /// Scheduled tasks, first come first.
    queue: Queue,
    /// The queue was found empty: what is pushed now (by a timer, a socket) needs a notice too.
    parked: bool,
}

/// A worker as a home: a newtype because its tasks need the worker behind an `Arc`.
struct Seat(Arc<Worker>);

impl Home for Seat {
    fn schedule(&self, task: Arc<Task>) {
        let mut task = Some(task);
        HERE.with_borrow_mut(|here| {
            if let Some(here) = here
                && Arc::ptr_eq(&here.worker, &self.0)
            {
                here.queue.extend(task.take());
                if std::mem::replace(&mut here.parked, false) {
                    self.0.news.notify_one();
                }
            }
        });
        if let Some(task) = task {
            // A worker that has stopped takes nothing any more.
            let _ = self.0.inbox.send(task);
            self.0.news.notify_one();
        }
    }
}

impl Worker {
    /// Starts a worker that carries these jobs, each counted in `activity`, until it is stopped.
    ///
    /// # Errors
    /// When the system gives no thread.
    pub fn start(
        idx: usize,
        jobs: Vec<Job>,
        activity: &Arc<Activity>,
    ) -> io::Result<(Arc<Worker>, JoinHandle<()>)> {
        let (inbox, received) = crossbeam_channel::unbounded();
        let worker = Arc::new(Worker { inbox, news: Notify::new(), stopped: AtomicBool::new(false) });
        let (own, activity) = (Arc::clone(&worker), Arc::clone(activity));
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let thread = std::thread::Builder::new()
            .name(format!("csprun-worker-{idx}"))
            .spawn(move || runtime.block_on(own.carry(jobs, received, &activity)))?;
        Ok((worker, thread))
    }

    /// Makes the worker drop its processes and end, as soon as the one that it is polling returns.
    pub fn stop(&self) {
        self.stopped.store(true, Ordering::Release);
        self.news.notify_one();
    }

    async fn carry(self: Arc<Worker>, jobs: Vec<Job>, inbox: Receiver<Arc<Task>>, activity: &Arc<Activity>) {
        let home: Arc<dyn Home> = Arc::new(Seat(Arc::clone(&self)));
        let mut work: Vec<Option<(Work, Waker)>> = Vec::with_capacity(jobs.len());
        let mut queue = Queue::with_capacity(jobs.len());
        for (slot, job) in jobs.into_iter().enumerate() {
            let task = Task::new(slot, Arc::clone(&home), activity);
            work.push(Some((job(), Waker::from(Arc::clone(&task)))));
            queue.push_back(task);
        }
        HERE.set(Some(Here { worker: Arc::clone(&self), queue, parked: false }));
        let mut n_polls = 0;
        while !self.stopped.load(Ordering::Acquire) {
            let Some(task) = next(&inbox) else {
                self.news.notified().await;
                continue;
            };
            poll(&task, &mut work);
            n_polls += 1;
            if n_polls % N_POLLS == 0 {
                tokio::task::yield_now().await;
            }
        }
        // Processes first: what they drop may still wake others.
        drop(work);
        HERE.set(None);
    }
}

/// The next task to run, or a note that the worker parks: those from other threads join the end of the queue.
fn next(inbox: &Receiver<Arc<Task>>) -> Option<Arc<Task>> {
    HERE.with_borrow_mut(|here| {
        let here = here.as_mut()?;
        here.queue.extend(inbox.try_iter());
        let task = here.queue.pop_front();
        here.parked = task.is_none();
        task
    })
}

fn poll(task: &Arc<Task>, work: &mut [Option<(Work, Waker)>]) {
    let place = &mut work[task.slot];
    let Some((future, waker)) = place else { return };
    task.begin_poll();
    budget::refill();
    if future.as_mut().poll(&mut Context::from_waker(waker)).is_ready() {
        *place = None;
        task.done();
    } else if task.end_poll() {
        HERE.with_borrow_mut(|here| {
            if let Some(here) = here {
                here.queue.push_back(Arc::clone(task));
            }
        });
    }
}
