//! A function of a script that runs as a process of its own.

use crate::channel::ReadEnd;
use crate::process::Fate;
use crate::schedule::thread::Seated;

/// A function that was spawned.
pub(super) struct Child {
    pub(super) name: String,
    pub(super) thread: Seated,
    /// Gets how it ended.
    pub(super) ended: ReadEnd<Fate>,
}

impl Child {
    /// Makes it end with the run.
    pub(super) fn stop(&self) {
        self.thread.stop();
    }
}
