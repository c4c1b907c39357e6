//! Mobile channels: their ends are values, which go over channels and to functions that are spawned (SEMANTICS C9).
//!
//! Sending an end moves it: the token gets an end of its own, and the sender's is empty from then on. Who receives it
//! moves it once more, so that of two copies of a token (a `Delta` makes them) one has the end. An end that nobody has
//! any more retires, also one in a token that was dropped.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use rhai::Dynamic;

use super::port::{AnyPort, Port};
use crate::channel::{Channel, Form, Poison, ReadEnd, WriteEnd};
use crate::process::{In, Out};
use crate::schedule::{EndId, current};
use crate::value::{Opaque, Value, View};

/// What an end is; `None`: it was sent away, or is in use.
pub(super) enum Mobile {
    Reading(Option<Port<In>>),
    Writing(Option<Port<Out>>),
}

/// Where an end is. When nobody has it any more, the end retires.
pub(super) struct Place(Mutex<Mobile>);

/// An end as a value.
pub(super) struct End {
    place: Arc<Place>,
    /// The process, or part of one, that has it; [`crate::schedule::current::OUTSIDE`]: it is on its way.
    holder: u32,
}

impl Place {
    /// Looks into it. Nothing waits or panics meanwhile.
    fn with<R>(&self, work: impl FnOnce(&mut Mobile) -> R) -> R {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

impl End {
    fn token(mobile: Mobile, holder: u32) -> Value {
        mobile.held_by(holder);
        Value::opaque(Arc::new(End { place: Arc::new(Place(Mutex::new(mobile))), holder }))
    }

    /// Looks into it.
    pub(super) fn with<R>(&self, work: impl FnOnce(&mut Mobile) -> R) -> R {
        self.place.with(work)
    }

    /// In a message.
    pub(super) fn name(&self) -> &'static str {
        self.with(|mobile| match mobile {
            Mobile::Reading(_) => "the reading end of a channel",
            Mobile::Writing(_) => "the writing end of a channel",
        })
    }

    /// A poison there that its process was not told of, if it is here.
    pub(super) fn unmet(&self) -> Option<Poison> {
        self.with(|mobile| match mobile {
            Mobile::Reading(port) => port.as_ref()?.unmet(),
            Mobile::Writing(port) => port.as_ref()?.unmet(),
        })
    }

    /// Poisons it, if it is here.
    pub(super) fn poison(&self, poison: &Poison) {
        match self.with(Mobile::take) {
            Mobile::Reading(port) => end_of(port).into_iter().for_each(|end| end.poison(poison.clone())),
            Mobile::Writing(port) => end_of(port).into_iter().for_each(|end| end.poison(poison.clone())),
        }
    }
}

fn end_of<E>(port: Option<Port<E>>) -> Option<E> {
    port.and_then(|port| port.end)
}

fn end_in<E>(port: &Option<Port<E>>) -> Option<&E> {
    port.as_ref().and_then(|port| port.end.as_ref())
}

impl Mobile {
    /// The place of a reading end.
    pub(super) fn reading(&mut self) -> Option<&mut Option<Port<In>>> {
        match self {
            Mobile::Reading(port) => Some(port),
            Mobile::Writing(_) => None,
        }
    }

    /// The place of a writing end.
    pub(super) fn writing(&mut self) -> Option<&mut Option<Port<Out>>> {
        match self {
            Mobile::Writing(port) => Some(port),
            Mobile::Reading(_) => None,
        }
    }

    fn is_here(&self) -> bool {
        match self {
            Mobile::Reading(port) => port.is_some(),
            Mobile::Writing(port) => port.is_some(),
        }
    }

    /// Says which process, or part, has it from now on.
    fn held_by(&self, process: u32) {
        match self {
            Mobile::Reading(port) => end_in(port).into_iter().for_each(|end| end.held_by(process)),
            Mobile::Writing(port) => end_in(port).into_iter().for_each(|end| end.held_by(process)),
        }
    }

    /// The end itself.
    fn id(&self) -> Option<EndId> {
        match self {
            Mobile::Reading(port) => end_in(port).map(|end| end.handle().id()),
            Mobile::Writing(port) => end_in(port).map(|end| end.handle().id()),
        }
    }

    fn take(&mut self) -> Mobile {
        match self {
            Mobile::Reading(port) => Mobile::Reading(port.take()),
            Mobile::Writing(port) => Mobile::Writing(port.take()),
        }
    }
}

/// In a script the drop takes effect where it waits next: until then it may turn out that it failed (SEMANTICS E11).
impl Drop for Place {
    fn drop(&mut self) {
        match self.with(Mobile::take) {
            Mobile::Reading(port) => end_of(port).into_iter().for_each(In::forsake),
            Mobile::Writing(port) => end_of(port).into_iter().for_each(Out::forsake),
        }
    }
}

impl fmt::Debug for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl Opaque for End {
    fn describe(&self) -> String {
        self.name().to_owned()
    }
}

/// A new channel of a process: its writing and its reading end.
pub(super) fn channel(capacity: usize, process: u32) -> (Value, Value) {
    let channel = Channel::made(Form::shared(capacity));
    channel.carries(ends_alone);
    let writing = Out::new(WriteEnd::new(&channel, 0), None, None);
    let reading = In::new(ReadEnd::new(&channel, 0), None, None);
    (
        End::token(Mobile::Writing(Some(Port::new(writing))), process),
        End::token(Mobile::Reading(Some(Port::new(reading))), process),
    )
}

/// A channel for one result of what this process, or part, is about to start: its writing end, and the reading one as a
/// value.
pub(super) fn result() -> (WriteEnd<Value>, Value) {
    let channel = Channel::made(Form::shared(1));
    channel.carries(ends_alone);
    let reading = In::new(ReadEnd::new(&channel, 0), None, None);
    (WriteEnd::new(&channel, 0), End::token(Mobile::Reading(Some(Port::new(reading))), current::process()))
}

/// The end that a value of a script is.
pub(super) fn of(value: &Dynamic) -> Option<Arc<End>> {
    of_token(&*value.read_lock::<Value>()?)
}

/// The end that a token is.
pub(super) fn of_token(token: &Value) -> Option<Arc<End>> {
    token.thing::<End>()
}

/// The token as it goes on: ends in it move, are empty where they were, and are that process's from now on.
///
/// # Errors
/// The name of an end that is not there any more, or twice in it; then nothing has moved.
pub(super) fn moved(token: Value, to: u32) -> Result<Value, &'static str> {
    let mut ends = Vec::new();
    ends_in(&token, &mut ends);
    if ends.is_empty() {
        return Ok(token);
    }
    let mut known = BTreeSet::new();
    let lost =
        ends.iter().find(|end| !end.with(|mobile| mobile.is_here()) || !known.insert(Arc::as_ptr(end)));
    lost.map_or_else(|| Ok(taken(&token, to)), |end| Err(end.name()))
}

fn taken(token: &Value, to: u32) -> Value {
    if let Some(end) = of_token(token) {
        return End::token(end.with(Mobile::take), to);
    }
    match token.view() {
        View::List(items) => Value::from(items.iter().map(|item| taken(item, to)).collect::<Vec<Value>>()),
        View::Record(record) => {
            Value::record(record.iter().map(|(name, value)| (name.to_owned(), taken(value, to))).collect())
        }
        _ => token.clone(),
    }
}

/// Where the ends in a token are.
pub(super) fn places_in(token: &Value) -> Vec<Arc<Place>> {
    let mut ends = Vec::new();
    ends_in(token, &mut ends);
    ends.iter().map(|end| Arc::clone(&end.place)).collect()
}

/// The ends in these places of a token, which was [`moved`] and not sent, are those of `from` again.
pub(super) fn give_back(from: &Value, places: &[Arc<Place>]) {
    let mut homes = Vec::new();
    ends_in(from, &mut homes);
    for (home, place) in homes.iter().zip(places) {
        let mobile = place.with(Mobile::take);
        mobile.held_by(home.holder);
        home.with(|place| *place = mobile);
    }
}

/// Whether there are ends in a token.
pub(super) fn has_ends(token: &Value) -> bool {
    let mut ends = Vec::new();
    ends_in(token, &mut ends);
    !ends.is_empty()
}

/// The ends in a token that nobody else has. Of a copied one nobody knows who has the other copies.
///
/// The supervisor asks under the lock of the channel where the token lies. Nobody holds the lock of such an end's place and
/// waits for that of a channel: an end that a script has is in no token, as [`moved`] makes another for that.
pub(crate) fn ends_alone(token: &Value, found: &mut Vec<EndId>) {
    if token.has_copies() {
        return;
    }
    match token.view() {
        View::Opaque(_) => found.extend(of_token(token).and_then(|end| end.with(|mobile| mobile.id()))),
        View::List(items) => items.iter().for_each(|item| ends_alone(item, found)),
        View::Record(record) => record.values().iter().for_each(|value| ends_alone(value, found)),
        _ => {}
    }
}

/// All ends in a token.
pub(super) fn ends_in(token: &Value, found: &mut Vec<Arc<End>>) {
    match token.view() {
        View::Opaque(_) => found.extend(of_token(token)),
        View::List(items) => items.iter().for_each(|item| ends_in(item, found)),
        View::Record(record) => record.values().iter().for_each(|value| ends_in(value, found)),
        _ => {}
    }
}
