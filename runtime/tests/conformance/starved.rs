//! Farms by a key whose copies get no tokens, and readers that leave (case 30).

use crate::replicated::{STAGE, printed, row, run, stage};

/// Endless numbers, all with one key, to copies of which one alone gets tokens; a sink that leaves.
fn starved(work: &str, collect: &str, copy: &str) -> Vec<(&'static str, String)> {
    let stages = [
        "run: Numbers()".to_owned(),
        format!("run: {work}, replicate: (n: 12, deal: Key(\"x * 0\"), collect: {collect})"),
        "run: Take(n: 10)".to_owned(),
        "run: Collect()".to_owned(),
        "run: Print()".to_owned(),
    ];
    vec![("farm.ron", row(&stages, false)), ("line.ron", row(&[copy.to_owned(), copy.to_owned()], true))]
}

#[test]
fn copies_without_tokens_end_with_a_sink_that_leaves() {
    let (plain, inner) = (format!("run: {STAGE}"), stage("Key(\"x\")", "Any", 2));
    let filter = "Filter(expr: \"x >= 0\")";
    for (work, collect, copy) in [
        (STAGE, "Any", &plain),
        (STAGE, "InOrder", &plain),
        (filter, "Any", &plain),
        (filter, "InOrder", &plain),
        ("Network(file: \"line.ron\")", "Any", &plain),
        ("Network(file: \"line.ron\")", "Any", &inner),
    ] {
        let ran = run(starved(work, collect, copy));
        for tokens in ran.unwrap_or_else(|why| panic!("{work} {collect}: {why}")) {
            // The copies inside of a copy do not keep the order.
            let expected = if copy == &inner { tokens.clone() } else { (0..10).collect() };
            assert_eq!((tokens.len(), &tokens), (10, &expected), "{work} {collect}");
        }
    }
}

#[test]
fn so_do_those_at_the_bottom_of_many_levels() {
    let root = r#"Network(
        processes: {
            "numbers": (run: Numbers()),
            "level": (run: Network(file: "level.ron", params: {"depth": 120})),
            "first": (run: Take(n: 10)),
            "print": (run: Print()),
        },
        channels: [(from: "numbers", to: "level"), (from: "level", to: "first"), (from: "first", to: "print")],
    )"#;
    let level = r#"Network(
        params: {"depth": (default: 0)},
        processes: {
            "in": (run: Identity()),
            "next": (run: Network(file: "level.ron", params: {"depth": "${depth - 1}"}), when: "depth > 0"),
            "line": (run: Network(file: "line.ron"), replicate: (n: 2, deal: Key("x * 0")), when: "depth == 0"),
            "out": (run: Identity()),
        },
        channels: [
            (from: "in", to: "next", when: "depth > 0"),
            (from: "in", to: "line", when: "depth == 0"),
            (from: "next", to: "out", when: "depth > 0"),
            (from: "line", to: "out", when: "depth == 0"),
        ],
        inputs: {"in": "in"}, outputs: {"out": "out"},
    )"#;
    let line = row(&[format!("run: {STAGE}"), format!("run: {STAGE}")], true);
    let files = vec![("farm.ron", root.to_owned()), ("level.ron", level.to_owned()), ("line.ron", line)];
    for printed in printed(files).expect("it ends well") {
        assert_eq!(printed.lines().count(), 10);
    }
}

#[test]
fn copies_with_a_sink_inside_go_on_though_nobody_reads_outside() {
    let root = r#"Network(
        processes: {
            "numbers": (run: Range(from: 1, to: 41)),
            "line": (
                run: Network(file: "line.ron", params: {"copy": "$replica"}),
                replicate: (n: 2, deal: Key("x % 2")),
            ),
            "first": (run: Take(n: 1)),
            "end": (run: BlackHole()),
        },
        channels: [
            (from: "numbers", to: "line", kind: Rendezvous),
            (from: "line", to: "first", kind: Rendezvous),
            (from: "first", to: "end"),
        ],
    )"#;
    // One of the copies ends after three tokens.
    let line = r#"Network(
        params: {"copy": (default: 0)},
        processes: {
            "some": (run: Take(n: "${3 + 100 * copy}")),
            "both": (run: Delta()),
            "count": (run: Fold(init: 0, expr: "acc + 1")),
            "print": (run: Print()),
        },
        channels: [
            (from: "some", to: "both"),
            (from: "both.out[0]", to: "count"),
            (from: "count", to: "print"),
        ],
        inputs: {"in": "some"}, outputs: {"out": "both.out[1]"},
    )"#;
    let files = vec![("farm.ron", root.to_owned()), ("line.ron", line.to_owned())];
    for printed in printed(files).expect("it ends well") {
        let mut lines: Vec<&str> = printed.lines().collect();
        lines.sort_unstable();
        assert_eq!(lines, ["20", "3"]);
    }
}
