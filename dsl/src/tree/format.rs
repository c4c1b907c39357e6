//! A file in the form that all share. Where lines end, and with which bytes, is the author's choice; indentation,
//! spaces, commas and the columns of maps are not.

use super::node::Node;
use super::read::read;
use super::trivia::{Kind, Token, tokens};
use crate::diagnostic::Diagnostic;
use crate::span::SourceId;

/// Columns that a bracket indents by.
const STEP: usize = 4;

/// Formats a text that holds one RON value. The result reads as the same value with the same comments, and formatting
/// it again changes nothing.
///
/// A bracket after which the line ends holds its items on lines of their own, indented, each with a comma; in any other
/// bracket, lines go on behind it. In a map over several lines the values stand in a column.
///
/// # Errors
/// The first mistake, as [`read`] gives it.
pub fn format(source: SourceId, text: &str) -> Result<String, Box<Diagnostic>> {
    let node: Node = read(source, text)?;
    let (tokens, line_end) = tokens(text, &node);
    let tokens = with_commas(tokens);
    let brackets = brackets(&tokens);
    let pads = pads(&tokens, &brackets);
    let mut printer = Printer { out: String::new(), line_end, indent: 0, open: Vec::new() };
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| (&tokens[before], pads[before]));
        printer.token(before, token, brackets[at]);
    }
    printer.out.push_str(line_end);
    Ok(printer.out)
}

/// What an opening bracket opens; `None` at other tokens.
type Bracket = Option<Block>;

/// How the items in a bracket stand.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Block {
    /// On lines of their own, indented.
    Lines,
    /// Behind the bracket.
    Behind,
}

/// Each comma directly behind its value; none before a bracket closes on the same line, and one before it closes on a
/// line of its own.
fn with_commas(mut tokens: Vec<Token<'_>>) -> Vec<Token<'_>> {
    let mut at = 0;
    while at < tokens.len() {
        if tokens[at].kind == Kind::Comma {
            let value =
                (0..at).rev().find(|&before| !tokens[before].is_comment()).map_or(0, |value| value + 1);
            tokens[value..=at].rotate_right(1);
        }
        at += 1;
    }
    let blocks = brackets(&tokens);
    let mut open = Vec::new();
    let mut with = Vec::with_capacity(tokens.len());
    for (token, block) in tokens.into_iter().zip(blocks) {
        if token.kind == Kind::Open {
            open.push(block);
        } else if token.kind == Kind::Close {
            let is_block = open.pop().flatten() == Some(Block::Lines);
            let last = with.iter().rposition(|token: &Token<'_>| !token.is_comment()).unwrap_or(0);
            match with[last].kind {
                Kind::Comma if !is_block => drop(with.remove(last)),
                Kind::Comma | Kind::Open => {}
                _ if is_block => {
                    with.insert(last + 1, Token { kind: Kind::Comma, text: ",", n_lines: 0, n_blanks: 0 })
                }
                _ => {}
            }
        }
        with.push(token);
    }
    with
}

/// How the items of each bracket stand.
fn brackets(tokens: &[Token<'_>]) -> Vec<Bracket> {
    let mut brackets = vec![None; tokens.len()];
    let mut open: Vec<usize> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        match token.kind {
            Kind::Open => {
                let inner = tokens.get(at + 1).filter(|inner| inner.kind != Kind::Close);
                let is_block = inner.is_some_and(|inner| inner.n_lines > 0);
                brackets[at] = Some(if is_block { Block::Lines } else { Block::Behind });
                open.push(at);
            }
            Kind::Close => drop(open.pop()),
            // Nothing can stand behind it on its line, also no bracket that closes.
            Kind::LineComment => {
                open.iter().last().into_iter().for_each(|&at| brackets[at] = Some(Block::Lines))
            }
            _ => {}
        }
    }
    brackets
}

/// Blanks behind the colon of each key of a map, so that the values of lines without a gap between them stand in a
/// column.
fn pads(tokens: &[Token<'_>], brackets: &[Bracket]) -> Vec<usize> {
    let mut pads = vec![1; tokens.len()];
    let mut open: Vec<(bool, Vec<usize>)> = Vec::new();
    for (at, token) in tokens.iter().enumerate() {
        let before = at.checked_sub(1).map(|before| &tokens[before]);
        let begins_item = before
            .is_some_and(|before| matches!(before.kind, Kind::Comma | Kind::Open) || before.is_comment());
        let is_forced = before.is_some_and(|before| matches!(before.kind, Kind::Open | Kind::LineComment));
        let begins_line = begins_item && (token.n_lines > 0 || is_forced);
        match (token.kind, open.last_mut()) {
            (Kind::Close, Some((_, keys))) => {
                align(tokens, keys, &mut pads);
                open.pop();
            }
            // A gap, or a comment on a line of its own, ends a column.
            (kind, Some((true, keys))) if begins_line && (token.n_lines > 1 || kind == Kind::LineComment) => {
                align(tokens, keys, &mut pads);
            }
            _ => {}
        }
        let is_key =
            token.kind == Kind::Atom && tokens.get(at + 1).is_some_and(|next| next.kind == Kind::Colon);
        match open.last_mut() {
            Some((true, keys)) if is_key && begins_line => keys.push(at),
            _ => {}
        }
        if token.kind == Kind::Open {
            open.push((token.text == "{" && brackets[at] == Some(Block::Lines), Vec::new()));
        }
    }
    pads
}

/// Pads behind these keys.
fn align(tokens: &[Token<'_>], keys: &mut Vec<usize>, pads: &mut [usize]) {
    let width = |key: usize| tokens[key].text.chars().count();
    let widest = keys.iter().map(|&key| width(key)).max().unwrap_or(0);
    for key in keys.drain(..) {
        pads[key + 1] = widest - width(key) + 1;
    }
}

/// A bracket that is open: how its items stand, where its lines begin, where the line began in which it opened.
struct Frame {
    block: Block,
    indent: usize,
    outer: usize,
}

struct Printer {
    out: String,
    /// That of the file.
    line_end: &'static str,
    /// Of the line that is being written.
    indent: usize,
    open: Vec<Frame>,
}

impl Printer {
    fn token(&mut self, before: Option<(&Token<'_>, usize)>, token: &Token<'_>, bracket: Bracket) {
        if let Some((before, pad)) = before {
            self.space(before, pad, token);
        }
        self.out.push_str(token.text);
        if let Some(block) = bracket {
            let indent = match block {
                Block::Lines => self.indent + STEP,
                Block::Behind => self.column(),
            };
            self.open.push(Frame { block, indent, outer: self.indent });
        }
    }

    /// What stands between two tokens; `pad` blanks if the first is a colon.
    fn space(&mut self, before: &Token<'_>, pad: usize, token: &Token<'_>) {
        match (before.kind, token.kind) {
            (opened, Kind::Close) => {
                let frame = self.open.pop();
                if let Some(Frame { block: Block::Lines, outer, .. }) = frame
                    && opened != Kind::Open
                {
                    self.line(outer, false);
                }
            }
            (Kind::LineComment, _) => self.next_line(token.n_lines > 1),
            (_, Kind::Comma | Kind::Colon) => {}
            (Kind::Open, _) => self.behind_bracket(token),
            (Kind::Colon, _) => self.blanks(pad),
            (Kind::Atom, _) if before.text.starts_with('#') => self.next_line(token.n_lines > 1),
            (Kind::Atom, Kind::Open) => {}
            _ if token.n_lines > 0 => self.next_line(token.n_lines > 1),
            (_, Kind::LineComment) => self.blanks(token.n_blanks.max(1)),
            _ => self.blanks(1),
        }
    }

    fn behind_bracket(&mut self, token: &Token<'_>) {
        let is_lines = self.open.last().is_some_and(|frame| frame.block == Block::Lines);
        match (is_lines, token.is_comment() && token.n_lines == 0) {
            (true, true) => self.blanks(1),
            (true, false) => self.next_line(false),
            (false, _) => {}
        }
    }

    fn blanks(&mut self, n: usize) {
        self.out.extend(std::iter::repeat_n(' ', n));
    }

    /// Goes to the next line in the bracket around; a gap is one empty line.
    fn next_line(&mut self, gap: bool) {
        self.line(self.open.last().map_or(0, |frame| frame.indent), gap);
    }

    fn line(&mut self, indent: usize, gap: bool) {
        self.out.push_str(self.line_end);
        if gap {
            self.out.push_str(self.line_end);
        }
        self.blanks(indent);
        self.indent = indent;
    }

    fn column(&self) -> usize {
        self.out.rsplit('\n').next().map_or(0, |line| line.chars().count())
    }
}

#[cfg(test)]
mod tests {
    use super::format;
    use crate::span::SourceId;

    #[track_caller]
    fn formats(from: &str, to: &str) {
        let formatted = |text: &str| format(SourceId(0), text).unwrap();
        assert_eq!(formatted(from), to);
        assert_eq!(formatted(to), to, "formatted again");
    }

    #[test]
    fn spaces_and_commas_are_those_of_all() {
        formats("( a:1,b : [ 1,2, ] ,c:Foo ( x:() ) , )", "(a: 1, b: [1, 2], c: Foo(x: ()))\n");
        formats("{ }", "{}\n");
        formats("(\n)", "()\n");
    }

    #[test]
    fn a_bracket_at_the_end_of_a_line_indents_what_is_in_it() {
        formats(
            "(\na: [\n1,\n2],\n\n\n\nb: 3)",
            "(\n    a: [\n        1,\n        2,\n    ],\n\n    b: 3,\n)\n",
        );
    }

    #[test]
    fn lines_go_on_behind_a_bracket_that_does_not_end_its_line() {
        formats("(a: (x: 1,\ny: 2),\n)", "(a: (x: 1,\n     y: 2))\n");
    }

    #[test]
    fn values_of_a_map_stand_in_a_column_up_to_a_gap_or_a_comment() {
        formats(
            "{\n\"a\": 1,\n\"long\": 2,\n// c\n\"bc\": 3,\n\"d\": 4}",
            "{\n    \"a\":    1,\n    \"long\": 2,\n    // c\n    \"bc\": 3,\n    \"d\":  4,\n}\n",
        );
        formats("(\naa: 1,\nb: 2)", "(\n    aa: 1,\n    b: 2,\n)\n");
    }

    #[test]
    fn comments_stay_with_what_they_are_about() {
        formats("// top\n\n(a: 1) // end\n// more", "// top\n\n(a: 1) // end\n// more\n");
        formats("[1 // one\n, 2 /* two */]", "[\n    1, // one\n    2, /* two */\n]\n");
        formats("[ /* x */ 1 ]", "[/* x */ 1]\n");
        formats("( // first\na: 1\n// last\n)", "( // first\n    a: 1,\n    // last\n)\n");
        formats("(a: // why\n1)", "(\n    a: // why\n    1,\n)\n");
    }

    #[test]
    fn texts_are_left_alone() {
        formats(
            "(a:r#\"x\n  // no comment {\n\"#,b:'\\'',)",
            "(a: r#\"x\n  // no comment {\n\"#, b: '\\'')\n",
        );
    }

    #[test]
    fn lines_end_as_the_first_one_outside_of_texts() {
        formats("// c\r\n(\r\na:1,\r\n\r\nb:2)", "// c\r\n(\r\n    a: 1,\r\n\r\n    b: 2,\r\n)\r\n");
        formats("(a:1)\r\n", "(a: 1)\r\n");
        formats("(a:\n1,\r\nb: 2)", "(a: 1,\n b: 2)\n");
        // What stands in a text stays, and says nothing of lines.
        formats("(a:\r\nr#\"x\ny\r\n\"#)", "(a: r#\"x\ny\r\n\"#)\r\n");
        formats("(a: r#\"x\r\ny\"#,\nb:1)", "(a: r#\"x\r\ny\"#,\n b: 1)\n");
    }

    #[test]
    fn attributes_stand_on_their_own_line() {
        formats("#![enable(implicit_some)] (a:1)", "#![enable(implicit_some)]\n(a: 1)\n");
    }

    #[test]
    fn what_is_not_ron_is_not_formatted() {
        assert!(format(SourceId(0), "(a: ").is_err());
    }
}
