//! What a run tells of itself: counts in files, a summary, time that is virtual.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
#[expect(dead_code, reason = "each test file uses its part of what they share")]
mod csprun;

use std::fs;
use std::path::{Path, PathBuf};

use csprun::{file, run};
use serde_json::Value;

/// Where this run of the tests writes.
fn out(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR")).join("watching");
    fs::create_dir_all(&path).unwrap();
    path.join(name)
}

fn json(path: &Path) -> Value {
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

/// The entry of that name.
fn entry<'a>(page: &'a Value, list: &str, name: &str) -> &'a Value {
    let found = page[list].as_array().unwrap().iter().find(|one| one["name"] == name);
    found.unwrap_or_else(|| panic!("no `{name}` in {page:#}"))
}

/// Ten numbers, of which the even ones are printed.
fn evens(of: &str) -> PathBuf {
    file(
        &format!("watching/evens-{of}.ron"),
        r#"(
            name: "evens",
            processes: {
                "numbers": (run: Range(to: 10)),
                "even":    (run: Filter(expr: "x % 2 == 0")),
                "print":   (run: Print()),
            },
            channels: [(from: "numbers", to: "even", name: "all"), (from: "even", to: "print")],
        )"#,
    )
}

#[test]
fn metrics_count_what_went_through_every_process_and_channel() {
    let path = out("evens.json");
    run([evens("counted").to_str().unwrap(), "--metrics", path.to_str().unwrap()]).with_code(0);
    let page = json(&path);
    assert_eq!(
        (&page["network"], &page["outcome"], &page["exit_code"]),
        (&"evens".into(), &"done".into(), &0.into())
    );
    assert!(page["elapsed_s"].as_f64().unwrap() > 0.0);
    let even = entry(&page, "processes", "even");
    assert_eq!((&even["received"], &even["sent"], &even["ended"]), (&10.into(), &5.into(), &"done".into()));
    let all = entry(&page, "channels", "all");
    assert_eq!((&all["sent"], &all["received"], &all["dropped"]), (&10.into(), &10.into(), &0.into()));
    assert_eq!((&all["from"][0], &all["to"][0]), (&"numbers.out".into(), &"even.in".into()));
}

#[test]
fn metrics_are_written_of_runs_that_end_badly_too() {
    let graph = file(
        "watching/bad.ron",
        r#"(
            processes: {"numbers": (run: Range(to: 3)), "inverse": (run: Map(expr: "1 / x")), "print": (run: Print())},
            channels: [(from: "numbers", to: "inverse"), (from: "inverse", to: "print")],
        )"#,
    );
    let path = out("bad.json");
    run([graph.to_str().unwrap(), "--metrics", path.to_str().unwrap()]).with_code(1);
    let page = json(&path);
    assert_eq!((&page["outcome"], &page["exit_code"]), (&"failed".into(), &1.into()));
    let inverse = entry(&page, "processes", "inverse");
    assert_eq!(inverse["ended"], "failed");
    assert!(inverse["reason"].as_str().unwrap().contains("1 / x"), "{inverse}");
    assert_eq!(entry(&page, "processes", "print")["ended"], "poisoned");
}

#[test]
fn metrics_of_a_run_whose_output_is_not_the_expected_one_say_so() {
    file("watching/wrong.txt", "8\n");
    let graph = file(
        "watching/wrong.ron",
        r#"(
            processes: {"numbers": (run: Range(to: 3)), "print": (run: Print())},
            channels: [(from: "numbers", to: "print")],
            expect: [Output(of: "print", file: "wrong.txt")],
        )"#,
    );
    for option in ["--metrics", "--profile"] {
        let path = out("wrong.json");
        let ended = run([graph.to_str().unwrap(), option, path.to_str().unwrap()]).with_code(1);
        ended.complaining_of(&["E0905"]);
        let page = json(&path);
        assert_eq!((&page["outcome"], &page["exit_code"]), (&"failed".into(), &1.into()));
    }
}

#[test]
fn a_dash_is_standard_output() {
    for option in ["--metrics", "--profile"] {
        let stdout = run([evens("dash").to_str().unwrap(), option, "-"]).with_code(0).stdout;
        let (network, page) = stdout.split_once('{').unwrap();
        assert_eq!(network, "0\n2\n4\n6\n8\n");
        let page: Value = serde_json::from_str(&format!("{{{page}")).unwrap();
        assert_eq!(page["network"], "evens");
        assert!(!csprun::root().join("-").exists(), "a file was written");
    }
}

#[test]
fn metrics_that_cannot_be_written_stop_the_run_before_it_starts() {
    let ended =
        run([evens("unwritten").to_str().unwrap(), "--metrics", "no/such/folder/m.json"]).with_code(1);
    assert_eq!(ended.complaining_of(&["no/such/folder/m.json"]).stdout, "");
}

#[test]
fn on_a_pipe_a_run_that_ends_well_says_nothing_beside_its_output() {
    assert_eq!(run([evens("quiet")]).with_code(0).stderr, "");
}

#[test]
fn virtual_time_passes_while_nothing_can_run() {
    let graph = file(
        "watching/slow.ron",
        r#"(
            run: (timeout: "20s"),
            processes: {
                "clock": (run: Script(inputs: [], code: "for i in 0..3 { sleep(\"1h\"); send(\"out\", i); }")),
                "print": (run: Print()),
            },
            channels: [(from: "clock", to: "print")],
        )"#,
    );
    assert_eq!(run([graph.to_str().unwrap(), "--virtual"]).with_code(0).stdout, "0\n1\n2\n");
}

#[test]
fn progress_is_never_drawn_on_a_pipe() {
    let graph = file(
        "watching/endless.ron",
        r#"(
            processes: {"numbers": (run: Numbers()), "hole": (run: BlackHole())},
            channels: [(from: "numbers", to: "hole")],
        )"#,
    );
    let ended = run([graph.to_str().unwrap(), "--progress", "auto", "--timeout", "800ms"]).with_code(124);
    assert!(ended.stderr.starts_with("error[E0904]"), "{}", ended.stderr);
    assert!(!ended.stderr.contains("communications/s"), "{}", ended.stderr);
}

#[test]
fn a_profile_says_how_long_each_process_ran_and_a_plan_who_has_most_to_do() {
    let graph = file(
        "watching/profiled.ron",
        r#"(
            processes: {
                "numbers": (run: Range(to: 300)),
                "heavy":   (run: Map(expr: "range(0, 200).filter(|d| d % 7 == x % 7).sum()")),
                "print":   (run: Print()),
            },
            channels: [(from: "numbers", to: "heavy"), (from: "heavy", to: "print")],
        )"#,
    );
    let (graph, path) = (graph.to_str().unwrap(), out("profile.json"));
    let path = path.to_str().unwrap();
    run([graph, "--workers", "1", "--profile", path]).with_code(0);
    let page = json(Path::new(path));
    let of = |name: &str| entry(&page, "processes", name)["busy_s"].as_f64().unwrap();
    assert!(of("heavy") > of("numbers"), "{page:#}");
    let heavy = entry(&page, "processes", "heavy");
    assert!(heavy["polls"].as_u64() >= heavy["timed_polls"].as_u64(), "{heavy}");
    let plan = run(["plan", graph, "--workers", "1", "--from", path]).with_code(0).stdout;
    assert!(plan.contains("bottleneck: worker 0") && plan.contains("most of that is `heavy`"), "{plan}");
    let plan = run(["plan", graph, "--from", path, "--format", "json"]).with_code(0).stdout;
    let plan: Value = serde_json::from_str(&plan).unwrap();
    assert_eq!(plan["bottleneck"]["process"], "heavy");
    run(["plan", graph, "--from", graph]).with_code(1).complaining_of(&["is not JSON"]);
}

#[test]
fn scaling_gives_a_row_for_each_number_of_workers_and_drops_the_output() {
    let graph = evens("scaled");
    let graph = graph.to_str().unwrap();
    let page = run(["scale", graph, "--workers", "3", "--samples", "1"]).with_code(0).stdout;
    let rows: Vec<&str> = page.lines().skip_while(|line| !line.starts_with("workers")).skip(1).collect();
    assert!(page.starts_with("evens: ") && rows.len() == 3, "{page}");
    assert!(rows.iter().zip(["1 ", "2 ", "3 "]).all(|(row, n)| row.starts_with(n)), "{page}");
    run(["scale", "graphs/dining.ron", "--samples", "1"]).with_code(4).complaining_of(&["deadlock"]);
}
