//! Something for each key that was seen.

use std::collections::HashMap;
use std::hash::{BuildHasher, Hash, Hasher};

use foldhash::fast::FixedState;

use super::held::Held;
use crate::process::Ended;
use crate::value::{Value, View};

/// A value for each key.
pub(super) struct Keyed<V> {
    seen: HashMap<Key, Seen<V>, FixedState>,
}

/// What is known of a key. It stands in the table, so that counting a word touches one place in memory.
struct Seen<V> {
    /// How many keys came before it.
    place: usize,
    value: V,
}

impl<V> Keyed<V> {
    /// Without keys.
    pub(super) fn new() -> Keyed<V> {
        Keyed { seen: HashMap::default() }
    }

    /// Changes what is known of a key, which is `new` when it comes for the first time; only then is anything
    /// allocated, and the key counted as held.
    #[inline]
    pub(super) fn update<R>(
        &mut self,
        key: Value,
        held: &mut Held,
        new: V,
        change: impl FnOnce(&mut V, &mut Held) -> Result<R, Ended>,
    ) -> Result<R, Ended> {
        let key = Key(key);
        if let Some(seen) = self.seen.get_mut(&key) {
            return change(&mut seen.value, held);
        }
        let (place, key) = (self.seen.len(), kept(key.0));
        held.keep(&key)?;
        let seen = self.seen.entry(Key(key)).or_insert(Seen { place, value: new });
        change(&mut seen.value, held)
    }

    /// What is known of a key.
    pub(super) fn get(&self, key: Value) -> Option<&V> {
        self.seen.get(&Key(key)).map(|seen| &seen.value)
    }

    /// Keys and what is known of them, in the order of first appearance.
    pub(super) fn in_order(self) -> impl Iterator<Item = (Value, V)> {
        let mut seen: Vec<(Key, Seen<V>)> = self.seen.into_iter().collect();
        seen.sort_unstable_by_key(|(_, seen)| seen.place);
        seen.into_iter().map(|(Key(key), seen)| (key, seen.value))
    }
}

/// A key to be kept: a text out of a large block gets a copy of its own, and the block can go.
fn kept(key: Value) -> Value {
    match key.view() {
        View::Text(text) => Value::from(text),
        View::Bytes(bytes) => Value::from(bytes),
        _ => key,
    }
}

/// A value with the equality of its total order, in which `NaN` equals itself.
struct Key(Value);

impl Key {
    #[inline(never)]
    fn is_same(&self, other: &Key) -> bool {
        match (self.0.view(), other.0.view()) {
            (View::Text(a), View::Text(b)) => a == b,
            _ => self.0.cmp_total(&other.0).is_eq(),
        }
    }

    #[inline(never)]
    fn hash_of(&self) -> u64 {
        match self.0.view() {
            View::Text(text) => FixedState::default().hash_one(text),
            _ => self.0.hash_stable(),
        }
    }
}

impl PartialEq for Key {
    #[inline]
    fn eq(&self, other: &Key) -> bool {
        match (self.0.short_text(), other.0.short_text()) {
            (Some(a), Some(b)) => a == b,
            _ => self.is_same(other),
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    #[inline]
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0.short_text() {
            Some(words) => words.into_iter().for_each(|word| state.write_u64(word)),
            None => state.write_u64(self.hash_of()),
        }
    }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::{Param, Params};

    use super::Keyed;
    use crate::library::held::Held;
    use crate::value::Value;

    #[test]
    fn keys_of_all_types_are_counted_in_the_order_of_first_appearance() {
        let mut params = Params::default();
        params.set("memory", Param::Int(1000));
        let (mut counts, mut held) = (Keyed::new(), Held::of(&params));
        let nan = || Value::from(f64::NAN);
        for key in ["b", "a", "b"].map(Value::from).into_iter().chain([
            nan(),
            Value::from(1),
            nan(),
            Value::from(1.0),
        ]) {
            let count = |n: &mut i64, _: &mut Held| {
                *n += 1;
                Ok(())
            };
            counts.update(key, &mut held, 0, count).expect("there is room for four keys");
        }
        let counted: Vec<String> = counts.in_order().map(|(key, n)| format!("{key} {n}")).collect();
        assert_eq!(counted, ["b 2", "a 1", "NaN 2", "1 2"]);
    }
}
