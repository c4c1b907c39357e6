//! The sum of the elements of an array.

use crate::expr::fault::Fault;
use crate::expr::machine::{Machine, Work};
use crate::value::{Array, ArrayData, Value};

/// Floats are added in so many sums, element `k` to sum `k` modulo this, and then the sums in their order: many at a
/// time, and the same on all machines.
const N_SUMS: usize = 32;

/// The sum: of integers as an integer, of floats as a float of 64 bits.
pub(in crate::expr) fn sum(array: &Array) -> Result<Value, Fault> {
    let total = match array.data() {
        ArrayData::F32(items) => return Ok(Value::from(Machine::here().run(Floats(items)))),
        ArrayData::F64(items) => return Ok(Value::from(Machine::here().run(Floats(items)))),
        ArrayData::I8(items) => integers(items),
        ArrayData::I16(items) => integers(items),
        ArrayData::I32(items) => integers(items),
        ArrayData::I64(items) => integers(items),
        ArrayData::U8(items) => integers(items),
        ArrayData::U16(items) => integers(items),
        ArrayData::U32(items) => integers(items),
        ArrayData::U64(items) => integers(items),
    };
    let unfit = || Fault::new(format!("the sum of `{}`, {total}, does not fit into an integer", array.ty()));
    i64::try_from(total).map(Value::from).map_err(|_| unfit())
}

fn integers<T: Copy + Into<i128>>(items: &[T]) -> i128 {
    items.iter().map(|&item| item.into()).sum()
}

struct Floats<'a, T>(&'a [T]);

impl<T: Copy + Into<f64>> Work for Floats<'_, T> {
    type Out = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let mut sums = [0.0; N_SUMS];
        let (rows, rest) = self.0.as_chunks::<N_SUMS>();
        for row in rows {
            for (sum, &item) in sums.iter_mut().zip(row) {
                *sum += item.into();
            }
        }
        for (sum, &item) in sums.iter_mut().zip(rest) {
            *sum += item.into();
        }
        sums.iter().sum()
    }
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
