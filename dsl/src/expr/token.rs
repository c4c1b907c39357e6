//! Tokens of an expression's text. Rhai's syntax tree says where a token starts, in lines and columns; this
//! table turns that into bytes, knows where each token ends and which bracket closes which.

use std::borrow::Cow;
use std::ops::Range;

use rhai::Position;

/// What a token is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// A name or keyword.
    Word,
    /// A number.
    Number,
    /// A quoted text, or a piece of an interpolated one.
    Quoted,
    /// Anything else.
    Symbol,
}

#[derive(Clone, Debug)]
pub(super) struct Token {
    pub(super) range: Range<usize>,
    pub(super) kind: Kind,
    /// The token that closes this one, when it opens something.
    closer: Option<usize>,
}

/// The tokens of a text in order, comments left out.
pub(super) struct Tokens<'a> {
    pub(super) text: &'a str,
    pub(super) list: Vec<Token>,
    /// The text with breaks between the tokens of long lines: Rhai counts the columns of a line no further than
    /// 65,535.
    pub(super) laid_out: Cow<'a, str>,
    /// First byte in `text` of each line of `laid_out`.
    lines: Vec<usize>,
}

/// Columns after which a line is broken at the next token that can start a line.
const N_COLUMNS: usize = 256;

/// Symbols of several characters, the longer ones first.
const SYMBOLS: [&str; 36] = [
    "<<=", ">>=", "**=", "..=", "...", "===", "!==", "<<", ">>", "**", "..", "==", "!=", "<=", ">=", "&&",
    "||", "+=", "-=", "*=", "/=", "%=", "&=", "|=", "^=", "=>", "->", "::", "??", "?.", "?[", "#{", "<-",
    ":=", "++", "--",
];

impl<'a> Tokens<'a> {
    pub(super) fn new(text: &'a str) -> Tokens<'a> {
        let mut scan = Scan { text, at: 0, list: Vec::new(), open: Vec::new() };
        while scan.step() {}
        let lines: Vec<usize> =
            std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let breaks = breaks(text, &scan.list, &lines);
        let mut tokens = Tokens { text, list: scan.list, laid_out: Cow::Borrowed(text), lines };
        if !breaks.is_empty() {
            let mut laid_out = String::with_capacity(text.len() + breaks.len());
            let mut start = 0;
            for &at in &breaks {
                laid_out.push_str(&text[start..at]);
                laid_out.push('\n');
                start = at;
            }
            laid_out.push_str(&text[start..]);
            tokens.laid_out = Cow::Owned(laid_out);
            tokens.lines.extend(breaks);
            tokens.lines.sort_unstable();
        }
        tokens
    }

    /// The first byte that is on a later line, or behind more characters of its line.
    pub(super) fn past_position(&self, max: usize) -> Option<usize> {
        let ends = self.lines.iter().skip(1).copied().chain([self.text.len()]);
        let long = |(&start, end): (&usize, usize)| {
            let line = self.text[start..end].char_indices();
            line.map(|(at, _)| start + at).nth(max).filter(|_| end - start > max)
        };
        self.lines.get(max).copied().or_else(|| self.lines.iter().zip(ends).find_map(long))
    }

    /// The token that opens a list or record inside more than `max` others.
    pub(super) fn nested_beyond(&self, max: usize) -> Option<usize> {
        let mut open = Vec::new();
        for (index, token) in self.list.iter().enumerate() {
            while open.last().is_some_and(|&closer| closer <= index) {
                open.pop();
            }
            let before = index.checked_sub(1).map_or("", |before| self.word(before));
            let opens = match self.word(index) {
                "#{" => true,
                "[" => !before.ends_with(|c: char| c.is_alphanumeric() || "_)]}\"'`".contains(c)),
                _ => false,
            };
            if let Some(closer) = token.closer.filter(|_| opens) {
                open.push(closer);
            }
            if open.len() > max {
                return Some(index);
            }
        }
        None
    }

    /// The first comment that goes to the end of its line.
    pub(super) fn line_comment(&self) -> Option<Range<usize>> {
        let is_outside = |at: &usize| {
            let next = self.list.partition_point(|token| token.range.end <= *at);
            self.list.get(next).is_none_or(|token| *at < token.range.start)
        };
        let at = self.text.match_indices("//").map(|(at, _)| at).find(is_outside)?;
        let end = self.text[at..].find('\n').map_or(self.text.len(), |end| at + end);
        Some(at..end)
    }

    /// The byte at `position`; `None` when it has none in this text.
    pub(super) fn offset(&self, position: Position) -> Option<usize> {
        let start = *self.lines.get(position.line()?.checked_sub(1)?)?;
        let column = position.position().unwrap_or(1).saturating_sub(1);
        let line = &self.text[start..];
        Some(line.char_indices().nth(column).map_or(self.text.len(), |(at, _)| start + at))
    }

    /// The token that starts at `offset`, or the one around it.
    pub(super) fn index_at(&self, offset: usize) -> Option<usize> {
        let index = self.list.partition_point(|token| token.range.start <= offset).checked_sub(1)?;
        (offset < self.list[index].range.end).then_some(index)
    }

    /// The bytes of the token at `position`; where there is none, an empty range there.
    pub(super) fn at(&self, position: Position) -> Range<usize> {
        let Some(offset) = self.offset(position) else { return 0..self.text.len() };
        match self.index_at(offset) {
            Some(index) => self.list[index].range.clone(),
            None => offset..offset,
        }
    }

    /// End of what opens at the byte `open`: just past the bracket that closes it.
    pub(super) fn closed(&self, open: usize) -> usize {
        let closer = self.index_at(open).and_then(|index| self.list[index].closer);
        closer.map_or(self.text.len(), |index| self.list[index].range.end)
    }

    /// The range of a call whose name is `name`: up to the bracket that closes its arguments.
    pub(super) fn call(&self, name: &Range<usize>) -> Range<usize> {
        let next = self.index_at(name.start).map_or(self.list.len(), |index| index + 1);
        match self.list.get(next) {
            Some(token) if token.closer.is_some() => name.start..self.closed(token.range.start),
            _ => name.clone(),
        }
    }

    /// `range` with the brackets around it that hold nothing else, so that `(a + b) * c` starts at its bracket.
    pub(super) fn with_parentheses(&self, range: &Range<usize>) -> Range<usize> {
        let mut range = range.clone();
        loop {
            let before = self.list.partition_point(|token| token.range.end <= range.start).checked_sub(1);
            let after = self.list.partition_point(|token| token.range.start < range.end);
            match before.map(|index| &self.list[index]) {
                Some(open) if open.closer == Some(after) && &self.text[open.range.clone()] == "(" => {
                    range = open.range.start..self.list[after].range.end;
                }
                _ => return range,
            }
        }
    }

    /// The text of a token.
    pub(super) fn word(&self, index: usize) -> &'a str {
        self.list.get(index).map_or("", |token| &self.text[token.range.clone()])
    }
}

struct Scan<'a> {
    text: &'a str,
    at: usize,
    list: Vec<Token>,
    /// Open brackets: the token, and whether it is the `${` of an interpolated text.
    open: Vec<(usize, bool)>,
}

impl Scan<'_> {
    fn step(&mut self) -> bool {
        let rest = &self.text[self.at..];
        let Some(first) = rest.chars().next() else { return false };
        if first.is_whitespace() {
            self.at += first.len_utf8();
        } else if rest.starts_with("//") {
            self.at += rest.find('\n').unwrap_or(rest.len());
        } else if rest.starts_with("/*") {
            self.at += block_comment(rest);
        } else if first.is_alphabetic() || first == '_' {
            let len = rest.find(|c: char| !(c.is_alphanumeric() || c == '_')).unwrap_or(rest.len());
            self.push(Kind::Word, len);
        } else if first.is_ascii_digit() {
            self.push(Kind::Number, number(rest));
        } else if first == '"' || first == '\'' {
            self.push(Kind::Quoted, quoted(rest, first));
        } else if first == '`' {
            self.interpolated(1);
        } else {
            self.symbol(rest, first);
        }
        true
    }

    fn push(&mut self, kind: Kind, len: usize) {
        self.list.push(Token { range: self.at..self.at + len, kind, closer: None });
        self.at += len;
    }

    fn symbol(&mut self, rest: &str, first: char) {
        let long = SYMBOLS.iter().find(|symbol| rest.starts_with(**symbol));
        let closes = matches!(first, ')' | ']' | '}');
        let opens = matches!(first, '(' | '[' | '{') || rest.starts_with("#{") || rest.starts_with("?[");
        let interpolation = first == '}' && self.open.last().is_some_and(|&(_, text)| text);
        if interpolation {
            // What follows is text again, and belongs to the token that began with the back-tick.
            return self.interpolated(1);
        }
        self.push(Kind::Symbol, long.map_or(first.len_utf8(), |symbol| symbol.len()));
        let this = self.list.len() - 1;
        if opens {
            self.open.push((this, false));
        } else if closes && let Some((opener, _)) = self.open.pop() {
            self.list[opener].closer = Some(this);
        }
    }

    /// A piece of an interpolated text: from `` ` `` or `}` to the next `${` or `` ` ``.
    fn interpolated(&mut self, skip: usize) {
        let rest = &self.text[self.at + skip..];
        let continues = self.text[self.at..].starts_with('}');
        let tick = rest.find('`').unwrap_or(rest.len());
        let hole = rest.find("${").unwrap_or(rest.len());
        let opens = hole < tick;
        let len = if opens { hole + 2 } else { (tick + 1).min(rest.len()) };
        self.push(Kind::Quoted, skip + len);
        let this = self.list.len() - 1;
        match (continues, opens) {
            (false, true) => self.open.push((this, true)),
            (true, false) => {
                if let Some((opener, _)) = self.open.pop() {
                    self.list[opener].closer = Some(this);
                }
            }
            (false, false) => self.list[this].closer = Some(this),
            (true, true) => {}
        }
    }
}

/// Where lines that are too long are broken: behind a sign after which a line may always end.
fn breaks(text: &str, tokens: &[Token], lines: &[usize]) -> Vec<usize> {
    let mut breaks = Vec::new();
    let mut lines = lines.iter().copied().peekable();
    let mut start = 0;
    for pair in tokens.windows(2) {
        let at = pair[1].range.start;
        while let Some(line) = lines.next_if(|line| *line <= at) {
            start = start.max(line);
        }
        let ends = matches!(
            &text[pair[0].range.clone()],
            "+" | "-" | "*" | "/" | "," | ";" | "&&" | "||" | "(" | "{"
        );
        if ends && at - start > N_COLUMNS {
            breaks.push(at);
            start = at;
        }
    }
    breaks
}

/// Length of the comment at the start of `rest`; comments nest.
fn block_comment(rest: &str) -> usize {
    let (mut at, mut depth) = (0, 0_usize);
    while at < rest.len() {
        if rest[at..].starts_with("/*") {
            (at, depth) = (at + 2, depth + 1);
        } else if rest[at..].starts_with("*/") {
            (at, depth) = (at + 2, depth - 1);
            if depth == 0 {
                return at;
            }
        } else {
            at += rest[at..].chars().next().map_or(1, char::len_utf8);
        }
    }
    rest.len()
}

/// Length of the number at the start of `rest`: `1`, `0xff`, `1_000.5e-3`, but of `1..2` only the `1`.
fn number(rest: &str) -> usize {
    let bytes = rest.as_bytes();
    let hex = rest.starts_with("0x") || rest.starts_with("0X");
    let mut at = 1;
    while let Some(&byte) = bytes.get(at) {
        let exponent = !hex && matches!(bytes[at - 1], b'e' | b'E');
        let fraction = byte == b'.' && bytes.get(at + 1).is_some_and(u8::is_ascii_digit);
        if byte.is_ascii_alphanumeric()
            || byte == b'_'
            || fraction
            || (exponent && matches!(byte, b'+' | b'-'))
        {
            at += 1;
        } else {
            break;
        }
    }
    at
}

/// Length of the quoted text at the start of `rest`, with its quotes.
fn quoted(rest: &str, quote: char) -> usize {
    let mut escaped = false;
    for (at, c) in rest.char_indices().skip(1) {
        match c {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            _ if c == quote => return at + 1,
            _ => {}
        }
    }
    rest.len()
}

#[cfg(test)]
mod tests {
    use super::Tokens;

    fn words(text: &str) -> Vec<&str> {
        let tokens = Tokens::new(text);
        (0..tokens.list.len()).map(|index| tokens.word(index)).collect()
    }

    #[test]
    fn tokens_are_cut_as_rhai_cuts_them() {
        assert_eq!(words("a1+2.5e-3 /* x */ ..=ü"), ["a1", "+", "2.5e-3", "..=", "ü"]);
        assert_eq!(words("x[0..2]"), ["x", "[", "0", "..", "2", "]"]);
        assert_eq!(words("\"a\\\"b\" == 'c'"), ["\"a\\\"b\"", "==", "'c'"]);
        assert_eq!(words("`a${ #{b: 1}.b }c`"), ["`a${", "#{", "b", ":", "1", "}", ".", "b", "}c`"]);
    }

    #[test]
    fn brackets_find_their_partners() {
        let tokens = Tokens::new("f((a), `x${b}y`) * 2");
        assert_eq!(tokens.call(&(0..1)), 0..16);
        assert_eq!(tokens.with_parentheses(&(3..4)), 2..5);
        assert_eq!(tokens.closed(7), 15);
    }
}
