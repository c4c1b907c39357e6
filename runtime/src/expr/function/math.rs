//! Functions of numbers.

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::Binary;

use crate::expr::fault::{Fault, wrong};
use crate::expr::number::{float, truncated};
use crate::expr::operator::binary;
use crate::value::{Value, View};

/// A function whose first argument is the number `x`.
pub(super) fn call(function: Function, x: &Value, rest: &[Value]) -> Result<Value, Fault> {
    match (function, rest) {
        (Function::Min, [y]) => choice(function, x, y, i64::min, f64::min),
        (Function::Max, [y]) => choice(function, x, y, i64::max, f64::max),
        (Function::Atan2, [y]) => match numeric(y) {
            Some(other) => Ok(Value::from(numeric(x).map_or(f64::NAN, |x| x.atan2(other)))),
            None => Err(wrong(function, 1, y)),
        },
        (Function::Pow, [y]) => match numeric(y) {
            Some(_) => binary(Binary::Power, x, y),
            None => Err(wrong(function, 1, y)),
        },
        (Function::Fixed, [digits]) => fixed(x, digits),
        (_, []) => match x.view() {
            View::I64(n) => of_integer(function, n),
            View::F64(number) => of_float(function, number),
            _ => None,
        }
        .unwrap_or_else(|| Err(wrong(function, 0, x))),
        _ => Err(wrong(function, 0, x)),
    }
}

fn numeric(value: &Value) -> Option<f64> {
    match value.view() {
        View::I64(n) => Some(float(n)),
        View::F64(x) => Some(x),
        _ => None,
    }
}

fn choice(
    function: Function,
    x: &Value,
    y: &Value,
    integers: fn(i64, i64) -> i64,
    floats: fn(f64, f64) -> f64,
) -> Result<Value, Fault> {
    match (x.view(), y.view()) {
        (View::I64(a), View::I64(b)) => Ok(Value::from(integers(a, b))),
        _ => match (numeric(x), numeric(y)) {
            (Some(a), Some(b)) => Ok(Value::from(floats(a, b))),
            (None, _) => Err(wrong(function, 0, x)),
            (_, None) => Err(wrong(function, 1, y)),
        },
    }
}

fn of_integer(function: Function, n: i64) -> Option<Result<Value, Fault>> {
    Some(match function {
        Function::Abs => match n.checked_abs() {
            Some(n) => Ok(Value::from(n)),
            None => Err(Fault::new(format!("abs({n}) does not fit into an integer"))),
        },
        Function::Floor | Function::Ceil | Function::Round | Function::ToInt => Ok(Value::from(n)),
        Function::IsNan => Ok(Value::from(false)),
        _ => return of_float(function, float(n)),
    })
}

fn of_float(function: Function, x: f64) -> Option<Result<Value, Fault>> {
    let result = match function {
        Function::Abs => x.abs(),
        Function::Floor => x.floor(),
        Function::Ceil => x.ceil(),
        Function::Round => x.round(),
        Function::Sqrt => x.sqrt(),
        Function::Exp => x.exp(),
        Function::Ln => x.ln(),
        Function::Log10 => x.log10(),
        Function::Sin => x.sin(),
        Function::Cos => x.cos(),
        Function::Tan => x.tan(),
        Function::Atan => x.atan(),
        Function::ToFloat => x,
        Function::ToInt => return Some(truncated(x).map(Value::from)),
        Function::IsNan => return Some(Ok(Value::from(x.is_nan()))),
        _ => return None,
    };
    Some(Ok(Value::from(result)))
}

fn fixed(x: &Value, digits: &Value) -> Result<Value, Fault> {
    const N_MOST: usize = 100;
    let n = match digits.view() {
        View::I64(n) => usize::try_from(n).ok().filter(|&n| n <= N_MOST),
        _ => return Err(wrong(Function::Fixed, 1, digits)),
    };
    let Some(n) = n else {
        return Err(Fault::new(format!("`fixed` prints 0 to {N_MOST} digits, not {digits}")));
    };
    Ok(Value::from(match x.view() {
        View::I64(whole) if n == 0 => whole.to_string(),
        View::I64(whole) => format!("{whole}.{}", "0".repeat(n)),
        _ => format!("{:.n$}", numeric(x).unwrap_or(f64::NAN)),
    }))
}
