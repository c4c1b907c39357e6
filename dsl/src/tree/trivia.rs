//! RON as a row of tokens with its comments, for who must print it as it was written.

use super::node::{Body, Node, Tree};

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A literal, a word, or an attribute at the top.
    Atom,
    /// A bracket.
    Open,
    /// Its other side.
    Close,
    Comma,
    Colon,
    /// `// to the end of the line`
    LineComment,
    /// `/* */`
    BlockComment,
}

/// A token as written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Token<'a> {
    pub(super) kind: Kind,
    pub(super) text: &'a str,
    /// Line ends in the white space before it.
    pub(super) n_lines: usize,
    /// Blanks between it and what stands before it on its line.
    pub(super) n_blanks: usize,
}

impl Token<'_> {
    pub(super) fn is_comment(&self) -> bool {
        matches!(self.kind, Kind::LineComment | Kind::BlockComment)
    }
}

/// All tokens of a text, which was read as `node`, and how it ends its first line between them.
pub(super) fn tokens<'a>(text: &'a str, node: &Node) -> (Vec<Token<'a>>, &'static str) {
    let mut atoms = Vec::new();
    collect(node, &mut atoms);
    let mut scanner = Scanner { text, at: 0, tokens: Vec::new(), line_end: None };
    for (start, end) in atoms {
        scanner.between(start);
        scanner.take(Kind::Atom, end - start);
    }
    scanner.between(text.len());
    scanner.see_line_end(scanner.rest());
    (scanner.tokens, scanner.line_end.unwrap_or("\n"))
}

/// Where literals and words stand, in the order of the text.
fn collect(node: &Node, atoms: &mut Vec<(usize, usize)>) {
    let mut atom = |range: std::ops::Range<usize>| atoms.push((range.start, range.end));
    match &node.tree {
        Tree::List(items) => items.iter().for_each(|item| collect(item, atoms)),
        Tree::Map(pairs) => pairs.iter().for_each(|(key, value)| {
            collect(key, atoms);
            collect(value, atoms);
        }),
        Tree::Group { name, body } => {
            name.iter().for_each(|word| atom(word.span.range()));
            match body {
                Body::None => {}
                Body::Items(items) => items.iter().for_each(|item| collect(item, atoms)),
                Body::Fields(fields) => fields.iter().for_each(|(word, value)| {
                    atoms.push((word.span.range().start, word.span.range().end));
                    collect(value, atoms);
                }),
            }
        }
        _ => atom(node.span.range()),
    }
}

struct Scanner<'a> {
    text: &'a str,
    at: usize,
    tokens: Vec<Token<'a>>,
    /// The first one outside of tokens: those inside of texts are no choice of how lines end.
    line_end: Option<&'static str>,
}

impl<'a> Scanner<'a> {
    fn rest(&self) -> &'a str {
        &self.text[self.at..]
    }

    /// Takes what stands between literals and words: brackets, separators, comments.
    fn between(&mut self, end: usize) {
        while let Some((kind, length)) = self.next_between(end) {
            self.take(kind, length);
        }
    }

    fn next_between(&self, end: usize) -> Option<(Kind, usize)> {
        let rest = self.text[self.at..end].trim_start_matches(is_space);
        Some(match rest.chars().next()? {
            '(' | '[' | '{' => (Kind::Open, 1),
            ')' | ']' | '}' => (Kind::Close, 1),
            ',' => (Kind::Comma, 1),
            ':' => (Kind::Colon, 1),
            '#' => (Kind::Atom, rest.find(")]").map_or(rest.len(), |close| close + 2)),
            _ if rest.starts_with("//") => {
                (Kind::LineComment, rest.find('\n').map_or(rest, |end| &rest[..end]).trim_end().len())
            }
            _ => (Kind::BlockComment, block_comment(rest)),
        })
    }

    fn see_line_end(&mut self, space: &str) {
        self.line_end = self.line_end.or_else(|| line_end(space));
    }

    /// Takes a token of that many bytes, behind white space.
    fn take(&mut self, kind: Kind, length: usize) {
        let rest = self.rest();
        let space = &rest[..rest.len() - rest.trim_start_matches(is_space).len()];
        self.see_line_end(space);
        let start = self.at + space.len();
        self.at = start + length;
        self.tokens.push(Token {
            kind,
            text: &self.text[start..self.at],
            n_lines: space.matches('\n').count(),
            n_blanks: space.chars().filter(|&c| c == ' ').count(),
        });
    }
}

/// How the first line in this white space ends.
fn line_end(space: &str) -> Option<&'static str> {
    let (line, _) = space.split_once('\n')?;
    Some(if line.ends_with('\r') { "\r\n" } else { "\n" })
}

/// A byte order mark is space too.
fn is_space(c: char) -> bool {
    c.is_whitespace() || c == '\u{feff}'
}

/// Bytes of the comment at the start of `rest`; comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0usize);
    while at < rest.len() {
        let here = &rest[at..];
        if here.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if here.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return at;
            }
        } else {
            at += here.chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}
