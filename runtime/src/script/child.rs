//! A function of a script that runs as a process of its own.

use std::sync::{Arc, Weak};

use super::mobile;
use crate::channel::{Channel, Form, Poison, ReadEnd, WriteEnd};
use crate::process::{Ends, Fate};
use crate::schedule::thread::Seated;
use crate::schedule::{Made, WaitHere, run};
use crate::value::Value;

/// A function that was spawned.
pub(super) struct Child {
    pub(super) name: String,
    pub(super) thread: Seated,
    /// Gets how it ended.
    pub(super) ended: TheEnd,
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
            self.fate = self.ended.fate.try_receive().and_then(Result::ok);
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

/// The end of a function that was spawned, to who waits for it.
pub(super) struct TheEnd {
    /// How it ended.
    pub(super) fate: ReadEnd<Fate>,
    /// Kept for the run, which asks it who waits.
    _asked: Arc<dyn Made>,
}

impl TheEnd {
    /// That of the part of this name and number, with the end on which it is told.
    pub(super) fn of(name: &str, number: u32) -> (WriteEnd<Fate>, TheEnd) {
        let fates = Channel::any_of(Form::shared(1));
        let (tell, fate) = (WriteEnd::new(&fates, 0), ReadEnd::new(&fates, 0));
        tell.held_by(number);
        let asked: Arc<dyn Made> = Arc::new(Named { fates, name: name.to_owned() });
        run::found(&asked);
        (tell, TheEnd { fate, _asked: asked })
    }
}

/// What a function that was spawned leaves behind, however its thread ends: a kind that is stopped is dropped where it
/// waits, and others wait for its ends and for the end of it.
pub(super) struct Leaves {
    reading: Vec<ReadEnd<Value>>,
    writing: Vec<WriteEnd<Value>>,
    /// Tells how it ended.
    pub(super) tell: WriteEnd<Fate>,
}

impl Leaves {
    pub(super) fn new(ends: &Ends, tell: WriteEnd<Fate>) -> Leaves {
        let reading = ends.reading.iter().map(ReadEnd::same).collect();
        Leaves { reading, writing: ends.writing.iter().map(WriteEnd::same).collect(), tell }
    }
}

impl Drop for Leaves {
    fn drop(&mut self) {
        // What has ended before stays as it is.
        let poison = over();
        self.writing.iter().for_each(|end| end.end(Some(poison.clone())));
        self.reading.iter().for_each(|end| end.end(Some(poison.clone())));
        self.tell.end(None);
    }
}

/// With what a script ends when the run is over, or that of who spawned it.
pub(super) fn over() -> Poison {
    Poison::new("csprun", "the run is over")
}

/// A channel for the end of a process of that name.
struct Named {
    fates: Arc<Channel<Fate>>,
    name: String,
}

impl Made for Named {
    fn used_in(&self, run: u32) {
        self.fates.used_in(run);
    }

    fn waits(&self, run: u32) -> Vec<WaitHere> {
        let what = format!("waits for `{}` to end", self.name);
        let named = |wait| WaitHere { what: what.clone().into(), fill: String::new(), ..wait };
        self.fates.waits(run).into_iter().map(named).collect()
    }
}
