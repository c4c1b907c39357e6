//! A thread that takes turns with a worker: it runs only while the worker polls the light process that stands for it.
//! So the worker decides also when a thread of its own runs.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use super::here::HERE;

/// Whose turn it is.
pub(super) struct Turns {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    turn: Turn,
    /// Of the light process that stands for the thread.
    waker: Option<Waker>,
    worker: Option<u16>,
    stopped: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Turn {
    Worker,
    Thread,
    Ended,
}

impl Turns {
    pub(super) fn new() -> Arc<Turns> {
        let state = State { turn: Turn::Worker, waker: None, worker: None, stopped: false };
        Arc::new(Turns { state: Mutex::new(state), changed: Condvar::new() })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn until(&self, mut state: MutexGuard<'_, State>, done: impl Fn(&State) -> bool) {
        while !done(&state) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// On the worker, in the light process of that waker, which stands for the thread: lets the thread run until it waits.
    pub(super) fn poll(&self, waker: Waker) -> Poll<()> {
        let mut state = self.state();
        state.waker = Some(waker);
        state.worker = Some(HERE.with(|here| here.worker.get()));
        if state.turn != Turn::Ended {
            state.turn = Turn::Thread;
        }
        self.changed.notify_all();
        self.until(state, |state| state.turn != Turn::Thread);
        if self.state().turn == Turn::Ended { Poll::Ready(()) } else { Poll::Pending }
    }

    /// The worker with which it takes turns, from its first turn to the end of the run.
    pub(super) fn worker(&self) -> Option<u16> {
        let state = self.state();
        state.worker.filter(|_| !state.stopped)
    }

    /// From anywhere: the thread is to go on.
    pub(super) fn wake(&self) {
        let waker = self.state().waker.clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }

    /// On the thread, when it has to wait: `false` when it shall end instead.
    pub(super) fn rest(&self) -> bool {
        let mut state = self.state();
        state.turn = Turn::Worker;
        self.changed.notify_all();
        drop(state);
        self.begin()
    }

    /// On the thread, before its process begins: waits for its turn. `false` when it shall end instead.
    pub(super) fn begin(&self) -> bool {
        self.until(self.state(), |state| state.turn == Turn::Thread || state.stopped);
        !self.state().stopped
    }

    /// The run is over.
    pub(super) fn stop(&self) {
        self.state().stopped = true;
        self.changed.notify_all();
    }
}

/// Says that a thread has ended, however it did.
pub(super) struct Ending(pub(super) Arc<Turns>);

impl Drop for Ending {
    fn drop(&mut self) {
        self.0.state().turn = Turn::Ended;
        self.0.changed.notify_all();
    }
}
