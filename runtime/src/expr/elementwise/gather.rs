//! Numbers that become the elements of an array.

use csprun_dsl::expr::functions::Function;

use super::item::Item;
use crate::expr::fault::{Fault, wrong};
use crate::value::{Array, ArrayData, Value, View};

/// The numbers of a list as an array: of I64, or of F64 when one is a float. An array as it is.
pub(in crate::expr) fn gathered(list: &Value) -> Result<Value, Fault> {
    let items = match list.view() {
        View::List(items) => items,
        View::Array(_) => return Ok(list.clone()),
        _ => return Err(wrong(Function::Array, 0, list)),
    };
    let whole = items.iter().all(|item| item.as_i64().is_some());
    let mut elements = if whole { ArrayData::from(Vec::<i64>::new()) } else { Vec::<f64>::new().into() };
    match append(items, &mut elements) {
        _ if items.is_empty() => Err(Fault::new("a list of no numbers does not say what its array is of")),
        Ok(()) => Ok(Value::from(Array::flat(elements))),
        Err(at) => Err(wrong(Function::Array, 0, &items[at])),
    }
}

/// Appends the numbers to the elements.
///
/// # Errors
/// The place of the first one that is no number, or does not fit.
pub(crate) fn append(numbers: &[Value], to: &mut ArrayData) -> Result<(), usize> {
    match to {
        ArrayData::I8(items) => append_to(items, numbers),
        ArrayData::I16(items) => append_to(items, numbers),
        ArrayData::I32(items) => append_to(items, numbers),
        ArrayData::I64(items) => append_to(items, numbers),
        ArrayData::U8(items) => append_to(items, numbers),
        ArrayData::U16(items) => append_to(items, numbers),
        ArrayData::U32(items) => append_to(items, numbers),
        ArrayData::U64(items) => append_to(items, numbers),
        ArrayData::F32(items) => append_to(items, numbers),
        ArrayData::F64(items) => append_to(items, numbers),
    }
}

fn append_to<T: Item>(items: &mut Vec<T>, numbers: &[Value]) -> Result<(), usize> {
    for (at, number) in numbers.iter().enumerate() {
        items.push(T::of(number).ok_or(at)?);
    }
    Ok(())
}
