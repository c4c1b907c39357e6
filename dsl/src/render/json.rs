//! Diagnostics for programs.

use serde::Serialize;

use super::lines::Index;
use crate::diagnostic::{Diagnostic, Diagnostics, Severity};
use crate::span::{SourceMap, Span};

#[derive(Serialize)]
struct Report<'a> {
    diagnostics: Vec<Entry<'a>>,
    errors: usize,
    warnings: usize,
}

#[derive(Serialize)]
struct Entry<'a> {
    code: &'static str,
    severity: &'static str,
    message: &'a str,
    label: &'a str,
    notes: &'a [String],
    help: Option<&'a str>,
    spans: Vec<Place<'a>>,
}

#[derive(Serialize)]
struct Place<'a> {
    file: &'a str,
    start: usize,
    end: usize,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    primary: bool,
    label: &'a str,
}

/// All diagnostics as one JSON object on one line: `{"diagnostics": [..], "errors": n, "warnings": n}`. `start`
/// and `end` of a span count bytes from 0, lines and columns (in characters) count from 1, ends are exclusive;
/// the primary span comes first, and there is none when the diagnostic has no place in a text.
pub fn json(diagnostics: &Diagnostics, sources: &SourceMap) -> String {
    let index = Index::new(sources);
    let entries: Vec<Entry<'_>> = diagnostics.iter().map(|diagnostic| entry(diagnostic, &index)).collect();
    let errors = diagnostics.iter().filter(|diagnostic| diagnostic.severity() == Severity::Error).count();
    let report = Report { errors, warnings: diagnostics.len() - errors, diagnostics: entries };
    let mut text = serde_json::to_string(&report).expect("texts and numbers always have a JSON form");
    text.push('\n');
    text
}

fn entry<'a>(diagnostic: &'a Diagnostic, index: &Index<'a>) -> Entry<'a> {
    let primary = diagnostic.span.and_then(|span| place(span, &diagnostic.label, true, index));
    let secondary =
        diagnostic.secondary.iter().filter_map(|label| place(label.span, &label.text, false, index));
    Entry {
        code: diagnostic.code.as_str(),
        severity: match diagnostic.severity() {
            Severity::Error => "error",
            Severity::Warning => "warning",
        },
        message: &diagnostic.message,
        label: &diagnostic.label,
        notes: &diagnostic.notes,
        help: diagnostic.help.as_deref(),
        spans: primary.into_iter().chain(secondary).collect(),
    }
}

fn place<'a>(span: Span, label: &'a str, primary: bool, index: &Index<'a>) -> Option<Place<'a>> {
    let (lines, range) = index.find(span)?;
    let (line, column) = lines.line_column(range.start);
    let (end_line, end_column) = lines.line_column(range.end);
    Some(Place {
        file: lines.name,
        start: range.start,
        end: range.end,
        line,
        column,
        end_line,
        end_column,
        primary,
        label,
    })
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::json;
    use crate::diagnostic::{Code, Diagnostic, Diagnostics};
    use crate::span::{SourceMap, Span};

    #[test]
    fn byte_offsets_and_columns_are_both_given() {
        let mut sources = SourceMap::default();
        let id = sources.add("a \"b\".ron", "é: 1\né: 2\n");
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(
            Diagnostic::new(Code::E0003, Span::new(id, 6, 8), "duplicate key `é`")
                .label("again here")
                .also(Span::new(id, 0, 2), "first here")
                .help("remove one"),
        );
        let text = json(&diagnostics, &sources).replace(",\"", ",\n\"");
        expect![[r#"
            {"diagnostics":[{"code":"E0003",
            "severity":"error",
            "message":"duplicate key `é`",
            "label":"again here",
            "notes":[],
            "help":"remove one",
            "spans":[{"file":"a \"b\".ron",
            "start":6,
            "end":8,
            "line":2,
            "column":1,
            "end_line":2,
            "end_column":2,
            "primary":true,
            "label":"again here"},{"file":"a \"b\".ron",
            "start":0,
            "end":2,
            "line":1,
            "column":1,
            "end_line":1,
            "end_column":2,
            "primary":false,
            "label":"first here"}]}],
            "errors":1,
            "warnings":0}
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn one_line_holds_all_even_without_a_place() {
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(Diagnostic::without_place(Code::W0602, "undecided").note("`ctl` is\na Script"));
        let text = json(&diagnostics, &SourceMap::default());
        assert_eq!(text.lines().count(), 1);
        let value: serde_json::Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["diagnostics"][0]["spans"], serde_json::json!([]));
        assert_eq!((&value["errors"], &value["warnings"]), (&0.into(), &1.into()));
    }

    #[test]
    fn ten_thousand_diagnostics_on_a_large_file_are_rendered() {
        let mut sources = SourceMap::default();
        let id = sources.add("large", "ab ".repeat(1_700_000));
        let mut diagnostics = Diagnostics::default();
        for i in 0..10_000 {
            diagnostics.push(Diagnostic::new(Code::E0002, Span::new(id, 500 * i, 500 * i + 2), "odd"));
        }
        let text = json(&diagnostics, &sources);
        assert!(text.ends_with("\"errors\":10000,\"warnings\":0}\n"));
    }
}
