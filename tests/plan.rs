//! `csprun plan`: what will run where, for people and for programs.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
#[expect(dead_code, reason = "each test file uses its part of what they share")]
mod csprun;

use std::process::Stdio;

use csprun::{csprun, file, finish, run};
use serde_json::Value;

/// A farm whose copies are served in order, with a call, a rendezvous and code of three sorts.
const FARM: &str = r#"(
    name: "farm",
    processes: {
        "numbers": (run: Range(to: 8)),
        "work":    (run: Map(expr: "x * 2"), replicate: (n: 2, collect: InOrder)),
        "loop":    (run: Map(expr: "let n = 0; do { n += 1; } while n < x; n")),
        "script":  (run: Script(code: "for x in stream(\"in\") { send(\"out\", x); }")),
        "print":   (run: Print(format: "{x}")),
    },
    channels: [
        (from: "numbers", to: "work"),
        (from: "work", to: "loop", kind: Rendezvous),
        (from: "loop", to: "script", kind: Buffer(3), name: "three"),
        (from: "script", to: "print", kind: DropOldest(2)),
    ],
)"#;

fn plan(args: &[&str]) -> String {
    // Tests run side by side, each with its own file.
    let graph = file(&format!("plan/farm{}.ron", args.concat()), FARM);
    run(["plan", graph.to_str().unwrap()].iter().chain(args)).with_code(0).stdout
}

/// The words of the line that begins with `name`.
fn row<'a>(page: &'a str, name: &str) -> Vec<&'a str> {
    let line = page.lines().find(|line| line.starts_with(name));
    line.unwrap_or_else(|| panic!("no `{name}` in\n{page}")).split_whitespace().collect()
}

#[test]
fn a_table_says_what_runs_where_and_what_evaluates_its_expressions() {
    let page = plan(&["--workers", "2"]);
    assert!(page.starts_with("farm: 8 processes on 2 workers"), "{page}");
    assert_eq!(row(&page, "work[1]")[1..3], ["Map", "worker"]);
    assert_eq!(row(&page, "work[1]")[4..], ["expr", "native"]);
    assert!(row(&page, "work.deal").join(" ").contains("(deals by turns) worker"), "{page}");
    // Each copy gives one token for one, so turns are the order.
    assert!(row(&page, "work.collect").join(" ").contains("(collects by turns) worker"), "{page}");
    assert!(row(&page, "loop").join(" ").contains("expr by Rhai ("), "{page}");
    assert!(row(&page, "script").join(" ").contains("its thread code by Rhai"), "{page}");
    assert!(page.lines().any(|line| line.starts_with("fused: no processes")), "{page}");
}

#[test]
fn copies_of_a_sub_network_are_collected_by_a_process_of_their_own() {
    let line = r#"(
        processes: {"work": (run: Map(expr: "x * 2"))},
        channels: [], inputs: {"in": "work"}, outputs: {"out": "work"},
    )"#;
    file("plan/line.ron", line);
    let root = |deal: &str| {
        format!(
            r#"(
                processes: {{
                    "numbers": (run: Range(to: 8)),
                    "line": (run: Network(file: "line.ron"), replicate: (n: 2, deal: {deal}, collect: InOrder)),
                    "print": (run: Print()),
                }},
                channels: [(from: "numbers", to: "line"), (from: "line", to: "print")],
            )"#
        )
    };
    for (deal, name, words) in [("Any", "any", "(deals by turns)"), ("Key(\"x\")", "key", "(deals by key)")] {
        let graph = file(&format!("plan/lines-{name}.ron"), root(deal));
        let page = run(["plan", graph.to_str().unwrap()]).with_code(0).stdout;
        assert!(row(&page, "line.deal").join(" ").contains(words), "{page}");
        assert!(row(&page, "line.collect").join(" ").contains("(collects by turns)"), "{page}");
        assert_eq!(row(&page, "line[1]/work")[1], "Map");
    }
}

#[test]
fn a_table_says_what_each_channel_is() {
    let page = plan(&["--workers", "1"]);
    assert_eq!(row(&page, "numbers ->")[3..], ["Auto", "256,", "may", "grow", "local", "I64"]);
    assert_eq!(row(&page, "work -> loop")[3..6], ["Rendezvous", "0", "local"]);
    assert_eq!(row(&page, "three: loop.out -> script.in")[4..7], ["Buffer", "3", "spsc"]);
    assert_eq!(row(&page, "script -> print")[3..5], ["DropOldest", "2"]);
}

#[test]
fn programs_read_the_same_as_json() {
    let page = plan(&["--workers", "3", "--format", "json"]);
    let plan: Value = serde_json::from_str(&page).unwrap();
    assert_eq!((&plan["network"], &plan["workers"]), (&"farm".into(), &3.into()));
    let process = |name: &str| plan["processes"].as_array().unwrap().iter().find(|one| one["name"] == name);
    assert_eq!(process("work[0]").unwrap()["expressions"][0]["way"], "native");
    assert_eq!(process("loop").unwrap()["expressions"][0]["way"], "rhai");
    assert_eq!(process("script").unwrap()["seat"], "its thread");
    assert!(plan["processes"].as_array().unwrap().iter().all(|one| one["fused"] == false), "{page}");
    let three = plan["channels"].as_array().unwrap().iter().find(|one| one["name"] == "three").unwrap();
    assert_eq!((&three["capacity"], &three["kind"]), (&3.into(), &"Buffer".into()));
    assert_eq!((&three["from"][0], &three["to"][0]), (&"loop.out".into(), &"script.in".into()));
}

#[test]
fn a_channel_with_many_ends_names_a_few() {
    let graph = file(
        "plan/many.ron",
        r#"(
            processes: {"one": (run: Values(values: [1]), family: 9), "print": (run: Print())},
            channels: [(from: AnyOf(["one[*]"]), to: "print", name: "many")],
        )"#,
    );
    let page = run(["plan", graph.to_str().unwrap()]).with_code(0).stdout;
    assert!(page.contains("many: one[0].out, one[1].out, one[2].out and 6 more -> print.in"), "{page}");
}

#[test]
fn a_graph_with_errors_has_no_plan() {
    let graph = file("plan/wrong.ron", FARM.replace("\"script\", to", "\"scritp\", to"));
    let ended =
        run(["plan", graph.to_str().unwrap()]).with_code(2).complaining_of(&["did you mean `script`"]);
    assert_eq!(ended.stdout, "");
}

#[test]
fn what_this_version_cannot_run_has_no_plan() {
    let graph = file(
        "plan/python.ron",
        r#"(
            processes: {"one": (run: Values(values: [1])), "two": (run: Python(file: "a.py", function: "f")), "hole": (run: BlackHole())},
            channels: [(from: "one", to: "two"), (from: "two", to: "hole")],
        )"#,
    );
    run(["plan", graph.to_str().unwrap()]).with_code(2).complaining_of(&["E0601", "Python"]);
}

/// A map that a deployment puts on a device.
const DEVICE: &str = r#"(
    processes: {
        "numbers": (run: Range(to: 3)),
        "double":  (run: Map(expr: "2 * x"), family: 2),
        "print":   (run: Print()),
    },
    channels: [
        (from: "numbers", to: AllOf(["double[*]"])),
        (from: AnyOf(["double[*]"]), to: "print"),
    ],
    deploy: {"device": (place: {"double": (gpu: 0)})},
)"#;

#[test]
fn the_cpu_stands_in_for_a_device_unless_one_is_required() {
    let graph = file("plan/device.ron", DEVICE);
    let graph = graph.to_str().unwrap();
    let sorted = |stdout: &str| {
        let mut lines: Vec<String> = stdout.lines().map(str::to_owned).collect();
        lines.sort();
        lines.join(" ")
    };
    let ended = run([graph, "--deploy", "device"]).with_code(0).complaining_of(&["W0603", "the CPU does"]);
    assert_eq!(sorted(&ended.stdout), "0 0 2 2 4 4");
    assert_eq!(ended.stderr.matches("W0603").count(), 1, "once for the family\n{}", ended.stderr);
    let ended = run([graph, "--deploy", "device", "--gpu", "none"]).with_code(0);
    assert_eq!(sorted(&ended.stdout), "0 0 2 2 4 4");
    assert!(!ended.stderr.contains("W0603"), "{}", ended.stderr);
    run([graph, "--deploy", "device", "--gpu", "require"])
        .with_code(2)
        .complaining_of(&["E0601", "a device"]);
    // Where nobody asks for a device, none is required, and `--local` is in nobody's way.
    run([graph, "--gpu", "require"]).with_code(0);
    run([graph, "--deploy", "device", "--local", "--gpu", "require"]).with_code(0);
}

#[test]
fn more_than_one_program_is_refused() {
    let graph = file("plan/apart.ron", DEVICE);
    let graph = graph.to_str().unwrap();
    run([graph, "--children", "2"]).with_code(2).complaining_of(&[
        "E0601",
        "OS processes",
        "without `--children`",
    ]);
    run(["plan", graph, "--ranks", "2"]).with_code(2).complaining_of(&[
        "E0601",
        "MPI ranks",
        "without `mpiexec`",
    ]);
    run([graph, "--children", "0", "--no-fuse"]).with_code(0);
    run(["plan", graph, "--ranks", "1"]).with_code(0);
    run([graph, "--children", "1", "--local"]).with_code(3);
}

#[test]
fn under_mpiexec_the_first_of_several_ranks_refuses() {
    let graph = file("plan/ranks.ron", DEVICE);
    let graph = graph.to_str().unwrap();
    for (rank, size) in [("PMI_RANK", "PMI_SIZE"), ("OMPI_COMM_WORLD_RANK", "OMPI_COMM_WORLD_SIZE")] {
        let run = |at: &str, n: &str, more: &[&str]| {
            let mut command = csprun([graph].iter().chain(more));
            command.env(rank, at).env(size, n).stdout(Stdio::piped()).stderr(Stdio::piped());
            finish(command.spawn().unwrap())
        };
        run("0", "2", &[]).with_code(2).complaining_of(&["E0601", "MPI ranks"]);
        let other = run("1", "2", &[]).with_code(0);
        assert_eq!((other.stdout.as_str(), other.stderr.as_str()), ("", ""));
        assert_eq!(run("0", "1", &[]).with_code(0).stdout.lines().count(), 6);
        assert_eq!(run("1", "2", &["--local"]).with_code(0).stdout.lines().count(), 6);
    }
}

#[test]
fn auto_has_slots_for_its_tokens_and_for_where_its_ends_are() {
    let graph = file(
        "plan/auto.ron",
        r#"(
            processes: {
                "lines": (run: ReadLines(path: "/dev/null")),
                "text":  (run: ReadText(path: "/dev/null")),
                "bytes": (run: ReadBytes(path: "/dev/null")),
                "tiles": (run: GenerateArray(expr: "i + j", type: Array(F32, [256, 256]), n: 1)),
                "dots":  (run: GenerateArray(expr: "i", type: Array(F32, [2]), n: 1)),
                "same":  (run: Identity(), family: 5),
                "end":   (run: BlackHole(), family: 5),
            },
            channels: [
                (from: "lines", to: "same[0]", name: "lines"),
                (from: "text", to: "same[1]", name: "text"),
                (from: "bytes", to: "same[2]", name: "bytes"),
                (from: "tiles", to: "same[3]", name: "tiles"),
                (from: "dots", to: "same[4]", name: "dots"),
                (each: {"i": 5}, from: "same[${i}]", to: "end[${i}]", name: "end-${i}"),
            ],
        )"#,
    );
    let page = run(["plan", "--workers", "1", graph.to_str().unwrap()]).with_code(0).stdout;
    let slots = |name: &str| {
        let row = row(&page, &format!("{name}: "));
        let at = row.iter().position(|word| *word == "Auto").unwrap();
        row[at + 1].trim_end_matches(',').parse::<u64>().unwrap()
    };
    let named = ["lines", "text", "bytes", "tiles", "dots", "end-0", "end-1", "end-2", "end-3"].map(slots);
    // Between threads, blocks, unknown sizes, 256 KiB each, eight bytes each; then on one worker.
    assert_eq!(named, [512, 16, 16, 4, 256, 256, 256, 16, 4]);
}

#[test]
fn a_profile_of_something_else_is_told_and_one_without_any_of_the_processes_refused() {
    let graph = file("plan/farm-profiled.ron", FARM);
    let graph = graph.to_str().unwrap();
    let profile = |name: &str, network: &str, processes: &[&str]| {
        let entries = processes.iter().map(|name| format!(r#"{{"name": "{name}", "busy_s": 1.0}}"#));
        let entries = entries.collect::<Vec<_>>().join(", ");
        file(&format!("plan/{name}.json"), format!(r#"{{"network": "{network}", "processes": [{entries}]}}"#))
    };
    let all = ["numbers", "work[0]", "work[1]", "work.deal", "work.collect", "loop", "script", "print"];
    let same = profile("same", "farm", &all);
    let ended = run(["plan", graph, "--from", same.to_str().unwrap()]).with_code(0);
    assert!(!ended.stderr.contains("profile"), "{}", ended.stderr);
    let other = profile("other", "sieve", &["numbers", "old"]);
    let ended = run(["plan", graph, "--from", other.to_str().unwrap()]).with_code(0);
    ended.complaining_of(&[
        "`sieve`, not `farm`",
        "no times of `loop`, `print`, `script` and 4 more",
        "no `old`",
    ]);
    let none = profile("none", "farm", &["old", "older"]);
    let ended = run(["plan", graph, "--from", none.to_str().unwrap()]).with_code(1);
    assert_eq!(ended.complaining_of(&["another network", "`old`, `older`"]).stdout, "");
}
