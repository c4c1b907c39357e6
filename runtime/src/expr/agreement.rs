//! The interpreter and Rhai give the same result for random well-typed expressions and random values: equal
//! values, or an error both. The result has the type that the checker promised.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;

use csprun_dsl::expr::{Scope, compile};
use csprun_dsl::ty::Type;
use proptest::prelude::{ProptestConfig, any};
use proptest::{prop_assert, prop_assert_eq, proptest};

use super::Evaluator;
use crate::value::Value;

/// What an expression is asked to give.
#[derive(Clone, Copy)]
enum Want {
    Int,
    Float,
    Bool,
    Text,
    Ints,
    Texts,
}

/// Random choices out of a seed (splitmix64).
struct Random(u64);

impl Random {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut x = self.0;
        x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        let x = x ^ (x >> 31);
        usize::try_from(x % n as u64).expect("below n")
    }

    fn pick<'a>(&mut self, list: &[&'a str]) -> &'a str {
        list[self.below(list.len())]
    }
}

const INTS: [i64; 12] = [0, 1, -1, 2, -3, 7, 63, 64, 1 << 53, i64::MIN, i64::MAX, i64::MAX - 1];
const FLOATS: [f64; 11] =
    [0.0, -0.0, 0.5, -2.5, 3.0, 1e300, -1e19, 9.3e18, f64::NAN, f64::INFINITY, f64::NEG_INFINITY];
const TEXTS: [&str; 8] = ["", "a", "a b", "häß €", " 12 ", "1e3", "a,b,,a", "ABC abc"];

/// Templates of each type: `I F B T L W` stand for parts that are integers, floats, Bools, texts, lists of
/// integers and lists of texts (words).
#[expect(clippy::too_many_lines, reason = "a table")]
fn forms(want: Want) -> &'static [&'static str] {
    match want {
        Want::Int => &[
            "I + I",
            "I - I",
            "I * I",
            "I / I",
            "I % I",
            "I ** I",
            "I & I",
            "I | I",
            "I ^ I",
            "I << I",
            "I >> I",
            "-I",
            "+I",
            "abs(I)",
            "min(I, I)",
            "max(I, I)",
            "len(T)",
            "len(L)",
            "L[I]",
            "sum(L)",
            "to_int(F)",
            "if B { I } else { I }",
            "{ let v = I; v * v }",
            "parse_int(T)",
            "r.k + I",
            "get(L, I, I)",
            "{ let v = I; let w = I; if v < w { v } else { w } }",
            "any",
            "#{a: I, b: T}.a",
            "[I, I][I]",
            "len(keys(r))",
            "I.abs()",
            "#{a: #{b: [I]}}.a.b[0]",
        ],
        Want::Float => &[
            "F + F",
            "I - F",
            "F * I",
            "F / F",
            "F % I",
            "F ** F",
            "I ** F",
            "-F",
            "abs(F)",
            "floor(F)",
            "ceil(F)",
            "round(F)",
            "sqrt(F)",
            "exp(F)",
            "ln(F)",
            "log10(I)",
            "sin(F)",
            "atan2(F, I)",
            "min(F, I)",
            "max(I, F)",
            "pow(F, I)",
            "to_float(I)",
            "if B { F } else { F }",
            "parse_float(T)",
            "{ let v = F; v / v }",
        ],
        Want::Bool => &[
            "I < I",
            "I == I",
            "F <= F",
            "I != F",
            "F > I",
            "T == T",
            "T < T",
            "B && B",
            "B || B",
            "!B",
            "B == B",
            "B ^ B",
            "B & B",
            "L == L",
            "I in L",
            "T in T",
            "T in W",
            "contains(L, F)",
            "is_nan(F)",
            "starts_with(T, T)",
            "ends_with(T, T)",
            "matches(T, \"[a-c]+\")",
            "\"k\" in r",
            "any == I",
            "any == T",
            "I !in L",
            "B && B && B || B",
            "#{a: I} == #{a: F}",
            "[T] == W",
        ],
        Want::Text => &[
            "T + T",
            "lower(T)",
            "upper(T)",
            "trim(T)",
            "T[I]",
            "W[I]",
            "to_text(I)",
            "to_text(F)",
            "to_text(L)",
            "`${I}|${T}|${F}`",
            "if B { T } else { T }",
            "join(L, T)",
            "join(W, T)",
            "replace(T, T, T)",
            "capture(T, \"(.)(.)\", 1)",
            "fixed(F, 2)",
            "fixed(I, I)",
            "reverse(T)",
            "slice(T, I, I)",
            "r.n",
            "T.upper().lower()",
            "{ let v = T; v + v }",
            "to_text(r)",
            "T[-1]",
        ],
        Want::Ints => &[
            "[I, I]",
            "L + L",
            "reverse(L)",
            "sort(L)",
            "push(L, I)",
            "range(0, 3)",
            "if B { L } else { L }",
            "slice(L, I, I)",
            "[I]",
        ],
        Want::Texts => &["[T, T]", "words(T)", "split(T, T)", "W + W", "sort(W)", "keys(r)", "push(W, T)"],
    }
}

fn leaf(want: Want, random: &mut Random) -> String {
    match want {
        Want::Int => match random.below(3) {
            0 => format!("({})", INTS[random.below(9)]),
            _ => random.pick(&["x", "y", "r.k"]).to_owned(),
        },
        Want::Float => match random.below(3) {
            0 => random.pick(&["0.5", "1e300", "(-2.0)", "0.0"]).to_owned(),
            _ => "u".to_owned(),
        },
        Want::Bool => random.pick(&["true", "false", "b"]).to_owned(),
        Want::Text => match random.below(3) {
            0 => format!("{:?}", TEXTS[random.below(TEXTS.len())]),
            _ => random.pick(&["s", "r.n"]).to_owned(),
        },
        Want::Ints => "l".to_owned(),
        Want::Texts => "w".to_owned(),
    }
}

fn expression(want: Want, depth: usize, random: &mut Random) -> String {
    if depth == 0 || random.below(5) == 0 {
        return leaf(want, random);
    }
    let form = random.pick(forms(want));
    let mut text = String::from("(");
    let mut quoted = false;
    for (at, c) in form.char_indices() {
        quoted ^= c == '"';
        let alone = |at: Option<usize>| {
            at.and_then(|at| form.as_bytes().get(at)).is_none_or(|byte| !byte.is_ascii_alphanumeric())
        };
        let part = match c {
            _ if quoted || !alone(at.checked_sub(1)) || !alone(Some(at + 1)) => None,
            'I' => Some(Want::Int),
            'F' => Some(Want::Float),
            'B' => Some(Want::Bool),
            'T' => Some(Want::Text),
            'L' => Some(Want::Ints),
            'W' => Some(Want::Texts),
            _ => None,
        };
        match part {
            Some(part) => text.push_str(&expression(part, depth - 1, random)),
            None => text.push(c),
        }
    }
    text.push(')');
    text
}

fn scope() -> Scope {
    let record = Type::record([("k", Type::I64), ("n", Type::Text)]);
    let variables = [
        ("x", Type::I64),
        ("y", Type::I64),
        ("u", Type::F64),
        ("b", Type::Bool),
        ("s", Type::Text),
        ("l", Type::I64.list()),
        ("w", Type::Text.list()),
        ("r", record),
        ("any", Type::Any),
    ];
    Scope { variables: variables.map(|(name, ty)| (name.to_owned(), ty)).into(), constants: Vec::new() }
}

fn values(random: &mut Random) -> Vec<Value> {
    let int = |random: &mut Random| Value::from(INTS[random.below(INTS.len())]);
    let text = |random: &mut Random| Value::from(TEXTS[random.below(TEXTS.len())]);
    let ints: Vec<Value> = (0..random.below(4)).map(|_| int(random)).collect();
    let texts: Vec<Value> = (0..random.below(4)).map(|_| text(random)).collect();
    let record = BTreeMap::from([("k".to_owned(), int(random)), ("n".to_owned(), text(random))]);
    let any = match random.below(4) {
        0 => Value::UNIT,
        1 => text(random),
        2 => Value::from(FLOATS[random.below(FLOATS.len())]),
        _ => int(random),
    };
    vec![
        int(random),
        int(random),
        Value::from(FLOATS[random.below(FLOATS.len())]),
        Value::from(random.below(2) == 0),
        text(random),
        Value::from(ints),
        Value::from(texts),
        Value::record(record),
        any,
    ]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn the_interpreter_and_rhai_agree(seed in any::<u64>(), depth in 1_usize..5) {
        let random = &mut Random(seed);
        let wants = [Want::Int, Want::Float, Want::Bool, Want::Text, Want::Ints, Want::Texts];
        let source = expression(wants[random.below(wants.len())], depth, random);
        let compiled = match compile(&source, &scope()) {
            Ok(compiled) => Arc::new(compiled),
            // An `any` among typed items may not meet them; nothing else is ill-typed.
            Err(errors) => {
                prop_assert!(false, "{source}: {errors:#?}");
                return Ok(());
            }
        };
        let (mut native, mut scripted) = (Evaluator::new(&compiled), Evaluator::scripted(&compiled));
        prop_assert!(native.is_native(), "{}", source);
        for _ in 0..4 {
            let values = values(random);
            let (ours, theirs) = (native.eval(&values), scripted.eval(&values));
            if let Ok(value) = &ours {
                prop_assert!(value.conforms(&compiled.ty), "{source} gives {value:?}, not {}", compiled.ty);
            }
            let mut context = format!("{source}\n");
            for ((name, _), value) in compiled.scope.variables.iter().zip(&values) {
                // Writing to a String cannot fail.
                let _ = writeln!(context, "{name} = {value:?}");
            }
            match (&ours, &theirs) {
                (Err(_), Err(_)) => {}
                _ => prop_assert_eq!(format!("{ours:?}"), format!("{theirs:?}"), "{}", context),
            }
        }
    }

    #[test]
    fn a_slice_in_brackets_is_the_function(text in ".{0,6}", first in -8_i64..8, last in -8_i64..8) {
        let scope = Scope {
            variables: vec![("s".to_owned(), Type::Text), ("a".to_owned(), Type::I64), ("b".to_owned(), Type::I64)],
            constants: Vec::new(),
        };
        let values = [Value::from(text), Value::from(first), Value::from(last)];
        let run = |source: &str| {
            let compiled = Arc::new(compile(source, &scope).expect("is right"));
            Evaluator::new(&compiled).eval(&values).ok()
        };
        prop_assert_eq!(run("s[a..b]"), run("slice(s, a, b)"));
        prop_assert_eq!(run("split(s, \"\")[a..b]"), run("s[a..b].split(\"\")"));
    }
}
