//! Every graph file of `graphs/` does what the file beside it says, however many workers carry it.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

#[path = "support/csprun.rs"]
#[expect(dead_code, reason = "each test file uses its part of what they share")]
mod csprun;

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use csprun::{root, run};

const BOOK: &str = "graphs/data/pride-and-prejudice.txt";

/// The graph files that stand for themselves; those in `lib/` are used by them.
fn graphs() -> Vec<PathBuf> {
    let files = fs::read_dir(root().join("graphs")).unwrap().map(|file| file.unwrap().path());
    let mut graphs: Vec<PathBuf> =
        files.filter(|path| path.extension().is_some_and(|ext| ext == "ron")).collect();
    graphs.sort();
    graphs
}

/// What the files beside a graph promise: its output, or the diagnostic with which it ends.
struct Expected {
    code: i32,
    stdout: String,
    diagnostic: Option<String>,
}

fn expected_of(graph: &Path) -> Expected {
    if let Ok(diagnostic) = fs::read_to_string(graph.with_extension("diagnostic")) {
        return Expected { code: 4, stdout: String::new(), diagnostic: Some(diagnostic) };
    }
    let stdout = fs::read_to_string(graph.with_extension("expected"));
    let stdout = stdout.unwrap_or_else(|error| panic!("{}.expected: {error}", graph.display()));
    Expected { code: 0, stdout, diagnostic: None }
}

fn gives_what_is_expected_with(workers: &str) {
    let graphs = graphs();
    assert!(!graphs.is_empty());
    for graph in graphs {
        let expected = expected_of(&graph);
        let path = graph.to_str().unwrap();
        let ended = run(["run", path, "--workers", workers]).with_code(expected.code);
        assert_eq!(ended.stdout, expected.stdout, "{path} with {workers} workers; stderr:\n{}", ended.stderr);
        if let Some(diagnostic) = expected.diagnostic {
            assert_eq!(ended.stderr, diagnostic, "{path} with {workers} workers");
        }
    }
}

#[test]
fn one_worker_gives_what_is_expected() {
    gives_what_is_expected_with("1");
}

#[test]
fn two_workers_give_what_is_expected() {
    gives_what_is_expected_with("2");
}

#[test]
fn four_workers_give_what_is_expected() {
    gives_what_is_expected_with("4");
}

#[test]
fn what_expand_prints_runs_the_same() {
    for graph in graphs() {
        let path = graph.to_str().unwrap();
        let flat = run(["expand", path]).with_code(0).stdout;
        let expected = expected_of(&graph);
        let ended = csprun::run_with_input(["-"], &flat).with_code(expected.code);
        assert_eq!(ended.stdout, expected.stdout, "{flat}");
    }
}

#[test]
fn philosophers_with_a_seat_less_eat_all_their_meals() {
    let ended = run(["graphs/dining.ron", "--set", "seats=4"]).with_code(0);
    assert_eq!(ended.stdout, "500 meals\n");
}

#[test]
fn philosophers_without_a_limit_of_seats_wait_in_a_circle_with_their_forks() {
    for n in [2, 3, 8] {
        let set = [format!("n={n}"), format!("seats={n}")];
        let ended = run(["graphs/dining.ron", "--set", &set[0], "--set", &set[1]]).with_code(4);
        let cycle = ended.stderr.lines().take_while(|line| !line.contains("also stuck"));
        assert_eq!(cycle.filter(|line| line.contains("note: `")).count(), 2 * n, "{}", ended.stderr);
    }
}

#[test]
fn the_sieve_finds_two_thousand_primes() {
    let is_prime = |n: &u32| (2..).take_while(|d| d * d <= *n).all(|d| !n.is_multiple_of(d));
    let primes: String = (2..).filter(is_prime).take(2000).map(|prime| format!("{prime}\n")).collect();
    let ended = run(["graphs/sieve.ron", "--set", "n=2000", "--set", "root=132"]).with_code(0);
    assert_eq!(ended.stdout, primes);
}

#[test]
fn every_expected_output_belongs_to_a_graph() {
    for file in fs::read_dir(root().join("graphs")).unwrap() {
        let path = file.unwrap().path();
        if path.extension().is_some_and(|ext| ext == "expected" || ext == "diagnostic") {
            assert!(path.with_extension("ron").exists(), "{} is of no graph", path.display());
        }
    }
}

#[test]
fn every_graph_explains_itself() {
    for graph in graphs() {
        let text = fs::read_to_string(&graph).unwrap();
        let name = graph.file_stem().unwrap().to_str().unwrap();
        for part in [format!("// {name}: "), "// Source: ".into(), "+-".into(), "    doc: \"".into()] {
            assert!(text.contains(&part), "{name} has no `{part}`");
        }
    }
}

/// The words of a text as `graphs/wordcount.ron` means them, counted without it: the most frequent first, equally
/// frequent ones in the order of the text.
fn count(text: &str) -> Vec<(String, usize)> {
    let mut counts: Vec<(String, usize)> = Vec::new();
    let mut places = HashMap::new();
    for raw in text.to_lowercase().replace("--", " ").split_whitespace() {
        let word = raw.trim_matches(|c: char| !c.is_alphanumeric());
        if !word.is_empty() {
            let place = *places.entry(word.to_owned()).or_insert(counts.len());
            if place == counts.len() {
                counts.push((word.to_owned(), 0));
            }
            counts[place].1 += 1;
        }
    }
    counts.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
    counts
}

/// The `n` most frequent ones as the graph prints them.
fn top(n: usize, text: &str) -> String {
    count(text)
        .iter()
        .take(n)
        .fold(String::new(), |lines, (word, count)| lines + &format!("{count} {word}\n"))
}

#[test]
fn wordcount_agrees_with_a_count_by_other_means() {
    let text = fs::read_to_string(root().join(BOOK)).unwrap();
    let all = count(&text).len();
    assert!(all > 5000, "only {all} different words");
    for n in [1, 10, all, all + 1] {
        let ended = run(["graphs/wordcount.ron", "--set", &format!("top={n}")]).with_code(0);
        assert!(ended.stdout == top(n, &text), "the {n} most frequent words differ:\n{}", ended.stdout);
    }
}

#[test]
fn wordcount_counts_any_text() {
    let text = "Über--über \u{2018}don't\u{2019} & 1,000 x_y\tÉTÉ été \u{201c}ÉTÉ\u{201d}\r\n\r\n_you_ YOU";
    let file = csprun::file("any text.txt", text);
    let set = format!("file={}", file.display());
    let ended = run(["graphs/wordcount.ron", "--set", &set, "--set", "top=100"]).with_code(0);
    assert_eq!(ended.stdout, top(100, text));
    assert!(ended.stdout.starts_with("3 été\n2 über\n2 you\n"), "{}", ended.stdout);
}

#[test]
fn wordcount_of_nothing_is_nothing() {
    let set = format!("file={}", csprun::file("empty.txt", "").display());
    assert_eq!(run(["graphs/wordcount.ron", "--set", &set]).with_code(0).stdout, "");
}
