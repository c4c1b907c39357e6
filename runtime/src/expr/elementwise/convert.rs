//! Arrays whose elements get another type.

use csprun_dsl::expr::functions::Function;

use crate::expr::fault::{Fault, wrong};
use crate::expr::number::{float, in_range};
use crate::value::{Array, ArrayData, Value};

/// An array of F64.
pub(super) fn to_floats(value: &Value) -> Result<Value, Fault> {
    let Some(array) = value.as_array() else { return Err(wrong(Function::ToFloat, 0, value)) };
    let floats: Vec<f64> = match array.data() {
        ArrayData::F64(_) => return Ok(value.clone()),
        ArrayData::F32(items) => each(items, f64::from),
        ArrayData::I8(items) => each(items, f64::from),
        ArrayData::I16(items) => each(items, f64::from),
        ArrayData::I32(items) => each(items, f64::from),
        ArrayData::U8(items) => each(items, f64::from),
        ArrayData::U16(items) => each(items, f64::from),
        ArrayData::U32(items) => each(items, f64::from),
        ArrayData::I64(items) => each(items, float),
        #[expect(clippy::cast_precision_loss, reason = "the language says: the nearest float")]
        ArrayData::U64(items) => each(items, |item| item as f64),
    };
    shaped_like(array, floats)
}

/// An array of I64.
pub(super) fn to_integers(value: &Value) -> Result<Value, Fault> {
    let Some(array) = value.as_array() else { return Err(wrong(Function::ToInt, 0, value)) };
    let integers: Option<Vec<i64>> = match array.data() {
        ArrayData::I64(_) => return Ok(value.clone()),
        ArrayData::F32(items) => items.iter().map(|item| in_range(f64::from(*item))).collect(),
        ArrayData::F64(items) => items.iter().map(|item| in_range(*item)).collect(),
        ArrayData::U64(items) => items.iter().map(|item| i64::try_from(*item).ok()).collect(),
        ArrayData::I8(items) => Some(each(items, i64::from)),
        ArrayData::I16(items) => Some(each(items, i64::from)),
        ArrayData::I32(items) => Some(each(items, i64::from)),
        ArrayData::U8(items) => Some(each(items, i64::from)),
        ArrayData::U16(items) => Some(each(items, i64::from)),
        ArrayData::U32(items) => Some(each(items, i64::from)),
    };
    match integers {
        Some(integers) => shaped_like(array, integers),
        None => Err(Fault::new(format!("an element of `{}` does not fit into an integer", array.ty()))),
    }
}

fn each<T: Copy, R>(items: &[T], f: impl Fn(T) -> R) -> Vec<R> {
    items.iter().map(|item| f(*item)).collect()
}

fn shaped_like(array: &Array, items: impl Into<ArrayData>) -> Result<Value, Fault> {
    // There are as many as there were.
    let made = Array::new(array.shape().to_vec(), items);
    made.map(Value::from).ok_or_else(|| Fault::new("an array has lost its shape"))
}
