//! Equality, a total order and a hash that are the same in every placement.

use std::cmp::Ordering;
use std::sync::Arc;

use super::array::ArrayData;
use super::token::{Value, View};

/// Same type and same content; floats as IEEE says (`NaN` differs from itself).
impl PartialEq for Value {
    fn eq(&self, other: &Value) -> bool {
        match (self.view(), other.view()) {
            (View::Unit, View::Unit) => true,
            (View::Bool(a), View::Bool(b)) => a == b,
            (View::I64(a), View::I64(b)) => a == b,
            (View::F64(a), View::F64(b)) => a == b,
            (View::Text(a), View::Text(b)) => a == b,
            (View::Bytes(a), View::Bytes(b)) => a == b,
            (View::Array(a), View::Array(b)) => a == b,
            (View::List(a), View::List(b)) => a == b,
            (View::Record(a), View::Record(b)) => a == b,
            (View::Opaque(a), View::Opaque(b)) => Arc::ptr_eq(a, b),
            _ => false,
        }
    }
}

impl Value {
    /// A total order: numbers by size, whatever their type, `NaN` after all others; text by its bytes; lists by
    /// their first difference; values of different types in the order unit, bool, number, text, bytes, array,
    /// list, record; things without a value, such as ends of channels, are last and all equal.
    pub fn cmp_total(&self, other: &Value) -> Ordering {
        match (self.view(), other.view()) {
            (View::Bool(a), View::Bool(b)) => a.cmp(&b),
            (View::I64(a), View::I64(b)) => a.cmp(&b),
            (View::F64(a), View::F64(b)) => cmp_floats(a, b),
            (View::I64(a), View::F64(b)) => cmp_mixed(a, b),
            (View::F64(a), View::I64(b)) => cmp_mixed(b, a).reverse(),
            (View::Text(a), View::Text(b)) => a.cmp(b),
            (View::Bytes(a), View::Bytes(b)) => a.cmp(b),
            (View::Array(a), View::Array(b)) => (a.elem(), a.shape())
                .cmp(&(b.elem(), b.shape()))
                .then_with(|| cmp_elements(a.data(), b.data())),
            (View::List(a), View::List(b)) => cmp_lists(a, b),
            (View::Record(a), View::Record(b)) => {
                a.fields().names().cmp(b.fields().names()).then_with(|| cmp_lists(a.values(), b.values()))
            }
            (a, b) => rank(a).cmp(&rank(b)),
        }
    }

    /// A hash that does not change between runs, machines and placements. Values that [`Value::cmp_total`]
    /// calls equal hash alike.
    pub fn hash_stable(&self) -> u64 {
        let mut hash = Fnv::default();
        hash.value(self);
        hash.finish()
    }
}

fn rank(view: View<'_>) -> u8 {
    match view {
        View::Unit => 0,
        View::Bool(_) => 1,
        View::I64(_) | View::F64(_) => 2,
        View::Text(_) => 3,
        View::Bytes(_) => 4,
        View::Array(_) => 5,
        View::List(_) => 6,
        View::Record(_) => 7,
        View::Opaque(_) => 8,
    }
}

fn cmp_floats(a: f64, b: f64) -> Ordering {
    a.partial_cmp(&b).unwrap_or_else(|| a.is_nan().cmp(&b.is_nan()))
}

/// Exactly: no integer is rounded.
fn cmp_mixed(a: i64, b: f64) -> Ordering {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if b.is_nan() || b >= LIMIT {
        Ordering::Less
    } else if b < -LIMIT {
        Ordering::Greater
    } else {
        #[expect(clippy::cast_possible_truncation, reason = "its whole part is in range")]
        let whole = b.trunc() as i64;
        a.cmp(&whole).then_with(|| cmp_floats(0.0, b.fract()))
    }
}

fn cmp_lists(a: &[Value], b: &[Value]) -> Ordering {
    let differing = a.iter().zip(b).map(|(a, b)| a.cmp_total(b)).find(|order| order.is_ne());
    differing.unwrap_or_else(|| a.len().cmp(&b.len()))
}

fn cmp_elements(a: &ArrayData, b: &ArrayData) -> Ordering {
    match (a, b) {
        (ArrayData::I8(a), ArrayData::I8(b)) => a.cmp(b),
        (ArrayData::I16(a), ArrayData::I16(b)) => a.cmp(b),
        (ArrayData::I32(a), ArrayData::I32(b)) => a.cmp(b),
        (ArrayData::I64(a), ArrayData::I64(b)) => a.cmp(b),
        (ArrayData::U8(a), ArrayData::U8(b)) => a.cmp(b),
        (ArrayData::U16(a), ArrayData::U16(b)) => a.cmp(b),
        (ArrayData::U32(a), ArrayData::U32(b)) => a.cmp(b),
        (ArrayData::U64(a), ArrayData::U64(b)) => a.cmp(b),
        (ArrayData::F32(a), ArrayData::F32(b)) => {
            a.iter().map(|&x| f64::from(x)).cmp_by_floats(b.iter().map(|&x| f64::from(x)))
        }
        (ArrayData::F64(a), ArrayData::F64(b)) => a.iter().copied().cmp_by_floats(b.iter().copied()),
        _ => a.elem().cmp(&b.elem()),
    }
}

/// Lexicographic order of floats.
trait FloatOrder: Iterator<Item = f64> + Sized {
    fn cmp_by_floats(self, mut other: impl Iterator<Item = f64>) -> Ordering {
        for a in self {
            match other.next().map(|b| cmp_floats(a, b)) {
                Some(Ordering::Equal) => {}
                Some(order) => return order,
                None => return Ordering::Greater,
            }
        }
        if other.next().is_some() { Ordering::Less } else { Ordering::Equal }
    }
}

impl<I: Iterator<Item = f64>> FloatOrder for I {}

/// FNV-1a, with a final mix so that its low bits are good for choosing among a few.
struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Fnv {
        Fnv(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn bytes(&mut self, bytes: &[u8]) {
        for &byte in bytes {
            self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
    }

    fn word(&mut self, word: u64) {
        self.bytes(&word.to_le_bytes());
    }

    /// A number hashes by its size: an integral float as the integer, both zeros alike, every `NaN` alike.
    fn float(&mut self, x: f64) {
        #[expect(clippy::cast_possible_truncation, reason = "compared with the float below")]
        let whole = x as i64;
        if x.is_nan() {
            self.word(f64::NAN.to_bits());
        } else if cmp_mixed(whole, x).is_eq() {
            self.word(whole.cast_unsigned());
        } else {
            self.word(x.to_bits());
        }
    }

    fn value(&mut self, value: &Value) {
        let view = value.view();
        self.bytes(&[rank(view)]);
        match view {
            View::Unit | View::Opaque(_) => {}
            View::Bool(b) => self.bytes(&[u8::from(b)]),
            View::I64(n) => self.word(n.cast_unsigned()),
            View::F64(x) => self.float(x),
            View::Text(text) => self.bytes(text.as_bytes()),
            View::Bytes(bytes) => self.bytes(bytes),
            View::Array(array) => {
                array.shape().iter().for_each(|&extent| self.word(extent as u64));
                match array.data() {
                    ArrayData::F32(items) => items.iter().for_each(|&x| self.float(f64::from(x))),
                    ArrayData::F64(items) => items.iter().for_each(|&x| self.float(x)),
                    data => self.bytes(&data.to_le_bytes()),
                }
            }
            View::List(items) => {
                self.word(items.len() as u64);
                items.iter().for_each(|item| self.value(item));
            }
            View::Record(record) => {
                for (name, value) in record.iter() {
                    self.word(name.len() as u64);
                    self.bytes(name.as_bytes());
                    self.value(value);
                }
            }
        }
    }

    fn finish(self) -> u64 {
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        x ^ (x >> 31)
    }
}

#[cfg(test)]
mod tests {
    use std::cmp::Ordering;

    use crate::value::Value;

    #[test]
    fn numbers_are_ordered_by_size_without_rounding() {
        let numbers = [
            Value::from(f64::NEG_INFINITY),
            Value::from(i64::MIN),
            Value::from(-0.5),
            Value::from(0),
            Value::from(0.5),
            Value::from(1 << 53),
            Value::from((1 << 53) + 1),
            Value::from(i64::MAX),
            Value::from(9.3e18),
            Value::from(f64::INFINITY),
            Value::from(f64::NAN),
        ];
        for (i, a) in numbers.iter().enumerate() {
            for (j, b) in numbers.iter().enumerate() {
                assert_eq!(a.cmp_total(b), i.cmp(&j), "{a} and {b}");
            }
        }
    }

    #[test]
    fn equal_values_hash_alike() {
        for (a, b) in [
            (Value::from(1), Value::from(1.0)),
            (Value::from(0.0), Value::from(-0.0)),
            (Value::from(f64::NAN), Value::from(-f64::NAN)),
            (Value::from(vec![Value::from(2)]), Value::from(vec![Value::from(2.0)])),
        ] {
            assert_eq!(a.cmp_total(&b), Ordering::Equal, "{a} and {b}");
            assert_eq!(a.hash_stable(), b.hash_stable(), "{a} and {b}");
        }
    }

    #[test]
    fn the_hash_never_changes() {
        assert_eq!(Value::from("word").hash_stable(), 8_565_202_481_023_421_182);
        assert_eq!(Value::from(7).hash_stable(), 10_073_220_313_498_342_769);
    }

    #[test]
    fn small_integers_spread_over_few_copies() {
        let mut counts = [0; 4];
        for n in 0..1000 {
            let copy = usize::try_from(Value::from(n).hash_stable() % 4).expect("below four");
            counts[copy] += 1;
        }
        assert!(counts.iter().all(|&count| count > 200), "{counts:?}");
    }
}
