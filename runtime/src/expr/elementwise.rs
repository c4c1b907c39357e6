//! Arithmetic of arrays, element by element, in the arrays' own type.

use csprun_dsl::expr::ir::Binary;
use csprun_dsl::ty::Elem;

use super::fault::{Fault, mistyped};
use crate::value::{Array, ArrayData, Value, View};

/// Arithmetic of one type of elements.
trait Item: Copy {
    fn of(value: &Value) -> Option<Self>;
    /// The operator between the pairs, one after the other; `None` when one of them has no value.
    fn each(operator: Binary, pairs: impl Iterator<Item = (Self, Self)>) -> Option<Vec<Self>>;
    fn negated(self) -> Option<Self>;
}

macro_rules! integers {
    ($($ty:ty)*) => {$(
        impl Item for $ty {
            fn of(value: &Value) -> Option<$ty> {
                value.as_i64().and_then(|n| <$ty>::try_from(n).ok())
            }

            fn each(operator: Binary, pairs: impl Iterator<Item = ($ty, $ty)>) -> Option<Vec<$ty>> {
                match operator {
                    Binary::Add => unbroken(pairs.map(|(a, b)| a.overflowing_add(b))),
                    Binary::Subtract => unbroken(pairs.map(|(a, b)| a.overflowing_sub(b))),
                    Binary::Multiply => unbroken(pairs.map(|(a, b)| a.overflowing_mul(b))),
                    Binary::Divide => pairs.map(|(a, b)| a.checked_div(b)).collect(),
                    Binary::Remainder => pairs.map(|(a, b)| a.checked_rem(b)).collect(),
                    _ => None,
                }
            }

            fn negated(self) -> Option<$ty> {
                self.checked_neg()
            }
        }
    )*};
}

macro_rules! floats {
    ($($ty:ty)*) => {$(
        impl Item for $ty {
            #[allow(clippy::unnecessary_cast, reason = "one of the two types is f64 itself")]
            fn of(value: &Value) -> Option<$ty> {
                match value.view() {
                    View::I64(n) => Some(n as $ty),
                    View::F64(x) => Some(x as $ty),
                    _ => None,
                }
            }

            fn each(operator: Binary, pairs: impl Iterator<Item = ($ty, $ty)>) -> Option<Vec<$ty>> {
                Some(match operator {
                    Binary::Add => pairs.map(|(a, b)| a + b).collect(),
                    Binary::Subtract => pairs.map(|(a, b)| a - b).collect(),
                    Binary::Multiply => pairs.map(|(a, b)| a * b).collect(),
                    Binary::Divide => pairs.map(|(a, b)| a / b).collect(),
                    Binary::Remainder => pairs.map(|(a, b)| a % b).collect(),
                    _ => return None,
                })
            }

            fn negated(self) -> Option<$ty> {
                Some(-self)
            }
        }
    )*};
}

/// The results, if none of them has overflowed: whether is asked once, so that many are computed at a time.
fn unbroken<T>(results: impl Iterator<Item = (T, bool)>) -> Option<Vec<T>> {
    let mut broken = false;
    let list = results.map(|(result, overflows)| {
        broken |= overflows;
        result
    });
    let list: Vec<T> = list.collect();
    (!broken).then_some(list)
}

integers! { i8 i16 i32 i64 u8 u16 u32 u64 }
floats! { f32 f64 }

/// Runs `$body` with `$items` bound to the elements of `$data`, whatever their type.
macro_rules! each_type {
    ($data:expr, $items:ident => $body:expr) => {
        match $data {
            ArrayData::I8($items) => $body,
            ArrayData::I16($items) => $body,
            ArrayData::I32($items) => $body,
            ArrayData::I64($items) => $body,
            ArrayData::U8($items) => $body,
            ArrayData::U16($items) => $body,
            ArrayData::U32($items) => $body,
            ArrayData::U64($items) => $body,
            ArrayData::F32($items) => $body,
            ArrayData::F64($items) => $body,
        }
    };
}

/// `-array`
pub(super) fn negate(array: &Array) -> Result<Value, Fault> {
    let data = each_type!(array.data(), items => {
        items.iter().map(|item| item.negated()).collect::<Option<Vec<_>>>().map(ArrayData::from)
    });
    rebuilt(array, data).ok_or_else(|| Fault::new("an element of the negated array does not fit"))
}

/// Two arrays of one shape, or an array and a number on either side.
pub(super) fn binary(operator: Binary, a: &Value, b: &Value) -> Result<Value, Fault> {
    let (result, array) = match (a.view(), b.view()) {
        (View::Array(x), View::Array(y)) if x.shape() == y.shape() && x.elem() == y.elem() => {
            (between(operator, x, y), x)
        }
        (View::Array(x), View::Array(y)) => {
            let message = format!("arrays of types `{}` and `{}` do not go together", x.ty(), y.ty());
            return Err(Fault::new(message));
        }
        (View::Array(array), _) => (with_number(operator, array, b, false)?, array),
        (_, View::Array(array)) => (with_number(operator, array, a, true)?, array),
        _ => (None, &Array::flat(Vec::<i64>::new())),
    };
    let fault = || Fault::new(format!("an element of `{}` does not fit, or is divided by zero", array.ty()));
    rebuilt(array, result).ok_or_else(fault)
}

fn rebuilt(array: &Array, data: Option<ArrayData>) -> Option<Value> {
    Array::new(array.shape().to_vec(), data?).map(Value::from)
}

fn between(operator: Binary, x: &Array, y: &Array) -> Option<ArrayData> {
    macro_rules! pairs {
        ($($elem:ident)*) => {
            match (x.data(), y.data()) {
                $((ArrayData::$elem(x), ArrayData::$elem(y)) => zipped(operator, x, y).map(ArrayData::from),)*
                _ => None,
            }
        };
    }
    pairs!(I8 I16 I32 I64 U8 U16 U32 U64 F32 F64)
}

fn zipped<T: Item>(operator: Binary, x: &[T], y: &[T]) -> Option<Vec<T>> {
    T::each(operator, x.iter().copied().zip(y.iter().copied()))
}

fn with_number(
    operator: Binary,
    array: &Array,
    number: &Value,
    number_first: bool,
) -> Result<Option<ArrayData>, Fault> {
    let elem = array.elem();
    each_type!(array.data(), items => {
        let number = of(items, number).ok_or_else(|| unfit(elem, number))?;
        let result = match number_first {
            true => Item::each(operator, items.iter().map(|&item| (number, item))),
            false => Item::each(operator, items.iter().map(|&item| (item, number))),
        };
        Ok(result.map(ArrayData::from))
    })
}

/// The number as an element of the same type as `items`.
fn of<T: Item>(_items: &[T], number: &Value) -> Option<T> {
    T::of(number)
}

fn unfit(elem: Elem, number: &Value) -> Fault {
    mistyped(&format!("an array of {elem:?} wants a number that fits {elem:?}"), number)
}

#[cfg(test)]
mod tests {
    use csprun_dsl::expr::ir::Binary;

    use super::binary;
    use crate::value::{Array, Value};

    #[test]
    fn elements_keep_their_type() {
        let array = Value::from(Array::flat(vec![1_u8, 2]));
        let sum = binary(Binary::Subtract, &Value::from(9), &array).expect("fits");
        assert_eq!(sum, Value::from(Array::flat(vec![8_u8, 7])));
        assert!(binary(Binary::Multiply, &array, &Value::from(0.5)).is_err());
        assert!(binary(Binary::Multiply, &array, &Value::from(200)).is_err());
        let floats = Value::from(Array::flat(vec![1.0_f32]));
        let half = binary(Binary::Multiply, &floats, &Value::from(0.5)).expect("fits");
        assert_eq!(half, Value::from(Array::flat(vec![0.5_f32])));
        assert!(binary(Binary::Add, &floats, &array).is_err());
    }
}
