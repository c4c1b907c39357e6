//! Functions of texts. Pieces of a text share its block.

use std::cell::RefCell;
use std::collections::HashMap;
use std::rc::Rc;

use csprun_dsl::expr::functions::Function;
use regex::Regex;

use super::pieces;
use crate::expr::fault::{Fault, shown, wrong};
use crate::value::{Value, View};

/// Any value as a template prints it.
pub(super) fn of(value: &Value) -> Value {
    match value.view() {
        View::Text(_) => value.clone(),
        _ => Value::from(value.to_string()),
    }
}

/// Whether `part` is a part of `whole` (`contains`), or how it starts or ends.
pub(in crate::expr) fn has_part(function: Function, whole: &str, part: &str) -> bool {
    match function {
        Function::StartsWith => whole.starts_with(part),
        Function::EndsWith => whole.ends_with(part),
        _ => whole.contains(part),
    }
}

/// The integer that is written there.
pub(in crate::expr) fn int(text: &str) -> Option<i64> {
    text.trim().parse().ok()
}

/// The number that is written there.
pub(in crate::expr) fn float(text: &str) -> Option<f64> {
    text.trim().parse().ok()
}

/// A function whose first argument is the text `x`.
pub(super) fn call(function: Function, x: &Value, rest: &[Value]) -> Result<Value, Fault> {
    let text = x.as_text().unwrap_or_default();
    match (function, rest) {
        (Function::Words, []) => Ok(pieces::words(x)),
        (Function::Lower, []) => Ok(Value::from(text.to_lowercase())),
        (Function::Upper, []) => Ok(Value::from(text.to_uppercase())),
        (Function::Trim, []) => Ok(piece(x, text.trim())),
        (Function::Split, [separator]) => match argument(function, 1, separator)? {
            "" => {
                let each = text.char_indices().map(|(at, c)| &text[at..at + c.len_utf8()]);
                Ok(list(x, each))
            }
            separator => Ok(list(x, text.split(separator))),
        },
        (Function::StartsWith | Function::EndsWith, [part]) => {
            Ok(Value::from(has_part(function, text, argument(function, 1, part)?)))
        }
        (Function::Replace, [from, to]) => {
            let (from, to) = (argument(function, 1, from)?, argument(function, 2, to)?);
            Ok(Value::from(text.replace(from, to)))
        }
        (Function::Matches, [pattern]) => {
            Ok(Value::from(regex(argument(function, 1, pattern)?)?.is_match(text)))
        }
        (Function::Capture, [pattern, group]) => {
            let regex = regex(argument(function, 1, pattern)?)?;
            let View::I64(n) = group.view() else { return Err(wrong(function, 2, group)) };
            let group = usize::try_from(n).ok().filter(|&n| n < regex.captures_len());
            let group =
                group.ok_or_else(|| Fault::new(format!("the regular expression has no group {n}")))?;
            // The whole match is found without the groups, which cost several times as much.
            let found = match group {
                0 => regex.find(text),
                _ => regex.captures(text).and_then(|captures| captures.get(group)),
            };
            Ok(found.map_or_else(|| Value::from(""), |found| x.text_slice(found.range())))
        }
        (Function::ParseInt, []) => match int(text) {
            Some(n) => Ok(Value::from(n)),
            None => Err(Fault::new(format!("{} is not an integer", shown(x)))),
        },
        (Function::ParseFloat, []) => match float(text) {
            Some(number) => Ok(Value::from(number)),
            None => Err(Fault::new(format!("{} is not a number", shown(x)))),
        },
        _ => Err(wrong(function, 0, x)),
    }
}

fn argument(function: Function, index: usize, value: &Value) -> Result<&str, Fault> {
    value.as_text().ok_or_else(|| wrong(function, index, value))
}

/// `part`, which lies inside the text `whole`, as a token.
fn piece(whole: &Value, part: &str) -> Value {
    let start = whole.as_text().map_or(0, |text| part.as_ptr().addr() - text.as_ptr().addr());
    whole.text_slice(start..start + part.len())
}

fn list<'a>(whole: &Value, parts: impl Iterator<Item = &'a str>) -> Value {
    Value::from(parts.map(|part| piece(whole, part)).collect::<Vec<_>>())
}

/// The pattern, compiled once for each thread and not for each token.
fn regex(pattern: &str) -> Result<Rc<Regex>, Fault> {
    /// A graph file has a few patterns; a pattern computed from tokens must not fill the memory.
    const N_KEPT: usize = 64;
    thread_local! {
        static PATTERNS: RefCell<HashMap<String, Rc<Regex>>> = RefCell::default();
    }
    PATTERNS.with_borrow_mut(|patterns| {
        if let Some(regex) = patterns.get(pattern) {
            // Not a clone of the `Regex`: that one starts with empty caches.
            return Ok(Rc::clone(regex));
        }
        let regex = Rc::new(Regex::new(pattern).map_err(|fault| {
            let why = fault.to_string();
            let last = why.lines().last().unwrap_or_default().trim().trim_start_matches("error: ");
            Fault::new(format!("{pattern:?} is not a regular expression: {last}"))
        })?);
        if patterns.len() >= N_KEPT {
            patterns.clear();
        }
        patterns.insert(pattern.to_owned(), Rc::clone(&regex));
        Ok(regex)
    })
}
