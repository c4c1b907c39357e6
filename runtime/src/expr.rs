//! Expressions, evaluated: the back ends of `csprun_dsl::expr`.
//!
//! [`Evaluator`] interprets the typed tree, or runs Rhai where the tree cannot hold the expression; both use
//! the same operators and functions, so they agree. [`Formatter`] fills templates.

mod access;
mod applied;
mod column;
mod elementwise;
mod evaluate;
mod fault;
mod format;
mod function;
mod last;
mod machine;
mod number;
mod operator;
mod plain;
mod scalar;
mod script;
mod taken;
mod turns;
mod way;

pub(crate) use elementwise::append;
pub use evaluate::Evaluator;
pub use fault::EvalError;
pub use format::Formatter;
pub(crate) use function::pieces::Pieces;
pub(crate) use operator::apply;
pub(crate) use script::{message_of, process_engine, stack_address, to_dynamic, token_of, too_deep};
pub use way::Way;

#[cfg(test)]
mod agreement;
#[cfg(test)]
mod tests;
