//! The sum of two tokens.

use csprun_dsl::ty::exact_f64;

use crate::process::Ended;
use crate::value::{Value, View};

/// `a + b`: of two integers an integer, else a float.
pub(super) fn sum(a: &Value, b: &Value) -> Result<Value, Ended> {
    let sum = match (a.view(), b.view()) {
        (View::I64(a), View::I64(b)) => a.checked_add(b).map(Value::from),
        (View::F64(a), View::F64(b)) => Some(Value::from(a + b)),
        (View::I64(n), View::F64(x)) | (View::F64(x), View::I64(n)) => {
            exact_f64(n).map(|n| Value::from(n + x))
        }
        _ => {
            return Err(Ended::fail(format!(
                "{} and {} cannot be added: both must be numbers",
                a.shown(),
                b.shown()
            )));
        }
    };
    sum.ok_or_else(|| Ended::fail(format!("{} + {} does not fit into 64 bits", a.shown(), b.shown())))
}

#[cfg(test)]
mod tests {
    use super::sum;
    use crate::value::Value;

    #[test]
    fn integers_stay_integers_and_floats_win() {
        assert_eq!(sum(&Value::from(1), &Value::from(2)).ok(), Some(Value::from(3)));
        assert_eq!(sum(&Value::from(1), &Value::from(0.5)).ok(), Some(Value::from(1.5)));
        assert_eq!(sum(&Value::from(0.5), &Value::from(0.25)).ok(), Some(Value::from(0.75)));
    }

    #[test]
    fn what_has_no_sum_says_why() {
        let why = |a: Value, b: Value| sum(&a, &b).expect_err("no sum").to_string();
        assert_eq!(
            why(Value::from(i64::MAX), Value::from(1)),
            "9223372036854775807 + 1 does not fit into 64 bits"
        );
        assert_eq!(
            why(Value::from("a"), Value::from(1)),
            "\"a\" and 1 cannot be added: both must be numbers"
        );
    }
}
