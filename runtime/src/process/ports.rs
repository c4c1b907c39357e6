//! All that a process has: its ports, its name, its seed, and ways to wait for the outside.

use std::future::poll_fn;
use std::io::Read;
use std::pin::{Pin, pin};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use super::calls::{Call, Serve};
use super::console::{Console, Sink, Source, Stdin};
use super::course::{Course, Way};
use super::ended::Ended;
use super::kinds::{PreparedPort, Wanted};
use super::port::{In, Out};
use crate::barrier::Member;
use crate::channel::{Gone, Outlet};
use crate::schedule::activity::{Activity, Outside};
use crate::schedule::timer::Timer;
use crate::value::Value;

/// A process on its way.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Ended>> + 'a>>;

/// A body with its parameters.
pub(crate) type Start = Box<dyn for<'a> FnOnce(&'a mut Ports) -> Running<'a> + Send>;

/// The kinds of a run, for processes that are started while it goes on.
pub(crate) trait Kinds: Send + Sync {
    /// Checks a process as a graph file of it alone would be: what it runs, or in words what is wrong with it.
    fn prepare(&self, wanted: &Wanted) -> Result<Prepared, String>;
}

/// A process that can be started.
pub(crate) struct Prepared {
    pub(crate) start: Start,
    /// In the order in which they were wanted.
    pub(crate) inputs: Vec<PreparedPort>,
    pub(crate) outputs: Vec<PreparedPort>,
    /// It goes on until all its outputs have retired (SEMANTICS E2a).
    pub(crate) when_all_retired: bool,
}

/// What a process is, apart from its ports.
pub(crate) struct Identity {
    pub(crate) name: String,
    pub(crate) seed: u64,
    pub(crate) stdin: Option<Source>,
    pub(crate) stdout: Sink,
    pub(crate) stderr: Sink,
    /// Gets a copy of what the process writes to standard output.
    pub(crate) copy: Option<Arc<Mutex<Vec<u8>>>>,
    pub(crate) activity: Arc<Activity>,
    /// What can be started by name.
    pub(crate) kinds: Arc<dyn Kinds>,
    /// How far it is, where it says so.
    pub(crate) way: Arc<Way>,
}

impl Identity {
    /// That of a process which this one starts.
    pub(crate) fn child(&self, name: String) -> Identity {
        let seed = vec![Value::from(self.seed.cast_signed()), Value::from(name.as_str())];
        Identity {
            seed: Value::from(seed).hash_stable(),
            name,
            stdin: self.stdin.clone(),
            stdout: Arc::clone(&self.stdout),
            stderr: Arc::clone(&self.stderr),
            copy: self.copy.clone(),
            activity: Arc::clone(&self.activity),
            kinds: Arc::clone(&self.kinds),
            way: Arc::default(),
        }
    }
}

/// A port's name, its index in a list port, and its end until it is taken.
pub(crate) struct Slot<P> {
    pub(crate) name: String,
    pub(crate) index: Option<usize>,
    pub(crate) port: Option<P>,
}

/// What a process meets others at, besides its inputs and outputs.
#[derive(Default)]
pub(crate) struct Meetings {
    pub(crate) calls: Vec<Slot<Call>>,
    pub(crate) serves: Vec<Slot<Serve>>,
    /// By the barrier's name.
    pub(crate) barriers: Vec<Slot<Member>>,
}

/// The ports of one process, and what else it may use.
///
/// A port is taken out once, by name; its handle is then the body's own, so that inputs and outputs can be used at
/// the same time.
pub struct Ports {
    identity: Arc<Identity>,
    inputs: Vec<Slot<In>>,
    outputs: Vec<Slot<Out>>,
    meetings: Meetings,
    /// All writing ends, to see whether anybody still reads.
    writing: Vec<Outlet>,
}

impl Ports {
    pub(crate) fn new(
        identity: Arc<Identity>,
        inputs: Vec<Slot<In>>,
        outputs: Vec<Slot<Out>>,
        meetings: Meetings,
        writing: Vec<Outlet>,
    ) -> Ports {
        Ports { identity, inputs, outputs, meetings, writing }
    }

    /// Takes everything out of `self`, for a body that must own its ports.
    pub(crate) fn take(&mut self) -> Ports {
        let empty =
            Ports::new(Arc::clone(&self.identity), Vec::new(), Vec::new(), Meetings::default(), Vec::new());
        std::mem::replace(self, empty)
    }

    /// What the process is.
    pub(crate) fn identity(&self) -> Arc<Identity> {
        Arc::clone(&self.identity)
    }

    /// Takes all inputs that are left, each with its name: `in`, or `in[2]` of a list port.
    pub(crate) fn named_inputs(&mut self) -> Vec<(String, In)> {
        take_named(&mut self.inputs)
    }

    /// Takes all outputs that are left, each with its name.
    pub(crate) fn named_outputs(&mut self) -> Vec<(String, Out)> {
        take_named(&mut self.outputs)
    }

    /// Takes all call ports that are left, each with its name.
    pub(crate) fn named_calls(&mut self) -> Vec<(String, Call)> {
        take_named(&mut self.meetings.calls)
    }

    /// Takes all serve ports that are left, each with its name.
    pub(crate) fn named_serves(&mut self) -> Vec<(String, Serve)> {
        take_named(&mut self.meetings.serves)
    }

    /// Takes the input port of that name.
    ///
    /// # Panics
    /// When it is not connected, is a list port, or was taken before: a defect of the kind.
    pub fn input(&mut self, name: &str) -> In {
        self.maybe_input(name).unwrap_or_else(|| panic!("there is no input `{name}` to take"))
    }

    /// Takes an optional input port; `None` when it is not connected.
    pub fn maybe_input(&mut self, name: &str) -> Option<In> {
        take_one(&mut self.inputs, name)
    }

    /// Takes a list port's inputs, in order.
    pub fn inputs(&mut self, name: &str) -> Vec<In> {
        take_list(&mut self.inputs, name)
    }

    /// Takes the output port of that name.
    ///
    /// # Panics
    /// When it is not connected, is a list port, or was taken before: a defect of the kind.
    pub fn output(&mut self, name: &str) -> Out {
        self.maybe_output(name).unwrap_or_else(|| panic!("there is no output `{name}` to take"))
    }

    /// Takes an optional output port; `None` when it is not connected.
    pub fn maybe_output(&mut self, name: &str) -> Option<Out> {
        take_one(&mut self.outputs, name)
    }

    /// Takes a list port's outputs, in order.
    pub fn outputs(&mut self, name: &str) -> Vec<Out> {
        take_list(&mut self.outputs, name)
    }

    /// Takes the call port of that name.
    ///
    /// # Panics
    /// When it is not connected or was taken before: a defect of the kind.
    pub fn call(&mut self, name: &str) -> Call {
        self.maybe_call(name).unwrap_or_else(|| panic!("there is no call port `{name}` to take"))
    }

    /// Takes an optional call port; `None` when it is not connected.
    pub fn maybe_call(&mut self, name: &str) -> Option<Call> {
        take_one(&mut self.meetings.calls, name)
    }

    /// Takes a list port's call ports, in order.
    pub fn calls(&mut self, name: &str) -> Vec<Call> {
        take_list(&mut self.meetings.calls, name)
    }

    /// Takes the serve port of that name.
    ///
    /// # Panics
    /// When it is not connected or was taken before: a defect of the kind.
    pub fn serve(&mut self, name: &str) -> Serve {
        take_one(&mut self.meetings.serves, name)
            .unwrap_or_else(|| panic!("there is no serve port `{name}` to take"))
    }

    /// Takes the process's place at the barrier of that name. It resigns when that is dropped.
    ///
    /// # Errors
    /// A failure that names the barrier, when the process is not enrolled in it or has taken its place before.
    pub fn barrier(&mut self, name: &str) -> Result<Member, Ended> {
        let own = self.meetings.barriers.iter_mut().find(|slot| in_scope(&slot.name, name));
        own.and_then(|slot| slot.port.take()).ok_or_else(|| {
            let process = &self.identity.name;
            Ended::fail(format!("not enrolled: add `{process}` to the list of `{name}` under `barriers:`"))
        })
    }

    /// The process's name, as reports show it: `scale`, `w[0]`.
    pub fn name(&self) -> &str {
        &self.identity.name
    }

    /// Seed of the process's random numbers: a function of the run's seed and the process's name.
    pub fn seed(&self) -> u64 {
        self.identity.seed
    }

    /// The process will send `n` tokens in all, unless it ends early: who watches the run sees how far it is.
    pub fn will_send(&self, n: u64) {
        self.identity.way.tokens(n);
    }

    /// The same for a process that goes through `length` of anything else, such as the bytes of a file; it tells the
    /// course where it is.
    pub fn course(&self, length: u64) -> Course {
        Course::new(&self.identity.way, length)
    }

    /// Standard output, line by line.
    pub fn stdout(&self) -> Console {
        Console::new(Arc::clone(&self.identity.stdout), self.identity.copy.clone())
    }

    /// Standard error, line by line.
    pub fn stderr(&self) -> Console {
        Console::new(Arc::clone(&self.identity.stderr), None)
    }

    /// The run's standard input; a read may block, so it is for a blocking process, inside of [`Ports::blocking`].
    pub fn stdin(&self) -> impl Read + use<> {
        Stdin(self.identity.stdin.clone())
    }

    /// Waits for something that is no channel (a socket, a child): no deadlock is reported meanwhile. Given up when
    /// nobody can receive any more from any of the process's outputs.
    ///
    /// # Errors
    /// [`Ended::Retired`] or [`Ended::Poisoned`] as the last of its outputs was.
    ///
    /// # Cancel safety
    /// That of `future`, which is dropped when the wait is given up.
    pub async fn outside<F: Future>(&self, future: F) -> Result<F::Output, Ended> {
        let _guard = self.blocking()?;
        self.unless_gone(future).await
    }

    /// Gives a future up when nobody can receive any more from any output.
    async fn unless_gone<F: Future>(&self, future: F) -> Result<F::Output, Ended> {
        let mut future = pin!(future);
        poll_fn(|cx| {
            if let Poll::Ready(output) = future.as_mut().poll(cx) {
                return Poll::Ready(Ok(output));
            }
            let mut last = None;
            for end in &self.writing {
                match end.poll_gone(cx) {
                    Poll::Ready(gone) => last = Some(gone),
                    Poll::Pending => return Poll::Pending,
                }
            }
            last.map_or(Poll::Pending, |gone| Poll::Ready(Err(gone.into())))
        })
        .await
    }

    /// Waits that long.
    ///
    /// # Errors
    /// As [`Ports::outside`].
    pub async fn sleep(&self, duration: Duration) -> Result<(), Ended> {
        if let Some(gone) = self.all_gone() {
            return Err(gone.into());
        }
        self.unless_gone(Timer::after(duration)).await
    }

    /// For a blocking process, around a read that may never return (standard input, a terminal): while the guard
    /// lives, a run in which nobody else is left, and nobody reads this process's outputs, ends without it.
    ///
    /// # Errors
    /// When nobody can receive any more from any of the process's outputs.
    pub fn blocking(&self) -> Result<Blocking, Ended> {
        match self.all_gone() {
            Some(gone) => Err(gone.into()),
            None => Ok(Blocking::new(&self.identity)),
        }
    }

    /// Why nobody can receive from any output; `None` also when there is no output.
    fn all_gone(&self) -> Option<Gone> {
        let mut last = None;
        for end in &self.writing {
            last = Some(end.gone()?);
        }
        last
    }
}

/// A wait for the outside.
pub struct Blocking {
    _outside: Outside,
}

impl Blocking {
    fn new(identity: &Identity) -> Blocking {
        Blocking { _outside: identity.activity.outside() }
    }
}

fn take_named<P>(slots: &mut [Slot<P>]) -> Vec<(String, P)> {
    let named = |slot: &mut Slot<P>| {
        let name = match slot.index {
            Some(index) => format!("{}[{index}]", slot.name),
            None => slot.name.clone(),
        };
        Some((name, slot.port.take()?))
    };
    slots.iter_mut().filter_map(named).collect()
}

/// Whether `full`, which sub-networks prefix (`stat/phase`), is what a process means by `name`.
fn in_scope(full: &str, name: &str) -> bool {
    full == name || full.rsplit('/').next() == Some(name)
}

fn take_one<P>(slots: &mut [Slot<P>], name: &str) -> Option<P> {
    slots.iter_mut().find(|slot| slot.name == name && slot.index.is_none())?.port.take()
}

fn take_list<P>(slots: &mut [Slot<P>], name: &str) -> Vec<P> {
    let mut found: Vec<&mut Slot<P>> = slots.iter_mut().filter(|slot| slot.name == name).collect();
    found.sort_by_key(|slot| slot.index);
    found.into_iter().filter_map(|slot| slot.port.take()).collect()
}
