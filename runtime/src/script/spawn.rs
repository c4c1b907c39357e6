//! Functions of a script as processes of their own, started while it runs.

use std::rc::Rc;
use std::sync::Arc;

use csprun_dsl::expr::ScriptCode;
use rhai::{Array, Dynamic, Engine, ImmutableString};
use tokio::runtime::Handle;

use super::child::Child;
use super::ending::{Outcome, mistake};
use super::host::{Host, token};
use super::mobile;
use crate::channel::{Channel, Form, ReadEnd, WriteEnd};
use crate::process::{Ended, Ends, Fate, Out, Ports, Start, live};
use crate::schedule::{Job, Work, current, thread};
use crate::value::Value;

/// How a function of a script is run.
pub(super) type Run = fn(&Arc<ScriptCode>, &str, &[Value], Ports) -> Result<Value, Ended>;

/// Adds `spawn` to an engine: a function and a list of its arguments.
pub(super) fn register(engine: &mut Engine, host: &Rc<Host>, run: Run) {
    let own = Rc::clone(host);
    engine.register_fn("spawn", move |function: ImmutableString, arguments: Array| -> Outcome {
        own.spawn(&function, &arguments, run)
    });
}

impl Host {
    /// Starts a function of the script; what it returns comes out of the end that this gives.
    fn spawn(&self, function: &ImmutableString, arguments: &[Dynamic], run: Run) -> Outcome {
        let arguments = arguments.iter().map(|value| token(value).map(mobile::moved));
        let arguments = arguments.collect::<Result<Vec<Value>, _>>()?;
        let n = self.spawned.borrow().len();
        let name = format!("{}/{function}#{n}", self.name());
        let (result, reading) = mobile::result();
        let ports = self.ports.borrow().child(name.clone(), result.same());
        let (code, function) = (Arc::clone(&self.code), function.to_string());
        let start: Start = Box::new(move |ports| {
            Box::pin(async move {
                let result = ports.output("result");
                give(run(&code, &function, &arguments, ports.take())?, result)
            })
        });
        let ends = Ends { writing: vec![result], ..Ends::default() };
        let fates = Channel::any_of(Form::shared(1));
        let (mut tell, ended) = (WriteEnd::new(&fates, 0), ReadEnd::new(&fates, 0));
        let identity = ports.identity();
        let make: Box<dyn FnOnce() -> Work + Send> = Box::new(move || {
            Box::pin(async move {
                let fate = live(identity, ports, start, ends, |fate| fate).await;
                // Nobody waits for it when the run is over.
                let _ = tell.send(fate).await;
            })
        });
        // To reports it is a part of the process that spawned it.
        let job = Job { process: current::process(), make };
        let activity = Arc::clone(&self.ports.borrow().identity().activity);
        activity.begin();
        let thread = thread::start(&name, current::new_thread_number(), job, &activity, Handle::current());
        let thread = thread.map_err(|error| {
            activity.finish();
            mistake(format!("no thread for `{name}`: {error}"))
        })?;
        self.spawned.borrow_mut().push(Child { name, thread, ended });
        Ok(self.given(&reading))
    }

    /// Waits until all functions that it spawned have ended.
    pub(super) fn join(&self) -> Result<(), Ended> {
        let mut failed = None;
        while let Some(mut spawned) = { self.spawned.borrow_mut().pop() } {
            let ended = match thread::wait(spawned.ended.receive()) {
                Ok(ended) => ended,
                Err(thread::Stopped) => {
                    spawned.stop();
                    self.stopped();
                    return Ok(());
                }
            };
            if let Ok(Fate::Failed(why) | Fate::Panicked(why)) = ended {
                failed.get_or_insert_with(|| Ended::fail(format!("`{}` failed: {why}", spawned.name)));
            }
        }
        failed.map_or(Ok(()), Err)
    }
}

/// Sends what a spawned function returned.
fn give(value: Value, mut result: Out) -> Result<(), Ended> {
    match thread::wait(result.send(mobile::moved(value))) {
        // Nobody wants it: that is no failure.
        Ok(Err(Ended::Retired)) | Err(thread::Stopped) => Ok(()),
        Ok(sent) => sent,
    }
}
