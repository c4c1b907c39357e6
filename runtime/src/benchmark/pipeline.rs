//! A pipeline of stages that add one, as a graph file: a source, 8 or 64 stages, a sum; on two workers. An operation is
//! a token from end to end.

use super::ours::Graph;
use super::peer::{BlockingChannel, side_by_side, thread};
use super::scenario::{Ran, Scenario};
use crate::library::library;

/// A graph with so many stages; `last` is one less.
macro_rules! graph {
    ($n:literal, $last:literal) => {
        concat!(
            r#"Network(
    params: { "rounds": (default: 1) },
    processes: {
        "numbers":  (run: Range(to: "$rounds")),
        "stage":    (run: Map(expr: "x + 1"), family: "#,
            $n,
            r#"),
        "sum":      (run: Fold(init: 0, expr: "acc + x")),
        "consumer": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "stage[0]"),
        (each: {"i": "#,
            $last,
            r#"}, from: "stage[${i}]", to: "stage[${i + 1}]"),
        (from: "stage["#,
            $last,
            r#"]", to: "sum"),
        (from: "sum", to: "consumer"),
    ],
)"#
        )
    };
}

/// Slots of the peers' channels: as many as a channel of csprun has.
const CAPACITY: usize = 64;

/// With 8 stages.
pub(super) fn eight() -> Scenario {
    scenario("pipeline-8", "8 stages that add one, as a graph file, on two workers", graph!(8, 7), |n| {
        sum(n, 8)
    })
    .by_hand("hand-written loop", |n| by_hand(n, 8))
}

/// With 64 stages.
pub(super) fn sixty_four() -> Scenario {
    scenario("pipeline-64", "64 stages that add one, as a graph file, on two workers", graph!(64, 63), |n| {
        sum(n, 64)
    })
    .by_hand("hand-written loop", |n| by_hand(n, 64))
}

fn scenario(
    name: &'static str,
    summary: &'static str,
    text: &'static str,
    expected: fn(u64) -> u64,
) -> Scenario {
    let graph = Graph::new(text, library());
    Scenario::new(name, summary, "token", expected).ours(name, move |n| graph.run(n, 2))
}

/// How many stages the scenario of that name has.
pub(super) fn n_stages(name: &str) -> Option<u64> {
    match name {
        "pipeline-8" => Some(8),
        "pipeline-64" => Some(64),
        _ => None,
    }
}

fn sum(n: u64, n_stages: u64) -> u64 {
    n * n.saturating_sub(1) / 2 + n_stages * n
}

fn by_hand(n: u64, n_stages: u64) -> Ran {
    Ran::timed(|| {
        let mut batch = [0_u64; 256];
        let mut sum = 0;
        for start in (0..n).step_by(batch.len()) {
            let batch = &mut batch[..usize::try_from((n - start).min(256)).unwrap_or(256)];
            batch.iter_mut().zip(start..).for_each(|(token, number)| *token = number);
            for _ in 0..n_stages {
                std::hint::black_box(&mut *batch).iter_mut().for_each(|token| *token += 1);
            }
            sum += batch.iter().sum::<u64>();
        }
        sum
    })
}

/// Each stage a thread.
pub(super) fn blocking<C: BlockingChannel>(n_rounds: u64, n_stages: u64) -> Ran {
    Ran::timed(|| {
        let (output, mut input) = C::channel(CAPACITY);
        let mut parts =
            vec![thread(move || (0..n_rounds).try_for_each(|number| C::send(&output, number)).map(|()| 0))];
        for _ in 0..n_stages {
            let (output, behind) = C::channel(CAPACITY);
            let mut before = std::mem::replace(&mut input, behind);
            parts.push(thread(move || {
                while let Some(number) = C::recv(&mut before) {
                    C::send(&output, number + 1)?;
                }
                Some(0)
            }));
        }
        parts.push(thread(move || Some(std::iter::from_fn(|| C::recv(&mut input)).sum())));
        side_by_side(parts)
    })
}
