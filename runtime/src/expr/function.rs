//! The functions of the language, by the table in `csprun_dsl::expr::functions`.

mod list;
pub(super) mod math;
pub(super) mod pieces;
pub(super) mod text;
mod words;

use csprun_dsl::expr::functions::Function;

use super::access;
use super::elementwise::{self, Extreme};
use super::fault::{Fault, mistyped, shown, wrong};
use super::number::Scalar;
use super::operator::equal;
use crate::value::{Value, View};

/// Most arguments that a function takes.
pub(super) const N_ARGUMENTS: usize = 3;

/// Calls `function`; the checker has made sure of the number of arguments. They may be taken out.
pub(super) fn call(function: Function, arguments: &mut [Value]) -> Result<Value, Fault> {
    match (function, arguments) {
        (Function::Len, [x]) => len(x),
        (Function::Contains, [whole, part]) => contains(whole, part),
        (Function::Slice, [x, first, last]) => access::slice(x, first, last, false),
        (Function::Reverse, [x]) => match x.view() {
            View::Text(text) => Ok(Value::from(text.chars().rev().collect::<String>())),
            _ => list::reverse(take(x)),
        },
        (Function::ToText, [x]) => Ok(text::of(x)),
        (Function::Keys, [x]) => match x.view() {
            View::Record(record) => {
                Ok(Value::from(record.iter().map(|(name, _)| Value::from(name)).collect::<Vec<_>>()))
            }
            _ => Err(wrong(function, 0, x)),
        },
        (Function::Get, [x, key, default]) => get(x, key, default),
        (Function::Range, [first, last]) => list::range(first, last),
        (Function::Sum, [x]) => list::sum(x),
        (Function::Least, [x]) => list::extreme(Extreme::Least, x),
        (Function::Greatest, [x]) => list::extreme(Extreme::Greatest, x),
        (Function::Mean, [x]) => list::mean(x),
        (Function::Dot, [a, b]) => dot(a, b),
        (Function::Where, arguments) => elementwise::call(function, arguments),
        (Function::Array, [x]) => elementwise::gathered(x),
        (Function::Sort, [x]) => list::sort(take(x)),
        (Function::Push, [x, item]) => list::push(take(x), take(item)),
        (Function::Fixed, [x, digits]) => math::fixed(x, digits),
        (Function::Join, [x, separator]) => list::join(x, separator),
        (_, arguments) if math::is_scalar(function) && arguments.iter().any(is_array) => {
            elementwise::call(function, arguments)
        }
        (_, [x, rest @ ..]) => match x.view() {
            View::Text(_) => text::call(function, x, rest),
            _ => scalar(function, x, rest),
        },
        (_, []) => Err(Fault::new(format!("`{}` wants arguments", function.spec().name))),
    }
}

fn scalar(function: Function, x: &Value, rest: &[Value]) -> Result<Value, Fault> {
    let Some(first) = Scalar::of(x).filter(|_| math::is_scalar(function)) else {
        return Err(wrong(function, 0, x));
    };
    let second = match rest.first() {
        Some(y) => Some(Scalar::of(y).ok_or_else(|| wrong(function, 1, y))?),
        None => None,
    };
    math::call(function, first, second).map(Value::from)
}

fn is_array(value: &Value) -> bool {
    value.as_array().is_some()
}

fn dot(a: &Value, b: &Value) -> Result<Value, Fault> {
    match (a.as_array(), b.as_array()) {
        (Some(a), Some(b)) => elementwise::dot(a, b),
        (None, _) => Err(wrong(Function::Dot, 0, a)),
        (_, None) => Err(wrong(Function::Dot, 1, b)),
    }
}

fn take(value: &mut Value) -> Value {
    std::mem::replace(value, Value::UNIT)
}

fn count(n: usize) -> Value {
    Value::from(i64::try_from(n).unwrap_or(i64::MAX))
}

fn len(x: &Value) -> Result<Value, Fault> {
    match x.view() {
        View::Text(text) => Ok(count(text.chars().count())),
        View::List(items) => Ok(count(items.len())),
        View::Record(record) => Ok(count(record.values().len())),
        View::Bytes(bytes) => Ok(count(bytes.len())),
        View::Array(array) => Ok(count(array.data().len())),
        _ => Err(wrong(Function::Len, 0, x)),
    }
}

fn contains(whole: &Value, part: &Value) -> Result<Value, Fault> {
    let found = match (whole.view(), part.view()) {
        (View::Text(text), View::Text(part)) => text::has_part(Function::Contains, text, part),
        (View::List(items), _) => items.iter().any(|item| equal(item, part)),
        (View::Record(record), View::Text(name)) => record.get(name).is_some(),
        (View::Array(array), View::I64(_) | View::F64(_)) => elementwise::has(array, part),
        (View::Bytes(bytes), View::I64(n)) => u8::try_from(n).is_ok_and(|byte| bytes.contains(&byte)),
        (View::Text(_) | View::Record(_), _) => {
            return Err(mistyped("what a text or a record contains is a text", part));
        }
        (View::Bytes(_), _) => return Err(mistyped("what bytes contain is an integer", part)),
        (View::Array(_), _) => return Err(mistyped("what an array contains is a number", part)),
        _ => return Err(wrong(Function::Contains, 0, whole)),
    };
    Ok(Value::from(found))
}

fn get(x: &Value, key: &Value, default: &Value) -> Result<Value, Fault> {
    let held = match (x.view(), key.view()) {
        (View::Record(record), View::Text(name)) => record.get(name),
        (View::List(items), View::I64(n)) => access::place(n, items.len()).map(|at| &items[at]),
        (View::Record(_) | View::List(_), _) => {
            return Err(Fault::new(format!("{} is not a key of {}", shown(key), shown(x))));
        }
        _ => return Err(wrong(Function::Get, 0, x)),
    };
    Ok(held.unwrap_or(default).clone())
}

#[cfg(test)]
mod tests {
    use super::{Function, call};
    use crate::value::Value;

    #[test]
    fn a_wrong_argument_is_shown_with_its_type() {
        let message = |function, arguments: &mut [Value]| {
            call(function, arguments).expect_err("is an error").into_message()
        };
        assert_eq!(
            message(Function::Sqrt, &mut [Value::from("a")]),
            "`sqrt` takes a number or an array of floats, not \"a\" of type `Text`"
        );
        assert_eq!(
            message(Function::Upper, &mut [Value::from(1)]),
            "`upper` takes a text, not 1 of type `I64`"
        );
        assert_eq!(
            message(Function::Split, &mut [Value::from("a"), Value::from(1)]),
            "`split` takes a text, not 1 of type `I64`"
        );
        assert_eq!(
            message(Function::Max, &mut [Value::from(1), Value::from(true)]),
            "`max` takes a number or an array, not true of type `Bool`"
        );
        assert_eq!(
            message(Function::Get, &mut [Value::from(Vec::<Value>::new()), Value::from("k"), Value::UNIT]),
            "\"k\" is not a key of []"
        );
    }
}
