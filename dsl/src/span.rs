//! Where something stands: sources, and spans of bytes in them.

use std::fmt;
use std::sync::Arc;

/// One source text: the graph file, a sub-network's file, or a text made by the program.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SourceId(pub u32);

/// A range of bytes in one source; `start <= end`, both on character boundaries.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span {
    /// The text.
    pub source: SourceId,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

impl Span {
    /// The bytes `start..end` of `source`.
    pub fn new(source: SourceId, start: usize, end: usize) -> Span {
        let (start, end) = (to_u32(start), to_u32(end));
        Span { source, start, end: end.max(start) }
    }

    /// An empty span at the start of `source`: for what has no better place.
    pub fn start_of(source: SourceId) -> Span {
        Span { source, start: 0, end: 0 }
    }

    /// The smallest span that covers both; `self` when they lie in different sources.
    #[must_use]
    pub fn to(self, other: Span) -> Span {
        if self.source != other.source {
            return self;
        }
        Span { source: self.source, start: self.start.min(other.start), end: self.end.max(other.end) }
    }

    /// The range of bytes.
    pub fn range(self) -> std::ops::Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// Sources are held below 4 GiB (`tree` refuses larger ones), so saturating never happens for them.
fn to_u32(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

/// One text and the name it is shown by.
#[derive(Clone, Debug)]
pub struct Source {
    /// As the user wrote it: a path, `<stdin>`, `<command line>`.
    pub name: String,
    /// The whole text.
    pub text: Arc<str>,
}

/// The texts that one check has read, in the order of reading.
#[derive(Clone, Debug, Default)]
pub struct SourceMap {
    sources: Vec<Source>,
}

impl SourceMap {
    /// Adds a text.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        self.sources.push(Source { name: name.into(), text: text.into() });
        SourceId(to_u32(self.sources.len() - 1))
    }

    /// The text of `id`.
    ///
    /// # Panics
    /// When `id` comes from another map.
    pub fn get(&self, id: SourceId) -> &Source {
        &self.sources[id.0 as usize]
    }

    /// What `span` covers.
    pub fn text(&self, span: Span) -> &str {
        self.get(span.source).text.get(span.range()).unwrap_or("")
    }

    /// Line and column (both from 1, columns in characters) of a byte offset.
    pub fn line_column(&self, source: SourceId, offset: u32) -> (usize, usize) {
        let text = &self.get(source).text;
        let before = text.get(..offset as usize).unwrap_or(text);
        let line = before.bytes().filter(|&b| b == b'\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or("").chars().count() + 1;
        (line, column)
    }

    /// All texts with their ids.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        self.sources.iter().enumerate().map(|(i, s)| (SourceId(to_u32(i)), s))
    }
}

/// The only way to bytes: the command gives a file system, children and ranks a bundle, tests a map.
pub trait Sources {
    /// Reads `path` as named by the source `from` (relative to its folder); `None` for the root file.
    /// Gives the name to show and to pass as `from` later, and the text.
    ///
    /// # Errors
    /// [`ReadError`] says why, in words for a person.
    fn read(&self, from: Option<&str>, path: &str) -> Result<(String, String), ReadError>;
}

/// Why a source could not be read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReadError(pub String);

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for ReadError {}

#[cfg(test)]
mod tests {
    use super::{SourceMap, Span};

    #[test]
    fn lines_and_columns_count_from_one_in_characters() {
        let mut map = SourceMap::default();
        let id = map.add("a", "ab\nçd");
        assert_eq!(map.line_column(id, 0), (1, 1));
        assert_eq!(map.line_column(id, 5), (2, 2));
        assert_eq!(map.text(Span::new(id, 3, 5)), "ç");
    }
}
