//! Diagnostics for people, in the manner of rustc.

use std::ops::Range;

use annotate_snippets::{Annotation, AnnotationKind, Element, Group, Level, Origin, Renderer, Snippet};

use super::lines::{Index, Lines, ceil_boundary, floor_boundary};
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::span::SourceMap;

/// Labels of one file that are so many lines apart get a picture each; a span over so many lines is shown by
/// its first. It bounds the text that one diagnostic has to look at.
const FAR_LINES: usize = 60;

/// Of a longer line only the surroundings of the label are shown.
const LONG_LINE: usize = 4096;

/// Bytes of a long line that are kept on each side of where a label begins.
const SURROUNDINGS: usize = 300;

/// How the text looks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Style {
    /// Whether to use ANSI colours.
    pub colour: bool,
    /// Columns of the terminal.
    pub width: usize,
}

impl Default for Style {
    /// No colour, 100 columns.
    fn default() -> Style {
        Style { colour: false, width: 100 }
    }
}

/// All diagnostics in the manner of rustc, an empty line after each.
pub fn text(diagnostics: &Diagnostics, sources: &SourceMap, style: Style) -> String {
    let renderer = if style.colour { Renderer::styled() } else { Renderer::plain() };
    // Narrower than this nothing but ellipses would be left of the source.
    let renderer = renderer.term_width(style.width.max(40));
    let index = Index::new(sources);
    let mut text = String::new();
    for diagnostic in diagnostics {
        text.push_str(&one(diagnostic, &index, &renderer));
        text.push_str("\n\n");
    }
    text
}

/// How many errors and warnings there are and where to read more: `2 errors, 1 warning`.
pub fn summary(diagnostics: &Diagnostics) -> String {
    let mut errors =
        diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error).peekable();
    let explain = errors.peek().map(|first| format!("; `csprun explain {}` says more", first.code));
    let n_errors = errors.count();
    let n_warnings = diagnostics.len() - n_errors;
    let count =
        |n: usize, word: &str| (n > 0).then(|| format!("{n} {word}{}", if n == 1 { "" } else { "s" }));
    let counts: Vec<String> =
        [count(n_errors, "error"), count(n_warnings, "warning")].into_iter().flatten().collect();
    if counts.is_empty() {
        return "no errors".to_owned();
    }
    counts.join(", ") + explain.unwrap_or_default().as_str()
}

fn one(diagnostic: &Diagnostic, index: &Index<'_>, renderer: &Renderer) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let mut elements: Vec<Element<'_>> = Vec::new();
    for excerpt in excerpts(diagnostic, index) {
        excerpt.draw(&mut elements);
    }
    elements.extend(diagnostic.notes.iter().map(|note| Level::NOTE.message(note).into()));
    elements.extend(diagnostic.help.iter().map(|help| Level::HELP.message(help).into()));
    let title = level.clone().primary_title(&diagnostic.message).id(diagnostic.code.as_str());
    if matches!(elements.first(), Some(Element::Origin(_))) {
        // A picture without a path of its own belongs to the origin before it only in a group of its own.
        let rest = elements.split_off(1);
        return renderer.render(&[title.elements(elements), Group::with_level(level).elements(rest)]);
    }
    renderer.render(&[title.elements(elements)])
}

/// Something to point at.
struct Mark<'a> {
    lines: &'a Lines<'a>,
    range: Range<usize>,
    text: &'a str,
    primary: bool,
}

impl Mark<'_> {
    fn first_line(&self) -> usize {
        self.lines.line(self.range.start)
    }

    fn last_line(&self) -> usize {
        self.lines.line(self.range.end)
    }
}

/// Marks that are shown in one picture.
struct Excerpt<'a> {
    marks: Vec<Mark<'a>>,
}

/// The marks of one diagnostic, those near one another together; the one with the primary mark comes first,
/// then its file's others, then the other files in the order in which they are mentioned.
fn excerpts<'a>(diagnostic: &'a Diagnostic, index: &'a Index<'a>) -> Vec<Excerpt<'a>> {
    let primary = diagnostic.span.map(|span| (span, diagnostic.label.as_str(), true));
    let secondary = diagnostic.secondary.iter().map(|label| (label.span, label.text.as_str(), false));
    let mut files: Vec<Vec<Mark<'_>>> = Vec::new();
    for (span, text, primary) in primary.into_iter().chain(secondary) {
        let Some((lines, range)) = index.find(span) else { continue };
        let mark = within_reach(Mark { lines, range, text, primary });
        match files.iter_mut().find(|marks| std::ptr::eq(marks[0].lines, lines)) {
            Some(marks) => marks.push(mark),
            None => files.push(vec![mark]),
        }
    }
    files.into_iter().flat_map(split).collect()
}

/// A mark over very many lines ends with its first line instead.
fn within_reach(mut mark: Mark<'_>) -> Mark<'_> {
    let first = mark.first_line();
    if mark.last_line() - first > FAR_LINES {
        mark.range.end = mark.lines.bytes(first, first).end.max(mark.range.start);
    }
    mark
}

/// Splits the marks of one file where they lie far apart or on a line too long to show with all its marks.
fn split(mut marks: Vec<Mark<'_>>) -> Vec<Excerpt<'_>> {
    marks.sort_by_key(|mark| (mark.first_line(), !mark.primary));
    let mut parts: Vec<Excerpt<'_>> = Vec::new();
    for mark in marks {
        match parts.last_mut() {
            Some(part) if part.takes(&mark) => part.marks.push(mark),
            _ => parts.push(Excerpt { marks: vec![mark] }),
        }
    }
    parts.sort_by_key(|part| !part.marks.iter().any(|mark| mark.primary));
    parts
}

impl<'a> Excerpt<'a> {
    fn takes(&self, mark: &Mark<'_>) -> bool {
        let (_, last) = self.reach();
        mark.first_line() <= last + FAR_LINES && !self.is_long() && !is_long(mark)
    }

    fn reach(&self) -> (usize, usize) {
        let first = self.marks.iter().map(Mark::first_line).min().unwrap_or(0);
        let last = self.marks.iter().map(Mark::last_line).max().unwrap_or(0);
        (first, last)
    }

    fn is_long(&self) -> bool {
        self.marks.iter().any(is_long)
    }

    fn draw(self, elements: &mut Vec<Element<'a>>) {
        let lines = self.marks[0].lines;
        let (first, last) = self.reach();
        let shown = lines.bytes(first, last);
        if self.is_long() || shown.len() > LONG_LINE * 2 {
            self.marks.into_iter().for_each(|mark| clipped(&mark, elements));
            return;
        }
        let annotations = self.marks.iter().map(|mark| annotation(mark, mark.range.clone(), &shown));
        let snippet = Snippet::source(&lines.text[shown.clone()]).line_start(first + 1).path(lines.name);
        elements.push(snippet.annotations(annotations).into());
    }
}

/// Whether the lines of a mark are too long to show as they are.
fn is_long(mark: &Mark<'_>) -> bool {
    mark.lines.bytes(mark.first_line(), mark.last_line()).len() > LONG_LINE
}

/// A part of a long line. The renderer would count columns from where the part begins, so the place is said
/// apart; another side is told in words only.
fn clipped<'a>(mark: &Mark<'a>, elements: &mut Vec<Element<'a>>) {
    let lines = mark.lines;
    let (line_number, column) = lines.line_column(mark.range.start);
    if !mark.primary {
        let place = format!("{}:{line_number}:{column}: {}", lines.name, mark.text);
        elements.push(Level::NOTE.message(place).into());
        return;
    }
    let line = lines.bytes(mark.first_line(), mark.first_line());
    let start = mark.range.start.min(line.end);
    let end = mark.range.end.clamp(start, line.end).min(ceil_boundary(lines.text, start + SURROUNDINGS));
    let from = floor_boundary(lines.text, start.saturating_sub(SURROUNDINGS)).max(line.start);
    let to = ceil_boundary(lines.text, end + SURROUNDINGS).min(line.end);
    elements.push(Origin::path(lines.name).line(line_number).char_column(column).into());
    let snippet = Snippet::source(&lines.text[from..to]).line_start(line_number);
    elements.push(snippet.annotation(annotation(mark, start..end, &(from..to))).into());
}

fn annotation<'a>(mark: &Mark<'a>, range: Range<usize>, shown: &Range<usize>) -> Annotation<'a> {
    let kind = if mark.primary { AnnotationKind::Primary } else { AnnotationKind::Context };
    let at = |byte: usize| byte.clamp(shown.start, shown.end) - shown.start;
    let annotation = kind.span(at(range.start)..at(range.end));
    if mark.text.is_empty() { annotation } else { annotation.label(mark.text) }
}

#[cfg(test)]
mod tests;
