//! What the tests of the kinds share.

use std::sync::Arc;
use std::time::Duration;

use csprun_dsl::expr::{Scope, compile, compile_template};
use csprun_dsl::params::Param;
use csprun_dsl::ty::Type;

use crate::testing::{Bench, Ran, within};
use crate::value::Value;

/// Runs a bench that may hang.
pub(super) fn run(bench: Bench) -> Ran {
    within(Duration::from_secs(60), || bench.run())
}

/// An expression of these variables, whatever they hold.
pub(super) fn expr(source: &str, variables: &[&str]) -> Param {
    Param::Expr(Arc::new(compile(source, &scope(variables)).expect("the test's expression is right")))
}

/// A template of these variables.
pub(super) fn template(source: &str, variables: &[&str]) -> Param {
    let template = compile_template(source, &scope(variables));
    Param::Template(Arc::new(template.expect("the test's template is right")))
}

fn scope(variables: &[&str]) -> Scope {
    let variables = variables.iter().map(|name| ((*name).to_owned(), Type::Any)).collect();
    Scope { variables, ..Scope::default() }
}

/// Tokens of these integers.
pub(super) fn ints<const N: usize>(numbers: [i64; N]) -> [Value; N] {
    numbers.map(Value::from)
}
