//! A process to the scheduler.

use std::future::Future;
use std::pin::Pin;

/// What a process does. It stays on the thread on which its job was made.
pub type Work = Pin<Box<dyn Future<Output = ()>>>;

/// A process that is about to move to where it runs. It is counted in [`super::activity::Activity`] already.
pub struct Job {
    /// Its number in the run, or that of a part of it.
    pub process: u32,
    /// Makes the work, on the thread where it will stay.
    pub make: Box<dyn FnOnce() -> Work + Send>,
}
