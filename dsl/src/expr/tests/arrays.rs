//! Arrays: what is computed element by element, and what does not go together.

use super::mistakes_in;
use crate::expr::{Scope, compile};
use crate::ty::{Elem, Type};

fn scope() -> Scope {
    let variables = [
        ("x", Type::I64),
        ("y", Type::F64),
        ("any", Type::Any),
        ("a", Type::Array(Elem::F32, vec![Some(2), None])),
        ("b", Type::Array(Elem::F32, vec![Some(2), Some(3)])),
        ("c", Type::Array(Elem::F32, vec![Some(3), Some(2)])),
        ("n", Type::Array(Elem::I16, vec![Some(2), Some(3)])),
        ("m", Type::Array(Elem::U8, vec![None, Some(3)])),
    ];
    Scope { variables: variables.map(|(name, ty)| (name.to_owned(), ty)).into(), constants: Vec::new() }
}

#[track_caller]
fn ty(source: &str, ty: &str) {
    let compiled = compile(source, &scope()).unwrap_or_else(|errors| panic!("{source}: {errors:#?}"));
    assert!(compiled.foreign().is_none(), "{source} is outside the IR");
    assert_eq!(compiled.ty.to_string(), ty, "{source}");
}

#[track_caller]
fn one(source: &str, mistake: &str) {
    assert_eq!(mistakes_in(source, &scope()), [mistake]);
}

#[test]
fn each_form_has_its_type() {
    ty("a + b * 2", "Array(F32, [2, 3])");
    ty("n ** 2 & 7", "Array(I16, [2, 3])");
    ty("a < b", "Array(U8, [2, 3])");
    ty("1 != n", "Array(U8, [2, 3])");
    ty("any >= a", "Array(U8, [2, Any])");
    ty("sqrt(abs(a))", "Array(F32, [2, Any])");
    ty("min(n, x)", "Array(I16, [2, 3])");
    ty("atan2(y, b)", "Array(F32, [2, 3])");
    ty("to_float(n)", "Array(F64, [2, 3])");
    ty("to_int(a)", "Array(I64, [2, Any])");
    ty("is_nan(a)", "Array(U8, [2, Any])");
    ty("where(m, a, 0)", "Array(F32, [2, 3])");
    ty("where(a > 0 & b < y, a, b)", "Array(F32, [2, 3])");
    ty("where(m, 1, 0)", "Array(I64, [Any, 3])");
    ty("where(m, 1, 0.5)", "Array(F64, [Any, 3])");
    ty("where(any, a, 0)", "Array(F32, [2, Any])");
    ty("where(any, 1, 0)", "Any");
    ty("min(a)", "F64");
    ty("n.max() + max(1, 2)", "I64");
    ty("mean(n)", "F64");
    ty("dot(n, n)", "I64");
    ty("dot(a, b)", "F64");
    ty("[a] == [a]", "Bool");
    ty("array([1, 2])", "Array(I64, [Any])");
    ty("array([1.5])", "Array(F64, [Any])");
}

#[test]
fn what_may_be_an_array_has_no_type_before_it_comes() {
    for source in ["any < 1", "any == any", "sqrt(any)", "is_nan(any)", "any & 1", "min(any, 1)"] {
        ty(source, "Any");
    }
    for source in ["any == \"a\"", "any == ()", "any == [1]", "any < \"a\"", "any & true"] {
        ty(source, "Bool");
    }
}

#[test]
fn what_does_not_go_together_is_shown_with_its_shapes() {
    one(
        "b + c",
        "E0805 at `b`: cannot add `Array(F32, [2, 3])` and `Array(F32, [3, 2])` | this is `Array(F32, [2, 3])` | an operator takes arrays of one shape and one type of elements",
    );
    one(
        "b < c",
        "E0805 at `b`: cannot compare `Array(F32, [2, 3])` and `Array(F32, [3, 2])` | this is `Array(F32, [2, 3])` | an operator takes arrays of one shape and one type of elements",
    );
    one(
        "n < 0.5",
        "E0805 at `n`: cannot compare `Array(I16, [2, 3])` and `F64` | this is `Array(I16, [2, 3])` | write `to_float(n)` for an array of floats",
    );
    one(
        "a & 1",
        "E0805 at `a`: cannot combine `Array(F32, [2, Any])` and `I64` | this is `Array(F32, [2, Any])`",
    );
    one(
        "1 + max(b, c)",
        "E0805 at `max(b, c)`: `max` does not take `Array(F32, [2, 3])` and `Array(F32, [3, 2])` together | arrays here have one shape and one type of elements, and numbers fit it",
    );
    one(
        "where(m, c, 0)",
        "E0805 at `where(m, c, 0)`: `where` does not take `Array(U8, [Any, 3])` and `Array(F32, [3, 2])` and `I64` together | arrays here have one shape and one type of elements, and numbers fit it",
    );
    one(
        "where(a, 1, 0)",
        "E0805 at `a`: `where` takes an array of U8, not `Array(F32, [2, Any])` | this is `Array(F32, [2, Any])` | compare it: `where(.. != 0, .., ..)`",
    );
    one(
        "sqrt(n)",
        "E0805 at `n`: `sqrt` takes a number or an array of floats, not `Array(I16, [2, 3])` | this is `Array(I16, [2, 3])` | write `to_float(n)` for an array of floats",
    );
    one(
        "if a == b { 1 } else { 2 }",
        "E0805 at `a == b`: `if` wants `Bool`, not `Array(U8, [2, 3])` | this is `Array(U8, [2, 3])` | choose by element: `where(.., a, b)`; or count: `sum(..) > 0`",
    );
    one(
        "min(x)",
        "E0805 at `x`: `min` takes a list of numbers or an array, not `I64` | this is `I64` | write `min(number, number)` for two numbers",
    );
}
