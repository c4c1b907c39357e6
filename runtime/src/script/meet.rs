//! Calls and barriers.

use std::rc::Rc;
use std::sync::Arc;

use rhai::{Dynamic, Engine, EvalAltResult, Map};

use super::ending::{Outcome, mistake, thrown};
use super::host::{Host, give_away, token};
use super::port::Port;
use crate::barrier::Member;
use crate::process::{Asked, Call, Caller, Ended, Serve};
use crate::value::{Opaque, Value};

/// Who asks, in a request; it can be kept like any token.
#[derive(Debug)]
struct CallerAt {
    caller: Caller,
    port: String,
}

impl Opaque for CallerAt {
    fn describe(&self) -> String {
        format!("a caller at `{}`", self.port)
    }
}

/// Adds them to an engine.
pub(super) fn register(engine: &mut Engine, host: &Rc<Host>) {
    let own = Rc::clone(host);
    engine.register_fn("ask", move |port: Dynamic, request: Dynamic| own.ask(&port, &request));
    let own = Rc::clone(host);
    engine.register_fn("serve", move |port: Dynamic| own.serve(&port));
    let own = Rc::clone(host);
    engine.register_fn("requests", move |port: Dynamic| Requests { host: Rc::clone(&own), port });
    engine.register_iterator_result::<Requests, Dynamic>();
    let own = Rc::clone(host);
    engine.register_fn("reply", move |request: Map, value: Dynamic| own.reply(&request, Ok(&value)));
    let own = Rc::clone(host);
    engine.register_fn("refuse", move |request: Map, why: &str| own.reply(&request, Err(why)));
    let own = Rc::clone(host);
    engine.register_fn("sync", move |barrier: &str| own.sync(barrier));
    let own = Rc::clone(host);
    engine.register_fn("resign", move |barrier: &str| own.resign(barrier));
}

impl Host {
    fn ask(&self, port: &Dynamic, request: &Dynamic) -> Outcome {
        let request = token(request)?;
        let reply = self.table.with(port, |port: &mut Port<Call>, name| {
            give_away(request, |request| {
                let reply = self.wait(port.open(name)?.call(request))?;
                reply.map_err(|ended| port.refused(name, ended))
            })
        });
        self.arrived(reply?)
    }

    /// The next request as a record.
    fn serve(&self, port: &Dynamic) -> Outcome {
        self.table.with(port, |serving: &mut Port<Serve>, name| {
            let asked = self.wait(serving.open(name)?.next())?;
            let asked = asked.map_err(|ended| serving.refused(name, ended))?;
            self.asked(serving.open(name)?, name, asked)
        })
    }

    /// What a server heard of as a record; of a caller that has left, `left` is true.
    pub(super) fn asked(&self, serve: &Serve, port: &str, asked: Asked) -> Outcome {
        let (caller, value, left) = match asked {
            Asked::Request(caller, value) => (caller, self.arrived(value)?, false),
            Asked::Left(caller) => (caller, Dynamic::UNIT, true),
        };
        let mut request = Map::new();
        request.insert("caller".into(), serve.name_of(caller).into());
        request.insert("value".into(), value);
        request.insert("left".into(), left.into());
        let to = CallerAt { caller, port: port.to_owned() };
        request.insert("to".into(), Dynamic::from(Value::opaque(Arc::new(to))));
        Ok(Dynamic::from_map(request))
    }

    fn reply(&self, request: &Map, answer: Result<&Dynamic, &str>) -> Result<(), Box<EvalAltResult>> {
        let to = request.get("to").and_then(|to| to.clone().try_cast::<Value>());
        let Some(to) = to.as_ref().and_then(Value::thing::<CallerAt>) else {
            return Err(mistake("a reply goes to a request, as `serve` gives it"));
        };
        let (caller, port) = (to.caller, Dynamic::from(to.port.clone()));
        self.table.with(&port, |port: &mut Port<Serve>, name| {
            let serve = port.open(name)?;
            let not = |ended| thrown(name, ended);
            match answer {
                Ok(value) => give_away(token(value)?, |value| serve.reply(caller, value).map_err(not)),
                Err(why) => serve.refuse(caller, why).map_err(not),
            }
        })
    }

    fn sync(&self, barrier: &str) -> Result<(), Box<EvalAltResult>> {
        let mut member = self.place_at(barrier)?;
        let synced = self.wait(member.sync());
        self.members.borrow_mut().insert(barrier.to_owned(), member);
        synced?.map_err(|gone| thrown(barrier, Ended::from(gone)))
    }

    /// Takes out the place of the process at a barrier.
    pub(super) fn place_at(&self, barrier: &str) -> Result<Member, Box<EvalAltResult>> {
        if self.resigned.borrow().contains(barrier) {
            return Err(mistake(format!("`{}` has resigned from `{barrier}`", self.name())));
        }
        let own = self.members.borrow_mut().remove(barrier);
        own.map_or_else(|| self.ports.borrow_mut().barrier(barrier), Ok)
            .map_err(|ended| thrown(barrier, ended))
    }

    fn resign(&self, barrier: &str) -> Result<(), Box<EvalAltResult>> {
        let member = self.place_at(barrier)?;
        self.resigned.borrow_mut().insert(barrier.to_owned());
        member.resign();
        Ok(())
    }
}

/// The requests at a port, for `for`.
#[derive(Clone)]
struct Requests {
    host: Rc<Host>,
    port: Dynamic,
}

impl Iterator for Requests {
    type Item = Result<Dynamic, Box<EvalAltResult>>;

    fn next(&mut self) -> Option<Self::Item> {
        let next = self.host.serve(&self.port);
        let over = next.is_err()
            && self
                .host
                .table
                .with(&self.port, |port: &mut Port<Serve>, _| Ok(port.retired))
                .unwrap_or(false);
        (!over).then_some(next)
    }
}
