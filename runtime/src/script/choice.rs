//! Choices: `select`, `pri_select` and `fair_select` over guards.

use std::rc::Rc;
use std::time::Instant;

use rhai::{Array, Dynamic, Engine, EvalAltResult, ImmutableString, Map};

use super::ending::{Outcome, mistake, thrown};
use super::guard::{self, Guard, What};
use super::host::{Host, duration_of, give_away, token};
use super::mobile;
use super::table::Taken;
use crate::alt::{Alt, Fair, Guard as Event, Skip, Timeout};
use crate::barrier::{Member, SyncGuard};
use crate::process::{Asked, Ended, In, InGuard, Out, OutGuard, Serve, ServeGuard};
use crate::schedule::run;
use crate::value::Value;

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
    Request(Taken<Serve>),
    Barrier(ImmutableString, Member),
    Timeout(Instant),
    Skip,
}

/// Adds them to an engine.
pub(super) fn register(engine: &mut Engine, host: &Rc<Host>) {
    guard::register(engine);
    for (name, order) in
        [("select", Order::Any), ("pri_select", Order::Written), ("fair_select", Order::Fair)]
    {
        let own = Rc::clone(host);
        engine.register_fn(name, move |guards: Array| own.choose(&guards, order));
    }
    let own = Rc::clone(host);
    engine.register_fn("try_send", move |port: Dynamic, value: Dynamic| -> Outcome {
        let guards = [What::Output(port, value), What::Skip].map(|what| Dynamic::from(Guard::of(what)));
        let chosen = own.choose(&guards, Order::Written)?.cast::<Map>();
        Ok(chosen.get("index").is_some_and(|index| index.as_int() == Ok(0)).into())
    });
}

impl Host {
    fn choose(&self, guards: &[Dynamic], order: Order) -> Outcome {
        let guards = guards.iter().map(Guard::from_value).collect::<Result<Vec<Guard>, _>>()?;
        let began = run::now();
        let mut active: Vec<usize> = (0..guards.len()).filter(|&index| guards[index].on).collect();
        if active.is_empty() {
            return Err(mistake("a choice needs a guard whose precondition is true"));
        }
        if active.iter().filter(|&&index| matches!(guards[index].what, What::Barrier(_))).count() > 1 {
            return Err(mistake("a choice has one barrier at most"));
        }
        if order == Order::Fair {
            let served = self.served.borrow();
            active.sort_by_key(|&index| served.get(&guards[index].key(index)).copied().unwrap_or(0));
        }
        // Guards at ports that have retired drop out; when they all have, so has the choice.
        let can_retire = active.iter().any(|&index| guards[index].can_retire());
        loop {
            let (mut last, mut failed) = (None, None);
            let mut armed = Vec::with_capacity(active.len());
            for &index in &active {
                match self.arm(&guards[index], began) {
                    Ok(one) => match one.retired() {
                        Some(name) => {
                            last = Some(name);
                            self.disarm(one);
                        }
                        None => armed.push((index, one)),
                    },
                    Err(error) => {
                        failed = Some(error);
                        break;
                    }
                }
            }
            let over = can_retire && !armed.iter().any(|&(index, _)| guards[index].can_retire());
            let chosen = match failed {
                Some(error) => Err(error),
                None if over => Err(thrown(&last.unwrap_or_default(), Ended::Retired)),
                None => self.commit(&guards, &mut armed, order),
            };
            armed.into_iter().for_each(|(_, one)| self.disarm(one));
            if let Some((index, kind, value)) = chosen? {
                return Ok(guards[index].chosen(index, kind, value));
            }
        }
    }

    fn arm(&self, guard: &Guard, began: Instant) -> Result<Armed, Box<EvalAltResult>> {
        Ok(match &guard.what {
            What::Incoming(port) if self.table.has::<Serve>(port) => Armed::Request(self.table.take(port)?),
            What::Incoming(port) | What::Input(port) => Armed::Input(self.table.take(port)?),
            What::Output(port, value) => Armed::Output(self.table.take(port)?, value.clone()),
            What::Request(port) => Armed::Request(self.table.take(port)?),
            What::Barrier(name) => Armed::Barrier(name.clone(), self.place_at(name)?),
            What::Timeout(duration) => Armed::Timeout(began + duration_of(duration)?),
            What::Skip => Armed::Skip,
        })
    }

    fn disarm(&self, armed: Armed) {
        match armed {
            Armed::Input(taken) => self.table.put(taken),
            Armed::Output(taken, _) => self.table.put(taken),
            Armed::Request(taken) => self.table.put(taken),
            Armed::Barrier(name, member) => {
                self.members.borrow_mut().insert(name.to_string(), member);
            }
            Armed::Timeout(_) | Armed::Skip => {}
        }
    }

    /// The guard that commits, its kind and what came of it; `None` when its port has retired, or another request
    /// has to be waited for.
    fn commit(
        &self,
        guards: &[Guard],
        armed: &mut [(usize, Armed)],
        order: Order,
    ) -> Result<Option<(usize, &'static str, Dynamic)>, Box<EvalAltResult>> {
        let offers = armed.iter_mut().map(|(_, one)| one.offer());
        let mut offers = offers.collect::<Result<Vec<Offer<'_>>, _>>()?;
        let mut events: Vec<&mut dyn Event> = offers.iter_mut().map(Offer::event).collect();
        let alt = Alt::new(&mut events);
        let chosen = match order {
            Order::Any => self.wait(alt.select())?,
            Order::Written => self.wait(alt.pri_select())?,
            // The guards stand in the order in which they are to be served.
            Order::Fair => self.wait(alt.fair_select(&mut Fair::new()))?,
        };
        drop(events);
        let at = chosen.map_err(|error| mistake(error.to_string()))?;
        let came = offers[at].take();
        drop(offers);
        let (index, one) = &mut armed[at];
        // An end counts as well: else its guard would be the next one again and again.
        self.serves(guards[*index].key(*index));
        match came {
            Ok(Came::Nothing) => Ok(None),
            Ok(came) => Ok(Some((*index, one.kind(), self.shown(one, came)?))),
            Err(ended) => {
                let retired = matches!(ended, Ended::Retired);
                let refused = one.refused(ended);
                if retired { Ok(None) } else { Err(refused) }
            }
        }
    }

    /// Remembers for `fair_select` that this guard was served last.
    fn serves(&self, guard: String) {
        let mut served = self.served.borrow_mut();
        let now = served.values().max().copied().unwrap_or(0) + 1;
        served.insert(guard, now);
    }

    /// What came through a guard, for the script.
    fn shown(&self, armed: &Armed, came: Came) -> Outcome {
        match (came, armed) {
            (Came::Token(token), _) => self.arrived(token),
            (Came::Asked(asked), Armed::Request(Taken { name, port, .. })) => match &port.end {
                Some(serve) => self.asked(serve, name, asked),
                None => Ok(Dynamic::UNIT),
            },
            _ => Ok(Dynamic::UNIT),
        }
    }
}

impl Armed {
    /// As the script is told of it.
    fn kind(&self) -> &'static str {
        match self {
            Armed::Input(_) => "input",
            Armed::Output(..) => "output",
            Armed::Request(_) => "request",
            Armed::Barrier(..) => "barrier",
            Armed::Timeout(_) => "timeout",
            Armed::Skip => "skip",
        }
    }

    /// The name of its port, if the script knows that it is retired.
    fn retired(&self) -> Option<ImmutableString> {
        let (name, is_retired) = match self {
            Armed::Input(taken) => (&taken.name, taken.port.is_retired()),
            Armed::Output(taken, _) => (&taken.name, taken.port.is_retired()),
            Armed::Request(taken) => (&taken.name, taken.port.is_retired()),
            Armed::Barrier(..) | Armed::Timeout(_) | Armed::Skip => return None,
        };
        is_retired.then(|| name.clone())
    }

    /// Remembers at its port that it is told of the end.
    fn refused(&mut self, ended: Ended) -> Box<EvalAltResult> {
        match self {
            Armed::Input(taken) => taken.port.refused(&taken.name, ended),
            Armed::Output(taken, _) => taken.port.refused(&taken.name, ended),
            Armed::Request(taken) => taken.port.refused(&taken.name, ended),
            Armed::Barrier(name, _) => thrown(name, ended),
            Armed::Timeout(_) | Armed::Skip => thrown("", ended),
        }
    }

    fn offer(&mut self) -> Result<Offer<'_>, Box<EvalAltResult>> {
        Ok(match self {
            Armed::Input(taken) => Offer::Input(taken.port.open(&taken.name)?.guard()),
            Armed::Output(taken, value) => {
                let token = token(value)?;
                let end = taken.port.open(&taken.name)?;
                let guard = give_away(token.clone(), |token| {
                    end.guard(token).map_err(|ended| thrown(&taken.name, ended))
                })?;
                Offer::Output(Sending { guard, token })
            }
            Armed::Request(taken) => Offer::Request(taken.port.open(&taken.name)?.guard()),
            Armed::Barrier(_, member) => Offer::Barrier(member.guard()),
            Armed::Timeout(deadline) => Offer::Timeout(Timeout::at(*deadline)),
            Armed::Skip => Offer::Skip(Skip::new()),
        })
    }
}

/// A guard that the choice holds.
enum Offer<'a> {
    Input(InGuard<'a>),
    Output(Sending<'a>),
    Request(ServeGuard<'a>),
    Barrier(SyncGuard<'a>),
    Timeout(Timeout),
    Skip(Skip),
}

/// An output in a choice. Ends in a token that is not sent are the script's again.
struct Sending<'a> {
    guard: OutGuard<'a>,
    /// As the script has it.
    token: Value,
}

impl Drop for Sending<'_> {
    fn drop(&mut self) {
        if let Some(token) = self.guard.take_back() {
            mobile::give_back(&self.token, &mobile::places_in(&token));
        }
    }
}

/// What came through a guard that was chosen.
enum Came {
    Token(Value),
    Asked(Asked),
    /// It happened, and that is all.
    Done,
    /// A request that was refused: there is nothing to tell.
    Nothing,
}

impl Offer<'_> {
    fn event(&mut self) -> &mut dyn Event {
        match self {
            Offer::Input(guard) => guard,
            Offer::Output(sending) => &mut sending.guard,
            Offer::Request(guard) => guard,
            Offer::Barrier(guard) => guard,
            Offer::Timeout(guard) => guard,
            Offer::Skip(guard) => guard,
        }
    }

    fn take(&mut self) -> Result<Came, Ended> {
        Ok(match self {
            Offer::Input(guard) => Came::Token(guard.take()?),
            Offer::Output(Sending { guard, .. }) => {
                guard.take()?;
                Came::Done
            }
            Offer::Request(guard) => guard.take()?.map_or(Came::Nothing, Came::Asked),
            Offer::Barrier(guard) => {
                guard.take()?;
                Came::Done
            }
            Offer::Timeout(_) | Offer::Skip(_) => Came::Done,
        })
    }
}
