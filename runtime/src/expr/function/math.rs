//! Functions of numbers.

use csprun_dsl::expr::functions::{Function, Param};
use csprun_dsl::expr::ir::Binary;

use crate::expr::fault::{Fault, wrong};
use crate::expr::number::{Scalar, binary, float, truncated};
use crate::value::{Value, View};

/// Whether a function takes numbers, or arrays of them, and nothing else; of numbers it gives a number or a Bool.
pub(in crate::expr) fn is_scalar(function: Function) -> bool {
    function.spec().params.iter().all(|param| matches!(param, Param::Numeric | Param::Real))
}

/// A function of numbers and Bools; Bools are refused.
pub(in crate::expr) fn call(function: Function, x: Scalar, y: Option<Scalar>) -> Result<Scalar, Fault> {
    let unfit = |index, scalar: Scalar| Err(wrong(function, index, &Value::from(scalar)));
    match (x, y) {
        (Scalar::Bool(_), _) => unfit(0, x),
        (_, Some(other @ Scalar::Bool(_))) => unfit(1, other),
        (_, Some(y)) => two(function, x, y).unwrap_or_else(|| unfit(0, x)),
        (Scalar::I64(n), None) => of_integer(function, n).unwrap_or_else(|| unfit(0, x)),
        (Scalar::F64(number), None) => of_float(function, number).unwrap_or_else(|| unfit(0, x)),
    }
}

fn two(function: Function, x: Scalar, y: Scalar) -> Option<Result<Scalar, Fault>> {
    let floats = (x.as_float()?, y.as_float()?);
    let result = match (function, x, y) {
        (Function::Min, Scalar::I64(x), Scalar::I64(y)) => Scalar::I64(x.min(y)),
        (Function::Max, Scalar::I64(x), Scalar::I64(y)) => Scalar::I64(x.max(y)),
        (Function::Min, ..) => Scalar::F64(floats.0.min(floats.1)),
        (Function::Max, ..) => Scalar::F64(floats.0.max(floats.1)),
        (Function::Atan2, ..) => Scalar::F64(floats.0.atan2(floats.1)),
        (Function::Pow, ..) => return binary(Binary::Power, x, y),
        _ => return None,
    };
    Some(Ok(result))
}

fn of_integer(function: Function, n: i64) -> Option<Result<Scalar, Fault>> {
    Some(match function {
        Function::Abs => match n.checked_abs() {
            Some(n) => Ok(Scalar::I64(n)),
            None => Err(Fault::new(format!("abs({n}) does not fit into an integer"))),
        },
        Function::Floor | Function::Ceil | Function::Round | Function::ToInt => Ok(Scalar::I64(n)),
        Function::IsNan => Ok(Scalar::Bool(false)),
        _ => return of_float(function, float(n)),
    })
}

fn of_float(function: Function, x: f64) -> Option<Result<Scalar, Fault>> {
    match function {
        Function::ToInt => Some(truncated(x).map(Scalar::I64)),
        Function::IsNan => Some(Ok(Scalar::Bool(x.is_nan()))),
        _ => float_of(function, x).map(|x| Ok(Scalar::F64(x))),
    }
}

/// A function of one float that gives a float; `None` of another function.
pub(in crate::expr) fn float_of(function: Function, x: f64) -> Option<f64> {
    Some(match function {
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
        Function::Tanh => x.tanh(),
        Function::Atan => x.atan(),
        Function::ToFloat => x,
        _ => return None,
    })
}

/// A number with so many digits after its point.
pub(super) fn fixed(x: &Value, digits: &Value) -> Result<Value, Fault> {
    const N_MOST: usize = 100;
    let View::I64(n) = digits.view() else { return Err(wrong(Function::Fixed, 1, digits)) };
    let Some(n) = usize::try_from(n).ok().filter(|&n| n <= N_MOST) else {
        return Err(Fault::new(format!("`fixed` prints 0 to {N_MOST} digits, not {digits}")));
    };
    Ok(Value::from(match x.view() {
        View::I64(whole) if n == 0 => whole.to_string(),
        View::I64(whole) => format!("{whole}.{}", "0".repeat(n)),
        View::F64(number) => format!("{number:.n$}"),
        _ => return Err(wrong(Function::Fixed, 0, x)),
    }))
}
