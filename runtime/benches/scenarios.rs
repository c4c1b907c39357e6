//! The scenarios for criterion: a group each, a function for each contender.

#[path = "peers/command.rs"]
mod command;
#[path = "peers/go.rs"]
#[expect(dead_code, reason = "criterion measures times only")]
mod go;
#[path = "peers/kanal.rs"]
mod kanal;

use std::time::Duration;

use criterion::{Criterion, Throughput};
use csprun_runtime::benchmark::scenarios;

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    let mut scenarios = scenarios();
    kanal::add(&mut scenarios);
    go::add(&mut scenarios);
    command::add(&mut scenarios);
    for scenario in &scenarios {
        let mut group = criterion.benchmark_group(scenario.name);
        group.throughput(Throughput::Elements(scenario.n_operations));
        group
            .sample_size(10)
            .warm_up_time(Duration::from_millis(200))
            .measurement_time(Duration::from_secs(2));
        for contender in &scenario.contenders {
            group.bench_function(&contender.name, |bencher| {
                bencher.iter_custom(|n_rounds| {
                    let ran = contender.run(n_rounds);
                    let (name, expected) = (scenario.name, (scenario.expected)(n_rounds));
                    assert_eq!(ran.result, expected, "{name}: {} did not do the work", contender.name);
                    ran.elapsed
                });
            });
        }
        group.finish();
    }
    criterion.final_summary();
}
