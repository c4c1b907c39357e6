//! Random expressions over arrays, evaluated in blocks, operator by operator in Rhai, and element by element here: the
//! same elements bit for bit, or the same mistake at the same place.

use std::sync::Arc;

use csprun_dsl::expr::{Compiled, Scope, compile};
use csprun_dsl::ty::{Elem, Type};
use proptest::prelude::{ProptestConfig, any};
use proptest::{prop_assert_eq, proptest};

use super::forms::why_not;
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
trait Element: Copy + Default + PartialOrd + std::fmt::Display + 'static {
    const ELEM: Elem;
    /// Operators of two operands.
    const OPERATORS: &'static [&'static str];
    /// Functions of one element, and of two.
    const OF_ONE: &'static [&'static str];
    const OF_TWO: &'static [&'static str];
    const NUMBERS: &'static [(&'static str, Self)];
    fn random(random: &mut Random) -> Self;
    fn apply(operator: &str, a: Self, b: Self) -> Option<Self>;
    fn data(items: Vec<Self>) -> ArrayData;
}

macro_rules! integers {
    ($($ty:ident $elem:ident)*) => {$(
        impl Element for $ty {
            const ELEM: Elem = Elem::$elem;
            const OPERATORS: &'static [&'static str] = &["+", "-", "*", "/", "%", "**", "&", "|", "^", "<<", ">>"];
            const OF_ONE: &'static [&'static str] = &["abs", "floor", "ceil", "round"];
            const OF_TWO: &'static [&'static str] = &["min", "max", "pow"];
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
                    "%" => (b != 0).then(|| a.wrapping_rem(b)),
                    "**" | "pow" => $ty::try_from(power(a.into(), b.into())?).ok(),
                    "&" => Some(a & b),
                    "|" => Some(a | b),
                    "^" => Some(a ^ b),
                    "<<" => u32::try_from(b).ok().filter(|b| *b < $ty::BITS).map(|b| a << b),
                    ">>" => u32::try_from(b).ok().filter(|b| *b < $ty::BITS).map(|b| a >> b),
                    "abs" => $ty::try_from(i128::from(a).abs()).ok(),
                    "floor" | "ceil" | "round" => Some(a),
                    "min" => Some(a.min(b)),
                    "max" => Some(a.max(b)),
                    "neg" => a.checked_neg(),
                    other => panic!("{other}"),
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
            const OPERATORS: &'static [&'static str] = &["+", "-", "*", "/", "%", "**"];
            const OF_ONE: &'static [&'static str] = &[
                "abs", "floor", "ceil", "round", "sqrt", "exp", "ln", "log10", "sin", "cos", "tan", "tanh", "atan",
            ];
            const OF_TWO: &'static [&'static str] = &["min", "max", "pow", "atan2"];
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
                    "**" | "pow" => a.powf(b),
                    "abs" => a.abs(),
                    "floor" => a.floor(),
                    "ceil" => a.ceil(),
                    "round" => a.round(),
                    "sqrt" => a.sqrt(),
                    "exp" => a.exp(),
                    "ln" => a.ln(),
                    "log10" => a.log10(),
                    "sin" => a.sin(),
                    "cos" => a.cos(),
                    "tan" => a.tan(),
                    "tanh" => a.tanh(),
                    "atan" => a.atan(),
                    "atan2" => a.atan2(b),
                    // Of equal ones, which two zeros are, the second.
                    "min" if a.is_nan() || a >= b => b,
                    "max" if a.is_nan() || a <= b => b,
                    "min" | "max" => a,
                    "neg" => -a,
                    other => panic!("{other}"),
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

/// What `a ** b` is of integers.
fn power(a: i128, b: i128) -> Option<i128> {
    match (a, b) {
        (_, i128::MIN..=-1) => None,
        (0 | 1, 1..) => Some(a),
        (-1, _) => Some(if b % 2 == 0 { 1 } else { -1 }),
        _ => a.checked_pow(u32::try_from(b).ok()?),
    }
}

/// An array of an expression; `inputs` are `a` and `c`.
fn part<T: Element>(inputs: &[Vec<T>; 2], depth: usize, random: &mut Random) -> Part<T> {
    if depth == 0 || random.below(6) == 0 {
        let which = random.below(2);
        let elements = Elements { items: inputs[which].clone(), is_array: true };
        return Part { text: ["a", "c"][which].to_owned(), outcome: Ok(elements) };
    }
    match random.below(8) {
        0 => {
            let one = part(inputs, depth - 1, random);
            let text = format!("-({})", one.text);
            of_one("neg", one, text)
        }
        1 | 2 => {
            let name = T::OF_ONE[random.below(T::OF_ONE.len())];
            let one = part(inputs, depth - 1, random);
            let text = format!("{name}({})", one.text);
            of_one(name, one, text)
        }
        3 => {
            let name = T::OF_TWO[random.below(T::OF_TWO.len())];
            let [a, b] = two(inputs, depth, random);
            let text = format!("{name}({}, {})", a.text, b.text);
            of_two(name, a, b, text)
        }
        4 => chosen(inputs, depth, random),
        _ => {
            let operator = T::OPERATORS[random.below(T::OPERATORS.len())];
            let [a, b] = two(inputs, depth, random);
            let text = format!("({}) {operator} ({})", a.text, b.text);
            of_two(operator, a, b, text)
        }
    }
}

/// Two operands, one of them an array.
fn two<T: Element>(inputs: &[Vec<T>; 2], depth: usize, random: &mut Random) -> [Part<T>; 2] {
    let one = part(inputs, depth - 1, random);
    let other = match random.below(2) {
        0 => number(random),
        _ => part(inputs, depth - 1, random),
    };
    if random.below(2) == 0 { [one, other] } else { [other, one] }
}

fn number<T: Element>(random: &mut Random) -> Part<T> {
    let (text, number) = T::NUMBERS[random.below(T::NUMBERS.len())];
    Part { text: text.to_owned(), outcome: Ok(Elements { items: vec![number], is_array: false }) }
}

/// Which elements of an array have a property.
fn mask<T: Element>(inputs: &[Vec<T>; 2], depth: usize, random: &mut Random) -> Part<u8> {
    if depth > 0 && random.below(4) == 0 {
        let operator = ["&", "|", "*", "=="][random.below(4)];
        let (a, b) = (mask(inputs, depth - 1, random), mask(inputs, depth - 1, random));
        let text = format!("({}) {operator} ({})", a.text, b.text);
        return match operator {
            "==" => compared(operator, a, b, text),
            _ => of_two(operator, a, b, text),
        };
    }
    let operator = ["==", "!=", "<", "<=", ">", ">="][random.below(6)];
    let [a, b] = two(inputs, depth.max(1), random);
    let text = format!("({}) {operator} ({})", a.text, b.text);
    compared(operator, a, b, text)
}

fn chosen<T: Element>(inputs: &[Vec<T>; 2], depth: usize, random: &mut Random) -> Part<T> {
    let mask = mask(inputs, depth - 1, random);
    let [a, b] = two(inputs, depth, random);
    let text = format!("where({}, {}, {})", mask.text, a.text, b.text);
    let outcome = mask.outcome.and_then(|mask| {
        let (a, b) = (a.outcome?, b.outcome?);
        let n = together(&a, &b, &text)?;
        if mask.items.len() != n {
            let message = apart(ty::<u8>(mask.items.len()), ty::<T>(n));
            return Err(Mistake { message, part: text.clone() });
        }
        let items = (0..n).map(|at| if mask.items[at] == 0 { b.at(at) } else { a.at(at) }).collect();
        Ok(Elements { items, is_array: true })
    });
    Part { text, outcome }
}

impl<T: Element> Elements<T> {
    fn at(&self, at: usize) -> T {
        self.items[if self.is_array { at } else { 0 }]
    }
}

fn ty<T: Element>(n: usize) -> String {
    format!("Array({:?}, [{n}])", T::ELEM)
}

fn apart(a: String, b: String) -> String {
    format!("arrays of types `{a}` and `{b}` do not go together")
}

/// How many elements two operands have together.
fn together<T: Element>(a: &Elements<T>, b: &Elements<T>, text: &str) -> Result<usize, Mistake> {
    let n = if a.is_array { a.items.len() } else { b.items.len() };
    if a.is_array && b.is_array && b.items.len() != n {
        let message = apart(ty::<T>(n), ty::<T>(b.items.len()));
        return Err(Mistake { message, part: text.to_owned() });
    }
    Ok(n)
}

fn of_one<T: Element>(name: &str, one: Part<T>, text: String) -> Part<T> {
    let outcome = one.outcome.and_then(|one| {
        let items: Option<Vec<T>> = one.items.iter().map(|&item| T::apply(name, item, item)).collect();
        let message = match name {
            "neg" => "an element of the negated array does not fit".to_owned(),
            _ => format!("`{name}` of an element of `{}` does not fit", ty::<T>(one.items.len())),
        };
        Ok(Elements { items: items.ok_or(Mistake { message, part: text.clone() })?, is_array: true })
    });
    Part { text, outcome }
}

fn of_two<T: Element>(name: &str, a: Part<T>, b: Part<T>, text: String) -> Part<T> {
    let outcome = a.outcome.and_then(|a| {
        let b = b.outcome?;
        let n = together(&a, &b, &text)?;
        let item = |at| {
            let (a, b) = (a.at(at), b.at(at));
            let (why, of) = (why_not(name, b == T::default(), b < T::default()), ty::<T>(n));
            let message = match name {
                "pow" => format!("an element of `{of}` does not fit, or has a negative exponent"),
                _ => format!("element {at} (from 0), {a} {name} {b}, {why}, of type `{of}`"),
            };
            T::apply(name, a, b).ok_or_else(|| Mistake { message, part: text.clone() })
        };
        let items = (0..n).map(item).collect::<Result<Vec<T>, Mistake>>()?;
        Ok(Elements { items, is_array: true })
    });
    Part { text, outcome }
}

fn compared<T: Element>(operator: &str, a: Part<T>, b: Part<T>, text: String) -> Part<u8> {
    let holds = |a: T, b: T| match operator {
        "==" => a == b,
        "!=" => a != b,
        "<" => a < b,
        "<=" => a <= b,
        ">" => a > b,
        _ => a >= b,
    };
    let outcome = a.outcome.and_then(|a| {
        let b = b.outcome?;
        let n = together(&a, &b, &text)?;
        let items = (0..n).map(|at| u8::from(holds(a.at(at), b.at(at)))).collect();
        Ok(Elements { items, is_array: true })
    });
    Part { text, outcome }
}

fn agree<T: Element>(depth: usize, random: &mut Random) -> Result<(), proptest::test_runner::TestCaseError> {
    let n = [0, 1, 5, 1023, 1024, 2500][random.below(6)];
    let other = if random.below(8) == 0 { n + 1 } else { n };
    let inputs = [n, other].map(|n| (0..n).map(|_| T::random(random)).collect::<Vec<T>>());
    match random.below(4) {
        0 => agree_on(mask(&inputs, depth, random), inputs),
        _ => agree_on(part(&inputs, depth, random), inputs),
    }
}

fn agree_on<T: Element, R: Element>(
    part: Part<R>,
    inputs: [Vec<T>; 2],
) -> Result<(), proptest::test_runner::TestCaseError> {
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
        part.outcome.map(|elements| format!("{:?}", Value::from(Array::flat(R::data(elements.items)))));
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
    let scope = Scope { variables: compiled.scope.variables[..1].to_vec(), constants: Vec::new() };
    // It may have another variable.
    let Ok(compiled) = compile(source, &scope).map(Arc::new) else { return Ok(()) };
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
