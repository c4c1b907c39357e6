//! What the functions of a script work on: its process.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::future::poll_fn;
use std::pin::pin;
use std::rc::Rc;
use std::sync::{Arc, Weak};
use std::task::Poll;

use csprun_dsl::expr::ScriptCode;
use rhai::{Dynamic, EvalAltResult, ImmutableString};

use super::child::{Child, over};
use super::ending::{Outcome, ended_by, mistake, terminated};
use super::mobile;
use super::port::Port;
use super::table::Table;
use crate::barrier::Member;
use crate::channel::{Poison, Scope};
use crate::expr::{to_dynamic, token_of};
use crate::process::{Console, Ended, In, Out, Ports};
use crate::schedule::activity::Activity;
use crate::schedule::current::{self, OUTSIDE};
use crate::schedule::thread;
use crate::schedule::timer::Timer;
use crate::value::Value;

/// The process to its script.
pub(super) struct Host {
    pub(super) code: Arc<ScriptCode>,
    pub(super) table: Table,
    pub(super) ports: RefCell<Ports>,
    /// Places at barriers, taken at the first sync.
    pub(super) members: RefCell<BTreeMap<String, Member>>,
    /// Barriers that it has left.
    pub(super) resigned: RefCell<BTreeSet<String>>,
    /// Functions that the script defines, each with how many arguments it takes.
    pub(super) functions: RefCell<Vec<(String, usize)>>,
    /// Functions that it spawned.
    pub(super) spawned: RefCell<Vec<Child>>,
    /// Ends of mobile channels that came to it, to poison when it fails.
    ends: RefCell<Vec<Weak<mobile::End>>>,
    /// By guard, when `fair_select` last served it.
    pub(super) served: RefCell<BTreeMap<String, u64>>,
    stdout: RefCell<Console>,
    stderr: RefCell<Console>,
    /// What ends the process when nothing may catch it.
    fatal: Cell<Option<Ended>>,
    /// It had to wait.
    waited: Cell<bool>,
    /// Keeps the ends that the script drops until it waits; `None`: it is over.
    scope: RefCell<Option<Scope>>,
}

/// Ports by name, each to be taken out.
fn open<E>(ports: Vec<(String, E)>) -> RefCell<BTreeMap<String, Option<Port<E>>>> {
    RefCell::new(ports.into_iter().map(|(name, end)| (name, Some(Port::new(end)))).collect())
}

impl Host {
    pub(super) fn new(code: &Arc<ScriptCode>, mut ports: Ports) -> Rc<Host> {
        let table = Table {
            inputs: open(ports.named_inputs()),
            outputs: open(ports.named_outputs()),
            calls: open(ports.named_calls()),
            serves: open(ports.named_serves()),
        };
        Rc::new(Host {
            code: Arc::clone(code),
            table,
            stdout: RefCell::new(ports.stdout()),
            stderr: RefCell::new(ports.stderr()),
            ports: RefCell::new(ports),
            members: RefCell::default(),
            resigned: RefCell::default(),
            functions: RefCell::default(),
            spawned: RefCell::default(),
            ends: RefCell::default(),
            served: RefCell::default(),
            fatal: Cell::new(None),
            waited: Cell::new(false),
            scope: RefCell::new(Some(Scope::enter())),
        })
    }

    /// Sees to it that the script ends so, whatever it catches.
    pub(super) fn end(&self, ended: Ended) {
        self.fatal.set(Some(ended));
    }

    /// Whether it had to wait since the last call.
    pub(super) fn has_waited(&self) -> bool {
        self.waited.take()
    }

    /// Whether it shall end.
    pub(super) fn is_ending(&self) -> bool {
        let fatal = self.fatal.take();
        let is_some = fatal.is_some();
        self.fatal.set(fatal);
        is_some
    }

    /// How the process ended whose script ran like this. The ends that it still has are poisoned when it did not end
    /// well.
    pub(super) fn ended<R>(&self, ran: Result<R, Box<EvalAltResult>>) -> Result<R, Ended> {
        let ran = match (self.fatal.take(), ran) {
            (Some(ended), _) => Err(ended),
            (None, ran) => ran.map_err(|error| ended_by(*error, &self.code)),
        };
        let poison = match &ran {
            Ok(_) | Err(Ended::Retired) => None,
            Err(Ended::Poisoned(poison)) => Some(poison.clone()),
            Err(Ended::Failed(error)) => Some(Poison::new(&*self.name(), error.to_string())),
        };
        if let Some(poison) = poison {
            let held = self.ends.take();
            held.iter().filter_map(Weak::upgrade).for_each(|end| end.poison(&poison));
            self.bury(Some(&poison));
        }
        ran
    }

    /// The script is over: the ends that it left behind retire, for the functions that it spawned may wait for that.
    pub(super) fn close(&self) {
        self.scope.take().into_iter().for_each(|scope| scope.leave(|| None));
        self.members.borrow_mut().clear();
    }

    /// Ends what the script has dropped so far.
    fn bury(&self, poison: Option<&Poison>) {
        self.scope.borrow().iter().for_each(|scope| scope.pause(poison));
    }

    /// Waits on the script's own thread.
    pub(super) fn wait<F: Future>(&self, future: F) -> Result<F::Output, Box<EvalAltResult>> {
        self.bury(None);
        let (mut future, activity) = (pin!(future), self.activity());
        let waited = thread::wait(poll_fn(|cx| match future.as_mut().poll(cx) {
            // At Ctrl-C its thread is woken; what it waits for need not be a channel that is poisoned then.
            Poll::Pending if activity.is_interrupted() => Poll::Ready(None),
            Poll::Pending => {
                self.waited.set(true);
                Poll::Pending
            }
            Poll::Ready(output) => Poll::Ready(Some(output)),
        }));
        match waited {
            Ok(Some(output)) => Ok(output),
            Ok(None) => {
                self.end(Ended::Poisoned(Poison::interrupt()));
                Err(terminated())
            }
            Err(thread::Stopped) => {
                self.stopped();
                Err(terminated())
            }
        }
    }

    /// The run is over.
    pub(super) fn stopped(&self) {
        self.stop_children();
        self.end(Ended::Poisoned(over()));
    }

    /// Makes the functions that it spawned end.
    pub(super) fn stop_children(&self) {
        self.spawned.borrow().iter().for_each(Child::stop);
    }

    /// The strongest poison at a port or an end of which the script was not told, unless it is its own; Ctrl-C too.
    pub(super) fn unmet_poison(&self) -> Option<Poison> {
        if self.activity().is_interrupted() {
            return Some(Poison::interrupt());
        }
        let mut unmet = Vec::new();
        self.table.each(|_, port| unmet.extend(port.unmet()));
        let held = self.ends.borrow();
        unmet.extend(held.iter().filter_map(Weak::upgrade).filter_map(|end| end.unmet()));
        let foreign = unmet.into_iter().filter(|poison| poison.cause().who != self.name().as_str());
        foreign.max_by_key(Poison::strength)
    }

    /// What is said of a function that it spawned, which has failed, when nobody can be told of that.
    pub(super) fn unseen_failure(&self) -> Option<String> {
        self.spawned.borrow_mut().iter_mut().find_map(Child::unseen_failure)
    }

    /// A token for the script, which now holds the ends in it.
    pub(super) fn given(&self, token: &Value) -> Dynamic {
        let mut ends = Vec::new();
        mobile::ends_in(token, &mut ends);
        if !ends.is_empty() {
            let mut held = self.ends.borrow_mut();
            held.retain(|end| end.strong_count() > 0);
            held.extend(ends.iter().map(Arc::downgrade));
        }
        to_dynamic(token)
    }

    /// A token that came: the ends in it are this script's from now on.
    pub(super) fn arrived(&self, token: Value) -> Outcome {
        let token = mobile::moved(token, current::process()).map_err(|end| {
            mistake(format!(
                "{end} came that was taken before: an end can be taken once, also where its token is copied on the way \
                 (`Delta`, `AllOf`) or given again (`Store`)"
            ))
        })?;
        Ok(self.given(&token))
    }

    /// The next token.
    pub(super) fn recv(&self, port: &Dynamic) -> Outcome {
        let token = self.table.with(port, |port: &mut Port<In>, name| {
            let received = self.wait(port.open(name)?.recv())?;
            received.map_err(|ended| port.refused(name, ended))
        });
        self.arrived(token?)
    }

    /// The next token; `None` at the end of the stream.
    pub(super) fn next(&self, port: &Dynamic) -> Result<Option<Dynamic>, Box<EvalAltResult>> {
        let token = self.table.with(port, |port: &mut Port<In>, name| {
            let received = self.wait(port.open(name)?.next())?;
            let next = received.map_err(|ended| port.refused(name, ended))?;
            (port.told, port.retired) = (port.told || next.is_none(), port.retired || next.is_none());
            Ok(next)
        });
        token?.map(|token| self.arrived(token)).transpose()
    }

    /// A token that is ready.
    pub(super) fn try_recv(&self, port: &Dynamic) -> Outcome {
        let token = self.table.with(port, |port: &mut Port<In>, name| {
            let received = port.open(name)?.try_recv();
            received.map_err(|ended| port.refused(name, ended))
        });
        token?.map_or(Ok(Dynamic::UNIT), |token| self.arrived(token))
    }

    /// Sends a token.
    pub(super) fn send(&self, port: &Dynamic, value: &Dynamic) -> Result<(), Box<EvalAltResult>> {
        let token = token(value)?;
        self.table.with(port, |port: &mut Port<Out>, name| {
            let has_ends = mobile::has_ends(&token);
            if has_ends {
                port.open(name)?.handle().sends_ends();
            }
            let mut send = |token| {
                let sent = self.wait(port.open(name)?.send(token))?;
                sent.map_err(|ended| port.refused(name, ended))
            };
            if has_ends { give_ends_away(token, send) } else { send(token) }
        })
    }

    /// A new channel: its writing and its reading end.
    pub(super) fn channel(&self, n_slots: i64) -> Outcome {
        let n_slots = usize::try_from(n_slots)
            .map_err(|_| mistake(format!("a channel has 0 slots or more, not {n_slots}")))?;
        let (writing, reading) = mobile::channel(n_slots, current::process());
        Ok(self.given(&Value::from(vec![writing, reading])))
    }

    /// Whether the script knows that an end is retired.
    pub(super) fn is_retired(&self, port: &Dynamic) -> Outcome {
        self.table.with_any(port, |port| port.is_retired().into())
    }

    /// Retires an end; nothing happens to one that has ended.
    pub(super) fn retire(&self, port: &Dynamic) -> Result<(), Box<EvalAltResult>> {
        self.table.with_any(port, |port| port.retire())
    }

    /// Poisons an end; nothing happens to one that has ended.
    pub(super) fn poison(&self, port: &Dynamic, strength: i64) -> Result<(), Box<EvalAltResult>> {
        let poison = self.poison_of(strength)?;
        self.table.with_any(port, |port| port.poison(&poison))
    }

    /// Poisons all ports.
    pub(super) fn poison_all(&self, strength: i64) -> Result<(), Box<EvalAltResult>> {
        let poison = self.poison_of(strength)?;
        self.table.each(|_, port| port.poison(&poison));
        Ok(())
    }

    fn poison_of(&self, strength: i64) -> Result<Poison, Box<EvalAltResult>> {
        match u32::try_from(strength).ok().filter(|strength| (1..u32::MAX).contains(strength)) {
            Some(strength) => Ok(Poison::new(&*self.name(), "its script says so").with_strength(strength)),
            None => Err(mistake(format!("a poison has a strength from 1 to {}", u32::MAX - 1))),
        }
    }

    /// Waits that long, also where nobody reads any more: the script may do other things than send. A poison at an
    /// output ends it, and so does Ctrl-C.
    pub(super) fn sleep(&self, duration: &Dynamic) -> Result<(), Box<EvalAltResult>> {
        let mut timer = pin!(Timer::after(duration_of(duration)?));
        self.wait(poll_fn(|cx| {
            if timer.as_mut().poll(cx).is_ready() {
                return Poll::Ready(Ok(()));
            }
            let mut alarm = None;
            self.table.each(|name, port| {
                if let (None, Poll::Ready(error)) = (&alarm, port.poll_alarm(name, cx)) {
                    alarm = Some(error);
                }
            });
            alarm.map_or(Poll::Pending, |error| Poll::Ready(Err(error)))
        }))?
    }

    pub(super) fn activity(&self) -> Arc<Activity> {
        Arc::clone(&self.ports.borrow().identity().activity)
    }

    /// The name of the process.
    pub(super) fn name(&self) -> ImmutableString {
        self.ports.borrow().name().into()
    }

    /// A line on standard output, at once: the next function may wait for ever.
    pub(super) fn print(&self, line: &str) {
        self.write(&self.stdout, line);
    }

    /// A line on standard error.
    pub(super) fn debug(&self, line: &str) {
        self.write(&self.stderr, line);
    }

    fn write(&self, console: &RefCell<Console>, line: &str) {
        let mut console = console.borrow_mut();
        let written = console.line(line).and_then(|()| std::io::Write::flush(&mut *console));
        if let Err(error) = written {
            // Nobody reads it any more: as with `Print`, that is no failure.
            self.end(match error.kind() {
                std::io::ErrorKind::BrokenPipe => Ended::Retired,
                _ => Ended::fail(format!("cannot print: {error}")),
            });
        }
    }
}

/// Sends a token by `way`: ends in it leave the script, and are its own again when that fails.
pub(super) fn give_away<R>(
    token: Value,
    way: impl FnOnce(Value) -> Result<R, Box<EvalAltResult>>,
) -> Result<R, Box<EvalAltResult>> {
    // Who gets a token without ends has it alone.
    if mobile::has_ends(&token) { give_ends_away(token, way) } else { way(token) }
}

/// The same for a token with ends.
fn give_ends_away<R>(
    token: Value,
    way: impl FnOnce(Value) -> Result<R, Box<EvalAltResult>>,
) -> Result<R, Box<EvalAltResult>> {
    let sent = moved(token.clone())?;
    let places = mobile::places_in(&sent);
    let given = way(sent);
    if given.is_err() {
        mobile::give_back(&token, &places);
    }
    given
}

/// A token as it is sent: ends in it leave the script.
pub(super) fn moved(token: Value) -> Result<Value, Box<EvalAltResult>> {
    mobile::moved(token, OUTSIDE).map_err(sent_away)
}

/// Why an end cannot be sent.
pub(super) fn sent_away(end: &str) -> Box<EvalAltResult> {
    mistake(format!("{end} was sent away, or is in use"))
}

/// A value as a token.
pub(super) fn token(value: &Dynamic) -> Result<Value, Box<EvalAltResult>> {
    token_of(value).map_err(mistake)
}

/// `"100ms"`, or a number of seconds.
pub(super) fn duration_of(value: &Dynamic) -> Result<std::time::Duration, Box<EvalAltResult>> {
    let text = value.read_lock::<ImmutableString>();
    let duration = match (text, value.as_float(), value.as_int()) {
        (Some(text), ..) => csprun_dsl::fields::parse_duration(&text),
        (None, Ok(seconds), _) => std::time::Duration::try_from_secs_f64(seconds).ok(),
        (.., Ok(seconds)) => u64::try_from(seconds).ok().map(std::time::Duration::from_secs),
        _ => None,
    };
    duration.ok_or_else(|| {
        let shown = token_of(value).map_or_else(|why| why, |token| token.shown());
        mistake(format!("a duration is a text such as \"100ms\" or a number of seconds, not {shown}"))
    })
}
