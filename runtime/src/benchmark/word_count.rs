//! The main job: how often each word of a text of about 200 MB occurs, and the ten most frequent ones, as a graph file on
//! one worker and on two. An operation is a word; the file is read anew each time.

mod by_hand;
mod text;

use std::cell::RefCell;
use std::rc::Rc;

use text::Text;

use super::ours::Graph;
use super::scenario::{Ran, Scenario};
use crate::library::library;

/// As a person would write it, but for what comes behind the ten words: a number by which the result is known.
const LINES: &str = r#"Network(
    params: { "file": (default: "words.txt") },
    processes: {
        "lines": (run: ReadLines(path: "$file")),
        "words": (run: FlatMap(expr: "x.words()")),
        "counts": (run: CountBy(key: "x")),
        "top": (run: Top(n: 10, by: "x.count")),
        "sum": (run: Fold(init: 0, expr: "acc * 2 + x.count")),
        "consumer": (run: Print()),
    },
    channels: [
        (from: "lines", to: "words"),
        (from: "words", to: "counts"),
        (from: "counts", to: "top"),
        (from: "top", to: "sum"),
        (from: "sum", to: "consumer"),
    ],
)"#;

/// The same for two workers, which count blocks of the text apart; what they have is added.
const BLOCKS: &str = r#"Network(
    params: { "file": (default: "words.txt") },
    processes: {
        "blocks": (run: ReadText(path: "$file")),
        "words": (run: FlatMap(expr: "x.words()"), family: 2),
        "counts": (run: CountBy(key: "x"), family: 2),
        "sums": (run: FoldBy(key: "x.key", init: 0, expr: "acc + x.count")),
        "top": (run: Top(n: 10, by: "x.value")),
        "sum": (run: Fold(init: 0, expr: "acc * 2 + x.value")),
        "consumer": (run: Print()),
    },
    channels: [
        (from: "blocks", to: AnyOf(["words[*]"])),
        (each: {"i": 2}, from: "words[${i}]", to: "counts[${i}]"),
        (from: AnyOf(["counts[*]"]), to: "sums"),
        (from: "sums", to: "top"),
        (from: "top", to: "sum"),
        (from: "sum", to: "consumer"),
    ],
    deploy: {
        "apart": (place: {
            "words[0]": (worker: 0), "counts[0]": (worker: 0), "words[1]": (worker: 1), "counts[1]": (worker: 1),
        }),
    },
)"#;

/// Words of about 200 MB.
const N_WORDS: u64 = 36_000_000;

/// What the rows are held against.
const STRAIGHTFORWARD: &str = "straightforward program";

/// The scenario with csprun's contenders. The result tells of the counts of the ten most frequent words.
pub(super) fn scenario() -> Scenario {
    let summary = "words of a text of 200 MB counted, the ten most frequent ones found";
    let scenario = Scenario::new("word-count", summary, "word", text::expected);
    let mut scenario = Scenario { rounds: Some(N_WORDS), against: Some(STRAIGHTFORWARD), ..scenario };
    let text = Rc::new(RefCell::new(None));
    let with = |run: Box<dyn Fn(&str) -> Ran>| {
        let text = Rc::clone(&text);
        move |n_words| run(Text::of(&text, n_words).path())
    };
    let lines = Graph::new(LINES, library());
    let blocks = Graph::new(BLOCKS, library()).deployed("apart");
    scenario = scenario
        .ours("word-count", with(Box::new(move |path| lines.run_with(&[("file", path)], 1))))
        .ours("word-count-two-workers", with(Box::new(move |path| blocks.run_with(&[("file", path)], 2))))
        .by_hand("the same with a fast hash", with(Box::new(by_hand::counted::<foldhash::fast::FixedState>)));
    scenario.peer(STRAIGHTFORWARD, with(Box::new(by_hand::counted::<std::hash::RandomState>)));
    scenario
}
