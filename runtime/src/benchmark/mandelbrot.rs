//! How fast an expression with a loop is computed: the depths of the points of a picture of the Mandelbrot set, by a
//! `Map` on one worker. An operation is a point; the source and the sum of the depths are included.

use super::ours::Graph;
use super::scenario::{Ran, Scenario};
use crate::library::library;

const GRAPH: &str = r#"Network(
    params: { "rounds": (default: 1) },
    processes: {
        "points": (run: Range(to: "$rounds")),
        "depths": (run: Map(expr: "
            let cx = to_float(x % 2048) * 0.00146484375 - 2.25;
            let cy = to_float(x / 2048 % 2048) * 0.00146484375 - 1.5;
            let zx = 0.0;
            let zy = 0.0;
            let n = 0;
            while n < 256 && zx * zx + zy * zy < 4.0 {
                let t = zx * zx - zy * zy + cx;
                zy = 2.0 * zx * zy + cy;
                zx = t;
                n += 1;
            }
            n
        ")),
        "sum": (run: Fold(init: 0, expr: "acc + x")),
        "consumer": (run: Print()),
    },
    channels: [
        (from: "points", to: "depths", kind: Buffer(1024)),
        (from: "depths", to: "sum", kind: Buffer(1024)),
        (from: "sum", to: "consumer"),
    ],
)"#;

/// Points of the whole picture.
const N_POINTS: u64 = 2048 * 2048;

/// The scenario with csprun's contender. The result is the sum of the depths.
pub(super) fn scenario() -> Scenario {
    let graph = Graph::new(GRAPH, library());
    let summary = "an expression with a loop at each point of a picture of the Mandelbrot set, one worker";
    let scenario = Scenario::new("mandelbrot", summary, "point", depths);
    Scenario { rounds: Some(N_POINTS), ..scenario }
        .ours("mandelbrot", move |n| graph.run(n, 1))
        .by_hand("hand-written loop", |n| Ran::timed(|| depths(n)))
}

#[expect(clippy::cast_precision_loss, reason = "the coordinates are below 2048")]
fn depths(n_points: u64) -> u64 {
    let depth = |point: u64| {
        let cx = (point % 2048) as f64 * 0.001_464_843_75 - 2.25;
        let cy = (point / 2048 % 2048) as f64 * 0.001_464_843_75 - 1.5;
        let (mut zx, mut zy, mut n) = (0.0, 0.0, 0);
        while n < 256 && zx * zx + zy * zy < 4.0 {
            let t = zx * zx - zy * zy + cx;
            zy = 2.0 * zx * zy + cy;
            zx = t;
            n += 1;
        }
        n
    };
    (0..n_points).map(depth).sum()
}
