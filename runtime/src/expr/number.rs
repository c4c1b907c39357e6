//! Arithmetic of numbers: the one place that decides what an overflow is.

use csprun_dsl::expr::ir::{Binary, Unary};

use super::fault::{Fault, mistyped};
use crate::value::Value;

/// A value that needs no memory of its own: most of what expressions compute with.
#[derive(Clone, Copy, Debug)]
pub(super) enum Scalar {
    Bool(bool),
    I64(i64),
    F64(f64),
}

impl Scalar {
    #[inline]
    pub(super) fn of(value: &Value) -> Option<Scalar> {
        // Not `view`, which knows of everything else too.
        match (value.as_i64(), value.as_f64(), value.as_bool()) {
            (Some(n), ..) => Some(Scalar::I64(n)),
            (_, Some(x), _) => Some(Scalar::F64(x)),
            (.., Some(b)) => Some(Scalar::Bool(b)),
            _ => None,
        }
    }

    /// The float that it counts as; `None` of a Bool.
    pub(super) fn as_float(self) -> Option<f64> {
        match self {
            Scalar::I64(n) => Some(float(n)),
            Scalar::F64(x) => Some(x),
            Scalar::Bool(_) => None,
        }
    }
}

impl From<Scalar> for Value {
    #[inline]
    fn from(scalar: Scalar) -> Value {
        match scalar {
            Scalar::Bool(b) => Value::from(b),
            Scalar::I64(n) => Value::from(n),
            Scalar::F64(x) => Value::from(x),
        }
    }
}

/// An operator with one operand.
#[inline]
pub(super) fn unary(operator: Unary, operand: Scalar) -> Result<Scalar, Fault> {
    match (operator, operand) {
        (Unary::Negate, Scalar::I64(n)) => match n.checked_neg() {
            Some(n) => Ok(Scalar::I64(n)),
            None => Err(Fault::new(format!("-({n}) does not fit into an integer"))),
        },
        (Unary::Negate, Scalar::F64(x)) => Ok(Scalar::F64(-x)),
        (Unary::Plus, Scalar::I64(_) | Scalar::F64(_)) => Ok(operand),
        (Unary::Not, Scalar::Bool(b)) => Ok(Scalar::Bool(!b)),
        _ => Err(not_for(operator, &Value::from(operand))),
    }
}

/// What a unary operator says about an operand that it does not take.
#[cold]
pub(super) fn not_for(operator: Unary, operand: &Value) -> Fault {
    let wanted = if operator == Unary::Not { "`Bool`" } else { "a number" };
    mistyped(&format!("`{}` wants {wanted}", operator.symbol()), operand)
}

/// An operator with two operands; `None` when it does not apply to them.
#[inline]
pub(super) fn binary(operator: Binary, a: Scalar, b: Scalar) -> Option<Result<Scalar, Fault>> {
    match (a, b) {
        (Scalar::I64(a), Scalar::I64(b)) => Some(match compare(operator, a, b) {
            Some(result) => Ok(Scalar::Bool(result)),
            None => int_arithmetic(operator, a, b).map(Scalar::I64),
        }),
        (Scalar::Bool(a), Scalar::Bool(b)) => bool_binary(operator, a, b).map(Scalar::Bool).map(Ok),
        _ => match (a.as_float(), b.as_float(), operator) {
            (Some(a), Some(b), _) => float_binary(operator, a, b).map(Ok),
            (_, _, Binary::Equal) => Some(Ok(Scalar::Bool(false))),
            (_, _, Binary::NotEqual) => Some(Ok(Scalar::Bool(true))),
            _ => None,
        },
    }
}

/// An integer as the float that it counts as when it meets one.
pub(super) fn float(n: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "the language says: the nearest float")]
    let x = n as f64;
    x
}

/// A comparison of two values of one type; `None` for other operators.
#[inline]
pub(super) fn compare<T: PartialOrd>(operator: Binary, a: T, b: T) -> Option<bool> {
    Some(match operator {
        Binary::Equal => a == b,
        Binary::NotEqual => a != b,
        Binary::Less => a < b,
        Binary::LessEqual => a <= b,
        Binary::Greater => a > b,
        Binary::GreaterEqual => a >= b,
        _ => return None,
    })
}

/// Arithmetic of two integers, their bits and shifts.
#[inline]
pub(super) fn int_arithmetic(operator: Binary, a: i64, b: i64) -> Result<i64, Fault> {
    match int_checked(operator, a, b) {
        Some(n) => Ok(n),
        None => Err(int_fault(operator, a, b)),
    }
}

/// The same; `None` when there is no value. Loops over lanes know the operator: called, it is asked for in each.
#[inline(always)]
pub(super) fn int_checked(operator: Binary, a: i64, b: i64) -> Option<i64> {
    match operator {
        Binary::Add => a.checked_add(b),
        Binary::Subtract => a.checked_sub(b),
        Binary::Multiply => a.checked_mul(b),
        Binary::Divide => a.checked_div(b),
        // Of the least integer and -1 the quotient does not fit; the remainder is 0.
        Binary::Remainder => {
            if b == 0 {
                None
            } else {
                Some(a.wrapping_rem(b))
            }
        }
        Binary::Power => power(a, b),
        Binary::And => Some(a & b),
        Binary::Or => Some(a | b),
        Binary::Xor => Some(a ^ b),
        Binary::ShiftLeft => (0..64).contains(&b).then(|| a << b),
        Binary::ShiftRight => (0..64).contains(&b).then(|| a >> b),
        _ => None,
    }
}

fn power(a: i64, b: i64) -> Option<i64> {
    match (a, u32::try_from(b)) {
        (_, Ok(b)) => a.checked_pow(b),
        _ if b < 0 => None,
        (0 | 1, _) => Some(a),
        (-1, _) => Some(if b % 2 == 0 { 1 } else { -1 }),
        _ => None,
    }
}

#[cold]
fn int_fault(operator: Binary, a: i64, b: i64) -> Fault {
    let why = match operator {
        Binary::Divide | Binary::Remainder if b == 0 => "divides by zero",
        Binary::Power if b < 0 => "has a negative exponent",
        Binary::ShiftLeft | Binary::ShiftRight => "does not shift by 0 to 63",
        _ => "does not fit into an integer",
    };
    Fault::new(format!("{a} {} {b} {why}", operator.symbol()))
}

/// Arithmetic of two floats; `None` for operators that floats do not have.
#[inline]
pub(super) fn float_arithmetic(operator: Binary, a: f64, b: f64) -> Option<f64> {
    Some(match operator {
        Binary::Add => a + b,
        Binary::Subtract => a - b,
        Binary::Multiply => a * b,
        Binary::Divide => a / b,
        Binary::Remainder => a % b,
        Binary::Power => a.powf(b),
        _ => return None,
    })
}

/// Two floats, or what counts as such.
fn float_binary(operator: Binary, a: f64, b: f64) -> Option<Scalar> {
    let number = float_arithmetic(operator, a, b).map(Scalar::F64);
    number.or_else(|| compare(operator, a, b).map(Scalar::Bool))
}

/// Two Bools; `None` for operators that they do not have.
#[inline]
pub(super) fn bool_binary(operator: Binary, a: bool, b: bool) -> Option<bool> {
    Some(match operator {
        Binary::And => a & b,
        Binary::Or => a | b,
        Binary::Xor | Binary::NotEqual => a != b,
        Binary::Equal => a == b,
        _ => return None,
    })
}

/// A float without its fraction.
pub(super) fn truncated(x: f64) -> Result<i64, Fault> {
    in_range(x).ok_or_else(|| Fault::new(format!("{x:?} does not fit into an integer")))
}

/// The same; `None` outside the integers.
#[inline]
pub(super) fn in_range(x: f64) -> Option<i64> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    #[expect(clippy::cast_possible_truncation, reason = "it is in range")]
    (-LIMIT..LIMIT).contains(&x).then_some(x as i64)
}

#[cfg(test)]
mod tests {
    use csprun_dsl::expr::ir::Binary;

    use super::{int_arithmetic, truncated};

    #[test]
    fn what_does_not_fit_is_an_error_with_its_values() {
        let message =
            |operator, a, b| int_arithmetic(operator, a, b).expect_err("is an error").into_message();
        assert_eq!(message(Binary::Add, i64::MAX, 1), "9223372036854775807 + 1 does not fit into an integer");
        assert_eq!(
            message(Binary::Divide, i64::MIN, -1),
            "-9223372036854775808 / -1 does not fit into an integer"
        );
        assert_eq!(int_arithmetic(Binary::Remainder, i64::MIN, -1).expect("is 0"), 0);
        assert_eq!(message(Binary::Remainder, 5, 0), "5 % 0 divides by zero");
        assert_eq!(message(Binary::Power, 2, -1), "2 ** -1 has a negative exponent");
        assert_eq!(message(Binary::ShiftLeft, 1, 64), "1 << 64 does not shift by 0 to 63");
        assert_eq!(int_arithmetic(Binary::Power, -1, i64::MAX).expect("is -1"), -1);
    }

    #[test]
    fn only_floats_in_range_become_integers() {
        assert_eq!(truncated(-1.9).expect("in range"), -1);
        assert_eq!(truncated(-9_223_372_036_854_775_808.0).expect("the least one"), i64::MIN);
        assert!(truncated(9_223_372_036_854_775_808.0).is_err());
        assert!(truncated(f64::NAN).is_err());
    }
}
