//! Something for each key that was seen.

use std::hash::{BuildHasher, Hasher};

use foldhash::fast::FixedState;
use hashbrown::HashTable;

use super::held::Held;
use crate::process::Ended;
use crate::value::{Value, View};

/// A value for each key.
pub(super) struct Keyed<V> {
    seen: HashTable<Seen<V>>,
}

/// A key and what is known of it, in one place of the table, so that counting a word touches one place in memory.
struct Seen<V> {
    key: Value,
    /// How many keys came before it.
    place: usize,
    value: V,
}

impl<V> Keyed<V> {
    /// Without keys.
    pub(super) fn new() -> Keyed<V> {
        Keyed { seen: HashTable::new() }
    }

    /// Changes what is known of a key, which is `new` when it comes for the first time; only then is anything
    /// allocated, and the key counted as held.
    ///
    /// The key is looked at where it lies. A key that has just been moved is read in other parts than it was written in;
    /// that makes the processor wait for the write, and with it for the look-up before, while those of a batch overlap
    /// when nothing is written between them.
    #[inline]
    pub(super) fn update<R>(
        &mut self,
        key: &Value,
        held: &mut Held,
        new: V,
        change: impl FnOnce(&mut V, &mut Held) -> Result<R, Ended>,
    ) -> Result<R, Ended> {
        let hash = hash(key);
        if let Some(seen) = self.seen.find_mut(hash, |seen| is_same(&seen.key, key)) {
            return change(&mut seen.value, held);
        }
        let (place, key) = (self.seen.len(), kept(key));
        held.keep(&key)?;
        let seen = Seen { key, place, value: new };
        let mut entry = self.seen.insert_unique(hash, seen, |seen| self::hash(&seen.key));
        change(&mut entry.get_mut().value, held)
    }

    /// What is known of a key.
    pub(super) fn get(&self, key: &Value) -> Option<&V> {
        self.seen.find(hash(key), |seen| is_same(&seen.key, key)).map(|seen| &seen.value)
    }

    /// Keys and what is known of them, in the order of first appearance.
    pub(super) fn in_order(self) -> impl Iterator<Item = (Value, V)> {
        let mut seen: Vec<Seen<V>> = self.seen.into_iter().collect();
        seen.sort_unstable_by_key(|seen| seen.place);
        seen.into_iter().map(|seen| (seen.key, seen.value))
    }
}

/// A key to be kept: a text out of a large block gets a copy of its own, and the block can go.
fn kept(key: &Value) -> Value {
    match key.view() {
        View::Text(text) => Value::from(text),
        View::Bytes(bytes) => Value::from(bytes),
        _ => key.clone(),
    }
}

/// Whether two keys are equal in the total order, in which `NaN` equals itself.
#[inline]
fn is_same(a: &Value, b: &Value) -> bool {
    match (a.short_text(), b.short_text()) {
        (Some(a), Some(b)) => a == b,
        _ => is_same_value(a, b),
    }
}

#[inline(never)]
fn is_same_value(a: &Value, b: &Value) -> bool {
    match (a.view(), b.view()) {
        (View::Text(a), View::Text(b)) => a == b,
        _ => a.cmp_total(b).is_eq(),
    }
}

#[inline]
fn hash(key: &Value) -> u64 {
    let mut hasher = FixedState::default().build_hasher();
    match key.short_text() {
        Some(words) => words.into_iter().for_each(|word| hasher.write_u64(word)),
        None => hasher.write_u64(hash_value(key)),
    }
    hasher.finish()
}

#[inline(never)]
fn hash_value(key: &Value) -> u64 {
    match key.view() {
        View::Text(text) => FixedState::default().hash_one(text),
        _ => key.hash_stable(),
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
            counts.update(&key, &mut held, 0, count).expect("there is room for four keys");
        }
        let counted: Vec<String> = counts.in_order().map(|(key, n)| format!("{key} {n}")).collect();
        assert_eq!(counted, ["b 2", "a 1", "NaN 2", "1 2"]);
    }
}
