//! Types of elements, and what each operator does to a block of them.

use csprun_dsl::expr::ir::Binary;

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

/// What a step computes of its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Code {
    Binary(Binary),
    /// Of the first operand.
    Negate,
}

/// A type of elements.
pub(super) trait Item: Copy + Default {
    /// Whether an element may have no value.
    const MAY_FAIL: bool;

    /// A number as an element.
    fn of(value: &Value) -> Option<Self>;

    /// The elements of an array of this type.
    fn of_array(data: &ArrayData) -> Option<&[Self]>;

    /// The same, to be changed.
    fn of_array_mut(data: &mut ArrayData) -> Option<&mut Vec<Self>>;

    fn into_data(items: Vec<Self>) -> ArrayData;

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

macro_rules! integers {
    ($($ty:ident $elem:ident)*) => {$(
        impl Item for $ty {
            const MAY_FAIL: bool = true;

            fn of(value: &Value) -> Option<$ty> {
                value.as_i64().and_then(|n| <$ty>::try_from(n).ok())
            }

            arrays!($ty $elem);

            #[inline(always)]
            fn apply(code: Code, a: &[$ty], b: &[$ty], to: &mut [$ty]) -> bool {
                match code {
                    Code::Binary(Binary::Add) => unbroken(a, b, to, <$ty>::overflowing_add),
                    Code::Binary(Binary::Subtract) => unbroken(a, b, to, <$ty>::overflowing_sub),
                    Code::Binary(Binary::Multiply) => unbroken(a, b, to, <$ty>::overflowing_mul),
                    Code::Binary(Binary::Divide) => {
                        unbroken(a, b, to, |a, b| a.checked_div(b).map_or((0, true), |n| (n, false)))
                    }
                    Code::Binary(Binary::Remainder) => {
                        unbroken(a, b, to, |a, b| a.checked_rem(b).map_or((0, true), |n| (n, false)))
                    }
                    Code::Negate => unbroken(a, b, to, |a, _| a.overflowing_neg()),
                    Code::Binary(_) => false,
                }
            }
        }
    )*};
}

macro_rules! floats {
    ($($ty:ident $elem:ident)*) => {$(
        impl Item for $ty {
            const MAY_FAIL: bool = false;

            #[allow(clippy::unnecessary_cast, reason = "one of the two types is f64 itself")]
            fn of(value: &Value) -> Option<$ty> {
                match value.view() {
                    View::I64(n) => Some(n as $ty),
                    View::F64(x) => Some(x as $ty),
                    _ => None,
                }
            }

            arrays!($ty $elem);

            #[inline(always)]
            fn apply(code: Code, a: &[$ty], b: &[$ty], to: &mut [$ty]) -> bool {
                match code {
                    Code::Binary(Binary::Add) => each(a, b, to, |a, b| a + b),
                    Code::Binary(Binary::Subtract) => each(a, b, to, |a, b| a - b),
                    Code::Binary(Binary::Multiply) => each(a, b, to, |a, b| a * b),
                    Code::Binary(Binary::Divide) => each(a, b, to, |a, b| a / b),
                    Code::Binary(Binary::Remainder) => each(a, b, to, |a, b| a % b),
                    Code::Negate => each(a, b, to, |a, _| -a),
                    Code::Binary(_) => return false,
                }
                true
            }
        }
    )*};
}

#[inline(always)]
fn each<T: Copy>(a: &[T], b: &[T], to: &mut [T], f: impl Fn(T, T) -> T) {
    for ((to, &a), &b) in to.iter_mut().zip(a).zip(b) {
        *to = f(a, b);
    }
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
