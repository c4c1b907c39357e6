//! Operators on values: what the interpreter of the IR and the scripts share.

use csprun_dsl::expr::ir::{Binary, Unary};
use csprun_dsl::ty::{Elem, Type};

use super::fault::{Fault, shown};
use super::number::{Scalar, compare, float};
use super::{elementwise, number};
use crate::value::{Value, View};

/// An operator with one operand.
pub(super) fn unary(operator: Unary, value: &Value) -> Result<Value, Fault> {
    match (Scalar::of(value), value.view()) {
        (Some(scalar), _) => number::unary(operator, scalar).map(Value::from),
        (None, View::Array(_)) if operator == Unary::Negate => elementwise::negate(value),
        (None, View::Array(_)) if operator == Unary::Plus => Ok(value.clone()),
        _ => Err(number::not_for(operator, value)),
    }
}

/// The value of `a operator b`, or why it has none.
#[inline]
pub(crate) fn apply(operator: Binary, a: &Value, b: &Value) -> Result<Value, String> {
    binary(operator, a, b).map_err(Fault::into_message)
}

/// An operator with two operands.
#[inline]
pub(super) fn binary(operator: Binary, a: &Value, b: &Value) -> Result<Value, Fault> {
    match (Scalar::of(a), Scalar::of(b)) {
        (Some(x), Some(y)) => match number::binary(operator, x, y) {
            Some(result) => result.map(Value::from),
            None => Err(inapplicable(operator, [a, b])),
        },
        _ => others(operator, a, b),
    }
}

/// The sum of two lists, or of two texts: the first, longer, when nobody else has it.
pub(super) fn grown(mut a: Value, b: Value) -> Result<Value, Fault> {
    if let (Some(text), View::Text(more)) = (a.text_mut(), b.view()) {
        text.push_str(more);
        return Ok(a);
    }
    match (a.into_list(), b) {
        (Ok(mut items), b) if b.as_list().is_some() => {
            items.extend(b.into_list().unwrap_or_default());
            Ok(Value::from(items))
        }
        (Ok(items), b) => binary(Binary::Add, &Value::from(items), &b),
        (Err(a), b) => binary(Binary::Add, &a, &b),
    }
}

fn others(operator: Binary, a: &Value, b: &Value) -> Result<Value, Fault> {
    if by_element(operator, a, b) {
        return elementwise::binary(operator, a, b);
    }
    match (operator, a.view(), b.view()) {
        (Binary::Equal, ..) => Ok(Value::from(equal(a, b))),
        (Binary::NotEqual, ..) => Ok(Value::from(!equal(a, b))),
        (Binary::Add, View::Text(x), View::Text(y)) => {
            let mut text = String::with_capacity(x.len() + y.len());
            text.push_str(x);
            text.push_str(y);
            Ok(Value::from(text))
        }
        (Binary::Add, View::List(x), View::List(y)) => Ok(Value::from([x, y].concat())),
        (_, View::Text(x), View::Text(y)) => match compare(operator, x, y) {
            Some(result) => Ok(Value::from(result)),
            None => Err(inapplicable(operator, [a, b])),
        },
        _ => Err(inapplicable(operator, [a, b])),
    }
}

/// Whether the operator is one between arrays, or an array and a number.
fn by_element(operator: Binary, a: &Value, b: &Value) -> bool {
    let number = |value: &Value| matches!(value.view(), View::I64(_) | View::F64(_));
    let floats = |value: &Value| matches!(value.ty(), Type::Array(Elem::F32 | Elem::F64, _));
    let arrays = match (a.as_array(), b.as_array()) {
        (Some(_), Some(_)) => true,
        (Some(_), None) => number(b),
        (None, Some(_)) => number(a),
        (None, None) => false,
    };
    arrays
        && match operator {
            Binary::And | Binary::Or | Binary::Xor | Binary::ShiftLeft | Binary::ShiftRight => {
                !floats(a) && !floats(b)
            }
            _ => true,
        }
}

/// Equality of the language: numbers by their size, parts by their parts, and NaN like nothing.
pub(super) fn equal(a: &Value, b: &Value) -> bool {
    match (a.view(), b.view()) {
        (View::F64(x), View::I64(n)) | (View::I64(n), View::F64(x)) => x == float(n),
        (View::List(x), View::List(y)) => x.len() == y.len() && x.iter().zip(y).all(|(x, y)| equal(x, y)),
        (View::Record(x), View::Record(y)) => {
            x.fields() == y.fields() && x.values().iter().zip(y.values()).all(|(x, y)| equal(x, y))
        }
        _ => a == b,
    }
}

#[cold]
fn inapplicable(operator: Binary, [a, b]: [&Value; 2]) -> Fault {
    Fault::new(format!(
        "cannot {}: {} {} {} is between `{}` and `{}`",
        operator.verb(),
        shown(a),
        operator.symbol(),
        shown(b),
        a.ty(),
        b.ty()
    ))
}

#[cfg(test)]
mod tests {
    use csprun_dsl::expr::ir::Binary;

    use super::binary;
    use crate::value::Value;

    #[test]
    fn nan_equals_nothing_and_orders_nowhere() {
        let nan = Value::from(f64::NAN);
        for operator in
            [Binary::Equal, Binary::Less, Binary::LessEqual, Binary::Greater, Binary::GreaterEqual]
        {
            assert_eq!(binary(operator, &nan, &nan).expect("compares"), Value::from(false));
        }
        assert_eq!(binary(Binary::NotEqual, &nan, &nan).expect("compares"), Value::from(true));
    }

    #[test]
    fn an_operator_that_does_not_apply_says_so() {
        let fault = binary(Binary::Add, &Value::from("a"), &Value::from(1)).expect_err("is an error");
        assert_eq!(fault.into_message(), "cannot add: \"a\" + 1 is between `Text` and `I64`");
    }
}
