//! One operation on arrays, and what is said when it has no value.

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::Binary;
use csprun_dsl::ty::Elem;

use super::blocks;
use super::body::{Bank, Body, Code, Instruction, Operation, Source};
use super::convert;
use super::item::{Item, by_elem};
use crate::expr::fault::{Fault, mistyped, wrong};
use crate::value::{Array, Value, View};

/// `-array`
pub(in crate::expr) fn negate(array: &Value) -> Result<Value, Fault> {
    single(Operation::Negate, &mut [array.clone()])
        .ok_or_else(|| Fault::new("an element of the negated array does not fit"))
}

/// Two arrays of one shape, or an array and a number on either side.
pub(in crate::expr) fn binary(operator: Binary, a: &Value, b: &Value) -> Result<Value, Fault> {
    let mut operands = [a.clone(), b.clone()];
    if let Some(value) = single(Operation::Binary(operator), &mut operands) {
        return Ok(value);
    }
    let array = fitting(&operands)?;
    let fault = by_elem!(array.elem(), T => first_fault::<T>(operator, &operands, array.data().len()));
    Err(Fault::new(match fault {
        Some(fault) => format!("{fault}, of type `{}`", array.ty()),
        None => format!("an element of `{}` has no value", array.ty()),
    }))
}

/// The first element that has no value, and why.
fn first_fault<T: Item>(operator: Binary, operands: &[Value; 2], n: usize) -> Option<String> {
    let element = |value: &Value, at: usize| match value.as_array() {
        Some(array) => T::of_array(array.data())?.get(at).copied(),
        None => T::of(value),
    };
    let mut pairs =
        (0..n).filter_map(|at| Some((at, element(&operands[0], at)?, element(&operands[1], at)?)));
    let has_value = |a: T, b: T| T::apply(Code::Binary(operator), &[a], &[b], &mut [T::default()]);
    let (at, a, b) = pairs.find(|(_, a, b)| !has_value(*a, *b))?;
    let why = match operator {
        Binary::ShiftLeft | Binary::ShiftRight => "is shifted by less than 0, or by its width or more",
        Binary::Divide | Binary::Remainder if b == T::default() => "is divided by zero",
        Binary::Power if b < T::default() => "has a negative exponent",
        _ => "does not fit",
    };
    Some(format!("element {at} (from 0), {a} {} {b}, {why}", operator.symbol()))
}

/// A function of numbers, or `where`, with an array among its arguments.
pub(in crate::expr) fn call(function: Function, arguments: &mut [Value]) -> Result<Value, Fault> {
    let of_floats =
        |value: &Value| value.as_array().is_none_or(|array| matches!(array.elem(), Elem::F32 | Elem::F64));
    match function {
        Function::ToFloat => return convert::to_floats(&arguments[0]),
        Function::ToInt => return convert::to_integers(&arguments[0]),
        Function::Where => check_choice(arguments)?,
        Function::Abs | Function::Min | Function::Max | Function::Pow | Function::IsNan => {}
        Function::Floor | Function::Ceil | Function::Round => {}
        _ => {
            if let Some(at) = arguments.iter().position(|argument| !of_floats(argument)) {
                return Err(wrong(function, at, &arguments[at]));
            }
        }
    }
    if let Some(value) = single(Operation::Call(function), arguments) {
        return Ok(value);
    }
    for (at, argument) in arguments.iter().enumerate() {
        if !matches!(argument.view(), View::Array(_) | View::I64(_) | View::F64(_)) {
            return Err(wrong(function, at, argument));
        }
    }
    let numbers = if function == Function::Where { &arguments[1..] } else { &arguments[..] };
    let array = fitting(numbers)?;
    match (function, &*arguments) {
        (Function::Pow, _) => Err(Fault::new(format!(
            "an element of `{}` does not fit, or has a negative exponent",
            array.ty()
        ))),
        (Function::Where, [mask, ..]) => Err(apart(mask.as_array().unwrap_or(array), array)),
        _ => Err(Fault::new(format!(
            "`{}` of an element of `{}` does not fit",
            function.spec().name,
            array.ty()
        ))),
    }
}

/// The first argument of `where` is an array of U8, the others are numbers or arrays.
fn check_choice(arguments: &[Value]) -> Result<(), Fault> {
    match arguments.first().map(Value::view) {
        Some(View::Array(mask)) if mask.elem() == Elem::U8 => Ok(()),
        _ => Err(wrong(Function::Where, 0, arguments.first().unwrap_or(&Value::UNIT))),
    }
}

fn single(operation: Operation, operands: &mut [Value]) -> Option<Value> {
    let code = operation.code()?;
    let numbers = if code == Code::Where { operands.get(1..)? } else { &*operands };
    let elem = match numbers.iter().find_map(Value::as_array) {
        Some(array) => array.elem(),
        None if numbers.iter().all(|number| number.as_i64().is_some()) => Elem::I64,
        None => Elem::F64,
    };
    let sources = [0, 1, 2].map(|at| Source::Leaf(at.min(operands.len() - 1)));
    let step = Instruction { code, bank: Bank::of(elem), to: 0, operands: sources };
    blocks::run(&Body { steps: vec![step], elem, n_values: 1, n_bytes: 1 }, operands)
}

/// The array among some arrays and numbers that go together.
fn fitting(operands: &[Value]) -> Result<&Array, Fault> {
    let mut arrays = operands.iter().filter_map(Value::as_array);
    let Some(array) = arrays.next() else {
        return Err(mistyped("an operator of arrays wants one", operands.first().unwrap_or(&Value::UNIT)));
    };
    if let Some(other) = arrays.find(|other| other.shape() != array.shape() || other.elem() != array.elem()) {
        return Err(apart(array, other));
    }
    let elem = array.elem();
    match operands.iter().find(|operand| by_elem!(elem, T => !T::is_operand(operand))) {
        Some(number) => {
            Err(mistyped(&format!("an array of {elem:?} wants a number that fits {elem:?}"), number))
        }
        None => Ok(array),
    }
}

/// Two arrays that do not go together.
#[cold]
pub(super) fn apart(a: &Array, b: &Array) -> Fault {
    Fault::new(format!("arrays of types `{}` and `{}` do not go together", a.ty(), b.ty()))
}

#[cfg(test)]
mod tests {
    use csprun_dsl::expr::functions::Function;
    use csprun_dsl::expr::ir::Binary;

    use super::{binary, call};
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

    #[test]
    fn a_fault_names_the_first_element_that_has_no_value() {
        let array = Value::from(Array::flat(vec![1_i8, 0, -128]));
        let fault =
            |operator, a: &Value, b: &Value| binary(operator, a, b).expect_err("no value").into_message();
        assert_eq!(
            fault(Binary::Divide, &Value::from(7), &array),
            "element 1 (from 0), 7 / 0, is divided by zero, of type `Array(I8, [3])`"
        );
        assert_eq!(
            fault(Binary::Subtract, &array, &Value::from(1)),
            "element 2 (from 0), -128 - 1, does not fit, of type `Array(I8, [3])`"
        );
        let remainder = binary(Binary::Remainder, &array, &Value::from(-1)).expect("fits");
        assert_eq!(remainder, Value::from(Array::flat(vec![0_i8, 0, 0])));
    }

    #[test]
    fn comparisons_give_bytes_and_where_takes_them() {
        let array = Value::from(Array::flat(vec![1.0_f32, f32::NAN, 3.0]));
        let mask = binary(Binary::Less, &array, &Value::from(2)).expect("compares");
        assert_eq!(mask, Value::from(Array::flat(vec![1_u8, 0, 0])));
        let chosen = |a: Value, b: Value| call(Function::Where, &mut [mask.clone(), a, b]);
        let floats = chosen(array.clone(), Value::from(0)).expect("goes together");
        assert_eq!(floats, Value::from(Array::flat(vec![1.0_f32, 0.0, 0.0])));
        let numbers = chosen(Value::from(1), Value::from(0.5)).expect("goes together");
        assert_eq!(numbers, Value::from(Array::flat(vec![1.0, 0.5, 0.5])));
        let other = Value::from(Array::flat(vec![1.0_f32]));
        assert_eq!(
            chosen(other, Value::from(0)).expect_err("of another shape").into_message(),
            "arrays of types `Array(U8, [3])` and `Array(F32, [1])` do not go together"
        );
        assert_eq!(
            call(Function::Where, &mut [array.clone(), array.clone(), array])
                .expect_err("no mask")
                .into_message(),
            "`where` takes an array of U8, not [1.0, NaN, 3.0] of type `Array(F32, [3])`"
        );
    }
}
