//! Numbers that are computed of all elements: the least and the greatest one, the mean, the product of two arrays.

use csprun_dsl::ty::Elem;

use super::item::{Item, by_elem};
use super::single::apart;
use super::sum::{N_SUMS, Total, side_by_side, total};
use crate::expr::fault::Fault;
use crate::expr::machine::{Machine, Work};
use crate::expr::number::{float, in_range};
use crate::value::{Array, ArrayData, Value};

/// Which element is looked for.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::expr) enum Extreme {
    Least,
    Greatest,
}

/// The least or the greatest element, as an integer or a float. NaN only where there is nothing else.
pub(in crate::expr) fn extreme(which: Extreme, array: &Array) -> Result<Value, Fault> {
    let found = by_elem!(array.elem(), T => {
        let items = T::of_array(array.data()).unwrap_or_default();
        let found = match which {
            Extreme::Least => Machine::here().run(Reduced { items, f: T::lesser }),
            Extreme::Greatest => Machine::here().run(Reduced { items, f: T::greater }),
        };
        found.map(T::number)
    });
    match found {
        Some(Some(number)) => Ok(number),
        Some(None) => Err(Fault::new(format!("an element of `{}` does not fit into an integer", array.ty()))),
        None => Err(empty(array)),
    }
}

/// Whether an element is this number.
pub(in crate::expr) fn has(array: &Array, number: &Value) -> bool {
    let integer = |x: f64| in_range(x).filter(|n| float(*n) == x).map(Value::from);
    let floats = matches!(array.elem(), Elem::F32 | Elem::F64);
    let number = match number.as_f64().filter(|_| !floats) {
        Some(x) => integer(x),
        None => Some(number.clone()),
    };
    by_elem!(array.elem(), T => {
        let wanted = number.as_ref().and_then(T::of);
        T::of_array(array.data()).zip(wanted).is_some_and(|(items, wanted)| items.contains(&wanted))
    })
}

/// The mean of the elements, as a float.
pub(in crate::expr) fn mean(array: &Array) -> Result<Value, Fault> {
    let n = i64::try_from(array.data().len()).unwrap_or(i64::MAX);
    #[expect(clippy::cast_precision_loss, reason = "the language says: the nearest float")]
    match total(array) {
        _ if n == 0 => Err(empty(array)),
        Total::Float(sum) => Ok(Value::from(sum / float(n))),
        Total::Integer(sum) => Ok(Value::from(sum as f64 / float(n))),
    }
}

fn empty(array: &Array) -> Fault {
    Fault::new(format!("an array of type `{}` has no element", array.ty()))
}

/// The sum of the products of their elements: of integers as an integer, of floats as a float of 64 bits.
pub(in crate::expr) fn dot(a: &Array, b: &Array) -> Result<Value, Fault> {
    if a.shape() != b.shape() {
        return Err(apart(a, b));
    }
    let product = match (a.data(), b.data()) {
        (ArrayData::F32(a), ArrayData::F32(b)) => {
            return Ok(Value::from(Machine::here().run(Products { a, b })));
        }
        (ArrayData::F64(a), ArrayData::F64(b)) => {
            return Ok(Value::from(Machine::here().run(Products { a, b })));
        }
        (ArrayData::I8(a), ArrayData::I8(b)) => products(a, b),
        (ArrayData::I16(a), ArrayData::I16(b)) => products(a, b),
        (ArrayData::I32(a), ArrayData::I32(b)) => products(a, b),
        (ArrayData::I64(a), ArrayData::I64(b)) => products(a, b),
        (ArrayData::U8(a), ArrayData::U8(b)) => products(a, b),
        (ArrayData::U16(a), ArrayData::U16(b)) => products(a, b),
        (ArrayData::U32(a), ArrayData::U32(b)) => products(a, b),
        (ArrayData::U64(a), ArrayData::U64(b)) => products(a, b),
        _ => return Err(apart(a, b)),
    };
    let fits = product.and_then(|product| i64::try_from(product).ok());
    let unfit =
        || Fault::new(format!("the product of arrays of type `{}` does not fit into an integer", a.ty()));
    fits.map(Value::from).ok_or_else(unfit)
}

/// `None` past 128 bits.
fn products<T: Copy + Into<i128>>(a: &[T], b: &[T]) -> Option<i128> {
    a.iter().zip(b).try_fold(0_i128, |sum, (&a, &b)| sum.checked_add(a.into().checked_mul(b.into())?))
}

/// Elements, two of which become one until one is left.
struct Reduced<'a, T, F> {
    items: &'a [T],
    f: F,
}

impl<T: Item, F: Fn(T, T) -> T> Work for Reduced<'_, T, F> {
    type Out = Option<T>;

    #[inline(always)]
    fn run(self) -> Option<T> {
        let first = *self.items.first()?;
        Some(side_by_side(self.items, first, &self.f).into_iter().fold(first, &self.f))
    }
}

struct Products<'a, T> {
    a: &'a [T],
    b: &'a [T],
}

impl<T: Copy + Into<f64>> Work for Products<'_, T> {
    type Out = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let mut sums = [0.0; N_SUMS];
        let (rows, rest) = self.a.as_chunks::<N_SUMS>();
        let (others, other_rest) = self.b.as_chunks::<N_SUMS>();
        for (row, other) in rows.iter().zip(others) {
            for ((sum, &a), &b) in sums.iter_mut().zip(row).zip(other) {
                *sum += a.into() * b.into();
            }
        }
        for ((sum, &a), &b) in sums.iter_mut().zip(rest).zip(other_rest) {
            *sum += a.into() * b.into();
        }
        sums.iter().sum()
    }
}

#[cfg(test)]
mod tests {
    use super::{Extreme, dot, extreme, mean};
    use crate::value::{Array, Value};

    #[test]
    fn nan_is_left_out_where_there_is_a_number() {
        let some: Vec<f32> = (0_u8..100).map(|n| if n == 50 { 0.5 } else { f32::NAN }).collect();
        let some = Array::flat(some);
        assert_eq!(extreme(Extreme::Least, &some).expect("has elements"), Value::from(0.5));
        assert_eq!(extreme(Extreme::Greatest, &some).expect("has elements"), Value::from(0.5));
        let none = extreme(Extreme::Least, &Array::flat(vec![f64::NAN; 3])).expect("has elements");
        assert!(none.as_f64().is_some_and(f64::is_nan));
    }

    #[test]
    fn of_no_elements_there_is_a_product_but_no_mean_and_no_extreme() {
        let none = Array::flat(Vec::<i16>::new());
        assert_eq!(dot(&none, &none).expect("is 0"), Value::from(0));
        let message = "an array of type `Array(I16, [0])` has no element";
        assert_eq!(mean(&none).expect_err("has none").into_message(), message);
        assert_eq!(extreme(Extreme::Greatest, &none).expect_err("has none").into_message(), message);
    }

    #[test]
    fn integers_are_exact_until_they_do_not_fit() {
        let wide = Array::flat(vec![i64::MAX, i64::MAX]);
        assert_eq!(mean(&wide).expect("is a float"), Value::from(9_223_372_036_854_775_807.0));
        assert!(dot(&wide, &wide).is_err());
        let other = Array::flat(vec![1_i64, -1]);
        assert_eq!(dot(&wide, &other).expect("fits in the end"), Value::from(0));
        assert!(extreme(Extreme::Least, &Array::flat(vec![u64::MAX])).is_err());
        assert_eq!(
            dot(&wide, &Array::flat(vec![1_i64])).expect_err("of another shape").into_message(),
            "arrays of types `Array(I64, [2])` and `Array(I64, [1])` do not go together"
        );
    }
}
