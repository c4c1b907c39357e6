//! Random expressions and random values.

use std::collections::BTreeMap;

use csprun_dsl::expr::Scope;
use csprun_dsl::ty::Type;

use super::forms::{Want, forms, plain_forms};
use crate::value::Value;

/// Random choices out of a seed (splitmix64).
pub(super) struct Random(pub(super) u64);

impl Random {
    pub(super) fn below(&mut self, n: usize) -> usize {
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

fn plain_leaf(want: Want, random: &mut Random) -> String {
    match want {
        Want::Int if random.below(3) == 0 => format!("({})", INTS[random.below(9)]),
        Want::Int => random.pick(&["x", "y", "r.k"]).to_owned(),
        other => leaf(other, random),
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

pub(super) fn expression(want: Want, depth: usize, random: &mut Random) -> String {
    expression_of(forms, leaf, want, depth, random)
}

/// An expression of numbers and Bools, and of what they ask texts and records.
pub(super) fn plain_expression(want: Want, depth: usize, random: &mut Random) -> String {
    expression_of(plain_forms, plain_leaf, want, depth, random)
}

fn expression_of(
    forms: fn(Want) -> &'static [&'static str],
    leaf: fn(Want, &mut Random) -> String,
    want: Want,
    depth: usize,
    random: &mut Random,
) -> String {
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
            Some(part) => text.push_str(&expression_of(forms, leaf, part, depth - 1, random)),
            None => text.push(c),
        }
    }
    text.push(')');
    text
}

pub(super) fn scope() -> Scope {
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

pub(super) fn values(random: &mut Random) -> Vec<Value> {
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
