//! What is wrong with a graph file, where, and how to mend it.

pub mod code;
pub mod explain;

pub use code::Code;

use crate::span::Span;

/// How bad it is; given by the code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The network cannot run.
    Error,
    /// It runs, but probably not as meant.
    Warning,
}

/// A second place that belongs to the diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there.
    pub text: String,
}

/// One mistake: one diagnostic.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// Its code.
    pub code: Code,
    /// The headline: lower case, no full stop.
    pub message: String,
    /// Where it is; `None` for what has no place in a text (a run-time report).
    pub span: Option<Span>,
    /// What is at `span`.
    pub label: String,
    /// The other sides.
    pub secondary: Vec<Label>,
    /// Lines after the picture, in order.
    pub notes: Vec<String>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A diagnostic at `span`.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Diagnostic {
        Diagnostic { span: Some(span), ..Diagnostic::without_place(code, message) }
    }

    /// A diagnostic without a place in a text.
    pub fn without_place(code: Code, message: impl Into<String>) -> Diagnostic {
        Diagnostic {
            code,
            message: message.into(),
            span: None,
            label: String::new(),
            secondary: Vec::new(),
            notes: Vec::new(),
            help: None,
        }
    }

    /// Says what is at the span.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Diagnostic {
        self.label = text.into();
        self
    }

    /// Adds the other side.
    #[must_use]
    pub fn also(mut self, span: Span, text: impl Into<String>) -> Diagnostic {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Adds a line of explanation.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Diagnostic {
        self.notes.push(text.into());
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Diagnostic {
        self.help = Some(text.into());
        self
    }

    /// Adds help when there is some.
    #[must_use]
    pub fn maybe_help(mut self, text: Option<String>) -> Diagnostic {
        self.help = text.or(self.help);
        self
    }

    /// Error or warning.
    pub fn severity(&self) -> Severity {
        if self.code.is_error() { Severity::Error } else { Severity::Warning }
    }
}

/// All that one check found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Diagnostics {
    list: Vec<Diagnostic>,
}

impl Diagnostics {
    /// Adds one.
    pub fn push(&mut self, diagnostic: Diagnostic) {
        self.list.push(diagnostic);
    }

    /// Adds all of `other`.
    pub fn append(&mut self, other: Diagnostics) {
        self.list.extend(other.list);
    }

    /// Whether `code` was said about this place: members of a family and copies of a sub-network stand at one
    /// place, and their mistakes are one.
    pub fn has(&self, code: Code, span: Span) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.code == code && diagnostic.span == Some(span))
    }

    /// All but the first `n`.
    pub fn since(&self, n: usize) -> &[Diagnostic] {
        self.list.get(n..).unwrap_or_default()
    }

    /// Adds a note to all but the first `n`.
    pub fn note_from(&mut self, n: usize, note: &str) {
        for diagnostic in self.list.iter_mut().skip(n) {
            diagnostic.notes.push(note.to_owned());
        }
    }

    /// Forgets all but the first `n`: for repetitions of a mistake that was reported.
    pub fn truncate(&mut self, n: usize) {
        self.list.truncate(n);
    }

    /// Sorts by place, then code; says the same thing about the same place only once.
    pub fn sort(&mut self) {
        self.list.sort_by(|a, b| {
            (a.span.is_none(), a.span, a.code, &a.message).cmp(&(
                b.span.is_none(),
                b.span,
                b.code,
                &b.message,
            ))
        });
        self.list.dedup_by(|a, b| a.code == b.code && a.span == b.span && a.message == b.message);
    }

    /// Whether any is an error.
    pub fn has_errors(&self) -> bool {
        self.list.iter().any(|diagnostic| diagnostic.severity() == Severity::Error)
    }

    /// In the order of [`Diagnostics::sort`] once that was called.
    pub fn iter(&self) -> std::slice::Iter<'_, Diagnostic> {
        self.list.iter()
    }

    /// How many.
    pub fn len(&self) -> usize {
        self.list.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.list.is_empty()
    }
}

impl<'a> IntoIterator for &'a Diagnostics {
    type Item = &'a Diagnostic;
    type IntoIter = std::slice::Iter<'a, Diagnostic>;
    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

/// The words of another program as a headline: lower case, no full stop.
pub(crate) fn headline(text: &str) -> String {
    let mut chars = text.trim_end_matches('.').chars();
    chars.next().map_or_else(String::new, |first| first.to_lowercase().chain(chars).collect())
}

/// The name in `known` that a person most likely meant by `typed`: within a third of its length in edits
/// (Damerau-Levenshtein), or differing in case only.
pub fn did_you_mean<'a>(typed: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let typed = typed.to_lowercase();
    let limit = match typed.chars().count() {
        0 | 1 => 0,
        n => (n.max(3) / 3).min(3),
    };
    known
        .into_iter()
        .map(|name| (edit_distance(&typed, &name.to_lowercase()), name))
        .filter(|&(distance, _)| distance <= limit)
        .min_by_key(|&(distance, _)| distance)
        .map(|(_, name)| name)
}

/// Edits (insert, delete, replace, swap of neighbours) between two words.
fn edit_distance(a: &str, b: &str) -> usize {
    let (a, b): (Vec<char>, Vec<char>) = (a.chars().collect(), b.chars().collect());
    if a.len().abs_diff(b.len()) > 3 {
        return usize::MAX;
    }
    let mut before: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=b.len()).collect();
    for i in 1..=a.len() {
        let mut row = vec![i];
        for j in 1..=b.len() {
            let replace = last[j - 1] + usize::from(a[i - 1] != b[j - 1]);
            let mut best = replace.min(last[j] + 1).min(row[j - 1] + 1);
            if i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1] {
                best = best.min(before[j - 2] + 1);
            }
            row.push(best);
        }
        before = std::mem::replace(&mut last, row);
    }
    last[b.len()]
}

#[cfg(test)]
mod tests {
    use super::did_you_mean;

    #[test]
    fn near_names_are_offered_and_far_ones_are_not() {
        assert_eq!(did_you_mean("Fliter", ["Map", "Filter"]), Some("Filter"));
        assert_eq!(did_you_mean("print", ["Print"]), Some("Print"));
        assert_eq!(did_you_mean("zebra", ["Print", "Map"]), None);
        assert_eq!(did_you_mean("j", ["i"]), None);
    }
}
