//! What each instruction does: one loop over the lanes, without branches where the machine has instructions for
//! many lanes at a time.

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::Binary;

use super::code::{ALWAYS, Code, Instruction, Lanes, TRUE, truth};
use super::pair;
use crate::expr::function::math;
use crate::expr::machine::Work;
use crate::expr::number;

/// Steps over the first `n` lanes. Whether all of them have values.
pub(super) struct Steps<'a> {
    pub(super) code: &'a [Instruction],
    pub(super) registers: &'a mut [Box<Lanes>],
    pub(super) spare: &'a mut Box<Lanes>,
    pub(super) n: usize,
}

impl Work for Steps<'_> {
    type Out = bool;

    #[inline(always)]
    fn run(self) -> bool {
        let Steps { code, registers, spare, n } = self;
        for instruction in code {
            let a = &registers[usize::from(instruction.a)][..n];
            let b = &registers[usize::from(instruction.b)][..n];
            let c = &registers[usize::from(instruction.c)][..n];
            let only = &registers[usize::from(instruction.only)][..n];
            let counts = (instruction.only != ALWAYS).then_some(only);
            let to = &mut spare[..n];
            if !step(instruction.code, [a, b, c], only, counts, to) {
                return false;
            }
            // What was computed apart becomes the register: it may have been an operand itself.
            std::mem::swap(&mut registers[usize::from(instruction.to)], spare);
        }
        true
    }
}

#[inline(always)]
fn step(code: Code, [a, b, c]: [&[u64]; 3], only: &[u64], counts: Option<&[u64]>, to: &mut [u64]) -> bool {
    match code {
        Code::Int(operator) => return ints(operator, a, b, counts, to),
        Code::Float(operator) => floats(operator, a, b, to),
        Code::FloatTwice(first, second, side) => pair::floats([first, second], side, [a, b, c], to),
        Code::IntOr(operator) => return pair::int_or(operator, [a, b, c], only, to),
        Code::CompareIntsAnd(operator) => pair::compare(operator, [a, b, c], to, u64::cast_signed),
        Code::CompareFloatsAnd(operator) => pair::compare(operator, [a, b, c], to, f64::from_bits),
        Code::CompareInts(operator) => compare(operator, a, b, to, u64::cast_signed),
        Code::CompareFloats(operator) => compare(operator, a, b, to, f64::from_bits),
        Code::Truth(operator) => truths(operator, a, b, to),
        Code::Without => two(a, b, to, |a, b| a & !b),
        Code::NegateInt => {
            return checked(a, b, counts, to, |a, _| (a.wrapping_neg(), truth(a.cast_signed() == i64::MIN)));
        }
        Code::NegateFloat => two(a, b, to, |a, _| (-f64::from_bits(a)).to_bits()),
        Code::AsFloat => two(a, b, to, |a, _| number::float(a.cast_signed()).to_bits()),
        Code::CallInt(_) => {
            return checked(a, b, counts, to, |a, _| {
                (a.cast_signed().wrapping_abs().cast_unsigned(), truth(a.cast_signed() == i64::MIN))
            });
        }
        Code::CallInts(Function::Min) => {
            two(a, b, to, |a, b| a.cast_signed().min(b.cast_signed()).cast_unsigned())
        }
        Code::CallInts(_) => two(a, b, to, |a, b| a.cast_signed().max(b.cast_signed()).cast_unsigned()),
        Code::CallFloat(function) => call(function, a, b, to),
        Code::CallFloats(Function::Min) => float(a, b, to, f64::min),
        Code::CallFloats(Function::Max) => float(a, b, to, f64::max),
        Code::CallFloats(_) => float(a, b, to, f64::atan2),
        Code::Truncate => {
            return checked(a, b, counts, to, |a, _| match number::in_range(f64::from_bits(a)) {
                Some(n) => (n.cast_unsigned(), 0),
                None => (0, TRUE),
            });
        }
        Code::IsNan => two(a, b, to, |a, _| truth(f64::from_bits(a).is_nan())),
        Code::Given => return checked(a, b, counts, to, |a, b| (a, b)),
        Code::Select => {
            for (((to, &a), &b), &only) in to.iter_mut().zip(a).zip(b).zip(only) {
                *to = (a & only) | (b & !only);
            }
        }
    }
    true
}

#[inline(always)]
fn two(a: &[u64], b: &[u64], to: &mut [u64], f: impl Fn(u64, u64) -> u64) {
    for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
        *to = f(a, b);
    }
}

#[inline(always)]
fn float(a: &[u64], b: &[u64], to: &mut [u64], f: impl Fn(f64, f64) -> f64) {
    two(a, b, to, |a, b| f(f64::from_bits(a), f64::from_bits(b)).to_bits());
}

/// `f` gives a value and, in its highest bit, whether that is none. Whether all that count are values.
#[inline(always)]
fn checked(
    a: &[u64],
    b: &[u64],
    counts: Option<&[u64]>,
    to: &mut [u64],
    f: impl Fn(u64, u64) -> (u64, u64),
) -> bool {
    let mut none = 0;
    match counts {
        None => {
            for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
                let (value, is_none) = f(a, b);
                *to = value;
                none |= is_none;
            }
        }
        Some(counts) => {
            for (((to, &a), &b), &counts) in to.iter_mut().zip(a).zip(b).zip(counts) {
                let (value, is_none) = f(a, b);
                *to = value;
                none |= is_none & counts;
            }
        }
    }
    none >> 63 == 0
}

#[inline(always)]
fn ints(operator: Binary, a: &[u64], b: &[u64], counts: Option<&[u64]>, to: &mut [u64]) -> bool {
    match operator {
        // The sign of a sum that does not fit differs from the signs of both its terms.
        Binary::Add => checked(a, b, counts, to, |a, b| {
            let sum = a.wrapping_add(b);
            (sum, (a ^ sum) & (b ^ sum))
        }),
        Binary::Subtract => checked(a, b, counts, to, |a, b| {
            let difference = a.wrapping_sub(b);
            (difference, (a ^ b) & (a ^ difference))
        }),
        Binary::Multiply => checked(a, b, counts, to, |a, b| {
            let (product, is_none) = a.cast_signed().overflowing_mul(b.cast_signed());
            (product.cast_unsigned(), truth(is_none))
        }),
        Binary::And => {
            two(a, b, to, |a, b| a & b);
            true
        }
        Binary::Or => {
            two(a, b, to, |a, b| a | b);
            true
        }
        Binary::Xor => {
            two(a, b, to, |a, b| a ^ b);
            true
        }
        Binary::ShiftLeft => checked(a, b, counts, to, |a, b| (a << (b & 63), truth(b > 63))),
        Binary::ShiftRight => {
            checked(a, b, counts, to, |a, b| ((a.cast_signed() >> (b & 63)).cast_unsigned(), truth(b > 63)))
        }
        Binary::Divide => rarer(Binary::Divide, a, b, counts, to),
        Binary::Remainder => rarer(Binary::Remainder, a, b, counts, to),
        operator => rarer(operator, a, b, counts, to),
    }
}

/// Arithmetic that has no instruction for many lanes.
#[inline(always)]
fn rarer(operator: Binary, a: &[u64], b: &[u64], counts: Option<&[u64]>, to: &mut [u64]) -> bool {
    checked(a, b, counts, to, |a, b| match number::int_checked(operator, a.cast_signed(), b.cast_signed()) {
        Some(n) => (n.cast_unsigned(), 0),
        None => (0, TRUE),
    })
}

#[inline(always)]
fn floats(operator: Binary, a: &[u64], b: &[u64], to: &mut [u64]) {
    match operator {
        Binary::Add => float(a, b, to, |a, b| a + b),
        Binary::Subtract => float(a, b, to, |a, b| a - b),
        Binary::Multiply => float(a, b, to, |a, b| a * b),
        Binary::Divide => float(a, b, to, |a, b| a / b),
        Binary::Remainder => float(a, b, to, |a, b| a % b),
        _ => float(a, b, to, f64::powf),
    }
}

#[inline(always)]
fn compare<T: PartialOrd>(operator: Binary, a: &[u64], b: &[u64], to: &mut [u64], of: impl Fn(u64) -> T) {
    match operator {
        Binary::Equal => two(a, b, to, |a, b| truth(of(a) == of(b))),
        Binary::NotEqual => two(a, b, to, |a, b| truth(of(a) != of(b))),
        Binary::Less => two(a, b, to, |a, b| truth(of(a) < of(b))),
        Binary::LessEqual => two(a, b, to, |a, b| truth(of(a) <= of(b))),
        Binary::Greater => two(a, b, to, |a, b| truth(of(a) > of(b))),
        _ => two(a, b, to, |a, b| truth(of(a) >= of(b))),
    }
}

#[inline(always)]
fn truths(operator: Binary, a: &[u64], b: &[u64], to: &mut [u64]) {
    match operator {
        Binary::And => two(a, b, to, |a, b| a & b),
        Binary::Or => two(a, b, to, |a, b| a | b),
        Binary::Equal => two(a, b, to, |a, b| !(a ^ b)),
        _ => two(a, b, to, |a, b| a ^ b),
    }
}

#[inline(always)]
fn call(function: Function, a: &[u64], b: &[u64], to: &mut [u64]) {
    match function {
        Function::Abs => float(a, b, to, |a, _| a.abs()),
        Function::Floor => float(a, b, to, |a, _| a.floor()),
        Function::Ceil => float(a, b, to, |a, _| a.ceil()),
        Function::Sqrt => float(a, b, to, |a, _| a.sqrt()),
        function => float(a, b, to, |a, _| math::float_of(function, a).unwrap_or(f64::NAN)),
    }
}
