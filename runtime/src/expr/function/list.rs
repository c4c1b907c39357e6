//! Functions of lists.

use std::fmt::Write as _;

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::Binary;

use crate::expr::elementwise;
use crate::expr::fault::{Fault, wrong};
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
    let items = match list.view() {
        View::List(items) => items,
        View::Array(array) => return elementwise::sum(array),
        _ => return Err(wrong(Function::Sum, 0, list)),
    };
    if let Some(odd) = items.iter().find(|item| !matches!(item.view(), View::I64(_) | View::F64(_))) {
        return Err(wrong(Function::Sum, 0, odd));
    }
    match items.split_first() {
        Some((first, rest)) => {
            rest.iter().try_fold(first.clone(), |sum, item| binary(Binary::Add, &sum, item))
        }
        None => Ok(Value::from(0)),
    }
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
