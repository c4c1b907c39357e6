//! Arithmetic of numbers: the one place that decides what an overflow is.

use csprun_dsl::expr::ir::Binary;

use super::fault::Fault;

/// An integer as the float that it counts as when it meets one.
pub(super) fn float(n: i64) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "the language says: the nearest float")]
    let x = n as f64;
    x
}

/// Arithmetic, bit operators and shifts of integers.
#[inline]
pub(super) fn int_binary(operator: Binary, a: i64, b: i64) -> Result<i64, Fault> {
    let result = match operator {
        Binary::Add => a.checked_add(b),
        Binary::Subtract => a.checked_sub(b),
        Binary::Multiply => a.checked_mul(b),
        Binary::Divide => a.checked_div(b),
        Binary::Remainder => a.checked_rem(b),
        Binary::Power => power(a, b),
        Binary::And => Some(a & b),
        Binary::Or => Some(a | b),
        Binary::Xor => Some(a ^ b),
        Binary::ShiftLeft => (0..64).contains(&b).then(|| a << b),
        Binary::ShiftRight => (0..64).contains(&b).then(|| a >> b),
        _ => None,
    };
    result.ok_or_else(|| int_fault(operator, a, b))
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

/// Arithmetic of floats; `None` for operators that floats do not have.
#[inline]
pub(super) fn float_binary(operator: Binary, a: f64, b: f64) -> Option<f64> {
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

/// A float without its fraction.
pub(super) fn truncated(x: f64) -> Result<i64, Fault> {
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    if (-LIMIT..LIMIT).contains(&x) {
        #[expect(clippy::cast_possible_truncation, reason = "it is in range")]
        let n = x as i64;
        return Ok(n);
    }
    Err(Fault::new(format!("{x:?} does not fit into an integer")))
}

#[cfg(test)]
mod tests {
    use csprun_dsl::expr::ir::Binary;

    use super::{int_binary, truncated};

    #[test]
    fn what_does_not_fit_is_an_error_with_its_values() {
        let message = |operator, a, b| int_binary(operator, a, b).expect_err("is an error").into_message();
        assert_eq!(message(Binary::Add, i64::MAX, 1), "9223372036854775807 + 1 does not fit into an integer");
        assert_eq!(
            message(Binary::Divide, i64::MIN, -1),
            "-9223372036854775808 / -1 does not fit into an integer"
        );
        assert_eq!(message(Binary::Remainder, 5, 0), "5 % 0 divides by zero");
        assert_eq!(message(Binary::Power, 2, -1), "2 ** -1 has a negative exponent");
        assert_eq!(message(Binary::ShiftLeft, 1, 64), "1 << 64 does not shift by 0 to 63");
        assert_eq!(int_binary(Binary::Power, -1, i64::MAX).expect("is -1"), -1);
    }

    #[test]
    fn only_floats_in_range_become_integers() {
        assert_eq!(truncated(-1.9).expect("in range"), -1);
        assert_eq!(truncated(-9_223_372_036_854_775_808.0).expect("the least one"), i64::MIN);
        assert!(truncated(9_223_372_036_854_775_808.0).is_err());
        assert!(truncated(f64::NAN).is_err());
    }
}
