//! What steps do to a block: loops that are compiled for the machine.

use csprun_dsl::expr::ir::Binary;

use super::body::Code;
use super::item::Item;
use crate::expr::machine::Work;

/// A step whose operands and result are of one type. Gives whether all elements have a value.
pub(super) struct Compute<'a, T> {
    pub(super) code: Code,
    pub(super) a: &'a [T],
    /// The same as `a` where there is one operand.
    pub(super) b: &'a [T],
    pub(super) to: &'a mut [T],
}

impl<T: Item> Work for Compute<'_, T> {
    type Out = bool;

    #[inline(always)]
    fn run(self) -> bool {
        T::apply(self.code, self.a, self.b, self.to)
    }
}

/// A comparison, which gives bytes.
pub(super) struct Compare<'a, T> {
    pub(super) operator: Binary,
    pub(super) a: &'a [T],
    pub(super) b: &'a [T],
    pub(super) to: &'a mut [u8],
}

impl<T: Item> Work for Compare<'_, T> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        match self.operator {
            Binary::Equal => self.each(|a, b| a == b),
            Binary::NotEqual => self.each(|a, b| a != b),
            Binary::Less => self.each(|a, b| a < b),
            Binary::LessEqual => self.each(|a, b| a <= b),
            Binary::Greater => self.each(|a, b| a > b),
            _ => self.each(|a, b| a >= b),
        }
    }
}

impl<T: Item> Compare<'_, T> {
    #[inline(always)]
    fn each(self, holds: impl Fn(T, T) -> bool) {
        for ((to, &a), &b) in self.to.iter_mut().zip(self.a).zip(self.b) {
            *to = u8::from(holds(a, b));
        }
    }
}

/// The elements of one block or another.
pub(super) struct Choose<'a, T> {
    pub(super) mask: &'a [u8],
    pub(super) a: &'a [T],
    pub(super) b: &'a [T],
    pub(super) to: &'a mut [T],
}

impl<T: Item> Work for Choose<'_, T> {
    type Out = ();

    #[inline(always)]
    fn run(self) {
        for (((to, &mask), &a), &b) in self.to.iter_mut().zip(self.mask).zip(self.a).zip(self.b) {
            *to = if mask == 0 { b } else { a };
        }
    }
}
