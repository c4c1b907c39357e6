//! A process from its body's first step to the end of its ports (SEMANTICS E1, E11).

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::sync::{Arc, Once};

use super::body::Running;
use super::call::CallEnd;
use super::ended::Ended;
use super::firing::Firing;
use super::ports::Ports;
use super::serve::ServeEnd;
use crate::channel::{Poison, ReadEnd, WriteEnd};
use crate::value::Value;

/// The body with its parameters.
pub(crate) type Start = Box<dyn for<'a> FnOnce(&'a mut Ports) -> Running<'a> + Send>;

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

/// All ends of a process, which the runtime ends after its body.
pub(crate) struct Ends {
    pub(crate) reading: Vec<ReadEnd<Value>>,
    pub(crate) writing: Vec<WriteEnd<Value>>,
    pub(crate) calls: Vec<CallEnd>,
    pub(crate) serves: Vec<ServeEnd>,
    /// A normal end poisons instead of retiring.
    pub(crate) poison_on_end: bool,
    /// Present when outputs are collected in the order of inputs.
    pub(crate) firing: Option<Arc<Firing>>,
}

impl Ends {
    fn end(&self, poison: Option<&Poison>) {
        self.writing.iter().for_each(|end| end.end(poison.cloned()));
        self.reading.iter().for_each(|end| end.end(poison.cloned()));
        self.serves.iter().for_each(|end| end.end(poison));
        self.calls.iter().for_each(CallEnd::leave);
    }
}

/// Runs the body, then ends the ports as it deserves.
pub(crate) async fn live(name: &str, mut ports: Ports, start: Start, ends: Ends) -> Fate {
    quiet_panics();
    let fate = match catch(|| start(&mut ports)) {
        Ok(mut running) => loop_until_ended(&mut running).await,
        Err(message) => Fate::Panicked(message),
    };
    if let (Fate::Done, Some(firing)) = (&fate, &ends.firing) {
        // Nobody receives it: then the process has ended normally all the same.
        let _ = firing.close().await;
    }
    let poison = match &fate {
        Fate::Done => ends.poison_on_end.then(|| Poison::new(name, "it ended (`on_end: Poison`)")),
        Fate::Poisoned(poison) => Some(poison.clone()),
        Fate::Failed(message) => Some(Poison::new(name, message.clone())),
        Fate::Panicked(message) => Some(Poison::new(name, format!("panicked: {message}"))),
    };
    ends.end(poison.as_ref());
    fate
}

async fn loop_until_ended(running: &mut Running<'_>) -> Fate {
    let polled = poll_fn(|cx| match catch(|| running.as_mut().poll(cx)) {
        Ok(poll) => poll.map(Ok),
        Err(message) => std::task::Poll::Ready(Err(message)),
    });
    match polled.await {
        Ok(Ok(()) | Err(Ended::Retired)) => Fate::Done,
        Ok(Err(Ended::Poisoned(poison))) => Fate::Poisoned(poison),
        Ok(Err(Ended::Failed(error))) => Fate::Failed(error.to_string()),
        Err(message) => Fate::Panicked(message),
    }
}

thread_local! {
    /// Whether a process's body is on this thread's stack.
    static IN_BODY: Cell<bool> = const { Cell::new(false) };
    /// Where the body's last panic happened.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

/// Calls into a body; its panic becomes a message.
fn catch<R>(call: impl FnOnce() -> R) -> Result<R, String> {
    IN_BODY.set(true);
    // The body is not polled again after a panic, and its ports are ended by what the runtime kept.
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    IN_BODY.set(false);
    result.map_err(|payload| format!("{}{}", message_of(payload.as_ref()), PLACE.take()))
}

fn message_of(payload: &(dyn Any + Send)) -> &str {
    let text = payload.downcast_ref::<&str>().copied();
    text.or_else(|| payload.downcast_ref::<String>().map(String::as_str)).unwrap_or("(no message)")
}

/// From the first process on, panics inside bodies are not printed: the report shows them. The hook that was there
/// stays in charge of every other panic of the program.
fn quiet_panics() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
            if IN_BODY.get() {
                let place = panic.location().map(|place| format!(" (at {place})")).unwrap_or_default();
                PLACE.set(place);
            } else {
                others(panic);
            }
        }));
    });
}
