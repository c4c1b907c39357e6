use expect_test::expect;
use proptest::prelude::{Strategy, any, prop, proptest};

use super::{Style, summary, text};
use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::span::{SourceId, SourceMap, Span};

const GRAPH: &str = r#"Network(
    processes: {
        "a": (run: Range(to: 10)),
        "b": (run: Print()),
    },
    channels: [
        (from: "a", to: "b"),
        (from: "a", to: "b"),
    ],
)
"#;

fn span_of(id: SourceId, text: &str, part: &str, nth: usize) -> Span {
    let (at, _) = text.match_indices(part).nth(nth).unwrap();
    Span::new(id, at, at + part.len())
}

fn render(list: impl IntoIterator<Item = Diagnostic>, sources: &SourceMap) -> String {
    let mut diagnostics = Diagnostics::default();
    list.into_iter().for_each(|diagnostic| diagnostics.push(diagnostic));
    text(&diagnostics, sources, Style::default())
}

#[test]
fn both_sides_notes_and_help_are_shown() {
    let mut sources = SourceMap::default();
    let id = sources.add("two.ron", GRAPH);
    let diagnostic = Diagnostic::new(Code::E0202, span_of(id, GRAPH, "\"b\"", 2), "two writers at `b.in`")
        .label("a second channel ends here")
        .also(span_of(id, GRAPH, "\"b\"", 1), "the first ends here")
        .note("an end belongs to one channel")
        .help("share it: `from: AnyOf([\"a\", \"a\"])`");
    expect![[r#"
        error[E0202]: two writers at `b.in`
         --> two.ron:8:25
          |
        7 |         (from: "a", to: "b"),
          |                         --- the first ends here
        8 |         (from: "a", to: "b"),
          |                         ^^^ a second channel ends here
          |
          = note: an end belongs to one channel
          = help: share it: `from: AnyOf(["a", "a"])`

    "#]]
    .assert_eq(&render([diagnostic], &sources));
}

#[test]
fn a_label_in_another_file_is_shown_with_its_name() {
    let mut sources = SourceMap::default();
    let root = sources.add("root.ron", "Network(run: Network(file: \"sub.ron\"))");
    let sub = sources.add("lib/sub.ron", "Network(\n    inputs: {\"in\": \"x\"},\n)");
    let diagnostic = Diagnostic::new(Code::E0102, Span::new(sub, 27, 30), "unknown process `x`")
        .label("no process has this name")
        .also(Span::new(root, 13, 37), "used here");
    expect![[r#"
        error[E0102]: unknown process `x`
         --> lib/sub.ron:2:19
          |
        2 |     inputs: {"in": "x"},
          |                   ^^^ no process has this name
          |
         ::: root.ron:1:14
          |
        1 | Network(run: Network(file: "sub.ron"))
          |              ------------------------ used here

    "#]]
    .assert_eq(&render([diagnostic], &sources));
}

#[test]
fn a_diagnostic_without_a_place_is_shown() {
    let diagnostic = Diagnostic::without_place(Code::E0901, "deadlock").note("`a` waits for `b`");
    expect![[r#"
        error[E0901]: deadlock
         |
         = note: `a` waits for `b`

    "#]]
    .assert_eq(&render([diagnostic], &SourceMap::default()));
}

#[test]
fn odd_places_are_shown() {
    let mut sources = SourceMap::default();
    let empty = sources.add("empty.ron", "");
    let end = sources.add("end.ron", "a\n");
    let tabs = sources.add("tabs.ron", "\tx:\t1,\r\n\ty: 2\r\n");
    let wide = sources.add("wide.ron", "日本: \"é\" b");
    let at = |span: Span| Diagnostic::new(Code::E0001, span, "odd").label("here");
    let list = [
        at(Span::start_of(empty)),
        at(Span::new(end, 2, 2)),
        at(Span::new(tabs, 4, 5)),
        at(Span::new(tabs, 7, 10)),
        at(Span::new(wide, 13, 14)),
        at(Span::new(SourceId(99), 0, 1)),
    ];
    expect![[r#"
        error[E0001]: odd
         --> empty.ron:1:1
          |
        1 |
          | ^ here

        error[E0001]: odd
         --> end.ron:2:1
          |
        2 |
          | ^ here

        error[E0001]: odd
         --> tabs.ron:1:5
          |
        1 |     x:    1,
          |           ^ here

        error[E0001]: odd
         --> tabs.ron:1:8
          |
        1 |       x:    1,
          |  _____________^
        2 | |     y: 2
          | |_____^ here

        error[E0001]: odd
         --> wide.ron:1:9
          |
        1 | 日本: "é" b
          |           ^ here

        error[E0001]: odd

    "#]]
    .assert_eq(&render(list, &sources));
}

#[test]
fn far_labels_and_long_lines_are_cut() {
    let mut sources = SourceMap::default();
    let tall_text = "line\n".repeat(10_000);
    let tall = sources.add("tall.ron", tall_text.as_str());
    let long = sources.add("long.ron", "word ".repeat(200_000));
    let list = [
        Diagnostic::new(Code::E0003, Span::new(tall, 45_000, 45_004), "far")
            .also(Span::new(tall, 0, 4), "first"),
        Diagnostic::new(Code::E0003, Span::new(tall, 5, 45_004), "tall").label("all this"),
        Diagnostic::new(Code::E0003, Span::new(long, 500_000, 500_004), "long")
            .label("this word")
            .also(Span::new(long, 5, 9), "as here")
            .help("break the line"),
    ];
    expect![[r#"
        error[E0003]: far
            --> tall.ron:9001:1
             |
        9001 | line
             | ^^^^
             |
            ::: tall.ron:1:1
             |
           1 | line
             | ---- first

        error[E0003]: tall
         --> tall.ron:2:1
          |
        2 | line
          | ^^^^ all this

        error[E0003]: long
         --> long.ron:1:500001
          |
          |
        1 | ...rd word word word word word word word word word word word word word word word word word wo...
          |                                          ^^^^ this word
          = note: long.ron:1:6: as here
          = help: break the line

    "#]]
    .assert_eq(&render(list, &sources));
}

#[test]
fn the_summary_counts_and_points_to_explain() {
    let mut diagnostics = Diagnostics::default();
    expect!["no errors"].assert_eq(&summary(&diagnostics));
    diagnostics.push(Diagnostic::without_place(Code::W0201, "alone"));
    expect!["1 warning"].assert_eq(&summary(&diagnostics));
    diagnostics.push(Diagnostic::without_place(Code::E0203, "shared"));
    diagnostics.push(Diagnostic::without_place(Code::E0102, "unknown"));
    expect!["2 errors, 1 warning; `csprun explain E0203` says more"].assert_eq(&summary(&diagnostics));
}

#[test]
fn colour_is_ansi_and_only_on_request() {
    let mut diagnostics = Diagnostics::default();
    diagnostics.push(Diagnostic::without_place(Code::E0901, "deadlock"));
    let with = |colour| text(&diagnostics, &SourceMap::default(), Style { colour, width: 80 });
    assert!(with(true).contains('\u{1b}'));
    assert!(!with(false).contains('\u{1b}'));
}

fn sources() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec("([a-z\t\r\n\"é日\u{301}\u{200d}\u{1b}]| ){0,80}", 1..3)
}

proptest! {
    #[test]
    fn no_span_makes_it_panic(
        texts in sources(),
        spans in prop::collection::vec((0u32..3, 0usize..120, 0usize..120, any::<bool>()), 1..5),
        width in 0usize..120,
    ) {
        let mut sources = SourceMap::default();
        for text in texts {
            sources.add("a.ron", text);
        }
        let mut list = spans.into_iter().map(|(id, start, end, empty)| {
            (Span::new(SourceId(id), start, end), if empty { "" } else { "a label" })
        });
        let (span, label) = list.next().unwrap();
        let first = Diagnostic::new(Code::E0001, span, "m").label(label);
        let mut diagnostics = Diagnostics::default();
        diagnostics.push(list.fold(first, |diagnostic, (span, label)| diagnostic.also(span, label)));
        text(&diagnostics, &sources, Style { colour: true, width });
        super::super::json(&diagnostics, &sources);
    }
}
