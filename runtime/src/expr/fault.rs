//! What goes wrong while an expression is evaluated.

use std::fmt;
use std::ops::Range;

use csprun_dsl::expr::functions::Function;

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

impl std::error::Error for EvalError {}

/// A failure on its way up: its place is found by the step that failed. Boxed, so that a result is no larger
/// than a value.
#[derive(Debug)]
pub(super) struct Fault(Box<Content>);

#[derive(Debug)]
struct Content {
    message: String,
    range: Option<Range<usize>>,
}

impl Fault {
    #[cold]
    pub(super) fn new(message: impl Into<String>) -> Fault {
        Fault(Box::new(Content { message: message.into(), range: None }))
    }

    /// Sets the place unless a part inside has set it.
    #[cold]
    pub(super) fn at(mut self, range: &Range<usize>) -> Fault {
        self.0.range.get_or_insert_with(|| range.clone());
        self
    }

    pub(super) fn into_message(self) -> String {
        self.0.message
    }

    /// The error, with the part's text out of the expression's.
    pub(super) fn in_text(self, source: &str) -> EvalError {
        let part = self.0.range.and_then(|range| source.get(range)).unwrap_or(source);
        EvalError { part: shortened(part), message: self.0.message }
    }
}

/// Steps, or turns of loops, after which an evaluation is given up.
pub(super) const N_OPERATIONS: u64 = 100_000_000;

/// An evaluation that was given up.
#[cold]
pub(super) fn endless() -> Fault {
    Fault::new(format!("no result after {N_OPERATIONS} operations"))
}

/// A value in a message: in RON, cut when it is long.
pub(super) fn shown(value: &Value) -> String {
    value.shown()
}

fn shortened(text: &str) -> String {
    const N_MOST: usize = 60;
    match text.char_indices().nth(N_MOST) {
        Some((at, _)) => format!("{}...", &text[..at]),
        None => text.to_owned(),
    }
}

/// A value of a type that does not do.
#[cold]
pub(super) fn mistyped(wants: &str, value: &Value) -> Fault {
    Fault::new(format!("{wants}, not {} of type `{}`", shown(value), value.ty()))
}

/// An argument of a type that the function does not take.
#[cold]
pub(super) fn wrong(function: Function, index: usize, value: &Value) -> Fault {
    let spec = function.spec();
    let wanted = spec.params.get(index).map_or("something else", |param| param.describe());
    mistyped(&format!("`{}` takes {wanted}", spec.name), value)
}

#[cfg(test)]
mod tests {
    use super::shown;
    use crate::value::Value;

    #[test]
    fn long_values_are_cut_between_characters() {
        let text = shown(&Value::from("ä".repeat(100)));
        assert!(text.ends_with("...") && text.chars().count() == 63, "{text}");
    }
}
