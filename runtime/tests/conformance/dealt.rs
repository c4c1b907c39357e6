//! Tokens dealt to copies of sub-networks, and firings put in the order of their inputs whatever the deal (case 30).

use crate::replicated::{DEALS, WIDTHS, farm, gives_all, pairs, row, run, stage};

pub(crate) const CAPACITIES: [&str; 2] = ["Buffer(1)", "Auto"];

/// The graph that emits 1 to 20, sends them through copies of `line.ron`, each with its number, and prints them as a list.
pub(crate) fn farm_of_lines(replicate: &str, kind: &str) -> String {
    format!(
        r#"Network(
            processes: {{
                "numbers": (run: Range(from: 1, to: 21)),
                "line": (
                    run: Network(file: "line.ron", params: {{"copy": "$replica"}}),
                    replicate: ({replicate}),
                ),
                "total": (run: Collect()),
                "print": (run: Print()),
            }},
            channels: [
                (from: "numbers", to: "line", kind: {kind}),
                (from: "line", to: "total", kind: {kind}),
                (from: "total", to: "print"),
            ],
        )"#
    )
}

/// A farm of sub-networks of one process, which shows what its copy got: 100 for each token, and the copy's number.
fn copies_of(run_inside: &str, deal: &str, n: usize, kind: &str) -> Vec<(&'static str, String)> {
    let root = farm_of_lines(&format!("n: {n}, deal: {deal}"), kind);
    let line = format!(
        r#"Network(
            params: {{"copy": (default: 0)}},
            processes: {{ "first": ({run_inside}), "show": (run: Map(expr: "100 * x + copy")) }},
            channels: [(from: "first", to: "show", kind: {kind})],
            inputs: {{"in": "first"}}, outputs: {{"out": "show"}},
        )"#
    );
    vec![("farm.ron", root), ("line.ron", line)]
}

fn sorted(mut tokens: Vec<i64>) -> Vec<i64> {
    tokens.sort_unstable();
    tokens
}

#[test]
fn case_30_copies_of_sub_networks_get_what_is_dealt_to_them() {
    let insides =
        ["run: Map(expr: \"x\")".to_owned(), stage("Any", "Any", 2), stage("Key(\"x\")", "InOrder", 3)];
    for (kind, inside) in CAPACITIES.into_iter().flat_map(|kind| insides.iter().map(move |one| (kind, one))) {
        for n in WIDTHS {
            let copies = i64::try_from(n).expect("few");
            let tokens = |deal| run(copies_of(inside, deal, n, kind)).expect("it ends well");
            let in_turn: Vec<i64> = (1..=20).map(|x| 100 * x + (x - 1) % copies).collect();
            let to_all =
                (1..=20).flat_map(|x| (0..copies).map(move |copy| 100 * x + copy)).collect::<Vec<_>>();
            for got in tokens("RoundRobin") {
                assert_eq!(sorted(got), in_turn, "{n} {inside} {kind}");
            }
            for got in tokens("All") {
                assert_eq!(sorted(got), to_all, "{n} {inside} {kind}");
            }
            for got in tokens("Key(\"x % 3\")") {
                let got = sorted(got);
                assert_eq!(got.iter().map(|x| x / 100).collect::<Vec<_>>(), (1..=20).collect::<Vec<_>>());
                let copy = |key: i64| got[usize::try_from(key + 2).expect("small")] % 100;
                let copies: Vec<i64> = (0..3).map(copy).collect();
                assert!(got.iter().all(|x| x % 100 == copies[usize::try_from(x / 100 % 3).expect("small")]));
            }
        }
    }
}

#[test]
fn case_30_farms_of_farms_of_sub_networks() {
    for outer in DEALS {
        for (deal, collect, _) in pairs() {
            let inner = row(&[stage(deal, collect, 2)], true);
            let work = |file: &str, deal: &str| {
                format!("run: Network(file: {file:?}), replicate: (n: 2, deal: {deal})")
            };
            let middle = row(&[work("inner.ron", deal), work("inner.ron", outer)], true);
            let root = farm(&[work("middle.ron", outer), work("middle.ron", "Any")]);
            let n_alls = |deal: &str, n: u32| if deal == "All" { n } else { 0 };
            // In either of two rows: a farm in each of two farms, and those as often as the deal of each says.
            let times = 2 * (n_alls(deal, 3) + n_alls(outer, 1)) + n_alls(outer, 1);
            let files = vec![("farm.ron", root), ("middle.ron", middle), ("inner.ron", inner)];
            gives_all(files, 1 << times, false);
        }
    }
}

#[test]
fn case_30_firings_come_out_together_whatever_the_deal() {
    // 0, 1 or 2 tokens for one.
    let fires = |x: i64| std::iter::repeat_n(x, usize::try_from(x % 3).expect("small"));
    for deal in DEALS {
        for n in WIDTHS {
            let work =
                "run: FlatMap(expr: \"if x % 3 == 0 { [] } else if x % 3 == 1 { [x] } else { [x, x] }\")";
            let work = format!("{work}, replicate: (n: {n}, deal: {deal}, collect: InOrder)");
            let times = if deal == "All" { n } else { 1 };
            let expected: Vec<i64> = (1..=20).flat_map(|x| (0..times).flat_map(move |_| fires(x))).collect();
            for got in run(vec![("farm.ron", farm(&[work]))]).expect("it ends well") {
                assert_eq!(got, expected, "{deal} {n}");
            }
        }
    }
}

#[test]
fn copies_of_a_sub_network_of_several_inputs_get_tokens_that_belong_together() {
    let graph = |deal: &str| {
        format!(
            r#"Network(
                processes: {{
                    "left": (run: Range(from: 1, to: 21)),
                    "right": (run: Range(from: 1, to: 21)),
                    "sum": (run: Network(file: "sum.ron"), replicate: (n: 2, deal: {deal})),
                    "total": (run: Collect()),
                    "print": (run: Print()),
                }},
                channels: [
                    (from: "left", to: "sum.a"),
                    (from: "right", to: "sum.b"),
                    (from: "sum", to: "total"),
                    (from: "total", to: "print"),
                ],
            )"#
        )
    };
    let sum = r#"Network(
        processes: {"plus": (run: Plus())},
        channels: [],
        inputs: {"a": "plus.a", "b": "plus.b"}, outputs: {"out": "plus"},
    )"#;
    let sums = |deal| run(vec![("farm.ron", graph(deal)), ("sum.ron", sum.to_owned())]);
    for (deal, times) in [("All", 2), ("Key(\"x % 2\")", 1)] {
        for got in sums(deal).expect("it ends well") {
            let expected: Vec<i64> = (1..=20).flat_map(|n| std::iter::repeat_n(2 * n, times)).collect();
            assert_eq!(sorted(got), expected, "{deal}");
        }
    }
    for deal in ["Any", "RoundRobin"] {
        let why = sums(deal).expect_err("sums of what does not belong together");
        assert!(why.contains("E0210") && why.contains("do not belong together"), "{why}");
    }
}

#[test]
fn members_and_shared_ports_are_dealt_to_each_by_itself() {
    let graph = |to: &str| {
        format!(
            r#"Network(
                processes: {{
                    "numbers": (run: Range(from: 1, to: 21)),
                    "copy": (run: Delta()),
                    "line": (run: Network(file: "line.ron"), family: 2, replicate: (n: 3, deal: RoundRobin)),
                    "total": (run: Collect()),
                    "print": (run: Print()),
                }},
                channels: [
                    (from: "numbers", to: "copy"),
                    (from: "copy.out", to: {to}),
                    (from: AnyOf(["line[*].out"]), to: "total"),
                    (from: "total", to: "print"),
                ],
            )"#
        )
    };
    // Two processes share its input.
    let line = r#"Network(
        processes: {"a": (run: Map(expr: "x"), replicate: 2), "b": (run: Map(expr: "x"))},
        channels: [],
        inputs: {"in": AnyOf(["a", "b"])}, outputs: {"out": AnyOf(["a", "b"])},
    )"#;
    for (to, times) in
        [(r#"AnyOf(["line[*].in"])"#, 1), (r#""line[*].in""#, 2), (r#"AllOf(["line[*].in"])"#, 2)]
    {
        gives_all(vec![("farm.ron", graph(to)), ("line.ron", line.to_owned())], times, false);
    }
}

#[test]
fn copies_of_sub_networks_end_in_every_order() {
    for deal in DEALS {
        for n in [1, 4] {
            let work = format!("run: Network(file: \"line.ron\"), replicate: (n: {n}, deal: {deal})");
            let line =
                |expr: &str| row(&[format!("run: Map(expr: {expr:?})"), stage("Any", "InOrder", 2)], true);
            let left = farm(&[work.clone(), "run: Take(n: 3)".to_owned()]);
            for got in run(vec![("farm.ron", left), ("line.ron", line("x"))]).expect("it ends well") {
                assert_eq!(got.len(), 3, "{deal} {n}");
            }
            let failing = vec![("farm.ron", farm(&[work])), ("line.ron", line("60 / (x - 13)"))];
            let why = run(failing).expect_err("it divides by 0");
            assert!(why.contains("failed with x = 13: "), "{why}");
        }
    }
}

#[test]
fn what_copies_of_sub_networks_cannot_do_is_refused() {
    let line = || row(&[stage("Any", "Any", 1)], true);
    let why = |replicate: &str| {
        let work = format!("run: Network(file: \"line.ron\"), replicate: {replicate}");
        run(vec![("farm.ron", farm(&[work])), ("line.ron", line())]).expect_err(replicate)
    };
    assert!(why("(n: 2, deal: Key(\"y\"))").contains("E0802"));
    let source = r#"Network(
        processes: {
            "numbers": (run: Network(file: "numbers.ron"), replicate: (n: 2, deal: RoundRobin)),
            "print": (run: Print()),
        },
        channels: [(from: "numbers", to: "print")],
    )"#;
    let numbers = r#"Network(processes: {"r": (run: Range(to: 3))}, channels: [], outputs: {"out": "r"})"#;
    let why = |deal: &str| {
        let source = source.replace("deal: RoundRobin", deal);
        run(vec![("farm.ron", source), ("numbers.ron", numbers.to_owned())]).expect_err("there is none")
    };
    assert!(why("deal: RoundRobin").contains("no input to deal to"));
    assert!(why("collect: RoundRobin").contains("nothing says whose turn it is"));
}
