//! Operators on values: what the interpreter of the IR and the scripts share.

use std::cmp::Ordering;

use csprun_dsl::expr::ir::{Binary, Unary};

use super::elementwise;
use super::fault::{Fault, mistyped, shown};
use super::number::{float, float_binary, int_binary};
use crate::value::{Value, View};

/// An operator with one operand.
pub(super) fn unary(operator: Unary, value: &Value) -> Result<Value, Fault> {
    match (operator, value.view()) {
        (Unary::Negate, View::I64(n)) => match n.checked_neg() {
            Some(n) => Ok(Value::from(n)),
            None => Err(Fault::new(format!("-({n}) does not fit into an integer"))),
        },
        (Unary::Negate, View::F64(x)) => Ok(Value::from(-x)),
        (Unary::Negate, View::Array(array)) => elementwise::negate(array),
        (Unary::Plus, View::I64(_) | View::F64(_) | View::Array(_)) => Ok(value.clone()),
        (Unary::Not, View::Bool(b)) => Ok(Value::from(!b)),
        (Unary::Not, _) => Err(mistyped("`!` wants `Bool`", value)),
        (Unary::Negate | Unary::Plus, _) => {
            Err(mistyped(&format!("`{}` wants a number", operator.symbol()), value))
        }
    }
}

/// An operator with two operands.
#[inline]
pub(super) fn binary(operator: Binary, a: &Value, b: &Value) -> Result<Value, Fault> {
    match (a.view(), b.view()) {
        (View::I64(a), View::I64(b)) => match int_compared(operator, a, b) {
            Some(result) => Ok(Value::from(result)),
            None => int_binary(operator, a, b).map(Value::from),
        },
        (View::F64(x), View::F64(y)) => floats(operator, x, y, [a, b]),
        (View::F64(x), View::I64(y)) => floats(operator, x, float(y), [a, b]),
        (View::I64(x), View::F64(y)) => floats(operator, float(x), y, [a, b]),
        _ => others(operator, a, b),
    }
}

fn int_compared(operator: Binary, a: i64, b: i64) -> Option<bool> {
    compared(operator, Some(a.cmp(&b)))
}

fn floats(operator: Binary, x: f64, y: f64, values: [&Value; 2]) -> Result<Value, Fault> {
    if let Some(result) = float_binary(operator, x, y) {
        return Ok(Value::from(result));
    }
    compared(operator, x.partial_cmp(&y))
        .map_or_else(|| Err(inapplicable(operator, values)), |b| Ok(Value::from(b)))
}

/// A comparison whose outcome is `order`; `None` (a NaN) makes only `!=` true. `None` for other operators.
fn compared(operator: Binary, order: Option<Ordering>) -> Option<bool> {
    Some(match operator {
        Binary::Equal => order == Some(Ordering::Equal),
        Binary::NotEqual => order != Some(Ordering::Equal),
        Binary::Less => order == Some(Ordering::Less),
        Binary::LessEqual => matches!(order, Some(Ordering::Less | Ordering::Equal)),
        Binary::Greater => order == Some(Ordering::Greater),
        Binary::GreaterEqual => matches!(order, Some(Ordering::Greater | Ordering::Equal)),
        _ => return None,
    })
}

fn others(operator: Binary, a: &Value, b: &Value) -> Result<Value, Fault> {
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
        (_, View::Text(x), View::Text(y)) => compared(operator, Some(x.cmp(y)))
            .map_or_else(|| Err(inapplicable(operator, [a, b])), |result| Ok(Value::from(result))),
        (Binary::And, View::Bool(x), View::Bool(y)) => Ok(Value::from(x & y)),
        (Binary::Or, View::Bool(x), View::Bool(y)) => Ok(Value::from(x | y)),
        (Binary::Xor, View::Bool(x), View::Bool(y)) => Ok(Value::from(x ^ y)),
        (
            Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder,
            View::Array(_),
            View::Array(_) | View::I64(_) | View::F64(_),
        )
        | (
            Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder,
            View::I64(_) | View::F64(_),
            View::Array(_),
        ) => elementwise::binary(operator, a, b),
        _ => Err(inapplicable(operator, [a, b])),
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
