//! Two operators in one loop: what lies between them does not go through a register. Each rounds by itself, so the
//! results are those of two steps.

use csprun_dsl::expr::ir::Binary;

use super::code::{Side, truth};

#[inline(always)]
fn three(abc: [&[u64]; 3], to: &mut [u64], f: impl Fn(u64, u64, u64) -> u64) {
    let [a, b, c] = abc;
    for (((to, &a), &b), &c) in to.iter_mut().zip(a).zip(b).zip(c) {
        *to = f(a, b, c);
    }
}

#[inline(always)]
pub(super) fn floats(operators: [Binary; 2], side: Side, abc: [&[u64]; 3], to: &mut [u64]) {
    match operators[0] {
        Binary::Add => second(operators[1], side, abc, to, |a, b| a + b),
        Binary::Subtract => second(operators[1], side, abc, to, |a, b| a - b),
        _ => second(operators[1], side, abc, to, |a, b| a * b),
    }
}

/// Whether two operators of floats go together.
pub(super) fn go_together(first: Binary, second: Binary) -> bool {
    let simple = |operator| matches!(operator, Binary::Add | Binary::Subtract | Binary::Multiply);
    simple(first) && simple(second)
}

#[inline(always)]
fn second(operator: Binary, side: Side, abc: [&[u64]; 3], to: &mut [u64], first: impl Fn(f64, f64) -> f64) {
    let first = |a, b| first(f64::from_bits(a), f64::from_bits(b));
    match (operator, side) {
        (Binary::Add, _) => three(abc, to, |a, b, c| (first(a, b) + f64::from_bits(c)).to_bits()),
        (Binary::Subtract, Side::Left) => {
            three(abc, to, |a, b, c| (first(a, b) - f64::from_bits(c)).to_bits())
        }
        (Binary::Subtract, Side::Right) => {
            three(abc, to, |a, b, c| (f64::from_bits(c) - first(a, b)).to_bits())
        }
        _ => three(abc, to, |a, b, c| (first(a, b) * f64::from_bits(c)).to_bits()),
    }
}

/// A sum or a difference where `only` is true, else `c`. Whether those are values.
#[inline(always)]
pub(super) fn int_or(operator: Binary, abc: [&[u64]; 3], only: &[u64], to: &mut [u64]) -> bool {
    match operator {
        Binary::Add => checked_or(abc, only, to, |a, b| {
            let sum = a.wrapping_add(b);
            (sum, (a ^ sum) & (b ^ sum))
        }),
        _ => checked_or(abc, only, to, |a, b| {
            let difference = a.wrapping_sub(b);
            (difference, (a ^ b) & (a ^ difference))
        }),
    }
}

#[inline(always)]
fn checked_or(
    [a, b, c]: [&[u64]; 3],
    only: &[u64],
    to: &mut [u64],
    f: impl Fn(u64, u64) -> (u64, u64),
) -> bool {
    let mut none = 0;
    for ((((to, &a), &b), &c), &only) in to.iter_mut().zip(a).zip(b).zip(c).zip(only) {
        let (value, is_none) = f(a, b);
        *to = (value & only) | (c & !only);
        none |= is_none & only;
    }
    none >> 63 == 0
}

#[inline(always)]
pub(super) fn compare<T: PartialOrd>(
    operator: Binary,
    abc: [&[u64]; 3],
    to: &mut [u64],
    of: impl Fn(u64) -> T,
) {
    match operator {
        Binary::Equal => three(abc, to, |a, b, c| truth(of(a) == of(b)) & c),
        Binary::NotEqual => three(abc, to, |a, b, c| truth(of(a) != of(b)) & c),
        Binary::Less => three(abc, to, |a, b, c| truth(of(a) < of(b)) & c),
        Binary::LessEqual => three(abc, to, |a, b, c| truth(of(a) <= of(b)) & c),
        Binary::Greater => three(abc, to, |a, b, c| truth(of(a) > of(b)) & c),
        _ => three(abc, to, |a, b, c| truth(of(a) >= of(b)) & c),
    }
}
