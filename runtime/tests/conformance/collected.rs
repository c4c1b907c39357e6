//! What copies of sub-networks give, collected by turns or in the order of their inputs (case 30).

use crate::dealt::{CAPACITIES, farm_of_lines};
use crate::replicated::{self, DEALS, WIDTHS, farm, gives_all, row, run, stage};

const COLLECTS: [&str; 2] = ["RoundRobin", "InOrder"];

/// Pairs of a way to deal and one to collect that keep an order.
fn pairs() -> impl Iterator<Item = (&'static str, &'static str)> {
    replicated::pairs().filter(|(.., in_order)| *in_order).map(|(deal, collect, _)| (deal, collect))
}

/// A stage of so many copies of a file.
fn copies(file: &str, deal: &str, collect: &str, n: usize) -> String {
    format!("run: Network(file: {file:?}), replicate: (n: {n}, deal: {deal}, collect: {collect})")
}

/// Each token, as often as the deal gives it.
fn in_order(deal: &str, n: usize) -> Vec<i64> {
    let times = if deal == "All" { n } else { 1 };
    (1..=20).flat_map(|x| std::iter::repeat_n(x, times)).collect()
}

/// Checks that a farm gives these tokens in this order on every placement.
fn gives(files: Vec<(&'static str, String)>, expected: &[i64]) {
    let what = format!("{files:?}");
    for got in run(files).unwrap_or_else(|why| panic!("{what}: {why}")) {
        assert_eq!(got, expected, "{what}");
    }
}

/// A line whose stages take some time, which differs from copy to copy and from token to token.
fn uneven(kind: &str) -> String {
    format!(
        r#"Network(
            params: {{"copy": (default: 0)}},
            processes: {{
                "late": (run: Delay(time: "${{(copy * 7 + 3) % 5 * 200 + 1}}us")),
                "work": (run: Map(expr: "let n = 0; for i in range(0, x * 7919 % 13 * 300) {{ n += i; }} x + n - n")),
            }},
            channels: [(from: "late", to: "work", kind: {kind})],
            inputs: {{"in": "late"}}, outputs: {{"out": "work"}},
        )"#
    )
}

#[test]
fn case_30_what_copies_of_sub_networks_give_comes_in_the_order_of_their_inputs() {
    for kind in CAPACITIES {
        for (deal, collect) in pairs() {
            for n in WIDTHS {
                let root = farm_of_lines(&format!("n: {n}, deal: {deal}, collect: {collect}"), kind);
                gives(vec![("farm.ron", root), ("line.ron", uneven(kind))], &in_order(deal, n));
            }
        }
    }
}

#[test]
fn case_30_farms_of_farms_of_sub_networks_keep_the_order() {
    for (outer, collect) in pairs() {
        for (deal, inside) in pairs().filter(|(deal, _)| *deal != "All") {
            let inner = row(&[stage("Any", "InOrder", 2), "run: Map(expr: \"x\")".to_owned()], true);
            let middle =
                row(&[copies("inner.ron", deal, inside, 2), copies("inner.ron", "Any", "InOrder", 3)], true);
            let root = farm(&[copies("middle.ron", outer, collect, 2)]);
            gives(
                vec![("farm.ron", root), ("middle.ron", middle), ("inner.ron", inner)],
                &in_order(outer, 2),
            );
        }
    }
}

#[test]
fn a_farm_in_a_farm_that_gives_each_token_several_times_gives_all() {
    // What is dealt to all of an inner farm is no token for a token, so its own copies alone have an order.
    let inner = || row(&["run: Map(expr: \"x\")".to_owned()], true);
    let middle = row(&[copies("inner.ron", "All", "InOrder", 3)], true);
    let root = farm(&["run: Network(file: \"middle.ron\"), replicate: (n: 2, deal: RoundRobin)".to_owned()]);
    gives_all(vec![("farm.ron", root), ("middle.ron", middle.clone()), ("inner.ron", inner())], 3, false);
    let root = farm(&[copies("middle.ron", "Any", "InOrder", 2)]);
    let why = run(vec![("farm.ron", root), ("middle.ron", middle), ("inner.ron", inner())]);
    assert!(why.expect_err("three for one").contains("each gives a token"));
}

#[test]
fn what_is_split_and_joined_again_is_one_for_one() {
    let split = |kind: &str| {
        format!(
            r#"Network(
                processes: {{
                    "split": (run: Delta()),
                    "once": (run: Map(expr: "x")),
                    "more": (run: Map(expr: "1000 * x")),
                    "sum": (run: Plus()),
                    "spread": (run: Map(expr: "x")),
                    "log": (run: Take(n: 2)),
                    "off": (run: BlackHole()),
                    "pair": (run: Plus()),
                    "nothing": (run: Map(expr: "x - x")),
                }},
                channels: [
                    (from: "split.out", to: "once", kind: {kind}),
                    (from: "split.out", to: "more", kind: {kind}),
                    (from: "once", to: "sum.a"),
                    (from: "more", to: "sum.b"),
                    (from: "sum", to: "spread"),
                    (from: "spread", to: AllOf(["pair.a", "nothing", "log"]), kind: {kind}),
                    (from: "log", to: "off"),
                    (from: "nothing", to: "pair.b"),
                ],
                inputs: {{"in": "split"}}, outputs: {{"out": "pair"}},
            )"#
        )
    };
    for kind in CAPACITIES {
        for (deal, collect) in pairs() {
            let files = vec![
                ("farm.ron", farm(&[copies("split.ron", deal, collect, 3)])),
                ("split.ron", split(kind)),
            ];
            let expected: Vec<i64> = in_order(deal, 3).iter().map(|x| 1001 * x).collect();
            gives(files, &expected);
        }
    }
}

/// Sums and differences of two streams, each collected by itself.
fn two_by_two(replicate: &str, behind: &str) -> Vec<(&'static str, String)> {
    let root = format!(
        r#"Network(
            processes: {{
                "left": (run: Range(from: 1, to: 21)),
                "right": (run: Range(from: 101, to: 121)),
                "both": (run: Network(file: "both.ron"), replicate: {replicate}),
                "some": (run: {behind}),
                "differ": (run: Map(expr: "x * 1000")),
                "off": (run: BlackHole()),
                "total": (run: Collect()),
                "print": (run: Print()),
            }},
            channels: [
                (from: "left", to: "both.a"),
                (from: "right", to: "both.b"),
                (from: "both.sum", to: "some"),
                (from: "some", to: "off"),
                (from: "both.difference", to: "differ"),
                (from: "differ", to: "total"),
                (from: "total", to: "print"),
            ],
        )"#
    );
    let both = r#"Network(
        processes: {"a": (run: Delta()), "b": (run: Delta()), "plus": (run: Plus()), "minus": (run: Minus())},
        channels: [
            (from: "a.out", to: "plus.a"), (from: "a.out", to: "minus.a"),
            (from: "b.out", to: "plus.b"), (from: "b.out", to: "minus.b"),
        ],
        inputs: {"a": "a", "b": "b"}, outputs: {"sum": "plus", "difference": "minus"},
    )"#;
    vec![("farm.ron", root), ("both.ron", both.to_owned())]
}

#[test]
fn each_output_is_collected_by_itself() {
    // One output is read to its end, though nobody reads the other any more.
    for behind in ["Map(expr: \"x\")", "Take(n: 3)"] {
        for collect in COLLECTS {
            let files = two_by_two(&format!("(n: 3, deal: All, collect: {collect})"), behind);
            gives(files, &[-100_000; 60]);
        }
    }
    let why = run(two_by_two("(n: 3, deal: Key(\"x\"), collect: InOrder)", "Map(expr: \"x\")"));
    assert!(why.expect_err("two who say whose turn it is").contains("one input says whose turn it is"));
}

#[test]
fn an_output_that_nobody_reads_any_more_ends_no_other() {
    let graph = |deal: &str| {
        format!(
            r#"Network(
                processes: {{
                    "numbers": (run: Range(from: 1, to: 21)),
                    "both": (run: Network(file: "both.ron"), replicate: (n: 3, deal: {deal}, collect: InOrder)),
                    "some": (run: Take(n: 2)),
                    "off": (run: BlackHole()),
                    "total": (run: Collect()),
                    "print": (run: Print()),
                }},
                channels: [
                    (from: "numbers", to: "both"),
                    (from: "both.a", to: "some", kind: Buffer(1)),
                    (from: "some", to: "off"),
                    (from: "both.b", to: "total", kind: Buffer(1)),
                    (from: "total", to: "print"),
                ],
            )"#
        )
    };
    let both = r#"Network(
        processes: {"split": (run: Delta()), "a": (run: Map(expr: "x")), "b": (run: Map(expr: "x"))},
        channels: [(from: "split.out", to: "a"), (from: "split.out", to: "b")],
        inputs: {"in": "split"}, outputs: {"a": "a", "b": "b"},
    )"#;
    for deal in DEALS {
        gives(vec![("farm.ron", graph(deal)), ("both.ron", both.to_owned())], &in_order(deal, 3));
    }
}

#[test]
fn members_of_families_are_collected_each_by_itself() {
    let line = row(&vec![stage("Any", "InOrder", 2); 2], true);
    let graph = |from: &str, through: &str| {
        format!(
            r#"Network(
                processes: {{
                    "numbers": (run: Range(from: 1, to: 21)),
                    "copy": (run: Delta()),
                    "line": (run: Network(file: "line.ron"), family: 2, replicate: (n: 3, collect: InOrder)),
                    "join": (run: {through}),
                    "one": (run: Map(expr: "if x.len() == 2 && x[0] == x[1] {{ x[0] }} else {{ -1 }}")),
                    "total": (run: Collect()),
                    "print": (run: Print()),
                }},
                channels: [
                    (from: "numbers", to: "copy"),
                    (from: "copy.out", to: "line[*].in"),
                    (from: {from}, to: "join"),
                    (from: "join", to: "one"),
                    (from: "one", to: "total"),
                    (from: "total", to: "print"),
                ],
            )"#
        )
    };
    gives(
        vec![("farm.ron", graph("\"line[*].out\"", "Paraplex()")), ("line.ron", line.clone())],
        &in_order("Any", 1),
    );
    let shared = graph("AnyOf([\"line[*].out\"])", "Map(expr: \"[x, x]\")");
    gives_all(vec![("farm.ron", shared), ("line.ron", line)], 2, false);
}

#[test]
fn collected_copies_of_sub_networks_end_in_every_order() {
    for (deal, collect) in pairs() {
        for n in [1, 4] {
            let line =
                |expr: &str| row(&[format!("run: Map(expr: {expr:?})"), stage("Any", "InOrder", 2)], true);
            let work = copies("line.ron", deal, collect, n);
            let left = farm(&[work.clone(), "run: Take(n: 3)".to_owned()]);
            let first = &in_order(deal, n)[..3];
            gives(vec![("farm.ron", left.clone()), ("line.ron", line("x"))], first);
            let endless = left.replace("Range(from: 1, to: 21)", "Numbers(from: 1)");
            assert_ne!(endless, left);
            gives(vec![("farm.ron", endless), ("line.ron", line("x"))], first);
            let failing = vec![("farm.ron", farm(&[work])), ("line.ron", line("60 / (x - 13)"))];
            let why = run(failing).expect_err("it divides by 0");
            assert!(why.contains("failed with x = 13: "), "{why}");
        }
    }
}

/// A line of three stages: this one in the middle, joined as said.
fn with_middle(middle: &str, channel: &str) -> String {
    format!(
        r#"Network(
            processes: {{"first": (run: Map(expr: "x")), "middle": ({middle}), "last": (run: Map(expr: "x"))}},
            channels: [(from: "first", to: "middle"), (from: "middle", to: "last"{channel})],
            inputs: {{"in": "first"}}, outputs: {{"out": "last"}},
        )"#
    )
}

#[test]
fn who_spoils_the_order_is_named() {
    let why = |line: String, deal: &str, collect: &str| {
        let files = vec![("farm.ron", farm(&[copies("line.ron", deal, collect, 2)])), ("line.ron", line)];
        let why = run(files).expect_err("no order can be kept");
        assert!(why.contains("E0210"), "{why}");
        why
    };
    let map = "run: Map(expr: \"x\")";
    for (middle, channel, what) in [
        ("run: Filter(expr: \"x > 3\")", "", "`p1[0]/middle` (Filter) may give more or fewer"),
        ("run: Take(n: 3)", "", "`p1[0]/middle` (Take) may end before its input does"),
        ("run: Map(expr: \"x\"), replicate: 2", "", "copies whose tokens come in any order"),
        (
            "run: Map(expr: \"x\"), replicate: (n: 2, deal: All, collect: InOrder)",
            "",
            "copies that each give a token",
        ),
        (map, ", kind: DropOldest(3)", "may drop tokens"),
        (map, ", initial: [0]", "has tokens at the start"),
        ("run: Map(expr: \"x\"), immunity: 1", "", "is immune"),
    ] {
        let why = why(with_middle(middle, channel), "RoundRobin", "InOrder");
        assert!(why.contains(what), "{what}: {why}");
    }
    assert!(why(with_middle(map, ""), "Key(\"x\")", "RoundRobin").contains("there are no turns"));
    let shared = r#"Network(
        processes: {"a": (run: Map(expr: "x")), "b": (run: Map(expr: "x"))}, channels: [],
        inputs: {"in": AnyOf(["a", "b"])}, outputs: {"out": AnyOf(["a", "b"])},
    )"#;
    assert!(why(shared.to_owned(), "Any", "InOrder").contains("is shared by writers"));
    let source = r#"Network(
        processes: {"n": (run: Numbers()), "sum": (run: Plus())}, channels: [(from: "n", to: "sum.b")],
        inputs: {"in": "sum.a"}, outputs: {"out": "sum"},
    )"#;
    assert!(
        why(source.to_owned(), "Any", "InOrder")
            .contains("`p1[0]/n` (Numbers) gives tokens without taking any")
    );
    let ring = r#"Network(
        processes: {"split": (run: Delta()), "sum": (run: Plus())},
        channels: [(from: "sum", to: "split"), (from: "split.out", to: "sum.b")],
        inputs: {"in": "sum.a"}, outputs: {"out": "split.out"},
    )"#;
    assert!(why(ring.to_owned(), "Any", "InOrder").contains("stands in a loop"));
}
