//! Random networks: processes with random scripts over random channels, on random seats. They end or are reported, and
//! no token is lost or comes twice.
//!
//! A network is a function of its seed. A seed that failed is printed and goes onto a list: [`SEEDS`] here, by hand, or
//! `regressions.txt` beside this file, where proptest writes it. Both are tried first from then on; commit them.

mod script;
mod world;

use std::time::Duration;

use csprun_runtime::testing::within;
use proptest::prelude::{ProptestConfig, any, proptest};

use world::{Shape, World};

const LIMIT: Duration = Duration::from_secs(240);

/// Seeds that are always tried: some that failed once, and some to begin with.
const SEEDS: [u64; 8] = [1, 2, 3, 5, 8, 13, 21, 34];

/// Runs the network of a seed and checks what came of it.
fn holds(seed: u64, shape: Shape) {
    let ran = std::panic::catch_unwind(|| within(LIMIT, move || World::new(seed, shape).check()));
    if let Err(panic) = ran {
        eprintln!("seed {seed} of {shape:?}");
        std::panic::resume_unwind(panic);
    }
}

proptest! {
    #![proptest_config(ProptestConfig {
        cases: 256,
        failure_persistence: Some(Box::new(proptest::test_runner::FileFailurePersistence::Direct(
            concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/random/regressions.txt"),
        ))),
        ..ProptestConfig::default()
    })]

    #[test]
    fn a_random_network_ends_or_is_reported_and_keeps_every_token(seed in any::<u64>()) {
        holds(seed, Shape::Mixed);
    }
}

#[test]
fn choices_between_threads_keep_every_token() {
    for seed in SEEDS {
        holds(seed, Shape::Choices { n_steps: 200 });
    }
}

/// Takes `CSPRUN_SEED` to try one again, and else two hundred seeds from the clock on.
#[test]
#[ignore = "minutes: tests/all.sh --long"]
fn choices_between_threads_keep_every_token_for_long() {
    if let Some(seed) = std::env::var("CSPRUN_SEED").ok().and_then(|seed| seed.parse().ok()) {
        return holds(seed, Shape::Choices { n_steps: 2000 });
    }
    let clock = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    let first = clock.expect("it is later than 1970").as_secs() * 200;
    for seed in first..first + 200 {
        holds(seed, Shape::Choices { n_steps: 2000 });
    }
}
