//! Cases as graph files write them, with the kinds of the library (cases 22, 23, 51).

use crate::replicated::printed;

/// The numbers 1 to `n` as they are printed.
fn numbers(n: i64) -> String {
    format!("[{}]", (1..=n).map(|n| n.to_string()).collect::<Vec<_>>().join(", "))
}

/// What is printed on every placement, each time as sorted lines.
fn lines(files: Vec<(&'static str, String)>) -> Vec<Vec<String>> {
    let what = format!("{files:?}");
    let printed = printed(files).unwrap_or_else(|why| panic!("{what}: {why}"));
    let sorted = |text: String| {
        let mut lines: Vec<_> = text.lines().map(str::to_owned).collect();
        lines.sort_unstable();
        lines
    };
    printed.into_iter().map(sorted).collect()
}

/// A sub-network that is poisoned from inside after five tokens.
fn poisoned_inside(strength: u32, kind: &str) -> String {
    format!(
        r#"Network(
            processes: {{
                "before": (run: Map(expr: "x")),
                "cut": (run: Script(
                    code: "for k in 0..5 {{ send(\"out\", recv(\"in\")); }} poison({strength});",
                )),
                "after": (run: Map(expr: "x")),
            }},
            channels: [(from: "before", to: "cut", kind: {kind}), (from: "cut", to: "after", kind: {kind})],
            inputs: {{"in": "before"}}, outputs: {{"out": "after"}},
        )"#
    )
}

/// A hundred numbers go to who collects all, and through a sub-network to who collects what comes from there. Both that
/// surround the sub-network are as immune as said.
fn surroundings(immunity: u32, kind: &str) -> String {
    format!(
        r#"Network(
            processes: {{
                "numbers": (run: Range(from: 1, to: 101)),
                "copy": (run: Delta(), immunity: {immunity}),
                "inside": (run: Network(file: "inside.ron")),
                "some": (run: Collect(), immunity: {immunity}),
                "print_some": (run: Print(format: "some {{x}}")),
                "all": (run: Collect()),
                "print_all": (run: Print(format: "all {{x}}")),
            }},
            channels: [
                (from: "numbers", to: "copy", kind: {kind}),
                (from: "copy.out", to: "inside", kind: {kind}),
                (from: "inside", to: "some", kind: {kind}),
                (from: "some", to: "print_some"),
                (from: "copy.out", to: "all", kind: {kind}),
                (from: "all", to: "print_all"),
            ],
        )"#
    )
}

/// A sub-network around another. With more room in it the numbers could all be through before the poison is back.
fn around(kind: &str) -> String {
    format!(
        r#"Network(
            processes: {{
                "first": (run: Map(expr: "x")),
                "innermost": (run: Network(file: "innermost.ron")),
                "last": (run: Map(expr: "x")),
            }},
            channels: [
                (from: "first", to: "innermost", kind: {kind}),
                (from: "innermost", to: "last", kind: {kind}),
            ],
            inputs: {{"in": "first"}}, outputs: {{"out": "last"}},
        )"#
    )
}

#[test]
fn case_22_a_sub_network_ends_by_poison_and_its_immune_surroundings_go_on() {
    let goes_on = [format!("all {}", numbers(100)), format!("some {}", numbers(5))];
    for kind in ["Rendezvous", "Buffer(3)"] {
        for (immunity, strength) in [(1, 1), (2, 1), (2, 2), (3, 2), (0, 1), (1, 2)] {
            let root = surroundings(immunity, kind);
            let poisoned = poisoned_inside(strength, kind);
            let one = vec![("farm.ron", root.clone()), ("inside.ron", poisoned.clone())];
            let two = vec![("farm.ron", root), ("inside.ron", around(kind)), ("innermost.ron", poisoned)];
            for printed in lines(one).into_iter().chain(lines(two)) {
                if immunity >= strength {
                    assert_eq!(printed, goes_on, "immunity {immunity}, strength {strength}, {kind}");
                } else {
                    assert!(printed.is_empty(), "immunity {immunity}, strength {strength}: {printed:?}");
                }
            }
        }
    }
}

#[test]
fn case_23_one_of_two_writers_retires_twice_and_the_channel_stays_open() {
    for kind in ["Rendezvous", "Buffer(3)"] {
        let graph = format!(
            r#"Network(
                processes: {{
                    "first": (run: Script(
                        inputs: [], outputs: ["out", "told"],
                        code: "send(\"out\", 1); retire(\"out\"); retire(\"out\"); send(\"told\", 0);",
                    )),
                    "second": (run: Script(
                        inputs: ["told"], code: "recv(\"told\"); for n in 2..=4 {{ send(\"out\", n); }}",
                    )),
                    "all": (run: Collect()),
                    "print": (run: Print()),
                }},
                channels: [
                    (from: "first.told", to: "second"),
                    (from: AnyOf(["first.out", "second"]), to: "all", kind: {kind}),
                    (from: "all", to: "print"),
                ],
            )"#
        );
        for printed in lines(vec![("farm.ron", graph)]) {
            assert_eq!(printed, [numbers(4)]);
        }
    }
}

#[test]
fn case_51_a_take_on_one_branch_of_a_delta_leaves_the_other_everything() {
    for delta in ["Delta", "SeqDelta"] {
        for kind in ["Auto", "Rendezvous", "Buffer(1)", "Buffer(20)"] {
            for [first, second] in [["three", "all"], ["all", "three"]] {
                let graph = format!(
                    r#"Network(
                        processes: {{
                            "numbers": (run: Range(from: 1, to: 1001)),
                            "copy": (run: {delta}()),
                            "three": (run: Take(n: 3)),
                            "some": (run: Collect()),
                            "print_some": (run: Print(format: "some {{x}}")),
                            "all": (run: Collect()),
                            "print_all": (run: Print(format: "all {{x}}")),
                        }},
                        channels: [
                            (from: "numbers", to: "copy", kind: {kind}),
                            (from: "copy.out", to: "{first}", kind: {kind}),
                            (from: "copy.out", to: "{second}", kind: {kind}),
                            (from: "three", to: "some", kind: {kind}),
                            (from: "some", to: "print_some"),
                            (from: "all", to: "print_all"),
                        ],
                    )"#
                );
                for printed in lines(vec![("farm.ron", graph)]) {
                    let expected = [format!("all {}", numbers(1000)), format!("some {}", numbers(3))];
                    assert_eq!(printed, expected, "{delta}, {kind}");
                }
            }
        }
    }
}
