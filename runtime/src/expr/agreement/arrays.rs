//! Random expressions over arrays, evaluated in blocks, operator by operator in Rhai, and element by element here: the
//! same elements bit for bit, or the same mistake at the same place.

use std::sync::Arc;

use csprun_dsl::expr::{Compiled, Scope, compile};
use csprun_dsl::ty::{Elem, Type};
use proptest::prelude::{ProptestConfig, any};
use proptest::{prop_assert_eq, proptest};

use super::random::Random;
use crate::expr::Evaluator;
use crate::value::{Array, ArrayData, Value};

/// A part of an expression: its text and, by this file's own arithmetic, its elements (one, and no shape, of a number).
struct Part<T> {
    text: String,
    outcome: Result<Elements<T>, Mistake>,
}

#[derive(Clone)]
struct Elements<T> {
    items: Vec<T>,
    is_array: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Mistake {
    message: String,
    part: String,
}

/// A type of elements, as this test computes with it.
trait Element: Copy + PartialEq + 'static {
    const ELEM: Elem;
    const NUMBERS: &'static [(&'static str, Self)];
    fn random(random: &mut Random) -> Self;
    fn apply(operator: &str, a: Self, b: Self) -> Option<Self>;
    fn data(items: Vec<Self>) -> ArrayData;
}

macro_rules! integers {
    ($($ty:ident $elem:ident)*) => {$(
        impl Element for $ty {
            const ELEM: Elem = Elem::$elem;
            const NUMBERS: &'static [(&'static str, $ty)] = &[("0", 0), ("1", 1), ("3", 3), ("x", 5), ("(x + 2)", 7)];

            fn random(random: &mut Random) -> $ty {
                match random.below(40) {
                    0 => $ty::MAX,
                    1 => $ty::MIN,
                    n => $ty::try_from(n % 7).expect("is small"),
                }
            }

            fn apply(operator: &str, a: $ty, b: $ty) -> Option<$ty> {
                match operator {
                    "+" => a.checked_add(b),
                    "-" => a.checked_sub(b),
                    "*" => a.checked_mul(b),
                    "/" => a.checked_div(b),
                    "%" => a.checked_rem(b),
                    _ => a.checked_neg(),
                }
            }

            fn data(items: Vec<$ty>) -> ArrayData {
                items.into()
            }
        }
    )*};
}

macro_rules! floats {
    ($($ty:ident $elem:ident)*) => {$(
        impl Element for $ty {
            const ELEM: Elem = Elem::$elem;
            const NUMBERS: &'static [(&'static str, $ty)] =
                &[("0.0", 0.0), ("0.1", 0.1), ("3", 3.0), ("x", 5.0), ("u", 1e30), ("(u * x)", 5e30)];

            fn random(random: &mut Random) -> $ty {
                let odd = [$ty::NAN, $ty::INFINITY, -0.0, $ty::MIN_POSITIVE, $ty::MAX];
                match random.below(20) {
                    n if n < odd.len() => odd[n],
                    n => ($ty::from(u8::try_from(n).expect("is small")) - 9.0) / 7.0,
                }
            }

            fn apply(operator: &str, a: $ty, b: $ty) -> Option<$ty> {
                Some(match operator {
                    "+" => a + b,
                    "-" => a - b,
                    "*" => a * b,
                    "/" => a / b,
                    "%" => a % b,
                    _ => -a,
                })
            }

            fn data(items: Vec<$ty>) -> ArrayData {
                items.into()
            }
        }
    )*};
}

integers! { u8 U8 i16 I16 i32 I32 i64 I64 u64 U64 }
floats! { f32 F32 f64 F64 }

/// An array of an expression; `inputs` are `a` and `c`.
fn part<T: Element>(inputs: &[Vec<T>; 2], depth: usize, random: &mut Random) -> Part<T> {
    if depth == 0 || random.below(6) == 0 {
        let which = random.below(2);
        let elements = Elements { items: inputs[which].clone(), is_array: true };
        return Part { text: ["a", "c"][which].to_owned(), outcome: Ok(elements) };
    }
    let operator = ["+", "-", "*", "/", "%", "neg"][random.below(6)];
    let one = part(inputs, depth - 1, random);
    if operator == "neg" {
        let text = format!("-({})", one.text);
        let outcome = one.outcome.and_then(|one| {
            let items: Option<Vec<T>> = one.items.iter().map(|&item| T::apply("neg", item, item)).collect();
            let mistake = Mistake {
                message: "an element of the negated array does not fit".into(),
                part: text.clone(),
            };
            Ok(Elements { items: items.ok_or(mistake)?, is_array: true })
        });
        return Part { text, outcome };
    }
    let other = match random.below(2) {
        0 => {
            let (text, number) = T::NUMBERS[random.below(T::NUMBERS.len())];
            Part { text: text.to_owned(), outcome: Ok(Elements { items: vec![number], is_array: false }) }
        }
        _ => part(inputs, depth - 1, random),
    };
    let [a, b] = if random.below(2) == 0 { [one, other] } else { [other, one] };
    let text = format!("({}) {operator} ({})", a.text, b.text);
    let outcome = a.outcome.and_then(|a| between(operator, &a, &b.outcome?, &text));
    Part { text, outcome }
}

fn between<T: Element>(
    operator: &str,
    a: &Elements<T>,
    b: &Elements<T>,
    text: &str,
) -> Result<Elements<T>, Mistake> {
    let mistake = |message| Mistake { message, part: text.to_owned() };
    let ty = |n| format!("Array({:?}, [{n}])", T::ELEM);
    let n = if a.is_array { a.items.len() } else { b.items.len() };
    if a.is_array && b.is_array && b.items.len() != n {
        let message = format!("arrays of types `{}` and `{}` do not go together", ty(n), ty(b.items.len()));
        return Err(mistake(message));
    }
    let item = |of: &Elements<T>, at: usize| of.items[if of.is_array { at } else { 0 }];
    let items: Option<Vec<T>> = (0..n).map(|at| T::apply(operator, item(a, at), item(b, at))).collect();
    let message = || mistake(format!("an element of `{}` does not fit, or is divided by zero", ty(n)));
    Ok(Elements { items: items.ok_or_else(message)?, is_array: true })
}

fn agree<T: Element>(depth: usize, random: &mut Random) -> Result<(), proptest::test_runner::TestCaseError> {
    let n = [0, 1, 5, 1023, 1024, 2500][random.below(6)];
    let other = if random.below(8) == 0 { n + 1 } else { n };
    let inputs = [n, other].map(|n| (0..n).map(|_| T::random(random)).collect::<Vec<T>>());
    let part = part(&inputs, depth, random);
    let array = || Type::Array(T::ELEM, vec![None]);
    let variables = [("a", array()), ("c", array()), ("x", Type::I64), ("u", Type::F64)];
    let scope =
        Scope { variables: variables.map(|(name, ty)| (name.to_owned(), ty)).into(), constants: Vec::new() };
    let compiled =
        Arc::new(compile(&part.text, &scope).unwrap_or_else(|errors| panic!("{}: {errors:#?}", part.text)));
    let [a, c] = inputs.map(|items| Value::from(Array::flat(T::data(items))));
    let values = [a, c, Value::from(5), Value::from(1e30)];
    let before = format!("{:?}", values);
    let expected =
        part.outcome.map(|elements| format!("{:?}", Value::from(Array::flat(T::data(elements.items)))));
    let ours = Evaluator::new(&compiled).eval(&values).map(|value| format!("{value:?}"));
    match (&expected, &ours) {
        (Err(expected), Err(error)) => {
            prop_assert_eq!(&error.message, &expected.message, "{}", &part.text);
            let shown = error.part.trim_end_matches("...");
            proptest::prop_assert!(expected.part.starts_with(shown), "{} in {}", shown, expected.part);
        }
        _ => prop_assert_eq!(&ours.clone().ok(), &expected.clone().ok(), "{}", &part.text),
    }
    let scripted = Evaluator::scripted(&compiled).eval(&values).map(|value| format!("{value:?}"));
    prop_assert_eq!(scripted.ok(), expected.clone().ok(), "{}", &part.text);
    prop_assert_eq!(format!("{:?}", values), before, "what others have stays as it is");
    in_place(&compiled, &values, expected.ok())
}

/// The same where the token, `a`, is the only variable and has no other owner.
fn in_place(
    compiled: &Arc<Compiled>,
    values: &[Value],
    expected: Option<String>,
) -> Result<(), proptest::test_runner::TestCaseError> {
    let source = &compiled.source;
    if source.contains(['c', 'x', 'u']) {
        return Ok(());
    }
    let scope = Scope { variables: compiled.scope.variables[..1].to_vec(), constants: Vec::new() };
    let compiled = Arc::new(compile(source, &scope).expect("is the same"));
    let data = values[0].as_array().expect("is an array").data().clone();
    let given = Evaluator::new(&compiled).eval_owned(Value::from(Array::flat(data)));
    if let Err((token, _)) = &given {
        prop_assert_eq!(format!("{token:?}"), format!("{:?}", values[0]), "a token that failed is as it was");
    }
    prop_assert_eq!(given.ok().map(|value| format!("{value:?}")), expected, "{}", source);
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 1_000, ..ProptestConfig::default() })]

    #[test]
    fn arrays_in_blocks_agree_with_element_by_element(seed in any::<u64>(), depth in 1_usize..6) {
        let random = &mut Random(seed);
        match random.below(7) {
            0 => agree::<u8>(depth, random)?,
            1 => agree::<i16>(depth, random)?,
            2 => agree::<i32>(depth, random)?,
            3 => agree::<i64>(depth, random)?,
            4 => agree::<u64>(depth, random)?,
            5 => agree::<f32>(depth, random)?,
            _ => agree::<f64>(depth, random)?,
        }
    }
}
