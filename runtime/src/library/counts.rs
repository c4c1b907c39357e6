//! Counting by key.

use std::collections::HashMap;
use std::hash::{Hash, Hasher};

use foldhash::fast::FixedState;

use crate::value::{Value, View};

/// How often each key was seen.
#[derive(Default)]
pub(super) struct Counts {
    seen: HashMap<Key, Seen, FixedState>,
}

/// What is known of a key. It stands in the table, so that counting a word touches one place in memory.
struct Seen {
    /// How many keys came before it.
    place: usize,
    n: i64,
}

impl Counts {
    /// Counts one. Looking a key up allocates nothing.
    pub(super) fn add(&mut self, key: Value) {
        let key = Key(key);
        if let Some(seen) = self.seen.get_mut(&key) {
            seen.n += 1;
        } else {
            let place = self.seen.len();
            self.seen.insert(Key(kept(key.0)), Seen { place, n: 1 });
        }
    }

    /// Keys and counts, in the order of first appearance.
    pub(super) fn in_order(self) -> impl Iterator<Item = (Value, i64)> {
        let mut seen: Vec<(Key, Seen)> = self.seen.into_iter().collect();
        seen.sort_unstable_by_key(|(_, seen)| seen.place);
        seen.into_iter().map(|(Key(key), seen)| (key, seen.n))
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

impl PartialEq for Key {
    fn eq(&self, other: &Key) -> bool {
        match (self.0.view(), other.0.view()) {
            (View::Text(a), View::Text(b)) => a == b,
            _ => self.0.cmp_total(&other.0).is_eq(),
        }
    }
}

impl Eq for Key {}

impl Hash for Key {
    fn hash<H: Hasher>(&self, state: &mut H) {
        match self.0.view() {
            View::Text(text) => state.write(text.as_bytes()),
            _ => state.write_u64(self.0.hash_stable()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Counts;
    use crate::value::Value;

    #[test]
    fn keys_of_all_types_are_counted_in_the_order_of_first_appearance() {
        let mut counts = Counts::default();
        let nan = || Value::from(f64::NAN);
        for key in ["b", "a", "b"].map(Value::from).into_iter().chain([
            nan(),
            Value::from(1),
            nan(),
            Value::from(1.0),
        ]) {
            counts.add(key);
        }
        let counted: Vec<String> = counts.in_order().map(|(key, n)| format!("{key} {n}")).collect();
        assert_eq!(counted, ["b 2", "a 1", "NaN 2", "1 2"]);
    }
}
