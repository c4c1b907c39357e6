//! Numbers that become the elements of an array.

use super::item::Item;
use crate::value::{ArrayData, Value};

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
