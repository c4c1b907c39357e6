//! Random expressions and random values.

use std::collections::BTreeMap;

use csprun_dsl::expr::Scope;
use csprun_dsl::ty::Type;

use crate::value::Value;

/// What an expression is asked to give.
#[derive(Clone, Copy)]
pub(super) enum Want {
    Int,
    Float,
    Bool,
    Text,
    Ints,
    Texts,
}

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
            "min(L)",
            // Not with the items themselves: those of a list to which `any` was pushed make the sum something else.
            "{ let so = 0; for it in L { if it == I { break; } so += 1; } so }",
            "{ let so = 0; for it in range(0, 3) { if it == I { break; } so ^= it; } so }",
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
            "mean(L)",
            "tanh(F)",
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

const LOOP: &str = "{ let n = 0; let v = I; while n < 40 && v < 100 { let w = n; while w > 30 || B && w > 0 { w -= 3; v += I; } \
    n += 1; } v - n }";

/// The templates of numbers and Bools, and of what they ask texts.
#[expect(clippy::too_many_lines, reason = "a table")]
fn plain_forms(want: Want) -> &'static [&'static str] {
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
            "to_int(F)",
            "if B { I } else { I }",
            "{ let v = I; v * v }",
            LOOP,
            "{ let so = I; for i in (I % 9)..=(I % 9) { if B { continue; } so = so / 2 + i; if so > 90 { break; } so -= 1; } so }",
            "{ let so = I; let n = 0; loop { n += 1; if n > 9 || B { break; } for j in 0..n { if j == I { continue; } if B { break; } so ^= j; } so -= n; } so }",
            "{ let so = I; let re = I; let n = 0; while n < 9 { n += 1; re = so; so = so / 2 + n; if B { let q = re; re = 0; so -= q; continue; } } re ^ so }",
            "{ let v = I; if B { v = I; } else if B { v -= 1; } v }",
            // What is read nowhere but in the loop, and twice: here and there with a branch.
            "{ let z = F; let n = 0; while n < 9 && abs(z) < 4.0 { z = z * z + F; n += 1; if B { z -= 0.5; } } n }",
            "{ let z = F; let k = I; let n = 0; while n < 7 && z < 4.0 && B { k = n - 3; z = F - z * z; n += k * k; } n }",
            "floor(I)",
            "round(I)",
            "if I == 0 { I } else { I / I }",
            "{ let v = I; let w = I; if v < w { v } else { w } }",
            "to_int(I)",
            "len(T)",
            "parse_int(T)",
            "if B { parse_int(T) } else { I }",
            "{ let t = T; let v = len(t); let n = 0; while n < 3 && t != s { n += len(trim(t)) + 1; } v + n }",
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
            "+F",
            "abs(F)",
            "floor(F)",
            "ceil(F)",
            "round(F)",
            "sqrt(F)",
            "exp(F)",
            "ln(F)",
            "log10(I)",
            "sin(F)",
            "cos(F)",
            "tan(F)",
            "atan(I)",
            "atan2(F, I)",
            "min(F, I)",
            "max(I, F)",
            "pow(F, I)",
            "to_float(I)",
            "parse_float(T)",
            "sqrt(I)",
            "if B { F } else { F }",
            "{ let v = F; v / v }",
            "{ let z = F; let n = 0; while n < 9 && abs(z) < 4.0 { z = z * z + F; n += 1; if B { z /= 2; } } z + n }",
        ],
        Want::Text => &["trim(T)"],
        _ => &[
            "T == T",
            "T < T",
            "T >= T",
            "T in T",
            "starts_with(T, T)",
            "ends_with(trim(T), T)",
            "{ let t = T; t != T && B }",
            "I < I",
            "I == I",
            "F <= F",
            "I != F",
            "F > I",
            "I >= F",
            "B && B",
            "B || B",
            "!B",
            "B == B",
            "B != B",
            "B ^ B",
            "B & B",
            "B | B",
            "is_nan(F)",
            "is_nan(I)",
            "B && B && B || B",
            "I != 0 && I / I == 1",
            "if B { B } else { B }",
        ],
    }
}

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
