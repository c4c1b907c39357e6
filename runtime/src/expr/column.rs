//! Expressions of numbers and Bools over many tokens at a time: a program of steps, each a loop over the lanes of its
//! registers. Of texts and records a program takes in what it asks them, which is a number or a Bool.
//!
//! A program does not know how to fail: where a lane that counts has no value it gives up, and the interpreter,
//! which names the token and the part, evaluates the same tokens one by one. Values are the same bit for bit.

mod ask;
mod assigned;
mod code;
mod columns;
mod fold;
mod kernel;
mod kind;
mod lower;
mod merge;
mod pair;
mod question;
mod registers;
mod statement;

pub(super) use code::N_LANES;
pub(super) use columns::Columns;
pub(super) use fold::Fold;
