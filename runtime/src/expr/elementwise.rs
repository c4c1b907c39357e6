//! Arithmetic of arrays, element by element, in the arrays' own type: a whole expression for a block of elements that
//! stays in the nearest cache, then for the next one.
//!
//! A program does not know how to fail: where an element has no value, or arrays do not go together, it gives up, and
//! its operators are applied one after the other, so that the first one that fails says why.

mod blocks;
mod gather;
mod item;
mod program;
mod single;
mod sum;

pub(crate) use gather::append;
pub(super) use program::{Program, is_operation};
pub(super) use single::{binary, negate};
pub(super) use sum::sum;
