//! Functions of lists.

use std::fmt::Write as _;

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::Binary;

use super::math;
use crate::expr::elementwise::{self, Extreme};
use crate::expr::fault::{Fault, wrong};
use crate::expr::number::{Scalar, float};
use crate::expr::operator::binary;
use crate::value::{Value, View};

/// Longest list that `range` makes.
const N_RANGE: i64 = 10_000_000;

pub(super) fn range(first: &Value, last: &Value) -> Result<Value, Fault> {
    let integer =
        |index: usize, value: &Value| value.as_i64().ok_or_else(|| wrong(Function::Range, index, value));
    let (first, last) = (integer(0, first)?, integer(1, last)?);
    if last.saturating_sub(first) > N_RANGE {
        return Err(Fault::new(format!("range({first}, {last}) has more than {N_RANGE} items")));
    }
    Ok(Value::from((first..last).map(Value::from).collect::<Vec<_>>()))
}

pub(super) fn sum(list: &Value) -> Result<Value, Fault> {
    if let View::Array(array) = list.view() {
        return elementwise::sum(array);
    }
    let sum = joined(Function::Sum, list, |sum, item| binary(Binary::Add, sum, item))?;
    Ok(sum.unwrap_or_else(|| Value::from(0)))
}

/// The least or the greatest of numbers.
pub(super) fn extreme(which: Extreme, list: &Value) -> Result<Value, Fault> {
    if let View::Array(array) = list.view() {
        return elementwise::extreme(which, array);
    }
    let (function, of_two) = match which {
        Extreme::Least => (Function::Least, Function::Min),
        Extreme::Greatest => (Function::Greatest, Function::Max),
    };
    let found = joined(function, list, |so_far, item| match (Scalar::of(so_far), Scalar::of(item)) {
        (Some(x), y @ Some(_)) => math::call(of_two, x, y).map(Value::from),
        _ => Err(wrong(function, 0, item)),
    })?;
    found.ok_or_else(|| Fault::new(format!("`{}` of an empty list", function.spec().name)))
}

/// The mean of numbers.
pub(super) fn mean(list: &Value) -> Result<Value, Fault> {
    let items = match list.view() {
        View::Array(array) => return elementwise::mean(array),
        View::List(items) => items,
        _ => return Err(wrong(Function::Mean, 0, list)),
    };
    let sum = joined(Function::Mean, list, |sum, item| binary(Binary::Add, sum, item))?;
    match sum.as_ref().and_then(Scalar::of).and_then(Scalar::as_float) {
        Some(sum) => Ok(Value::from(sum / float(i64::try_from(items.len()).unwrap_or(i64::MAX)))),
        None => Err(Fault::new("`mean` of an empty list")),
    }
}

/// The first number of a list, joined with each of the others in their order.
fn joined(
    function: Function,
    list: &Value,
    join: impl Fn(&Value, &Value) -> Result<Value, Fault>,
) -> Result<Option<Value>, Fault> {
    let View::List(items) = list.view() else { return Err(wrong(function, 0, list)) };
    if let Some(odd) = items.iter().find(|item| !matches!(item.view(), View::I64(_) | View::F64(_))) {
        return Err(wrong(function, 0, odd));
    }
    let Some((first, rest)) = items.split_first() else { return Ok(None) };
    rest.iter().try_fold(first.clone(), |so_far, item| join(&so_far, item)).map(Some)
}

pub(super) fn reverse(list: Value) -> Result<Value, Fault> {
    let mut items = list.into_list().map_err(|list| wrong(Function::Reverse, 0, &list))?;
    items.reverse();
    Ok(Value::from(items))
}

pub(super) fn sort(list: Value) -> Result<Value, Fault> {
    let mut items = list.into_list().map_err(|list| wrong(Function::Sort, 0, &list))?;
    let numbers = items.iter().all(|item| matches!(item.view(), View::I64(_) | View::F64(_)));
    let texts = items.iter().all(|item| matches!(item.view(), View::Text(_)));
    if !numbers && !texts {
        return Err(wrong(Function::Sort, 0, &Value::from(items)));
    }
    items.sort_by(Value::cmp_total);
    Ok(Value::from(items))
}

pub(super) fn push(list: Value, item: Value) -> Result<Value, Fault> {
    let mut items = list.into_list().map_err(|list| wrong(Function::Push, 0, &list))?;
    items.push(item);
    Ok(Value::from(items))
}

pub(super) fn join(list: &Value, separator: &Value) -> Result<Value, Fault> {
    let View::List(items) = list.view() else { return Err(wrong(Function::Join, 0, list)) };
    let View::Text(separator) = separator.view() else { return Err(wrong(Function::Join, 1, separator)) };
    let mut text = String::new();
    for (i, item) in items.iter().enumerate() {
        if i > 0 {
            text.push_str(separator);
        }
        // Writing to a String cannot fail.
        let _ = write!(text, "{item}");
    }
    Ok(Value::from(text))
}
