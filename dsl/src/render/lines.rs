//! Lines and columns of a text, found without reading the text again for every question.

use std::ops::Range;

use crate::span::{SourceMap, Span};

/// Characters are counted ahead once for so many bytes: a column costs at most one block to count, however
/// long its line is.
const BLOCK: usize = 1024;

/// All sources of one check.
pub struct Index<'a> {
    sources: Vec<Lines<'a>>,
}

impl<'a> Index<'a> {
    /// Reads each text once.
    pub fn new(sources: &'a SourceMap) -> Index<'a> {
        Index { sources: sources.iter().map(|(_, source)| Lines::new(&source.name, &source.text)).collect() }
    }

    /// The text of `span` and the bytes in it; `None` when the span belongs to another map.
    pub fn find(&self, span: Span) -> Option<(&Lines<'a>, Range<usize>)> {
        let lines = self.sources.get(span.source.0 as usize)?;
        Some((lines, lines.clamp(span.range())))
    }
}

/// One text with what is known of its lines.
pub struct Lines<'a> {
    /// As the user wrote it.
    pub name: &'a str,
    /// The whole text.
    pub text: &'a str,
    /// First byte of each line.
    starts: Vec<usize>,
    /// Characters that begin before byte `i * BLOCK`.
    n_before: Vec<usize>,
}

impl<'a> Lines<'a> {
    fn new(name: &'a str, text: &'a str) -> Lines<'a> {
        let breaks = text.bytes().enumerate().filter(|&(_, byte)| byte == b'\n').map(|(at, _)| at + 1);
        let starts = std::iter::once(0).chain(breaks).collect();
        let mut n_before = vec![0];
        let mut n = 0;
        for block in text.as_bytes().chunks(BLOCK) {
            n += count_chars(block);
            n_before.push(n);
        }
        Lines { name, text, starts, n_before }
    }

    /// The range on character boundaries, inside the text.
    fn clamp(&self, range: Range<usize>) -> Range<usize> {
        let start = floor_boundary(self.text, range.start);
        start..ceil_boundary(self.text, range.end).max(start)
    }

    /// Line of a byte, from 0.
    pub fn line(&self, at: usize) -> usize {
        self.starts.partition_point(|&start| start <= at) - 1
    }

    /// Bytes of the lines from `first` to `last`, without the line break at the end.
    pub fn bytes(&self, first: usize, last: usize) -> Range<usize> {
        let start = self.starts[first];
        let end = self.starts.get(last + 1).copied().unwrap_or(self.text.len());
        start..start + self.text[start..end].trim_end_matches(['\n', '\r']).len()
    }

    /// Line and column (both from 1, columns in characters) of a byte.
    pub fn line_column(&self, at: usize) -> (usize, usize) {
        let line = self.line(at);
        (line + 1, self.chars_before(at) - self.chars_before(self.starts[line]) + 1)
    }

    fn chars_before(&self, at: usize) -> usize {
        let block = at / BLOCK;
        self.n_before[block] + count_chars(&self.text.as_bytes()[block * BLOCK..at])
    }
}

/// Characters that begin in these bytes of UTF-8.
fn count_chars(bytes: &[u8]) -> usize {
    bytes.iter().filter(|&&byte| byte & 0b1100_0000 != 0b1000_0000).count()
}

/// The last character boundary at or before `at`.
pub fn floor_boundary(text: &str, at: usize) -> usize {
    let at = at.min(text.len());
    (0..=at).rev().find(|&i| text.is_char_boundary(i)).unwrap_or(0)
}

/// The first character boundary at or after `at`.
pub fn ceil_boundary(text: &str, at: usize) -> usize {
    (at..text.len()).find(|&i| text.is_char_boundary(i)).unwrap_or(text.len())
}

#[cfg(test)]
mod tests {
    use super::{Index, Lines};
    use crate::span::{SourceId, SourceMap, Span};

    #[test]
    fn lines_and_columns_agree_with_the_source_map() {
        let text = "ab\nçd\r\n".to_owned() + "日本x\n".repeat(900).as_str() + "end";
        let mut map = SourceMap::default();
        let id = map.add("a", text.as_str());
        let lines = Lines::new("a", &text);
        for at in (0..=text.len()).filter(|&at| text.is_char_boundary(at)) {
            assert_eq!(lines.line_column(at), map.line_column(id, u32::try_from(at).unwrap()), "byte {at}");
        }
    }

    #[test]
    fn spans_outside_the_text_are_moved_into_it() {
        let mut map = SourceMap::default();
        let id = map.add("a", "aç");
        let index = Index::new(&map);
        assert_eq!(index.find(Span::new(id, 2, 2)).unwrap().1, 1..3);
        assert_eq!(index.find(Span::new(id, 90, 99)).unwrap().1, 3..3);
        assert!(index.find(Span::start_of(SourceId(1))).is_none());
    }

    #[test]
    fn the_bytes_of_a_line_leave_its_break_out() {
        let lines = Lines::new("a", "one\r\ntwo\n");
        assert_eq!(lines.bytes(0, 0), 0..3);
        assert_eq!(lines.bytes(0, 1), 0..8);
        assert_eq!(lines.bytes(2, 2), 9..9);
    }
}
