//! Types of elements, and what each operator does to a block of them.

use std::fmt::Display;

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::Binary;

use super::body::Code;
use crate::value::{ArrayData, Value, View};

/// Runs `$body` with `$ty` for the type of the elements.
macro_rules! by_elem {
    ($elem:expr, $ty:ident => $body:expr) => {
        match $elem {
            Elem::I8 => {
                type $ty = i8;
                $body
            }
            Elem::I16 => {
                type $ty = i16;
                $body
            }
            Elem::I32 => {
                type $ty = i32;
                $body
            }
            Elem::I64 => {
                type $ty = i64;
                $body
            }
            Elem::U8 => {
                type $ty = u8;
                $body
            }
            Elem::U16 => {
                type $ty = u16;
                $body
            }
            Elem::U32 => {
                type $ty = u32;
                $body
            }
            Elem::U64 => {
                type $ty = u64;
                $body
            }
            Elem::F32 => {
                type $ty = f32;
                $body
            }
            Elem::F64 => {
                type $ty = f64;
                $body
            }
        }
    };
}

pub(super) use by_elem;

/// A type of elements.
pub(super) trait Item: Copy + Default + Display + PartialOrd {
    /// A number as an element.
    fn of(value: &Value) -> Option<Self>;

    /// The element as a number.
    fn number(self) -> Option<Value>;

    /// The elements of an array of this type.
    fn of_array(data: &ArrayData) -> Option<&[Self]>;

    /// The same, to be changed.
    fn of_array_mut(data: &mut ArrayData) -> Option<&mut Vec<Self>>;

    fn into_data(items: Vec<Self>) -> ArrayData;

    /// The lesser one; of a NaN and a number the number. Of equal ones the second.
    fn lesser(self, other: Self) -> Self;

    /// The greater one; of a NaN and a number the number. Of equal ones the second.
    fn greater(self, other: Self) -> Self;

    /// Whether the value is an array of this type, or a number that is one of its elements.
    fn is_operand(value: &Value) -> bool {
        match value.view() {
            View::Array(array) => Self::of_array(array.data()).is_some(),
            _ => Self::of(value).is_some(),
        }
    }

    /// Computes a block; `false` when an element has no value.
    fn apply(code: Code, a: &[Self], b: &[Self], to: &mut [Self]) -> bool;
}

macro_rules! arrays {
    ($ty:ident $elem:ident) => {
        fn of_array(data: &ArrayData) -> Option<&[$ty]> {
            if let ArrayData::$elem(items) = data { Some(items) } else { None }
        }

        fn of_array_mut(data: &mut ArrayData) -> Option<&mut Vec<$ty>> {
            if let ArrayData::$elem(items) = data { Some(items) } else { None }
        }

        fn into_data(items: Vec<$ty>) -> ArrayData {
            ArrayData::$elem(items)
        }
    };
}

/// As between two integers of the language.
macro_rules! power {
    ($ty:ident, $a:expr, $b:expr) => {
        match (u32::try_from($b), $a.checked_neg()) {
            (Ok(b), _) => $a.checked_pow(b),
            _ if $b < <$ty>::default() => None,
            _ if $a == 0 || $a == 1 => Some($a),
            (_, Some(1)) => Some(if $b % 2 == 0 { 1 } else { $a }),
            _ => None,
        }
    };
}

macro_rules! integers {
    ($($ty:ident $elem:ident)*) => {$(
        impl Item for $ty {
            fn of(value: &Value) -> Option<$ty> {
                value.as_i64().and_then(|n| <$ty>::try_from(n).ok())
            }

            fn number(self) -> Option<Value> {
                i64::try_from(self).ok().map(Value::from)
            }

            arrays!($ty $elem);

            #[inline(always)]
            fn apply(code: Code, a: &[$ty], b: &[$ty], to: &mut [$ty]) -> bool {
                match code {
                    Code::Binary(Binary::Add) => unbroken_pair(a, b, to, <$ty>::overflowing_add),
                    Code::Binary(Binary::Subtract) => unbroken_pair(a, b, to, <$ty>::overflowing_sub),
                    Code::Binary(Binary::Multiply) => unbroken_pair(a, b, to, <$ty>::overflowing_mul),
                    Code::Binary(Binary::Divide) => {
                        unbroken_pair(a, b, to, |a, b| a.checked_div(b).map_or((0, true), |n| (n, false)))
                    }
                    Code::Binary(Binary::Remainder) => {
                        unbroken(a, b, to, |a, b| if b == 0 { (0, true) } else { (a.wrapping_rem(b), false) })
                    }
                    Code::Binary(Binary::Power) => {
                        unbroken(a, b, to, |a, b| power!($ty, a, b).map_or((0, true), |n| (n, false)))
                    }
                    Code::Binary(Binary::And) => each(a, b, to, |a, b| a & b),
                    Code::Binary(Binary::Or) => each(a, b, to, |a, b| a | b),
                    Code::Binary(Binary::Xor) => each(a, b, to, |a, b| a ^ b),
                    Code::Binary(Binary::ShiftLeft) => {
                        unbroken(a, b, to, |a, b| u32::try_from(b).ok().and_then(|b| a.checked_shl(b)).map_or((0, true), |n| (n, false)))
                    }
                    Code::Binary(Binary::ShiftRight) => {
                        unbroken(a, b, to, |a, b| u32::try_from(b).ok().and_then(|b| a.checked_shr(b)).map_or((0, true), |n| (n, false)))
                    }
                    Code::Negate => unbroken(a, b, to, |a, _| a.overflowing_neg()),
                    Code::Call(Function::Abs) => unbroken(a, b, to, |a, _| {
                        let negative = a < <$ty>::default();
                        if negative { a.overflowing_neg() } else { (a, false) }
                    }),
                    Code::Call(Function::Min) => each(a, b, to, <$ty>::lesser),
                    Code::Call(Function::Max) => each(a, b, to, <$ty>::greater),
                    Code::Call(Function::Floor | Function::Ceil | Function::Round) => each(a, b, to, |a, _| a),
                    _ => false,
                }
            }

            #[inline(always)]
            fn lesser(self, other: $ty) -> $ty {
                if self < other { self } else { other }
            }

            #[inline(always)]
            fn greater(self, other: $ty) -> $ty {
                if self > other { self } else { other }
            }
        }
    )*};
}

macro_rules! floats {
    ($($ty:ident $elem:ident)*) => {$(
        impl Item for $ty {
            #[allow(clippy::unnecessary_cast, reason = "one of the two types is f64 itself")]
            fn of(value: &Value) -> Option<$ty> {
                match value.view() {
                    View::I64(n) => Some(n as $ty),
                    View::F64(x) => Some(x as $ty),
                    _ => None,
                }
            }

            fn number(self) -> Option<Value> {
                Some(Value::from(f64::from(self)))
            }

            arrays!($ty $elem);

            #[inline(always)]
            fn apply(code: Code, a: &[$ty], b: &[$ty], to: &mut [$ty]) -> bool {
                match code {
                    Code::Binary(Binary::Add) => each_pair(a, b, to, |a, b| a + b),
                    Code::Binary(Binary::Subtract) => each_pair(a, b, to, |a, b| a - b),
                    Code::Binary(Binary::Multiply) => each_pair(a, b, to, |a, b| a * b),
                    Code::Binary(Binary::Divide) => each_pair(a, b, to, |a, b| a / b),
                    Code::Binary(Binary::Remainder) => each(a, b, to, |a, b| a % b),
                    Code::Binary(Binary::Power) => each(a, b, to, <$ty>::powf),
                    Code::Negate => each(a, b, to, |a, _| -a),
                    Code::Call(Function::Abs) => each(a, b, to, |a, _| a.abs()),
                    Code::Call(Function::Min) => each(a, b, to, <$ty>::lesser),
                    Code::Call(Function::Max) => each(a, b, to, <$ty>::greater),
                    Code::Call(Function::Floor) => each(a, b, to, |a, _| a.floor()),
                    Code::Call(Function::Ceil) => each(a, b, to, |a, _| a.ceil()),
                    Code::Call(Function::Round) => each(a, b, to, |a, _| a.round()),
                    Code::Call(Function::Sqrt) => each(a, b, to, |a, _| a.sqrt()),
                    Code::Call(Function::Exp) => each(a, b, to, |a, _| a.exp()),
                    Code::Call(Function::Ln) => each(a, b, to, |a, _| a.ln()),
                    Code::Call(Function::Log10) => each(a, b, to, |a, _| a.log10()),
                    Code::Call(Function::Sin) => each(a, b, to, |a, _| a.sin()),
                    Code::Call(Function::Cos) => each(a, b, to, |a, _| a.cos()),
                    Code::Call(Function::Tan) => each(a, b, to, |a, _| a.tan()),
                    Code::Call(Function::Tanh) => each(a, b, to, |a, _| a.tanh()),
                    Code::Call(Function::Atan) => each(a, b, to, |a, _| a.atan()),
                    Code::Call(Function::Atan2) => each(a, b, to, <$ty>::atan2),
                    _ => false,
                }
            }

            #[inline(always)]
            fn lesser(self, other: $ty) -> $ty {
                if self < other || other.is_nan() { self } else { other }
            }

            #[inline(always)]
            fn greater(self, other: $ty) -> $ty {
                if self > other || other.is_nan() { self } else { other }
            }
        }
    )*};
}

/// The same as [`each`], where one block may be a number.
#[inline(always)]
fn each_pair<T: Copy>(a: &[T], b: &[T], to: &mut [T], f: impl Fn(T, T) -> T) -> bool {
    match (a, b) {
        (a, &[b]) => each(a, a, to, |a, _| f(a, b)),
        (&[a], b) => each(b, b, to, |b, _| f(a, b)),
        (a, b) => each(a, b, to, f),
    }
}

/// The same as [`unbroken`], where one block may be a number.
#[inline(always)]
fn unbroken_pair<T: Copy>(a: &[T], b: &[T], to: &mut [T], f: impl Fn(T, T) -> (T, bool)) -> bool {
    match (a, b) {
        (a, &[b]) => unbroken(a, a, to, |a, _| f(a, b)),
        (&[a], b) => unbroken(b, b, to, |b, _| f(a, b)),
        (a, b) => unbroken(a, b, to, f),
    }
}

/// For what every element has a value of.
#[inline(always)]
fn each<T: Copy>(a: &[T], b: &[T], to: &mut [T], f: impl Fn(T, T) -> T) -> bool {
    for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
        *to = f(a, b);
    }
    true
}

/// Whether no result has overflowed: it is asked once, so that many are computed at a time.
#[inline(always)]
fn unbroken<T: Copy>(a: &[T], b: &[T], to: &mut [T], f: impl Fn(T, T) -> (T, bool)) -> bool {
    let mut broken = false;
    for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
        let (result, overflows) = f(a, b);
        *to = result;
        broken |= overflows;
    }
    !broken
}

integers! { i8 I8 i16 I16 i32 I32 i64 I64 u8 U8 u16 U16 u32 U32 u64 U64 }
floats! { f32 F32 f64 F64 }
