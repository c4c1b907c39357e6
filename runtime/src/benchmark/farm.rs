//! A farm: numbers are dealt to copies of a kernel of about a microsecond, a copy a core, and what they give is
//! collected, in any order or in the order of the numbers. An operation is a number from source to sink; the limit is
//! the kernels alone, a bare loop a core.
//!
//! ```text
//!                 +-----------+
//!             +-->| kernel[0] |--+
//! +---------+ |   +-----------+  |   +----------+
//! | numbers |-+-->|    ...    |--+-->| consumer |
//! +---------+ |   +-----------+  |   +----------+
//!             +-->| kernel[n] |--+
//!                 +-----------+
//! ```

use std::hint::black_box;
use std::num::NonZero;
use std::sync::OnceLock;
use std::time::Instant;

use csprun_dsl::signature::{Cost, Doc, Group, PortSpec, PortType, Ports as PortSpecs, Signature, Traits};
use csprun_dsl::ty::Type;

use super::ours::Graph;
use super::scenario::{Ran, Scenario};
use crate::library::batch::{drain_each, fire_each};
use crate::library::{Library, library};
use crate::process::{Ended, Params, Ports, Running};
use crate::value::Value;

macro_rules! graph {
    ($collect:literal) => {
        concat!(
            r#"Network(
    params: { "rounds": (default: 1), "cores": (default: 2) },
    processes: {
        "numbers":  (run: Range(to: "$rounds")),
        "kernel":   (run: Kernel(), replicate: (n: "$cores", deal: Any, collect: "#,
            $collect,
            r#")),
        "consumer": (run: Digest()),
    },
    channels: [
        (from: "numbers", to: "kernel", kind: Buffer(1024)),
        (from: "kernel", to: "consumer", kind: Buffer(1024)),
    ],
)"#
        )
    };
}

/// Steps of a kernel that takes about a microsecond here; each waits for the one before.
fn n_steps() -> u32 {
    static N_STEPS: OnceLock<u32> = OnceLock::new();
    *N_STEPS.get_or_init(|| {
        const N_TRIED: u32 = 1000;
        let time = |_| {
            let began = Instant::now();
            black_box(steps(black_box(1), N_TRIED));
            began.elapsed()
        };
        // The fastest: in the others the machine did something else.
        let fastest = (0..100).map(time).min().unwrap_or_default();
        (u128::from(N_TRIED) * 1000 / fastest.as_nanos().max(1)).clamp(1, 10_000) as u32
    })
}

const KERNEL: Signature = Signature {
    kind: "Kernel",
    group: Group::User,
    doc: Doc { summary: "Computes for about a microsecond.", ..Doc::NONE },
    ports: PortSpecs::Fixed(&[
        PortSpec::input("in", PortType::Is(Type::I64), "numbers"),
        PortSpec::output("out", PortType::Is(Type::I64), "what became of each"),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

const DIGEST: Signature = Signature {
    kind: "Digest",
    group: Group::User,
    doc: Doc { summary: "Writes a number that every token has a part in.", ..Doc::NONE },
    ports: PortSpecs::Fixed(&[PortSpec::input("in", PortType::Is(Type::I64), "numbers")]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Results as they come.
pub(super) fn any_order() -> Scenario {
    let summary = "kernels of a microsecond on all cores, results as they come";
    let library = kinds(|_, ports| Box::pin(digest(ports, u64::wrapping_add)));
    scenario("farm-any-order", summary, Graph::new(graph!("Any"), library), u64::wrapping_add, |n| {
        alone(n, u64::wrapping_add)
    })
}

/// Results in the order of the numbers.
pub(super) fn in_order() -> Scenario {
    let summary = "kernels of a microsecond on all cores, results in the order of the numbers";
    let library = kinds(|_, ports| Box::pin(digest(ports, ordered)));
    scenario("farm-in-order", summary, Graph::new(graph!("InOrder"), library), ordered, |n| alone(n, ordered))
}

fn scenario(
    name: &'static str,
    summary: &'static str,
    graph: Graph,
    then: fn(u64, u64) -> u64,
    expected: fn(u64) -> u64,
) -> Scenario {
    let n_cores = std::thread::available_parallelism().map_or(1, NonZero::get);
    let run = move |n| graph.run_with(&[("rounds", n), ("cores", n_cores as u64)], n_cores);
    Scenario::new(name, summary, "token", expected)
        .ours(name, run)
        .by_hand("kernels alone", move |n| Ran::timed(|| by_hand(n, n_cores as u64, then)))
}

/// The library with the kernel, and the sink.
fn kinds(digest: for<'a> fn(Params, &'a mut Ports) -> Running<'a>) -> Library {
    let mut library = library();
    library.add(KERNEL, |_, ports| Box::pin(kernels(ports)));
    library.add(DIGEST, digest);
    library
}

/// The kernel.
fn kernel(number: u64) -> u64 {
    steps(number + 1, n_steps())
}

#[inline(never)]
fn steps(first: u64, n_steps: u32) -> u64 {
    (0..n_steps).fold(first, |x, _| (x ^ (x >> 29)).wrapping_mul(6_364_136_223_846_793_005))
}

/// Each result has a part, and so has its place.
fn ordered(digest: u64, result: u64) -> u64 {
    digest.rotate_left(1) ^ result
}

/// What the network computes, on one thread.
fn alone(n: u64, then: fn(u64, u64) -> u64) -> u64 {
    (0..n).map(kernel).fold(0, then)
}

/// The kernels on all cores, each with its part of the numbers.
fn by_hand(n: u64, n_cores: u64, then: fn(u64, u64) -> u64) -> u64 {
    let part = |core| n * core / n_cores..n * (core + 1) / n_cores;
    let results: Vec<u64> = std::thread::scope(|scope| {
        let compute = |core| scope.spawn(move || part(core).map(kernel).collect::<Vec<_>>());
        let threads: Vec<_> = (0..n_cores).map(compute).collect();
        threads.into_iter().flat_map(|thread| thread.join().expect("no kernel panics")).collect()
    });
    results.into_iter().fold(0, then)
}

async fn kernels(ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let of = |token: Value| Value::from(kernel(bits(&token)).cast_signed());
    fire_each(&mut input, &mut output, |taken, given| {
        given.extend(taken.drain(..).map(of));
        Ok(())
    })
    .await
}

async fn digest(ports: &mut Ports, then: fn(u64, u64) -> u64) -> Result<(), Ended> {
    let (mut input, mut digest) = (ports.input("in"), 0);
    drain_each(&mut input, |taken| {
        digest = taken.drain(..).fold(digest, |digest, token| then(digest, bits(&token)));
        Ok(())
    })
    .await?;
    ports.stdout().line(&digest.to_string())?;
    Ok(())
}

fn bits(token: &Value) -> u64 {
    token.as_i64().unwrap_or(-1).cast_unsigned()
}
