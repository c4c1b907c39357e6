//! Processes that a script starts while it runs: its own functions, and kinds of the library.

use std::collections::BTreeMap;
use std::rc::Rc;
use std::sync::{Arc, Weak};

use csprun_dsl::expr::ScriptCode;
use csprun_dsl::ty::Constant;
use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map};
use tokio::runtime::Handle;

use super::child::{Child, Leaves, TheEnd};
use super::ending::{Outcome, mistake};
use super::host::{Host, sent_away, token};
use super::mobile;
use super::plug::Plugged;
use crate::channel::Outlet;
use crate::process::{Ended, Ends, Living, Meetings, Out, Ports, Prepared, Slot, Start, Wanted, live};
use crate::schedule::current::OUTSIDE;
use crate::schedule::{Job, Work, current, thread};
use crate::value::Value;

/// How a function of a script is run.
pub(super) type Run = fn(&Arc<ScriptCode>, &str, Vec<Value>, Ports) -> Result<Value, Ended>;

/// Adds `spawn` to an engine: a function and a list of its arguments, or a kind, its parameters and its ports.
pub(super) fn register(engine: &mut Engine, host: &Rc<Host>, run: Run) {
    let own = Rc::clone(host);
    engine.register_fn("spawn", move |function: ImmutableString, arguments: Array| -> Outcome {
        own.spawn_function(&function, &arguments, run)
    });
    let own = Rc::clone(host);
    engine.register_fn("spawn", move |kind: ImmutableString, params: Map, ports: Map| -> Outcome {
        own.spawn_kind(&kind, &params, ports)
    });
}

/// A process that is about to start.
struct Newborn {
    name: String,
    /// By which the run knows it as a part of this process.
    number: u32,
    ports: Ports,
    start: Start,
    ends: Ends,
}

impl Host {
    /// Starts a function of the script; what it returns comes out of the end that this gives.
    fn spawn_function(&self, function: &ImmutableString, arguments: &[Dynamic], run: Run) -> Outcome {
        self.takes(function, arguments.len())?;
        let arguments = arguments.iter().map(token).collect::<Result<Vec<Value>, _>>()?;
        let number = self.activity().new_part();
        // Either all ends move to it, or none.
        let arguments = mobile::moved(Value::from(arguments), number).map_err(sent_away)?;
        let arguments = arguments.into_list().expect("it was made of a list");
        let name = self.name_of_next(function);
        let (result, reading) = mobile::result();
        let port = Some(Out::new(result.same(), None, None));
        let outputs = vec![Slot { name: "result".to_owned(), index: None, port }];
        let ports = self.ports_of(&name, Vec::new(), outputs, Vec::new());
        let (code, function) = (Arc::clone(&self.code), function.to_string());
        let start: Start = Box::new(move |ports| {
            Box::pin(async move {
                let result = ports.output("result");
                give(run(&code, &function, arguments, ports.take())?, result)
            })
        });
        let ends = Ends { writing: vec![result], ..Ends::default() };
        self.start(Newborn { name, number, ports, start, ends }, &reading)?;
        Ok(self.given(&reading))
    }

    /// Whether the script has a function that takes so many arguments.
    fn takes(&self, function: &str, n: usize) -> Result<(), Box<EvalAltResult>> {
        let functions = self.functions.borrow();
        let mut wanted: Vec<usize> =
            functions.iter().filter(|(name, _)| name == function).map(|(_, n)| *n).collect();
        if wanted.contains(&n) {
            return Ok(());
        }
        wanted.sort_unstable();
        let wanted: Vec<String> = wanted.iter().map(usize::to_string).collect();
        Err(mistake(match &wanted[..] {
            [] => format!("the script has no function `{function}`"),
            [one] if one == "1" => format!("`{function}` takes 1 argument, not {n}"),
            _ => format!("`{function}` takes {} arguments, not {n}", wanted.join(" or ")),
        }))
    }

    /// Starts a process of the library; the end that this gives is at its end when the process is.
    fn spawn_kind(&self, kind: &str, params: &Map, ports: Map) -> Outcome {
        let params = params.iter().map(|(name, value)| Ok((name.to_string(), constant(name, value)?)));
        let params = params.collect::<Result<BTreeMap<String, Constant>, Box<EvalAltResult>>>()?;
        let plugged = Plugged::take(self, ports)?;
        let (inputs, outputs) = plugged.names();
        let kinds = Arc::clone(&self.ports.borrow().identity().kinds);
        let prepared = match kinds.prepare(&Wanted { kind: kind.to_owned(), params, inputs, outputs }) {
            Ok(prepared) => prepared,
            Err(why) => {
                plugged.put_back(self);
                return Err(mistake(why));
            }
        };
        let name = self.name_of_next(kind);
        let Prepared { start, inputs, outputs, when_all_retired } = prepared;
        let living = when_all_retired.then(|| Living::new(outputs.len(), Vec::new()));
        let (inputs, outputs) = plugged.plug(self, inputs, outputs, living.as_ref());
        let (result, reading) = mobile::result();
        let own = |slot: &Slot<Out>| slot.port.as_ref().map(Out::handle);
        let writing = || outputs.iter().filter_map(own);
        let ends = Ends {
            reading: inputs.iter().filter_map(|slot| slot.port.as_ref().map(|port| port.handle())).collect(),
            writing: writing().chain([result]).collect(),
            ..Ends::default()
        };
        let writing = writing().map(|end| end.outlet()).collect();
        let ports = self.ports_of(&name, inputs, outputs, writing);
        let number = self.activity().new_part();
        self.start(Newborn { name, number, ports, start, ends }, &reading)?;
        Ok(self.given(&reading))
    }

    /// `script/Map#0`.
    fn name_of_next(&self, what: &str) -> String {
        format!("{}/{what}#{}", self.name(), self.spawned.borrow().len())
    }

    fn ports_of(
        &self,
        name: &str,
        inputs: Vec<Slot<crate::process::In>>,
        outputs: Vec<Slot<Out>>,
        writing: Vec<Outlet>,
    ) -> Ports {
        let identity = Arc::new(self.ports.borrow().identity().child(name.to_owned()));
        Ports::new(identity, inputs, outputs, Meetings::default(), writing)
    }

    /// Starts a process on a thread of its own, whose result comes out of the end `result`.
    fn start(&self, newborn: Newborn, result: &Value) -> Result<(), Box<EvalAltResult>> {
        let Newborn { name, number, ports, start, ends } = newborn;
        let (tell, ended) = TheEnd::of(&name, number);
        let mut leaves = Leaves::new(&ends, tell);
        let thread_number = current::new_thread_number();
        ends.reading.iter().for_each(|end| end.give_to(thread_number));
        ends.writing.iter().for_each(|end| end.give_to(thread_number));
        ends.reading.iter().for_each(|end| end.held_by(number));
        ends.writing.iter().for_each(|end| end.held_by(number));
        let identity = ports.identity();
        let activity = Arc::clone(&identity.activity);
        let make: Box<dyn FnOnce() -> Work + Send> = Box::new(move || {
            Box::pin(async move {
                let fate = live(identity, ports, start, ends, |fate| fate).await;
                // Nobody waits for it when the run is over.
                let _ = leaves.tell.send(fate).await;
            })
        });
        let job = Job { process: number, make };
        activity.add_part(number, &name);
        activity.begin();
        let thread = thread::start(&name, thread_number, job, &activity, Handle::current());
        let thread = thread.map_err(|error| {
            activity.forget_part(number);
            activity.finish();
            mistake(format!("no thread for `{name}`: {error}"))
        })?;
        thread.be_part(&activity);
        let result = mobile::of_token(result).map_or_else(Weak::new, |end| Arc::downgrade(&end));
        self.spawned.borrow_mut().push(Child { name, thread, ended, fate: None, result });
        Ok(())
    }

    /// Waits until all processes that it spawned have ended.
    pub(super) fn join(&self) -> Result<(), Ended> {
        let mut failed = None;
        while let Some(mut spawned) = { self.spawned.borrow_mut().pop() } {
            if spawned.fate.is_none() {
                spawned.fate = match thread::wait(spawned.ended.fate.receive()) {
                    Ok(ended) => ended.ok(),
                    Err(thread::Stopped) => {
                        spawned.stop();
                        self.stopped();
                        return Ok(());
                    }
                };
            }
            if let Some(why) = spawned.failure() {
                failed.get_or_insert_with(|| Ended::fail(why));
            }
        }
        failed.map_or(Ok(()), Err)
    }
}

/// A parameter as a graph file could write it.
fn constant(name: &str, value: &Dynamic) -> Result<Constant, Box<EvalAltResult>> {
    let token = token(value)?;
    token.to_constant().ok_or_else(|| mistake(format!("`{name}` cannot be {}", token.shown())))
}

/// Sends what a spawned function returned.
fn give(value: Value, mut result: Out) -> Result<(), Ended> {
    let value =
        mobile::moved(value, OUTSIDE).map_err(|end| Ended::fail(format!("{end} was sent away before")))?;
    match thread::wait(result.send(value)) {
        // Nobody wants it: that is no failure.
        Ok(Err(Ended::Retired)) | Err(thread::Stopped) => Ok(()),
        Ok(sent) => sent,
    }
}
