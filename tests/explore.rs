//! `csprun run --explore`: what depends on the schedule is found, and found again by its seed.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
#[expect(dead_code, reason = "shared with tests that use more of it")]
mod csprun;

use csprun::{file, run};

/// `first` wins whenever both ends of the choice come up in the plain order; else the chooser waits for a token that
/// `first` sends only when its other one was taken.
const RACE: &str = r#"Network(
    processes: {
        "first": (run: Script(inputs: [], outputs: ["a", "done"], code: "
            send(\"a\", 1);
            send(\"done\", 1);
        ")),
        "second": (run: Script(inputs: [], outputs: ["b"], code: "
            send(\"b\", 2);
        ")),
        "chooser": (run: Script(inputs: ["a", "b", "done"], outputs: [], code: "
            if select([\"a\", \"b\"]).index == 1 {
                recv(\"done\");
            }
            print(\"chosen\");
        ")),
    },
    channels: [
        (from: "first.a", to: "chooser.a", kind: Rendezvous),
        (from: "first.done", to: "chooser.done", kind: Buffer(1)),
        (from: "second.b", to: "chooser.b", kind: Rendezvous),
    ],
)"#;

/// The seed that the command says to give it again.
fn seed_in(complaint: &str) -> &str {
    let rest = complaint.split_once("--explore 1 --seed ").expect("it says how to have it again").1;
    rest.split(' ').next().unwrap_or_default()
}

#[test]
fn a_deadlock_that_depends_on_the_schedule_is_found_and_replayed_by_its_seed() {
    let path = file("race.ron", RACE);
    let graph = path.to_str().expect("a plain path");
    let found = run(["run", "--explore", "200", graph]).with_code(4);
    let found =
        found.complaining_of(&["deadlock", "`chooser` waits to receive on", "`first` waits to send on"]);
    let seed = seed_in(&found.stderr).to_owned();
    for _ in 0..5 {
        let again = run(["run", "--explore", "1", "--seed", &seed, graph]).with_code(4);
        assert_eq!((again.stdout, again.stderr), (found.stdout.clone(), found.stderr.clone()));
    }
}

#[test]
fn a_determinate_network_gives_the_same_output_over_200_schedules() {
    for graph in ["graphs/fibonacci.ron", "graphs/pipeline.ron", "graphs/subnet.ron"] {
        let ended = run(["run", "--explore", "200", graph]).with_code(0);
        ended.complaining_of(&["200 schedules, none deadlocked or failed; all gave the same output"]);
    }
}

#[test]
fn the_outputs_of_a_network_that_is_free_to_choose_are_not_compared() {
    let graph = r#"Network(
        processes: {
            "low": (run: Range(to: 5)),
            "high": (run: Range(from: 100, to: 105)),
            "print": (run: Print()),
        },
        channels: [(from: AnyOf(["low", "high"]), to: "print", kind: Rendezvous)],
    )"#;
    let path = file("free.ron", graph);
    let ended = run(["run", "--explore", "50", path.to_str().expect("a plain path")]).with_code(0);
    assert_eq!(ended.stdout, "");
    ended.complaining_of(&["50 schedules", "outputs were not compared"]);
}

#[test]
fn what_reads_standard_input_cannot_be_run_again() {
    let graph = r#"Network(
        processes: { "lines": (run: Stdin()), "print": (run: Print()) },
        channels: [(from: "lines", to: "print")],
    )"#;
    let path = file("terminal.ron", graph);
    let path = path.to_str().expect("a plain path");
    for args in [["run", "--explore", "3", path], ["scale", "--samples", "1", path]] {
        run(args).with_code(2).complaining_of(&["`lines` reads standard input, which comes only once"]);
    }
}

#[test]
fn the_command_that_runs_it_again_has_all_that_the_network_is_made_of() {
    let graph = r#"Network(
        params: {"n": (type: Int), "name": (default: "x")},
        processes: {"numbers": (run: Range(to: "$n")), "bad": (run: Map(expr: "1 / x")), "print": (run: Print())},
        channels: [(from: "numbers", to: "bad"), (from: "bad", to: "print")],
        deploy: {"here": (place: {})},
    )"#;
    let path = file("explore/a b.ron", graph);
    let path = path.to_str().expect("a plain path");
    let set = ["--set", "n=3", "--set", "name=it's", "--deploy", "here", "--local", "--timeout", "1500ms"];
    let args = ["run", "--explore", "5", path].into_iter().chain(set);
    let ended = run(args).with_code(1);
    let again = format!(
        "again: csprun run --explore 1 --seed 0 --set n=3 --set 'name=it'\\''s' --deploy here --local \
         --timeout 1500ms '{path}'"
    );
    ended.complaining_of(&[&again]);
}

#[test]
fn an_output_that_is_not_the_expected_one_is_a_find() {
    let graph = |expected: &str| {
        file(&format!("explore/{expected}.txt"), "0\n1\n2\n");
        format!(
            r#"Network(
                processes: {{"numbers": (run: Range(to: 3)), "print": (run: Print())}},
                channels: [(from: "numbers", to: "print")],
                expect: [Output(of: "print", file: "{expected}.txt")],
            )"#
        )
    };
    let right = file("explore/right.ron", graph("right"));
    run(["run", "--explore", "5", right.to_str().expect("a plain path")]).with_code(0);
    let wrong = file("explore/wrong.ron", graph("wrong").replace("to: 3", "to: 2"));
    let ended = run(["run", "--explore", "5", wrong.to_str().expect("a plain path")]).with_code(1);
    assert_eq!(ended.stdout, "0\n1\n");
    ended.complaining_of(&["E0905", "differs from", "wrong.txt", "--explore 1 --seed 0"]);
}

/// Where the network may choose, the plain order is one schedule of many, and need not be the expected one.
#[test]
fn expected_outputs_are_compared_under_each_schedule_of_a_network_that_is_free_to_choose() {
    file("explore/free.txt", "0\n1\n100\n101\n");
    let graph = r#"Network(
        processes: {
            "low": (run: Range(to: 2)),
            "high": (run: Range(from: 100, to: 102)),
            "print": (run: Print()),
        },
        channels: [(from: AnyOf(["low", "high"]), to: "print", kind: Rendezvous)],
        expect: [Output(of: "print", file: "free.txt")],
    )"#;
    let path = file("explore/free.ron", graph);
    let found = run(["run", "--explore", "50", path.to_str().expect("a plain path")]).with_code(1);
    let found = found.complaining_of(&["E0905", "free.txt"]);
    let seed = seed_in(&found.stderr);
    let again = run(["run", "--explore", "1", "--seed", seed, path.to_str().expect("a plain path")]);
    assert_eq!(again.with_code(1).stdout, found.stdout);
}
