//! Parts of values: indices, slices and fields.

use super::fault::{Fault, mistyped, shown};
use crate::value::{Value, View};

/// `base[index]`
pub(super) fn index(base: &Value, index: &Value) -> Result<Value, Fault> {
    match (base.view(), index.view()) {
        (View::List(items), View::I64(n)) => {
            place(n, items.len()).map(|at| items[at].clone()).ok_or_else(|| outside(n, items.len(), "items"))
        }
        (View::Text(text), View::I64(n)) => match character(text, n) {
            Some(range) => Ok(base.text_slice(range)),
            None => Err(outside(n, text.chars().count(), "characters")),
        },
        (View::Record(_), View::Text(name)) => field(base, name),
        (View::List(_) | View::Text(_), _) => Err(mistyped("an index is an integer", index)),
        (View::Record(_), _) => Err(mistyped("a field is named by a text", index)),
        _ => Err(mistyped("only lists, texts and records have an index", base)),
    }
}

/// The place of item `n` of `len`; below zero it counts from the end.
pub(super) fn place(n: i64, len: usize) -> Option<usize> {
    let back = usize::try_from(n.unsigned_abs()).ok()?;
    let at = if n < 0 { len.checked_sub(back)? } else { back };
    (at < len).then_some(at)
}

/// The bytes of character `n`.
fn character(text: &str, n: i64) -> Option<std::ops::Range<usize>> {
    let back = usize::try_from(n.unsigned_abs()).ok()?;
    let (start, c) = match n {
        0.. => text.char_indices().nth(back)?,
        _ => text.char_indices().rev().nth(back - 1)?,
    };
    Some(start..start + c.len_utf8())
}

#[cold]
fn outside(n: i64, len: usize, what: &str) -> Fault {
    let there = match len {
        1 => format!("there is 1 {}", what.trim_end_matches('s')),
        _ => format!("there are {len} {what}"),
    };
    Fault::new(format!("index {n} is out of range: {there}"))
}

/// `base.name`
pub(super) fn field(base: &Value, name: &str) -> Result<Value, Fault> {
    match base.view() {
        View::Record(record) => match record.get(name) {
            Some(value) => Ok(value.clone()),
            None => Err(Fault::new(format!("the record {} has no field `{name}`", shown(base)))),
        },
        _ => Err(mistyped("only records have fields", base)),
    }
}

/// `base[first..last]`; `()` stands for an end that is left out.
pub(super) fn slice(base: &Value, first: &Value, last: &Value, inclusive: bool) -> Result<Value, Fault> {
    match base.view() {
        View::List(items) => {
            let (start, end) = bounds(first, last, inclusive, items.len())?;
            Ok(Value::from(items[start..end].to_vec()))
        }
        View::Text(text) => {
            let (start, end) = bounds(first, last, inclusive, text.chars().count())?;
            let byte = |n: usize| text.char_indices().nth(n).map_or(text.len(), |(at, _)| at);
            Ok(base.text_slice(byte(start)..byte(end)))
        }
        _ => Err(mistyped("only texts and lists have slices", base)),
    }
}

fn bounds(first: &Value, last: &Value, inclusive: bool, len: usize) -> Result<(usize, usize), Fault> {
    let start = bound(first, 0, len)?;
    let end = match last.view() {
        View::Unit => Some(len),
        _ => bound(last, len, len)?.and_then(|end| end.checked_add(usize::from(inclusive))),
    };
    match (start, end) {
        (Some(start), Some(end)) if start <= end && end <= len => Ok((start, end)),
        _ => {
            let dots = if inclusive { "..=" } else { ".." };
            let ends = format!("{}{dots}{}", end_text(first), end_text(last));
            let why = match (start, end) {
                (Some(start), Some(end)) if end < start && start <= len => {
                    "it ends before it begins".to_owned()
                }
                _ => format!("the length is {len}"),
            };
            Err(Fault::new(format!("slice {ends} is out of range: {why}")))
        }
    }
}

fn end_text(value: &Value) -> String {
    if value.is_unit() { String::new() } else { shown(value) }
}

/// A bound counted from the start; `None` when it lies before it.
fn bound(value: &Value, left_out: usize, len: usize) -> Result<Option<usize>, Fault> {
    match value.view() {
        View::Unit => Ok(Some(left_out)),
        View::I64(n) => {
            let back = usize::try_from(n.unsigned_abs()).unwrap_or(usize::MAX);
            Ok(if n < 0 { len.checked_sub(back) } else { Some(back) })
        }
        _ => Err(mistyped("a slice is bounded by integers", value)),
    }
}

#[cfg(test)]
mod tests {
    use super::{index, slice};
    use crate::value::Value;

    #[test]
    fn characters_are_counted_not_bytes() {
        let text = Value::from("aäö€");
        assert_eq!(index(&text, &Value::from(-2)).expect("in range"), Value::from("ö"));
        let part = slice(&text, &Value::from(1), &Value::from(-1), false).expect("in range");
        assert_eq!(part, Value::from("äö"));
        let all = slice(&text, &Value::UNIT, &Value::UNIT, false).expect("in range");
        assert_eq!(all, text);
    }

    #[test]
    fn what_is_out_of_range_names_the_length() {
        let list = Value::from(vec![Value::from(1)]);
        let message = |n: i64| index(&list, &Value::from(n)).expect_err("out of range").into_message();
        assert_eq!(message(1), "index 1 is out of range: there is 1 item");
        assert_eq!(message(i64::MIN), "index -9223372036854775808 is out of range: there is 1 item");
        let fault = slice(&list, &Value::from(0), &Value::from(1), true).expect_err("out of range");
        assert_eq!(fault.into_message(), "slice 0..=1 is out of range: the length is 1");
        let fault = slice(&list, &Value::from(1), &Value::from(0), false).expect_err("it goes backwards");
        assert_eq!(fault.into_message(), "slice 1..0 is out of range: it ends before it begins");
    }
}
