//! Templates: text with expressions in braces.

use std::ops::Range;

use crate::diagnostic::Code;
use crate::expr::compile::compile;
use crate::expr::compiled::{Compiled, ExprError, Scope};

/// A checked template such as `"{x} is {len(x)}"`.
#[derive(Clone, Debug, PartialEq)]
pub struct Template {
    /// As written.
    pub source: String,
    /// Its pieces in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a template.
#[derive(Clone, Debug, PartialEq)]
pub enum Piece {
    /// Printed as it is.
    Text(String),
    /// Evaluated, then printed.
    Expr(Compiled),
}

/// Checks the template `source` against `scope`: `{expression}` is replaced by its value, `{{` and `}}` are
/// braces.
///
/// # Errors
/// All that is wrong in it, in bytes of the template.
pub fn compile_template(source: &str, scope: &Scope) -> Result<Template, Vec<ExprError>> {
    let mut pieces = Vec::new();
    let mut errors = Vec::new();
    let mut text = String::new();
    let mut at = 0;
    while let Some(c) = source[at..].chars().next() {
        let rest = &source[at..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            text.push(c);
            at += 2;
        } else if c == '{' {
            let Some(end) = hole(source, at + 1) else {
                errors.push(brace(at..at + 1, "this `{` is not closed", "write `{{` for a brace"));
                break;
            };
            if !text.is_empty() {
                pieces.push(Piece::Text(std::mem::take(&mut text)));
            }
            match compile(&source[at + 1..end], scope) {
                Ok(compiled) => pieces.push(Piece::Expr(compiled)),
                Err(found) => match layout(&source[at + 1..end]) {
                    Some(error) => errors.push(shifted(error, at + 1)),
                    None => errors.extend(found.into_iter().map(|error| shifted(error, at + 1))),
                },
            }
            at = end + 1;
        } else if c == '}' {
            errors.push(brace(at..at + 1, "this `}` closes nothing", "write `}}` for a brace"));
            at += 1;
        } else {
            text.push(c);
            at += c.len_utf8();
        }
    }
    if !text.is_empty() {
        pieces.push(Piece::Text(text));
    }
    if errors.is_empty() { Ok(Template { source: source.to_owned(), pieces }) } else { Err(errors) }
}

/// The byte of the `}` that ends the expression which starts at `from`; braces inside it pair, and braces in
/// its texts do not count.
fn hole(source: &str, from: usize) -> Option<usize> {
    let mut depth = 0_usize;
    let mut quote = None;
    let mut escaped = false;
    for (at, c) in source[from..].char_indices() {
        match (quote, c) {
            _ if escaped => escaped = false,
            (Some('"' | '\''), '\\') => escaped = true,
            (Some(open), _) if c == open => quote = None,
            (Some(_), _) => {}
            (None, '"' | '\'' | '`') => quote = Some(c),
            (None, '{') => depth += 1,
            (None, '}') if depth == 0 => return Some(from + at),
            (None, '}') => depth -= 1,
            _ => {}
        }
    }
    None
}

/// The mistake of `x:.2f`, as Python and Rust lay numbers out.
fn layout(hole: &str) -> Option<ExprError> {
    let colon = hole.rfind(':')?;
    let (value, layout) = (hole[..colon].trim(), hole[colon + 1..].trim());
    let is_layout = |c: char| c.is_ascii_digit() || "<>^+-.,_sdfegxXb%#?".contains(c);
    if value.is_empty() || layout.is_empty() || !layout.chars().all(is_layout) {
        return None;
    }
    let n_digits: String = layout.chars().skip_while(|c| *c != '.').filter(char::is_ascii_digit).collect();
    let n_digits = if n_digits.is_empty() { "2" } else { &n_digits };
    Some(ExprError {
        code: Code::E0801,
        range: colon..hole.len(),
        message: "a template has no layout behind `:`".to_owned(),
        label: "not an expression".to_owned(),
        help: Some(format!("write `{{fixed({value}, {n_digits})}}` for digits after the point")),
    })
}

fn shifted(mut error: ExprError, by: usize) -> ExprError {
    error.range = error.range.start + by..error.range.end + by;
    error
}

fn brace(range: Range<usize>, message: &str, help: &str) -> ExprError {
    ExprError {
        code: Code::E0801,
        range,
        message: message.to_owned(),
        label: "a single brace".to_owned(),
        help: Some(help.to_owned()),
    }
}
