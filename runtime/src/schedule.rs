//! Where and when processes run. See `schedule/README.md` for the states of a task and why quiescence is exact.

pub mod activity;
pub mod current;
mod remote;
pub mod thread;
pub mod timer;
mod waker;
pub mod worker;

use std::pin::Pin;

pub(crate) use waker::Kept;

/// What a process does. It stays on the thread on which its job was made.
pub type Work = Pin<Box<dyn Future<Output = ()>>>;

/// A process that is about to move to where it runs. It is counted in [`activity::Activity`] already.
pub struct Job {
    /// Its number in the run.
    pub process: u32,
    /// Makes the work, on the thread where it will stay.
    pub make: Box<dyn FnOnce() -> Work + Send>,
}
