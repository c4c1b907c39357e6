//! What can be said of a graph without running it, and what a run says beside its output.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
mod csprun;

use std::fs;
use std::path::Path;

use csprun::{file, run, run_with_input};

/// Names a file to write, a file to read, a command and a script; every one of them would leave a trace.
const DANGEROUS: &str = r#"Network(
    params: {"mark": (type: Text)},
    processes: {
        "numbers": (run: Range(to: 3)),
        "write":   (run: WriteLines(path: "$mark")),
        "touch":   (run: Command(argv: ["touch", "$mark"])),
        "python":  (run: Python(file: "trace.py", function: "trace")),
        "lines":   (run: ReadLines(path: "/does/not/exist")),
        "print":   (run: Print()),
        "hole":    (run: BlackHole()),
    },
    channels: [
        (from: "numbers", to: "write"),
        (from: "lines", to: "touch"),
        (from: "touch", to: "python"),
        (from: "python", to: AllOf(["print", "hole"])),
    ],
)"#;

#[test]
fn checking_drawing_and_expanding_execute_nothing() {
    let graph = file("inspect/dangerous.ron", DANGEROUS);
    let graph = graph.to_str().unwrap();
    let mark = Path::new(env!("CARGO_TARGET_TMPDIR")).join("inspect/mark");
    fs::remove_file(&mark).ok();
    let set = format!("mark={}", mark.display());
    let calls: [&[&str]; 6] = [
        &["check", graph, "--set", &set],
        &["check", graph, "--set", &set, "--format", "json"],
        &["expand", graph, "--set", &set],
        &["draw", graph, "--set", &set],
        &["draw", graph, "--set", &set, "--format", "dot"],
        &["list", "Command"],
    ];
    for call in calls {
        let ended = run(call).with_code(0);
        assert!(!ended.stdout.is_empty(), "{call:?}");
        assert!(!mark.exists(), "{call:?} executed what the file names");
    }
    run([graph, "--set", &set]).with_code(2).complaining_of(&["E0601", "Command", "Python"]);
    assert!(!mark.exists(), "a run that is refused executed what the file names");
}

#[test]
fn a_picture_goes_where_its_ending_says() {
    let picture = |ending: &str| Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("hello.{ending}"));
    for (ending, starts) in [("svg", "<svg"), ("html", "<!DOCTYPE html>"), ("dot", "digraph"), ("mmd", "---")]
    {
        let path = picture(ending);
        run(["draw", "graphs/hello.ron", "-o", path.to_str().unwrap()]).with_code(0);
        let drawn = fs::read_to_string(path).unwrap();
        assert!(drawn.starts_with(starts), "{drawn}");
    }
    let png = picture("png");
    run(["draw", "graphs/hello.ron", "-o", png.to_str().unwrap()]).with_code(3).complaining_of(&[".svg"]);
}

#[test]
fn unknown_pages_are_wrong_usage_with_a_hint() {
    run(["list", "Fliter"]).with_code(3).complaining_of(&["did you mean `Filter`"]);
    run(["lsit"]).with_code(3).complaining_of(&["did you mean `csprun list`"]);
    run(["explain", "E9999"]).with_code(3).complaining_of(&["csprun explain"]);
    run(["explain", "expresions"]).with_code(3).complaining_of(&["did you mean `expressions`"]);
    run(["list", "read"]).with_code(3).complaining_of(&["begin so", "`ReadLines`", "`ReadCsv`"]);
    run(["list", "Network"]).with_code(3).complaining_of(&["\"part\": (run: Network(file: \"part.ron\"))"]);
    run(["graphs/hello.ron", "--wrokers", "2"]).with_code(3).complaining_of(&["--workers"]);
    run(["graphs/hello.ron", "--set", "nothing"]).with_code(3).complaining_of(&["NAME=VALUE"]);
}

#[test]
fn pages_for_a_terminal_fit() {
    let page = run(["explain", "expressions"]).with_code(0).stdout;
    assert!(!page.lines().any(|line| line.starts_with('|')), "{page}");
    assert!(
        page.contains("\nabs(number)  gives as the first\n    the absolute value\n    abs(-3) is 3\n"),
        "{page}"
    );
    assert!(page.lines().all(|line| line.chars().count() <= 125), "{page}");
    let page = run(["explain", "exploring"]).with_code(0).stdout;
    assert!(page.contains("Standard input") && page.contains("E0905"), "{page}");
}

#[test]
fn integers_and_floats_meet_as_floats() {
    let graph = file(
        "inspect/meet.ron",
        r#"(
            processes: {
                "ints":   (run: Values(values: [2, 1])),
                "floats": (run: Values(values: [0.5])),
                "merge":  (run: Merge()),
                "sort":   (run: Sort()),
                "print":  (run: Print()),
            },
            channels: [
                (from: "ints", to: "merge"), (from: "floats", to: "merge"),
                (from: "merge", to: "sort"), (from: "sort", to: "print"),
            ],
        )"#,
    );
    assert_eq!(run([graph]).with_code(0).stdout, "0.5\n1.0\n2.0\n");
}

#[test]
fn an_integer_that_no_float_holds_is_a_failure() {
    let graph = file(
        "inspect/past.ron",
        r#"(
            processes: {"big": (run: Values(values: [1, 9007199254740993])), "print": (run: Print())},
            channels: [(from: "big", to: "print", type: F64, name: "floats")],
        )"#,
    );
    let ended = run([graph]).with_code(1).complaining_of(&["9007199254740993", "floats"]);
    assert_eq!(ended.stdout, "1.0\n");
}

#[test]
fn what_came_before_a_token_of_another_type_is_used() {
    let graph = file(
        "inspect/any.ron",
        r#"(
            processes: {
                "any":   (run: Values(values: [1, 2, 3])),
                "some":  (run: Map(expr: "switch x { 3 => \"three\", _ => x }")),
                "next":  (run: Successor()),
                "print": (run: Print()),
            },
            channels: [
                (from: "any", to: "some", type: Any), (from: "some", to: "next", type: Any, name: "mixed"),
                (from: "next", to: "print"),
            ],
        )"#,
    );
    let ended = run([graph]).with_code(1).complaining_of(&["`next` failed", "mixed", "three"]);
    assert_eq!(ended.stdout, "2\n3\n");
}

#[test]
fn a_channel_that_had_to_grow_is_named_with_the_capacity_to_write() {
    let graph = file(
        "inspect/grow.ron",
        r#"(
            processes: {
                "numbers": (run: Range(to: 1000)),
                "both":    (run: Delta()),
                "late":    (run: Filter(expr: "x % 500 == 499")),
                "sum":     (run: Plus()),
                "print":   (run: Print()),
            },
            channels: [
                (from: "numbers", to: "both"), (from: "both", to: "late"),
                (from: "late", to: "sum.a"), (from: "both", to: "sum.b", name: "straight"),
                (from: "sum", to: "print"),
            ],
        )"#,
    );
    let ended = run([&graph]).with_code(0).complaining_of(&["`straight` grew to", "kind: Buffer("]);
    assert_eq!(ended.stdout, "499\n1000\n");
    assert!(!ended.stderr.contains("`both -> late`"), "{}", ended.stderr);
    assert_eq!(run([graph.to_str().unwrap(), "--quiet"]).with_code(0).stderr, "");
}

#[test]
fn a_sub_network_may_contain_itself_under_a_condition() {
    let graph = file(
        "inspect/deep.ron",
        r#"(
            params: {"depth": (default: 300)},
            inputs: {"in": "here.in"},
            outputs: {"out": "there.out"},
            processes: {
                "here":   (run: Map(expr: "x + 1")),
                "deeper": (run: Network(file: "deep.ron", params: {"depth": "${depth - 1}"}), when: "depth > 1"),
                "there":  (run: Identity()),
            },
            channels: [
                (from: "here", to: "deeper", when: "depth > 1"),
                (from: "deeper", to: "there", when: "depth > 1"),
                (from: "here", to: "there", when: "depth <= 1"),
            ],
        )"#,
    );
    let user = graph.with_file_name("user.ron");
    let text = r#"(
        processes: {"one": (run: Values(values: [0])), "sub": (run: Network(file: "deep.ron")), "print": (run: Print())},
        channels: [(from: "one", to: "sub"), (from: "sub", to: "print")],
    )"#;
    fs::write(&user, text).unwrap();
    assert_eq!(run([&user]).with_code(0).stdout, "300\n");
}

#[test]
fn a_sub_network_is_checked_by_itself_but_does_not_run_so() {
    let graph = file(
        "inspect/part.ron",
        r#"(
            inputs: {"in": "a.in"}, outputs: {"out": "a.out"},
            processes: {"a": (run: Identity()), "b": (run: Identity())},
            channels: [],
        )"#,
    );
    let graph = graph.to_str().unwrap();
    let ended = run(["check", graph]).with_code(2).complaining_of(&["`b.in`", "`b.out`"]);
    assert!(!ended.stderr.contains("`a."), "{}", ended.stderr);
    let part = "graphs/lib/pairs.ron";
    assert_eq!(run(["check", part]).with_code(0).stderr, "");
    run([part]).with_code(2).complaining_of(&["E0201", "sub-network", "Network(file"]);
}

/// The other examples of the library's pages run inside the runtime's own tests.
#[test]
fn the_example_of_stdin_reads_standard_input() {
    let library = csprun_runtime::library::library();
    let graph = file("inspect/stdin.ron", library.catalog().get("Stdin").unwrap().doc.example);
    let ended = run_with_input([&graph], "so\r\nloud").with_code(0);
    assert_eq!(ended.stdout, "SO\nLOUD\n");
}

#[test]
fn a_lossy_channel_says_how_much_it_lost() {
    let graph = file(
        "inspect/lossy.ron",
        r#"(
            processes: {"numbers": (run: Range(to: 1000)), "gather": (run: Collect()), "print": (run: Print(format: "{len(x)}"))},
            channels: [(from: "numbers", to: "gather", kind: DropNewest(1), name: "lossy"), (from: "gather", to: "print")],
        )"#,
    );
    let ended = run([graph.to_str().unwrap(), "--workers", "1"]).with_code(0);
    let kept: usize = ended.stdout.trim().parse().unwrap();
    let lost = 1000 - kept;
    assert!(lost > 0, "{}", ended.stderr);
    assert!(ended.stderr.contains(&format!("`lossy` dropped {lost} token")), "{}", ended.stderr);
}

#[test]
fn a_type_comes_to_the_end_of_any_row_however_it_is_written() {
    // The end first: each copies what comes, to the next one and to the sum of all.
    let deltas: String = (0..200).rev().map(|i| format!("\"d{i}\": (run: Delta()), ")).collect();
    let row: String = (0..199)
        .rev()
        .map(|i| format!("(from: \"d{i}\", to: \"d{}\"), (from: \"d{i}\", to: \"merge\"), ", i + 1))
        .collect();
    let graph = |expr: &str| {
        let text = format!(
            "(processes: {{ \"print\": (run: Print()), \"map\": (run: Map(expr: \"{expr}\")), \
             \"merge\": (run: Merge()), {deltas} \"one\": (run: Values(values: [1])) }}, \
             channels: [ (from: \"map\", to: \"print\"), (from: \"merge\", to: \"map\"), \
             (from: \"d199\", to: \"merge\"), {row} (from: \"one\", to: \"d0\") ])"
        );
        file(&format!("inspect/row-{}.ron", expr.len()), text)
    };
    assert_eq!(run([graph("x + 1")]).with_code(0).stdout, "2\n".repeat(200));
    run(["check".into(), graph("x.len() + 10")]).with_code(2).complaining_of(&["E0805", "I64"]);
}
