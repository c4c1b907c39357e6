//! A function of a script that runs as a process of its own.

use std::sync::Weak;

use super::mobile;
use crate::channel::ReadEnd;
use crate::process::Fate;
use crate::schedule::thread::Seated;

/// A function that was spawned.
pub(super) struct Child {
    pub(super) name: String,
    pub(super) thread: Seated,
    /// Gets how it ended.
    pub(super) ended: ReadEnd<Fate>,
    /// How it ended, once that is known.
    pub(super) fate: Option<Fate>,
    /// What `spawn` gave for it: who reads there is told of a failure.
    pub(super) result: Weak<mobile::End>,
}

impl Child {
    /// Makes it end with the run.
    pub(super) fn stop(&self) {
        self.thread.stop();
    }

    /// What is said of it, if it has failed and nobody can be told of that.
    pub(super) fn unseen_failure(&mut self) -> Option<String> {
        if self.result.strong_count() > 0 {
            return None;
        }
        if self.fate.is_none() {
            self.fate = self.ended.try_receive().and_then(Result::ok);
        }
        self.failure()
    }

    /// What is said of it, if it is known to have failed.
    pub(super) fn failure(&self) -> Option<String> {
        match &self.fate {
            Some(Fate::Failed(why) | Fate::Panicked(why)) => Some(format!("`{}` failed: {why}", self.name)),
            _ => None,
        }
    }
}
