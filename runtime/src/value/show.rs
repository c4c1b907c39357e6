//! Tokens as text: RON, as one would write them in a graph file.

use std::fmt::{self, Write as _};

use super::array::Array;
use super::token::{Value, View};

/// Inside a list or record a text is quoted; on its own it is shown raw.
impl fmt::Display for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.view() {
            View::Text(text) => f.pad(text),
            View::I64(n) => fmt::Display::fmt(&n, f),
            _ => fmt::Debug::fmt(self, f),
        }
    }
}

/// The token in RON, text always quoted.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.view() {
            View::Unit => f.write_str("()"),
            View::Opaque(thing) => write!(f, "<{}>", thing.describe()),
            View::Bool(b) => write!(f, "{b}"),
            View::I64(n) => write!(f, "{n}"),
            View::F64(x) => fmt::Debug::fmt(&x, f),
            View::Text(text) => write!(f, "{text:?}"),
            View::Bytes(bytes) => write!(f, "b\"{}\"", bytes.escape_ascii()),
            View::Array(array) => write_array(array, 0, 0..array.data().len(), f),
            View::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item:?}", comma(i))?;
                }
                f.write_str("]")
            }
            View::Record(record) => {
                f.write_str("{")?;
                for (i, (name, value)) in record.iter().enumerate() {
                    write!(f, "{}{name:?}: {value:?}", comma(i))?;
                }
                f.write_str("}")
            }
        }
    }
}

/// Longest piece of a token that a message shows.
const N_SHOWN: usize = 60;

impl Value {
    /// The token in RON as a message shows it: cut after 60 characters.
    pub fn shown(&self) -> String {
        let mut piece = Piece { text: String::new(), n_left: N_SHOWN };
        match write!(piece, "{self:?}") {
            Ok(()) => piece.text,
            Err(fmt::Error) => piece.text + "...",
        }
    }
}

/// Takes so many characters and refuses the rest, so that nobody formats a gigabyte for a message.
struct Piece {
    text: String,
    n_left: usize,
}

impl fmt::Write for Piece {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        let mut rest = text.chars();
        self.text.extend(rest.by_ref().take(self.n_left));
        self.n_left = self.n_left.saturating_sub(text.chars().count());
        if rest.next().is_none() { Ok(()) } else { Err(fmt::Error) }
    }
}

fn comma(i: usize) -> &'static str {
    if i == 0 { "" } else { ", " }
}

/// The elements in `range`, which the extents from `axis` on divide.
fn write_array(
    array: &Array,
    axis: usize,
    range: std::ops::Range<usize>,
    f: &mut fmt::Formatter<'_>,
) -> fmt::Result {
    let Some(&extent) = array.shape().get(axis) else {
        return array.data().write_item(range.start, f);
    };
    f.write_str("[")?;
    let n_inner = range.len().checked_div(extent).unwrap_or(0);
    for i in 0..extent {
        f.write_str(comma(i))?;
        let start = range.start + i * n_inner;
        write_array(array, axis + 1, start..start + n_inner, f)?;
    }
    f.write_str("]")
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use crate::value::{Array, Value};

    #[test]
    fn text_is_raw_alone_and_quoted_inside() {
        assert_eq!(Value::from("a \"b\"").to_string(), "a \"b\"");
        assert_eq!(Value::from(vec![Value::from("a"), Value::from(1.0)]).to_string(), "[\"a\", 1.0]");
        let record = Value::record(BTreeMap::from([("k".to_owned(), Value::from(b"\xff".as_slice()))]));
        assert_eq!(record.to_string(), "{\"k\": b\"\\xff\"}");
    }

    #[test]
    fn a_message_shows_sixty_characters_of_a_token() {
        assert_eq!(Value::from("é".repeat(58)).shown(), format!("{:?}", "é".repeat(58)));
        assert_eq!(Value::from("é".repeat(59)).shown(), format!("\"{}...", "é".repeat(59)));
        let list = Value::from(vec![Value::from(10); 1000]).shown();
        assert!(list.starts_with("[10, 10,") && list.ends_with("...") && list.len() == 63, "{list}");
    }

    #[test]
    fn arrays_are_nested_by_their_shape() {
        let array = Array::new(vec![2, 2], vec![1_i32, 2, 3, 4]).expect("four elements");
        assert_eq!(Value::from(array).to_string(), "[[1, 2], [3, 4]]");
        let empty = Array::new(vec![2, 0], Vec::<f32>::new()).expect("no element");
        assert_eq!(Value::from(empty).to_string(), "[[], []]");
    }
}
