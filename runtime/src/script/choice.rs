//! Choices: `select`, `pri_select` and `fair_select` over guards, which are values.

use std::rc::Rc;
use std::time::Instant;

use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map};

use super::ending::{Outcome, mistake, thrown};
use super::host::{Host, duration_of, token};
use super::mobile;
use super::table::Taken;
use crate::alt::{Alt, Guard as Event, Skip, Timeout};
use crate::process::{Ended, In, InGuard, Out, OutGuard};
use crate::schedule::run;

/// A guard as a script makes it.
#[derive(Clone)]
struct Guard {
    what: What,
    /// Its precondition.
    on: bool,
}

#[derive(Clone)]
enum What {
    Input(Dynamic),
    Output(Dynamic, Dynamic),
    Timeout(Dynamic),
    Skip,
}

/// How ready guards are chosen among.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Order {
    Any,
    Written,
    Fair,
}

/// A guard on its way into a choice.
enum Armed {
    Input(Taken<In>),
    Output(Taken<Out>, Dynamic),
    Timeout(Instant),
    Skip,
}

/// Adds them to an engine.
pub(super) fn register(engine: &mut Engine, host: &Rc<Host>) {
    let guard = |what| Guard { what, on: true };
    engine.register_type_with_name::<Guard>("guard");
    engine.register_fn("input", move |port: Dynamic| guard(What::Input(port)));
    engine.register_fn("output", move |port: Dynamic, value: Dynamic| guard(What::Output(port, value)));
    engine.register_fn("timeout", move |duration: Dynamic| guard(What::Timeout(duration)));
    engine.register_fn("skip", move || guard(What::Skip));
    engine.register_fn("when", |guard: Guard, on: bool| Guard { on: guard.on && on, ..guard });
    engine
        .register_fn("when", |port: ImmutableString, on: bool| Guard { what: What::Input(port.into()), on });
    for (name, order) in
        [("select", Order::Any), ("pri_select", Order::Written), ("fair_select", Order::Fair)]
    {
        let own = Rc::clone(host);
        engine.register_fn(name, move |guards: Array| own.choose(&guards, order));
    }
    let own = Rc::clone(host);
    engine.register_fn("try_send", move |port: Dynamic, value: Dynamic| -> Outcome {
        let guards = [guard(What::Output(port, value)), guard(What::Skip)].map(Dynamic::from);
        let chosen = own.choose(&guards, Order::Written)?.cast::<Map>();
        Ok(chosen.get("index").is_some_and(|index| index.as_int() == Ok(0)).into())
    });
}

impl Host {
    fn choose(&self, guards: &[Dynamic], order: Order) -> Outcome {
        let guards = guards.iter().map(guard_of).collect::<Result<Vec<Guard>, _>>()?;
        let began = run::now();
        let mut active: Vec<usize> = (0..guards.len()).filter(|&index| guards[index].on).collect();
        if active.is_empty() {
            return Err(mistake("a choice needs a guard whose precondition is true"));
        }
        if order == Order::Fair {
            let served = self.served.borrow();
            active.sort_by_key(|&index| served.get(&key(&guards[index], index)).copied().unwrap_or(0));
        }
        // Guards at ports that have retired drop out; when they all have, so has the choice.
        let has_port = active.iter().any(|&index| guards[index].port().is_some());
        loop {
            let mut last = None;
            let mut armed = Vec::with_capacity(active.len());
            for &index in &active {
                match self.arm(&guards[index], began) {
                    Ok(Armed::Input(taken)) if taken.port.is_retired() => {
                        last = Some(taken.name.clone());
                        self.table.put(taken);
                    }
                    Ok(Armed::Output(taken, _)) if taken.port.is_retired() => {
                        last = Some(taken.name.clone());
                        self.table.put(taken);
                    }
                    Ok(one) => armed.push((index, one)),
                    Err(error) => {
                        armed.into_iter().for_each(|(_, one)| self.disarm(one));
                        return Err(error);
                    }
                }
            }
            let any_port = armed.iter().any(|(_, one)| matches!(one, Armed::Input(_) | Armed::Output(..)));
            if has_port && !any_port {
                armed.into_iter().for_each(|(_, one)| self.disarm(one));
                return Err(thrown(&last.unwrap_or_default(), Ended::Retired));
            }
            let chosen = self.commit(&mut armed, order);
            armed.into_iter().for_each(|(_, one)| self.disarm(one));
            if let Some((index, value)) = chosen? {
                let mut served = self.served.borrow_mut();
                let now = served.values().max().copied().unwrap_or(0) + 1;
                served.insert(key(&guards[index], index), now);
                return Ok(guards[index].chosen(index, value));
            }
        }
    }

    fn arm(&self, guard: &Guard, began: Instant) -> Result<Armed, Box<EvalAltResult>> {
        Ok(match &guard.what {
            What::Input(port) => Armed::Input(self.table.take(port)?),
            What::Output(port, value) => Armed::Output(self.table.take(port)?, value.clone()),
            What::Timeout(duration) => Armed::Timeout(began + duration_of(duration)?),
            What::Skip => Armed::Skip,
        })
    }

    fn disarm(&self, armed: Armed) {
        match armed {
            Armed::Input(taken) => self.table.put(taken),
            Armed::Output(taken, _) => self.table.put(taken),
            Armed::Timeout(_) | Armed::Skip => {}
        }
    }

    /// The guard that commits and what came of it; `None` when its port has retired.
    fn commit(
        &self,
        armed: &mut [(usize, Armed)],
        order: Order,
    ) -> Result<Option<(usize, Dynamic)>, Box<EvalAltResult>> {
        let mut offers = Vec::with_capacity(armed.len());
        for (_, one) in armed.iter_mut() {
            offers.push(match one {
                Armed::Input(taken) => Offer::Input(taken.port.open(&taken.name)?.guard()),
                Armed::Output(taken, value) => {
                    let token = mobile::moved(token(value)?);
                    let guard = taken.port.open(&taken.name)?.guard(token);
                    Offer::Output(guard.map_err(|ended| thrown(&taken.name, ended))?)
                }
                Armed::Timeout(deadline) => Offer::Timeout(Timeout::at(*deadline)),
                Armed::Skip => Offer::Skip(Skip::new()),
            });
        }
        let mut events: Vec<&mut dyn Event> = offers.iter_mut().map(Offer::event).collect();
        let alt = Alt::new(&mut events);
        let chosen = match order {
            Order::Any => self.wait(alt.select())?,
            Order::Written | Order::Fair => self.wait(alt.pri_select())?,
        };
        drop(events);
        let at = chosen.map_err(|error| mistake(error.to_string()))?;
        let given = match &mut offers[at] {
            Offer::Input(guard) => guard.take().map(Some),
            Offer::Output(guard) => guard.take().map(|()| None),
            Offer::Timeout(_) | Offer::Skip(_) => Ok(None),
        };
        drop(offers);
        let (index, one) = &mut armed[at];
        let (name, refused) = match (given, one) {
            (Ok(token), _) => {
                return Ok(Some((*index, token.map_or(Dynamic::UNIT, |token| self.given(&token)))));
            }
            (Err(ended), Armed::Input(taken)) => {
                let retired = matches!(ended, Ended::Retired);
                (retired, taken.port.refused(&taken.name, ended))
            }
            (Err(ended), Armed::Output(taken, _)) => {
                let retired = matches!(ended, Ended::Retired);
                (retired, taken.port.refused(&taken.name, ended))
            }
            (Err(ended), _) => (false, thrown("", ended)),
        };
        if name { Ok(None) } else { Err(refused) }
    }
}

/// A guard that the choice holds.
enum Offer<'a> {
    Input(InGuard<'a>),
    Output(OutGuard<'a>),
    Timeout(Timeout),
    Skip(Skip),
}

impl Offer<'_> {
    fn event(&mut self) -> &mut dyn Event {
        match self {
            Offer::Input(guard) => guard,
            Offer::Output(guard) => guard,
            Offer::Timeout(guard) => guard,
            Offer::Skip(guard) => guard,
        }
    }
}

impl Guard {
    fn port(&self) -> Option<&Dynamic> {
        match &self.what {
            What::Input(port) | What::Output(port, _) => Some(port),
            What::Timeout(_) | What::Skip => None,
        }
    }

    /// What the script gets: `#{index, kind, port, value}`.
    fn chosen(&self, index: usize, value: Dynamic) -> Dynamic {
        let kind = match &self.what {
            What::Input(_) => "input",
            What::Output(..) => "output",
            What::Timeout(_) => "timeout",
            What::Skip => "skip",
        };
        let mut chosen = Map::new();
        chosen.insert("index".into(), i64::try_from(index).unwrap_or(i64::MAX).into());
        chosen.insert("kind".into(), kind.into());
        chosen.insert("port".into(), self.port().cloned().unwrap_or(Dynamic::UNIT));
        chosen.insert("value".into(), value);
        Dynamic::from_map(chosen)
    }
}

/// What `fair_select` knows a guard by: its port, or its place.
fn key(guard: &Guard, index: usize) -> String {
    match (&guard.what, guard.port().and_then(|port| port.clone().into_immutable_string().ok())) {
        (What::Output(..), Some(name)) => format!("{name} out"),
        (_, Some(name)) => format!("{name} in"),
        (_, None) => index.to_string(),
    }
}

/// A guard, or the port of an input guard.
fn guard_of(value: &Dynamic) -> Result<Guard, Box<EvalAltResult>> {
    if let Some(guard) = value.read_lock::<Guard>() {
        return Ok(guard.clone());
    }
    if value.is_string() || mobile::of(value).is_some() {
        return Ok(Guard { what: What::Input(value.clone()), on: true });
    }
    Err(mistake(format!("a {} is no guard: write `input(port)`, `output(port, x)`, ..", value.type_name())))
}
