//! Text to tree.

use super::leaf;
use super::node::{Body, Node, Tree, Word};
use crate::diagnostic::{Code, Diagnostic, headline};
use crate::span::{SourceId, Span};

/// Brackets inside brackets that a file may have. Every later stage walks the tree by recursion.
pub const MAX_DEPTH: usize = 100;

/// Bytes that a file may have; spans are 32 bits.
const MAX_BYTES: usize = 1 << 30;

/// Reads one RON value that fills the whole text.
///
/// # Errors
/// The first mistake: E0001, or E0007 when the text is nested too deeply or too long.
pub fn read(source: SourceId, text: &str) -> Result<Node, Box<Diagnostic>> {
    if text.len() > MAX_BYTES {
        let message = format!("the file has {} bytes, more than {MAX_BYTES}", text.len());
        return Err(Box::new(Diagnostic::new(Code::E0007, Span::start_of(source), message)));
    }
    let mut reader = Reader { source, text, at: 0, open: Vec::new() };
    reader.byte_order_mark();
    reader.space()?;
    reader.attributes()?;
    if reader.at == text.len() {
        let empty = reader.error(reader.at, "the file holds no network".to_owned());
        return Err(Box::new(empty.help("the smallest network is `Network(processes: {}, channels: [])`")));
    }
    let node = reader.value()?;
    reader.space()?;
    match reader.peek() {
        None => Ok(node),
        Some(_) => {
            let error = *reader.unexpected("the end of the file");
            Err(Box::new(error.help("a graph file is one value: `Network(..)`")))
        }
    }
}

struct Reader<'a> {
    source: SourceId,
    text: &'a str,
    at: usize,
    /// Where the brackets around `at` opened.
    open: Vec<usize>,
}

/// How to mend what people write who know other formats.
fn slip(expected: &str, found: char) -> Option<String> {
    let help = match found {
        '#' => "a comment begins with `//`",
        '=' => "`:` stands between a name and its value",
        ';' => "`,` stands between entries",
        _ if !expected.starts_with("`,`") => return None,
        '"' | '\'' | '(' | '[' | '{' => "`,` stands between entries: one is missing here",
        c if c.is_alphanumeric() || c == '_' => "`,` stands between entries: one is missing here",
        _ => return None,
    };
    Some(help.to_owned())
}

type Read<T> = Result<T, Box<Diagnostic>>;

impl Reader<'_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn eat(&mut self, token: &str) -> bool {
        let found = self.rest().starts_with(token);
        if found {
            self.at += token.len();
        }
        found
    }

    fn span(&self, start: usize) -> Span {
        Span::new(self.source, start, self.at)
    }

    fn error(&self, start: usize, message: String) -> Diagnostic {
        let end = self.text[start..].chars().next().map_or(start, |c| start + c.len_utf8());
        Diagnostic::new(Code::E0001, Span::new(self.source, start, end), message)
    }

    /// What stands here is not what should.
    fn unexpected(&self, expected: &str) -> Box<Diagnostic> {
        let Some(found) = self.peek() else {
            let mut end = self.error(self.at, format!("the file ends where {expected} should stand"));
            if let Some(&open) = self.open.last() {
                let bracket = &self.text[open..=open];
                end = end
                    .also(Span::new(self.source, open, open + 1), format!("this `{bracket}` is still open"));
            }
            return Box::new(end.label("the end of the file"));
        };
        let shown = if found.is_control() { format!("{found:?}") } else { format!("`{found}`") };
        let error = self.error(self.at, format!("expected {expected}, found {shown}"));
        Box::new(error.label(format!("expected {expected}")).maybe_help(slip(expected, found)))
    }

    fn byte_order_mark(&mut self) {
        self.eat("\u{feff}");
    }

    /// Skips white space and comments.
    fn space(&mut self) -> Read<()> {
        loop {
            let rest = self.rest();
            self.at += rest.len() - rest.trim_start().len();
            if self.rest().starts_with("//") {
                self.at += self.rest().find('\n').unwrap_or(self.rest().len());
            } else if self.rest().starts_with("/*") {
                self.block_comment()?;
            } else {
                return Ok(());
            }
        }
    }

    fn block_comment(&mut self) -> Read<()> {
        let start = self.at;
        let mut depth = 0usize;
        while self.at < self.text.len() {
            if self.eat("/*") {
                depth += 1;
            } else if self.eat("*/") {
                depth -= 1;
                if depth == 0 {
                    return Ok(());
                }
            } else {
                self.at += self.peek().map_or(1, char::len_utf8);
            }
        }
        Err(Box::new(self.error(start, "this comment is never closed".to_owned()).help("close it with `*/`")))
    }

    /// `#![enable(..)]`: RON's extensions change nothing in what a graph file means, so they are passed over.
    fn attributes(&mut self) -> Read<()> {
        while self.rest().starts_with("#!") {
            let start = self.at;
            let Some(close) = self.rest().find(")]") else {
                return Err(Box::new(self.error(start, "this attribute is never closed".to_owned())));
            };
            self.at += close + 2;
            self.space()?;
        }
        Ok(())
    }

    fn value(&mut self) -> Read<Node> {
        let start = self.at;
        let tree = match self.peek() {
            Some('[') => self.list()?,
            Some('{') => self.map()?,
            Some('(') => Tree::Group { name: None, body: self.body()? },
            Some('"') => self.text_literal(start)?,
            Some('\'') => self.character(start)?,
            Some('r') if self.is_raw_text() => self.text_literal(start)?,
            Some('b') if self.is_byte_text() => self.byte_literal(start)?,
            Some(c) if c.is_ascii_digit() || matches!(c, '+' | '-' | '.') => self.number(start)?,
            Some(c) if c.is_alphabetic() || c == '_' => self.named()?,
            _ => return Err(self.unexpected("a value")),
        };
        Ok(Node { span: self.span(start), tree })
    }

    fn named(&mut self) -> Read<Tree> {
        let word = self.word();
        match word.text.as_str() {
            "true" => return Ok(Tree::Bool(true)),
            "false" => return Ok(Tree::Bool(false)),
            "inf" | "NaN" => {
                let message = format!("`{}` is not a finite number", word.text);
                return Err(Box::new(Diagnostic::new(Code::E0001, word.span, message)));
            }
            "None" | "Some" => {
                let message = format!("`{}` has no meaning in a graph file", word.text);
                let error = Diagnostic::new(Code::E0001, word.span, message);
                return Err(Box::new(error.help("leave the field out, or write the value alone")));
            }
            _ => {}
        }
        let after_word = self.at;
        self.space()?;
        if self.peek() == Some('(') {
            let body = self.body()?;
            return Ok(Tree::Group { name: Some(word), body });
        }
        self.at = after_word;
        Ok(Tree::Group { name: Some(word), body: Body::None })
    }

    fn word(&mut self) -> Word {
        let start = self.at;
        let rest = self.rest();
        let end = rest.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(rest.len());
        self.at += end;
        Word { span: self.span(start), text: self.text[start..self.at].to_owned() }
    }

    /// Reads what stands between brackets: `item` until `close`, with commas between.
    fn between(&mut self, close: char, mut item: impl FnMut(&mut Self) -> Read<()>) -> Read<()> {
        if self.open.len() >= MAX_DEPTH {
            let message = format!("brackets inside brackets more than {MAX_DEPTH} deep");
            let error = Diagnostic { code: Code::E0007, ..self.error(self.at, message) };
            return Err(Box::new(error.help("move inner parts into a sub-network of their own file")));
        }
        self.open.push(self.at);
        self.at += 1;
        loop {
            self.space()?;
            if self.peek() == Some(close) {
                self.at += 1;
                self.open.pop();
                return Ok(());
            }
            item(self)?;
            self.space()?;
            if !self.eat(",") && self.peek() != Some(close) {
                return Err(self.unexpected(&format!("`,` or `{close}`")));
            }
        }
    }

    fn list(&mut self) -> Read<Tree> {
        let mut items = Vec::new();
        self.between(']', |reader| {
            items.push(reader.value()?);
            Ok(())
        })?;
        Ok(Tree::List(items))
    }

    fn map(&mut self) -> Read<Tree> {
        let mut pairs = Vec::new();
        self.between('}', |reader| {
            let key = reader.value()?;
            reader.colon()?;
            pairs.push((key, reader.value()?));
            Ok(())
        })?;
        Ok(Tree::Map(pairs))
    }

    fn body(&mut self) -> Read<Body> {
        let (mut items, mut fields) = (Vec::new(), Vec::new());
        self.between(')', |reader| {
            if !reader.at_field() {
                if !fields.is_empty() {
                    return Err(reader.unexpected("a field such as `name: value`"));
                }
                items.push(reader.value()?);
                return Ok(());
            }
            if !items.is_empty() {
                return Err(reader.unexpected("a value without a name, like the ones before it"));
            }
            let word = reader.word();
            reader.colon()?;
            fields.push((word, reader.value()?));
            Ok(())
        })?;
        Ok(if fields.is_empty() { Body::Items(items) } else { Body::Fields(fields) })
    }

    fn colon(&mut self) -> Read<()> {
        self.space()?;
        if !self.eat(":") {
            return Err(self.unexpected("`:`"));
        }
        self.space()
    }

    /// Whether `word :` stands here.
    fn at_field(&mut self) -> bool {
        let start = self.at;
        let is_word = self.peek().is_some_and(|c| c.is_alphabetic() || c == '_');
        let found = is_word && {
            self.word();
            self.space().is_ok() && self.peek() == Some(':')
        };
        self.at = start;
        found
    }

    fn is_raw_text(&self) -> bool {
        self.rest()[1..].trim_start_matches('#').starts_with('"')
    }

    fn is_byte_text(&self) -> bool {
        let rest = &self.rest()[1..];
        rest.starts_with('"')
            || rest.strip_prefix('r').is_some_and(|r| r.trim_start_matches('#').starts_with('"'))
    }

    /// Moves past a quoted literal, raw or not.
    fn quoted(&mut self, start: usize) -> Read<()> {
        self.eat("b");
        let raw = self.eat("r");
        let rest = self.rest();
        let n_hashes = rest.len() - rest.trim_start_matches('#').len();
        self.at += n_hashes + 1;
        let closing = format!("\"{}", "#".repeat(n_hashes));
        let mut end = None;
        if raw {
            end = self.rest().find(&closing).map(|at| at + closing.len());
        } else {
            let mut escaped = false;
            for (at, c) in self.rest().char_indices() {
                match c {
                    _ if escaped => escaped = false,
                    '\\' => escaped = true,
                    '"' => {
                        end = Some(at + 1);
                        break;
                    }
                    _ => {}
                }
            }
        }
        let Some(end) = end else {
            let error = self.error(start, "this text is never closed".to_owned());
            return Err(Box::new(error.help(format!("close it with `{closing}`"))));
        };
        self.at += end;
        Ok(())
    }

    fn leaf<T>(&self, start: usize, read: impl Fn(&str) -> Result<T, String>) -> Read<T> {
        read(&self.text[start..self.at]).map_err(|message| {
            let message = headline(&message);
            Box::new(Diagnostic::new(Code::E0001, self.span(start), message).label("cannot be read"))
        })
    }

    fn text_literal(&mut self, start: usize) -> Read<Tree> {
        self.quoted(start)?;
        let has_escapes = !self.text[start..].starts_with('r');
        self.leaf(start, leaf::text).map(Tree::Text).map_err(|error| match has_escapes {
            true => Box::new(error.help("a backslash is written `\\\\`, or stands in a raw text, `r\"..\"`")),
            false => error,
        })
    }

    fn byte_literal(&mut self, start: usize) -> Read<Tree> {
        self.quoted(start)?;
        self.leaf(start, leaf::bytes).map(Tree::Bytes)
    }

    fn character(&mut self, start: usize) -> Read<Tree> {
        let rest = &self.rest()[1..];
        let from = if rest.starts_with('\\') { 2 } else { 1 };
        let close = rest.char_indices().skip(from).find(|&(_, c)| c == '\'').map(|(at, _)| at);
        let Some(close) = close else {
            let error = self.error(start, "this character is never closed".to_owned());
            return Err(Box::new(error.help("a text stands in double quotes")));
        };
        self.at += close + 2;
        let read = |raw: &str| ron::from_str::<char>(raw).map_err(|_| format!("{raw} is not one character"));
        Ok(Tree::Text(self.leaf(start, read)?.to_string()))
    }

    fn number(&mut self, start: usize) -> Read<Tree> {
        let mut last = ' ';
        while let Some(c) = self.peek() {
            let sign = matches!(c, '+' | '-') && (self.at == start || matches!(last, 'e' | 'E'));
            if !(c.is_ascii_alphanumeric() || matches!(c, '.' | '_') || sign) {
                break;
            }
            last = c;
            self.at += 1;
        }
        self.leaf(start, leaf::number)
    }
}
