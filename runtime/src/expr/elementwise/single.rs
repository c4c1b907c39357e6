//! One operator of arrays.

use csprun_dsl::expr::ir::Binary;
use csprun_dsl::ty::Elem;

use super::blocks::{self, Instruction, Source};
use super::item::{Code, Item, by_elem};
use crate::expr::fault::{Fault, mistyped};
use crate::value::{Array, Value, View};

/// `-array`
pub(in crate::expr) fn negate(array: &Value) -> Result<Value, Fault> {
    single(Code::Negate, &mut [array.clone()])
        .ok_or_else(|| Fault::new("an element of the negated array does not fit"))
}

/// Two arrays of one shape, or an array and a number on either side.
pub(in crate::expr) fn binary(operator: Binary, a: &Value, b: &Value) -> Result<Value, Fault> {
    if let Some(value) = single(Code::Binary(operator), &mut [a.clone(), b.clone()]) {
        return Ok(value);
    }
    let array = match (a.view(), b.view()) {
        (View::Array(x), View::Array(y)) if x.shape() != y.shape() || x.elem() != y.elem() => {
            let message = format!("arrays of types `{}` and `{}` do not go together", x.ty(), y.ty());
            return Err(Fault::new(message));
        }
        (View::Array(array), View::Array(_)) => array,
        (View::Array(array), _) => fitting(array, b)?,
        (_, View::Array(array)) => fitting(array, a)?,
        _ => return Err(mistyped("an operator of arrays wants one", a)),
    };
    Err(Fault::new(format!("an element of `{}` does not fit, or is divided by zero", array.ty())))
}

fn single(code: Code, operands: &mut [Value]) -> Option<Value> {
    let step = Instruction { code, to: 0, a: Source::Leaf(0), b: Source::Leaf(operands.len() - 1) };
    blocks::run(&[step], 1, operands)
}

/// The array, if the number is one for its elements.
fn fitting<'a>(array: &'a Array, number: &Value) -> Result<&'a Array, Fault> {
    let elem = array.elem();
    let fits = by_elem!(elem, T => T::of(number).is_some());
    match fits {
        true => Ok(array),
        false => Err(mistyped(&format!("an array of {elem:?} wants a number that fits {elem:?}"), number)),
    }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::expr::ir::Binary;

    use super::binary;
    use crate::value::{Array, Value};

    #[test]
    fn elements_keep_their_type() {
        let array = Value::from(Array::flat(vec![1_u8, 2]));
        let sum = binary(Binary::Subtract, &Value::from(9), &array).expect("fits");
        assert_eq!(sum, Value::from(Array::flat(vec![8_u8, 7])));
        assert!(binary(Binary::Multiply, &array, &Value::from(0.5)).is_err());
        assert!(binary(Binary::Multiply, &array, &Value::from(200)).is_err());
        let floats = Value::from(Array::flat(vec![1.0_f32]));
        let half = binary(Binary::Multiply, &floats, &Value::from(0.5)).expect("fits");
        assert_eq!(half, Value::from(Array::flat(vec![0.5_f32])));
        assert!(binary(Binary::Add, &floats, &array).is_err());
    }
}
