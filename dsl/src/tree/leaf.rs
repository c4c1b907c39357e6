//! Texts and numbers: decoded by `ron`, and where a byte of a decoded text stands in the file.

use std::fmt;
use std::ops::Range;

use super::node::Tree;
use crate::span::Span;

/// Decodes a text literal as written (`"a\n"`, `r#"a"#`).
pub(super) fn text(raw: &str) -> Result<String, String> {
    // Nearly all texts are plain: what stands between the quotes is the text.
    if let Some(inner) = raw.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'))
        && !inner.contains('\\')
    {
        return Ok(inner.to_owned());
    }
    ron::from_str::<String>(raw).map_err(|error| error.code.to_string())
}

/// Decodes a byte string literal as written.
pub(super) fn bytes(raw: &str) -> Result<Vec<u8>, String> {
    ron::from_str::<ByteText>(raw).map(|bytes| bytes.0).map_err(|error| error.code.to_string())
}

/// Serde reads `Vec<u8>` as a list of numbers; this reads it as a byte string.
struct ByteText(Vec<u8>);

impl<'de> serde::Deserialize<'de> for ByteText {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<ByteText, D::Error> {
        struct Visitor;
        impl serde::de::Visitor<'_> for Visitor {
            type Value = ByteText;
            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a byte string")
            }
            fn visit_bytes<E>(self, value: &[u8]) -> Result<ByteText, E> {
                Ok(ByteText(value.to_vec()))
            }
        }
        deserializer.deserialize_bytes(Visitor)
    }
}

/// Decodes a number as written.
pub(super) fn number(raw: &str) -> Result<Tree, String> {
    let digits = raw.trim_start_matches(['+', '-']);
    let based = digits.starts_with("0x") || digits.starts_with("0b") || digits.starts_with("0o");
    let is_float = !based && digits.contains(['.', 'e', 'E']);
    let is_float =
        is_float || matches!(digits, "inf" | "NaN") || digits.ends_with("f32") || digits.ends_with("f64");
    if is_float {
        let value: f64 = ron::from_str(raw).map_err(|_| format!("`{raw}` is not a number"))?;
        if !value.is_finite() {
            return Err(format!("`{raw}` is not a finite number"));
        }
        return Ok(Tree::Float(value));
    }
    let signed = ron::from_str::<i64>(raw).map(i128::from);
    let value = signed.or_else(|_| ron::from_str::<u64>(raw).map(i128::from));
    value.map(Tree::Int).map_err(|_| match digits.trim_matches(|c: char| c.is_ascii_digit() || c == '_') {
        "" => format!("`{raw}` does not fit in 64 bits"),
        _ => format!("`{raw}` is not a number"),
    })
}

pub(super) fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_str(&ron::to_string(text).map_err(|_| fmt::Error)?)
}

pub(super) fn write_bytes(f: &mut fmt::Formatter<'_>, bytes: &[u8]) -> fmt::Result {
    write!(f, "b\"{}\"", bytes.escape_ascii())
}

/// Where the bytes `range` of a decoded text stand in the file, when `literal` is the text's span and `raw` what
/// it covers. Escapes count as the character they stand for; raw strings have no escapes.
pub fn inner_span(literal: Span, raw: &str, range: Range<usize>) -> Span {
    let at = |decoded| literal.start as usize + raw_offset(raw, decoded);
    let start = at(range.start);
    let end = if range.is_empty() { start } else { at(range.end) };
    Span::new(literal.source, start, end)
}

/// The byte of `raw` at which byte `decoded` of its text begins.
fn raw_offset(raw: &str, decoded: usize) -> usize {
    if raw.starts_with('r') {
        let quote = raw.find('"').map_or(0, |at| at + 1);
        return (quote + decoded).min(raw.len());
    }
    let mut position = 1;
    let mut seen = 0;
    while seen < decoded {
        let rest = raw.get(position..).unwrap_or("");
        let Some(first) = rest.chars().next() else { break };
        let (width, n_decoded) =
            if first == '\\' { escape(rest) } else { (first.len_utf8(), first.len_utf8()) };
        position += width;
        seen += n_decoded;
    }
    position.min(raw.len())
}

/// Width of the escape that `rest` starts with, and of the character that it stands for.
fn escape(rest: &str) -> (usize, usize) {
    let mut chars = rest.chars();
    match chars.nth(1) {
        Some('x') => {
            let value = rest.get(2..4).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            (4, value.and_then(char::from_u32).map_or(1, char::len_utf8))
        }
        Some('u') => {
            let close = rest.find('}').unwrap_or(rest.len() - 1);
            let value = rest.get(3..close).and_then(|hex| u32::from_str_radix(hex, 16).ok());
            (close + 1, value.and_then(char::from_u32).map_or(1, char::len_utf8))
        }
        Some(other) => (1 + other.len_utf8(), 1),
        None => (1, 1),
    }
}

#[cfg(test)]
mod tests {
    use super::Tree;
    use super::{inner_span, number, text};
    use crate::span::{SourceId, Span};

    #[test]
    fn a_place_inside_a_text_goes_through_escapes_and_raw_quotes() {
        let at = |raw: &str, part: &str| {
            let decoded = text(raw).expect("a text");
            let start = decoded.find(part).expect("the part");
            let literal = Span::new(SourceId(0), 0, raw.len());
            let span = inner_span(literal, raw, start..start + part.len());
            raw[span.range()].to_owned()
        };
        assert_eq!(at(r#""a\n\u{e9}\"x + y""#, "x"), "x");
        assert_eq!(at(r###"r##"a "# x + y"##"###, "x + y"), "x + y");
        assert_eq!(at(r#""é x""#, "x"), "x");
    }

    #[test]
    fn numbers_that_lose_something_are_refused() {
        assert_eq!(number("0xf_f"), Ok(Tree::Int(255)));
        assert_eq!(number("9223372036854775808"), Ok(Tree::Int(1 << 63)));
        assert!(number("1e400").is_err());
        assert!(number("99999999999999999999999").is_err_and(|error| error.contains("64 bits")));
    }
}
