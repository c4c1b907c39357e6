//! What may be taken out of the slots of an evaluation.
//!
//! Beside those of the expression there are two: the state, if there is one, and whether something of it was taken.

use std::mem;

use super::last::Place;
use crate::value::{Value, View};

/// Slots beside those of the expression.
const N_MORE: usize = 2;

/// The slots for an expression that has so many.
pub(super) fn slots(n_locals: usize) -> Vec<Value> {
    vec![Value::UNIT; n_locals + N_MORE]
}

/// A slot, or a field of the record in it, that is read for the last time.
#[derive(Debug)]
pub(super) struct Taken {
    slot: usize,
    fields: Vec<String>,
}

impl Taken {
    /// That place.
    pub(super) fn new(place: &Place<'_>) -> Taken {
        Taken { slot: place.slot, fields: place.fields.iter().map(|name| (*name).to_owned()).collect() }
    }

    fn get<'a>(&self, slots: &'a [Value]) -> Option<&'a Value> {
        self.fields.iter().try_fold(&slots[self.slot], |value, name| value.as_record()?.get(name))
    }

    /// Takes it when it can grow by another: a list by a list, a text by a text.
    pub(super) fn take_to_grow(&self, other: &Value, slots: &mut [Value]) -> Option<Value> {
        match (self.get(slots)?.view(), other.view()) {
            (View::List(_), View::List(_)) | (View::Text(_), View::Text(_)) => self.take(slots),
            _ => None,
        }
    }

    /// Takes it; `None` when others have the record in which it stands.
    pub(super) fn take(&self, slots: &mut [Value]) -> Option<Value> {
        let value = mem::replace(self.find(slots)?, Value::UNIT);
        if self.slot + N_MORE == slots.len() {
            slots[self.slot + 1] = Value::from(true);
        }
        Some(value)
    }

    /// Puts it back.
    pub(super) fn put(&self, value: Value, slots: &mut [Value]) {
        if let Some(place) = self.find(slots) {
            *place = value;
        }
        // Of a state that is taken whole nothing was taken before.
        if self.fields.is_empty() && self.slot + N_MORE == slots.len() {
            slots[self.slot + 1] = Value::UNIT;
        }
    }

    fn find<'a>(&self, slots: &'a mut [Value]) -> Option<&'a mut Value> {
        self.fields.iter().try_fold(&mut slots[self.slot], |value, name| value.record_mut()?.get_mut(name))
    }
}

/// Puts the state into its slot, whole.
pub(super) fn enter(state: Value, slots: &mut [Value]) {
    if let [.., own, is_taken] = slots {
        *own = state;
        *is_taken = Value::UNIT;
    }
}

/// Takes the state out again; `None` when something of it was taken.
pub(super) fn leave(slots: &mut [Value]) -> Option<Value> {
    let [.., own, is_taken] = slots else { return None };
    is_taken.is_unit().then(|| mem::replace(own, Value::UNIT))
}
