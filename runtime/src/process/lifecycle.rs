//! A process from its body's first step to the end of its ports (SEMANTICS E1, E11).

use std::future::Future;
use std::sync::Arc;

use super::beside::after_all;
use super::ended::Ended;
use super::firing::Firing;
use super::guarded::{Given, Guarded, call, panicked, poison_on_end};
use super::ports::{Identity, Ports, Start};
use crate::channel::{AnyEnd, Poison, ReadEnd, WriteEnd};
use crate::schedule::Work;
use crate::value::Value;

/// What became of a process.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It ended normally: its body returned, or met the end of a stream.
    Done,
    /// It was told to abort, and passed that on.
    Poisoned(Poison),
    /// It failed, with this message.
    Failed(String),
    /// It panicked, with this message and place.
    Panicked(String),
}

/// Is told how a process has ended.
pub(crate) type Told = Box<dyn FnOnce(Fate)>;

/// A process as it moves to where it runs.
pub(crate) type Cargo = Box<dyn FnOnce(Told) -> Work + Send>;

/// All ends of a process, which the runtime ends after its body.
#[derive(Default)]
pub(crate) struct Ends {
    pub(crate) reading: Vec<ReadEnd<Value>>,
    pub(crate) writing: Vec<WriteEnd<Value>>,
    /// Of channels of calls.
    pub(crate) calls: Vec<AnyEnd>,
    /// A normal end poisons instead of retiring.
    pub(crate) poison_on_end: bool,
    /// Present when outputs are collected in the order of inputs.
    pub(crate) firing: Option<Arc<Firing>>,
}

impl Ends {
    fn end(&self, poison: Option<&Poison>) {
        self.writing.iter().for_each(|end| end.end(poison.cloned()));
        self.reading.iter().for_each(|end| end.end(poison.cloned()));
        self.calls.iter().for_each(|end| end.end(poison.cloned()));
    }
}

/// Runs the body, then ends the ports as it deserves; `last` is done with what became of it.
pub(crate) async fn live<R>(
    identity: Arc<Identity>,
    mut ports: Ports,
    start: Start,
    ends: Ends,
    last: impl FnOnce(Fate) -> R,
) -> R {
    let name = identity.name.as_str();
    let fate = match call(name, || start(&mut ports)) {
        Ok(running) => Guarded::new(name, running, fate_of).await,
        Err(message) => Fate::Panicked(message),
    };
    if let (Fate::Done, Some(firing)) = (&fate, &ends.firing) {
        // Nobody receives it: then the process has ended normally all the same.
        let _ = firing.close().await;
    }
    let poison = match &fate {
        Fate::Done => ends.poison_on_end.then(|| poison_on_end(name)),
        Fate::Poisoned(poison) => Some(poison.clone()),
        Fate::Failed(message) => Some(Poison::new(name, message.clone())),
        Fate::Panicked(message) => Some(panicked(name, message)),
    };
    ends.end(poison.as_ref());
    last(fate)
}

/// Makes a body of which the runtime owns no ends, and runs it: those that it drops end as its polls do.
pub(crate) fn run<F>(name: String, make: impl FnOnce() -> F, poison_on_end: bool, told: Told) -> Work
where
    F: Future<Output = Result<(), Ended>> + 'static,
{
    match call(&name, make) {
        Ok(body) => {
            let body = Guarded::new(name, body, |given| after_all(told, fate_of(given)));
            Box::pin(if poison_on_end { body.poisoning_on_end() } else { body })
        }
        Err(message) => Box::pin(async move { told(Fate::Panicked(message)) }),
    }
}

/// What a body's result means.
fn fate_of(given: Given<()>) -> Fate {
    match given {
        Ok(Ok(()) | Err(Ended::Retired)) => Fate::Done,
        Ok(Err(Ended::Poisoned(poison))) => Fate::Poisoned(poison),
        Ok(Err(Ended::Failed(error))) => Fate::Failed(error.to_string()),
        Err(message) => Fate::Panicked(message),
    }
}
