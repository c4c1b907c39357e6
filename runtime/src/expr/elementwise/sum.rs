//! The sum of the elements of an array.

use crate::expr::fault::Fault;
use crate::expr::machine::{Machine, Work};
use crate::value::{Array, ArrayData, Value};

/// Floats are added in so many sums, element `k` to sum `k` modulo this, and then the sums in their order: many at a
/// time, and the same on all machines.
pub(super) const N_SUMS: usize = 32;

/// A sum, before it is a number of the language.
pub(super) enum Total {
    Integer(i128),
    Float(f64),
}

/// The sum: of integers as an integer, of floats as a float of 64 bits.
pub(in crate::expr) fn sum(array: &Array) -> Result<Value, Fault> {
    match total(array) {
        Total::Float(sum) => Ok(Value::from(sum)),
        Total::Integer(sum) => i64::try_from(sum).map(Value::from).map_err(|_| {
            Fault::new(format!("the sum of `{}`, {sum}, does not fit into an integer", array.ty()))
        }),
    }
}

/// The same, however large it is.
pub(super) fn total(array: &Array) -> Total {
    match array.data() {
        ArrayData::F32(items) => Total::Float(Machine::here().run(Floats(items))),
        ArrayData::F64(items) => Total::Float(Machine::here().run(Floats(items))),
        ArrayData::I8(items) => integers(items),
        ArrayData::I16(items) => integers(items),
        ArrayData::I32(items) => integers(items),
        ArrayData::I64(items) => integers(items),
        ArrayData::U8(items) => integers(items),
        ArrayData::U16(items) => integers(items),
        ArrayData::U32(items) => integers(items),
        ArrayData::U64(items) => integers(items),
    }
}

fn integers<T: Copy + Into<i128>>(items: &[T]) -> Total {
    Total::Integer(items.iter().map(|&item| item.into()).sum())
}

struct Floats<'a, T>(&'a [T]);

impl<T: Copy + Into<f64>> Work for Floats<'_, T> {
    type Out = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let sums = side_by_side(self.0, 0.0, |sum, item| sum + item.into());
        sums.iter().sum()
    }
}

/// Element `k` goes to result `k` modulo their number, each of which starts with `start`.
#[inline(always)]
pub(super) fn side_by_side<T: Copy, R: Copy>(items: &[T], start: R, f: impl Fn(R, T) -> R) -> [R; N_SUMS] {
    let mut results = [start; N_SUMS];
    let (rows, rest) = items.as_chunks::<N_SUMS>();
    for row in rows {
        for (result, &item) in results.iter_mut().zip(row) {
            *result = f(*result, item);
        }
    }
    for (result, &item) in results.iter_mut().zip(rest) {
        *result = f(*result, item);
    }
    results
}

#[cfg(test)]
mod tests {
    use super::sum;
    use crate::value::{Array, Value};

    #[test]
    fn a_sum_is_exact_where_it_is_an_integer() {
        let wide = Array::flat(vec![i64::MAX, 1, -2]);
        assert_eq!(sum(&wide).expect("fits in the end"), Value::from(i64::MAX - 1));
        assert_eq!(
            sum(&Array::flat(vec![u64::MAX])).expect_err("too large").into_message(),
            "the sum of `Array(U64, [1])`, 18446744073709551615, does not fit into an integer"
        );
        let floats: Vec<f32> = (0_u8..100).map(f32::from).collect();
        assert_eq!(sum(&Array::flat(floats)).expect("is a float"), Value::from(4950.0));
        assert_eq!(sum(&Array::flat(Vec::<f64>::new())).expect("is a float"), Value::from(0.0));
    }
}
