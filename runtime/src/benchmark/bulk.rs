//! How fast large tokens are computed: arrays of 65,536 floats of 32 bits, which a `Map` doubles and a `Fold` adds up, on
//! one worker. An operation is an array.

use std::hint;

use super::ours::Graph;
use super::scenario::{Ran, Scenario};
use crate::library::library;

const GRAPH: &str = r#"Network(
    params: { "rounds": (default: 1) },
    processes: {
        "arrays": (run: GenerateArray(n: "$rounds", type: Array(F32, [65536]), expr: "i % 1000")),
        "twice": (run: Map(expr: "x * 2.0")),
        "sum": (run: Fold(init: 0.0, expr: "acc + sum(x)")),
        "whole": (run: Map(expr: "to_int(x)")),
        "consumer": (run: Print()),
    },
    channels: [
        (from: "arrays", to: "twice", kind: Buffer(1)),
        (from: "twice", to: "sum", kind: Buffer(1)),
        (from: "sum", to: "whole"),
        (from: "whole", to: "consumer"),
    ],
)"#;

const N_ELEMENTS: u16 = u16::MAX;

/// The scenario with csprun's contender. The result is the sum of all elements.
pub(super) fn scenario() -> Scenario {
    let graph = Graph::new(GRAPH, library());
    let summary = "arrays of 65,536 floats, doubled and added up, as a graph file, on one worker";
    let scenario = Scenario::new("bulk", summary, "array", sum);
    Scenario { against: Some("hand-written passes"), ..scenario }
        .ours("bulk", move |n| graph.run(n, 1))
        .by_hand("hand-written passes", |n| Ran::timed(|| by_hand(n)))
        .by_hand("hand-written loop", |n| Ran::timed(|| without_a_result(n)))
}

fn elements() -> Vec<f32> {
    (0..=N_ELEMENTS).map(|i| f32::from(i % 1000)).collect()
}

fn sum(n_arrays: u64) -> u64 {
    n_arrays * (0..=N_ELEMENTS).map(|i| u64::from(i % 1000) * 2).sum::<u64>()
}

/// What the network does: an array that is there becomes another one, and that is added up.
fn by_hand(n_arrays: u64) -> u64 {
    let array = elements();
    let mut twice = vec![0.0; array.len()];
    let mut sum = 0.0;
    for _ in 0..n_arrays {
        for (to, item) in twice.iter_mut().zip(hint::black_box(&array)) {
            *to = item * 2.0;
        }
        sum += added(hint::black_box(&twice), |item| item);
    }
    whole(sum)
}

/// The same without the array between: what is left when nobody hands anything on.
fn without_a_result(n_arrays: u64) -> u64 {
    let array = elements();
    whole((0..n_arrays).map(|_| added(hint::black_box(&array), |item| item * 2.0)).sum())
}

/// The sum of what becomes of the items, in as many parts as the machine can add at a time.
fn added(items: &[f32], of: impl Fn(f32) -> f32) -> f64 {
    let mut sums = [0.0; 32];
    for row in items.as_chunks::<32>().0 {
        for (sum, &item) in sums.iter_mut().zip(row) {
            *sum += f64::from(of(item));
        }
    }
    sums.iter().sum()
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a sum of whole numbers above zero"
)]
fn whole(sum: f64) -> u64 {
    sum as u64
}
