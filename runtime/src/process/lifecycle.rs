//! A process from its body's first step to the end of its ports (SEMANTICS E1, E11).

use std::any::Any;
use std::cell::{Cell, RefCell};
use std::future::poll_fn;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::pin::{Pin, pin};
use std::sync::{Arc, Once};
use std::task::Poll;

use super::beside::all_ended;
use super::body::Running;
use super::ended::Ended;
use super::firing::Firing;
use super::ports::{Identity, Ports};
use crate::channel::{Poison, ReadEnd, WriteEnd, within};
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

/// A process as it moves to where it runs.
pub(crate) type Cargo = Box<dyn FnOnce() -> Pin<Box<dyn Future<Output = Fate>>> + Send>;

/// All ends of a process, which the runtime ends after its body.
pub(crate) struct Ends {
    pub(crate) reading: Vec<ReadEnd<Value>>,
    pub(crate) writing: Vec<WriteEnd<Value>>,
    /// A normal end poisons instead of retiring.
    pub(crate) poison_on_end: bool,
    /// Present when outputs are collected in the order of inputs.
    pub(crate) firing: Option<Arc<Firing>>,
}

impl Ends {
    fn end(&self, poison: Option<&Poison>) {
        self.writing.iter().for_each(|end| end.end(poison.cloned()));
        self.reading.iter().for_each(|end| end.end(poison.cloned()));
    }
}

/// Runs the body, then ends the ports as it deserves.
pub(crate) async fn live(identity: Arc<Identity>, mut ports: Ports, start: Start, ends: Ends) -> Fate {
    let name = identity.name.as_str();
    quiet_panics();
    let fate = match catch(|| start(&mut ports)) {
        Ok(mut running) => loop_until_ended(name, &mut running).await,
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
        Fate::Panicked(message) => Some(panicked(name, message)),
    };
    ends.end(poison.as_ref());
    all_ended().await;
    fate
}

async fn loop_until_ended(name: &str, running: &mut Running<'_>) -> Fate {
    fate_of(guarded(name, running).await)
}

/// What a body's result means.
fn fate_of(result: Result<Result<(), Ended>, String>) -> Fate {
    match result {
        Ok(Ok(()) | Err(Ended::Retired)) => Fate::Done,
        Ok(Err(Ended::Poisoned(poison))) => Fate::Poisoned(poison),
        Ok(Err(Ended::Failed(error))) => Fate::Failed(error.to_string()),
        Err(message) => Fate::Panicked(message),
    }
}

/// Runs a body of which the runtime owns no ends: those that it drops end as its polls do.
pub(crate) async fn run<F: Future<Output = Result<(), Ended>>>(name: &str, make: impl FnOnce() -> F) -> Fate {
    quiet_panics();
    let made = within(|| catch(make), |made| made.as_ref().err().map(|message| panicked(name, message)));
    let fate = match made {
        Ok(body) => fate_of(guarded(name, body).await),
        Err(message) => Fate::Panicked(message),
    };
    all_ended().await;
    fate
}

fn panicked(name: &str, message: &str) -> Poison {
    Poison::new(name, format!("panicked: {message}"))
}

/// Polls a body to its end, inside of the scope of what it drops. A panic becomes a message.
pub(crate) async fn guarded<T, F: Future<Output = Result<T, Ended>>>(
    name: &str,
    body: F,
) -> Result<Result<T, Ended>, String> {
    let mut body = pin!(Some(body));
    poll_fn(|cx| {
        within(
            || {
                let poll = match body.as_mut().as_pin_mut() {
                    Some(body) => match catch(|| body.poll(cx)) {
                        Ok(poll) => poll.map(Ok),
                        Err(message) => Poll::Ready(Err(message)),
                    },
                    None => Poll::Pending,
                };
                if poll.is_ready() {
                    // Here, so that the ends that it still holds end as its result says.
                    body.set(None);
                }
                poll
            },
            |poll| match poll {
                Poll::Ready(Ok(Err(Ended::Poisoned(poison)))) => Some(poison.clone()),
                Poll::Ready(Ok(Err(Ended::Failed(error)))) => Some(Poison::new(name, error.to_string())),
                Poll::Ready(Err(message)) => Some(panicked(name, message)),
                _ => None,
            },
        )
    })
    .await
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
