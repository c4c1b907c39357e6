//! CommsTime: one token goes round a ring of three processes, and each round is reported to a consumer.
//!
//! ```text
//!     +--------+     +-------+     +----------+
//!     | prefix |---->| delta |---->| consumer |
//!     +--------+     +-------+     +----------+
//!         ^              |
//!         |  +------+    |
//!         +--| succ |<---+
//!            +------+
//! ```
//!
//! Four communications a round, each a rendezvous; the delta gives first to the successor, then to the consumer. The
//! consumer adds up the tokens of all rounds and ends the ring.
//!
//! Source: Welch and Barnes, occam's Commstime.

use std::hint::black_box;

use csprun_dsl::signature::{
    Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Ports as PortSpecs, Signature, Traits,
};
use csprun_dsl::ty::Type;

use super::ours::{Graph, answer, run};
use super::peer::{BlockingChannel, TaskChannel, on_one_thread, side_by_side, task, thread};
use super::scenario::{Ran, Scenario};
use crate::compose::{Kind, Network};
use crate::library::library;
use crate::process::{Ended, Params, Ports};

const GRAPH: &str = r#"Network(
    params: { "rounds": (default: 1) },
    processes: {
        "prefix":   (run: Prefix(value: 0)),
        "delta":    (run: Delta()),
        "succ":     (run: Successor()),
        "consumer": (run: AddUp(n: "$rounds"), on_end: Poison),
    },
    channels: [
        (from: "prefix", to: "delta", kind: Rendezvous),
        (from: "delta.out[0]", to: "succ", kind: Rendezvous),
        (from: "delta.out[1]", to: "consumer", kind: Rendezvous),
        (from: "succ", to: "prefix", kind: Rendezvous),
    ],
)"#;

/// The consumer of the graph: takes `n` tokens and writes their sum, so that nothing follows it.
const ADD_UP: Signature = Signature {
    kind: "AddUp",
    group: Group::User,
    doc: Doc { summary: "Writes the sum of `n` tokens.", ..Doc::NONE },
    ports: PortSpecs::Fixed(&[PortSpec::input("in", PortType::Is(Type::I64), "numbers")]),
    params: &[ParamSpec::required("n", ParamType::Int { min: 0, max: i64::MAX }, "how many")],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// The scenario with csprun's contenders.
pub(super) fn scenario() -> Scenario {
    let mut library = library();
    library.add(ADD_UP, |params, ports| Box::pin(add_up(params, ports)));
    let graph = Graph::new(GRAPH, library);
    let summary = "a ring of prefix, delta and successor, and a consumer; rendezvous, one worker";
    let scenario = Scenario::new("commstime", summary, "communication", |n| n * n.saturating_sub(1) / 2);
    Scenario { n_operations: 4, ..scenario }
        .ours("commstime-typed", typed)
        .ours("commstime-graph", move |n| graph.run(n, 1))
        .by_hand("hand-written loop", by_hand)
}

async fn add_up(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut input = ports.input("in");
    let mut sum = 0;
    for _ in 0..params.int("n") {
        sum += input.recv().await?.as_i64().unwrap_or(-1);
    }
    ports.stdout().line(&sum.to_string())?;
    Ok(())
}

/// The network in Rust.
fn typed(n_rounds: u64) -> Ran {
    let mut net = Network::new("commstime");
    net.workers(1);
    let (start, started) = net.channel("start", Kind::Rendezvous);
    let (copy, copied) = net.channel("copy", Kind::Rendezvous);
    let (report, reported) = net.channel("report", Kind::Rendezvous);
    let (back, returned) = net.channel("back", Kind::Rendezvous);
    net.process("prefix", (returned, start), |(mut from, mut to)| async move {
        to.send(0).await?;
        loop {
            to.send(from.recv().await?).await?;
        }
    });
    net.process("delta", (started, copy, report), |(mut from, mut left, mut right)| async move {
        loop {
            let token: u64 = from.recv().await?;
            left.send(token).await?;
            right.send(token).await?;
        }
    });
    net.process("succ", (copied, back), |(mut from, mut to)| async move {
        loop {
            to.send(from.recv().await? + 1).await?;
        }
    });
    let (tell, told) = answer();
    net.process("consumer", reported, move |mut from| async move {
        let mut sum = 0;
        for _ in 0..n_rounds {
            sum += from.recv().await?;
        }
        Ok(tell.send(sum)?)
    });
    run(net, &told)
}

/// The same arithmetic, each communication a move that the compiler cannot see through.
fn by_hand(n_rounds: u64) -> Ran {
    Ran::timed(|| {
        let (mut token, mut sum) = (0, 0);
        for _ in 0..n_rounds {
            let copied = black_box(token);
            sum += black_box(copied);
            token = black_box(black_box(copied) + 1);
        }
        sum
    })
}

/// On threads.
pub(super) fn blocking<C: BlockingChannel>(n_rounds: u64) -> Ran {
    Ran::timed(|| {
        let (start, mut started) = C::channel(0);
        let (copy, mut copied) = C::channel(0);
        let (report, mut reported) = C::channel(0);
        let (back, mut returned) = C::channel(0);
        let prefix = thread(move || {
            C::send(&start, 0)?;
            loop {
                C::send(&start, C::recv(&mut returned)?)?;
            }
        });
        let delta = thread(move || {
            loop {
                let token = C::recv(&mut started)?;
                C::send(&copy, token)?;
                C::send(&report, token)?;
            }
        });
        let succ = thread(move || {
            loop {
                C::send(&back, C::recv(&mut copied)? + 1)?;
            }
        });
        let consumer = thread(move || {
            let mut sum = 0;
            for _ in 0..n_rounds {
                sum += C::recv(&mut reported)?;
            }
            Some(sum)
        });
        side_by_side(vec![prefix, delta, succ, consumer])
    })
}

/// On tasks of one thread.
pub(super) fn tasks<C: TaskChannel>(n_rounds: u64) -> Ran {
    Ran::timed(|| {
        let (start, mut started) = C::channel(0);
        let (copy, mut copied) = C::channel(0);
        let (report, mut reported) = C::channel(0);
        let (back, mut returned) = C::channel(0);
        let prefix = task(async move {
            C::send(&start, 0).await?;
            loop {
                C::send(&start, C::recv(&mut returned).await?).await?;
            }
        });
        let delta = task(async move {
            loop {
                let token = C::recv(&mut started).await?;
                C::send(&copy, token).await?;
                C::send(&report, token).await?;
            }
        });
        let succ = task(async move {
            loop {
                C::send(&back, C::recv(&mut copied).await? + 1).await?;
            }
        });
        let consumer = task(async move {
            let mut sum = 0;
            for _ in 0..n_rounds {
                sum += C::recv(&mut reported).await?;
            }
            Some(sum)
        });
        on_one_thread(vec![prefix, delta, succ, consumer])
    })
}
