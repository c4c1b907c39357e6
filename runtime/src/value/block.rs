//! Large blocks of text and bytes, and the tokens that are cut out of them.

use std::ops::Range;
use std::sync::Arc;

use super::slice::{Short, ShortText, Slice};
use super::token::{Repr, Shared, Value};

impl Value {
    /// Bytes `range` of the text that it is, sharing its block (short ones are copied into the token).
    ///
    /// # Panics
    /// When it is not a text, or the range is out of bounds or cuts a character.
    #[must_use]
    pub fn text_slice(&self, range: Range<usize>) -> Value {
        match &self.0 {
            Repr::Shared(Shared::Text(_)) => self.cut().expect("it is a text").part(range),
            _ => Value::from(&self.as_text().expect("only a text is cut into texts")[range]),
        }
    }

    /// The text that it is, to be cut into many.
    pub(crate) fn cut(&self) -> Option<Cut<'_>> {
        match &self.0 {
            Repr::Shared(Shared::Text(slice)) => {
                Some(Cut { all: slice.block(), range: slice.range(), block: Some(slice.block()) })
            }
            Repr::ShortText(short) => {
                let all = short.as_str();
                Some(Cut { all, range: 0..all.len(), block: None })
            }
            _ => None,
        }
    }
}

/// A text that is cut into many. The bytes behind it help to cut.
pub(crate) struct Cut<'a> {
    all: &'a str,
    range: Range<usize>,
    /// What holds `all`, where tokens may share it.
    block: Option<&'a Arc<String>>,
}

impl<'a> Cut<'a> {
    /// The text.
    pub(crate) fn text(&self) -> &'a str {
        &self.all[self.range.clone()]
    }

    /// Bytes `range` of it as a token.
    ///
    /// # Panics
    /// When the range is out of bounds or cuts a character.
    #[inline(always)]
    pub(crate) fn part(&self, range: Range<usize>) -> Value {
        assert!(range.start <= range.end && range.end <= self.range.len(), "a part lies inside its text");
        let range = self.range.start + range.start..self.range.start + range.end;
        match ShortText::part(self.all, range.clone()) {
            Some(short) => Value(Repr::ShortText(short)),
            None => self.long(range),
        }
    }

    #[inline(never)]
    fn long(&self, range: Range<usize>) -> Value {
        match self.block {
            Some(block) => Value(Repr::Shared(Shared::Text(Slice::part(block, range)))),
            None => Value::from(&self.all[range]),
        }
    }
}

/// A large text out of which many tokens are cut: no token copies more than 15 bytes.
#[derive(Clone, Debug)]
pub struct TextBlock(Arc<String>);

impl TextBlock {
    /// Takes over a text.
    pub fn new(text: String) -> TextBlock {
        TextBlock(Arc::new(text))
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Bytes `range` of it as a token.
    ///
    /// # Panics
    /// When the range is out of bounds or cuts a character.
    pub fn slice(&self, range: Range<usize>) -> Value {
        Cut { all: &self.0, range: 0..self.0.len(), block: Some(&self.0) }.part(range)
    }
}

/// Many bytes out of which many tokens are cut.
#[derive(Clone, Debug)]
pub struct BytesBlock(Arc<Vec<u8>>);

impl BytesBlock {
    /// Takes over bytes.
    pub fn new(bytes: Vec<u8>) -> BytesBlock {
        BytesBlock(Arc::new(bytes))
    }

    /// All of it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Bytes `range` of it as a token.
    ///
    /// # Panics
    /// When the range is out of bounds.
    pub fn slice(&self, range: Range<usize>) -> Value {
        match Short::new(&self.0[range.clone()]) {
            Some(short) => Value(Repr::ShortBytes(short)),
            None => Value(Repr::Shared(Shared::Bytes(Slice::part(&self.0, range)))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::TextBlock;
    use crate::value::Value;

    #[test]
    fn slices_of_slices_stay_inside_their_text() {
        let block = TextBlock::new("abcdefghij".repeat(10));
        let slice = block.slice(10..70);
        assert_eq!(slice.as_text(), Some(&block.as_str()[10..70]));
        assert_eq!(slice.text_slice(5..35).as_text(), Some(&block.as_str()[15..45]));
        assert_eq!(slice.text_slice(5..8).as_text(), Some("fgh"));
        assert!(std::panic::catch_unwind(|| slice.text_slice(5..61)).is_err());
    }

    #[test]
    fn short_texts_are_the_same_numbers_only_when_they_are_the_same() {
        let block = TextBlock::new("a\0b".repeat(20));
        for (start, end) in (0..30).flat_map(|start| (start..start + 20).map(move |end| (start, end))) {
            let (part, text) = (block.slice(start..end), &block.as_str()[start..end]);
            assert_eq!(part.as_text(), Some(text));
            assert_eq!(part.short_text(), Value::from(text).short_text());
            assert_eq!(part.short_text().is_some(), text.len() <= 15);
            if text.len() <= 15 {
                assert_ne!(part.short_text(), Value::from(format!("{text}\0")).short_text());
            }
        }
        for at in 0..15 {
            let mut other = "a".repeat(15);
            other.replace_range(at..=at, "b");
            assert_ne!(Value::from("a".repeat(15)).short_text(), Value::from(other).short_text());
        }
    }
}
