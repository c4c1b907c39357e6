//! Arrays, element by element: a whole expression for a block of elements that stays in the nearest cache, then for
//! the next one. Numbers beside them count for each element.
//!
//! A program does not know how to fail: where an element has no value, or arrays do not go together, it gives up, and
//! its operators are applied one after the other, so that the first one that fails says why.

mod blocks;
mod body;
mod convert;
mod gather;
mod item;
mod kernel;
mod program;
mod reduce;
mod single;
mod sum;

pub(super) use body::Operation;
pub(crate) use gather::append;
pub(super) use gather::gathered;
pub(super) use program::{Program, is_operation};
pub(super) use reduce::{Extreme, dot, extreme, has, mean};
pub(super) use single::{binary, call, negate};
pub(super) use sum::sum;
