//! `Consumer`: how fast tokens come.

use std::time::Instant;

use csprun_dsl::signature::{
    self, Cost, Doc, Group, POSITIVE, ParamSpec, PortSpec, PortType, Rate, Signature, Traits,
};
use csprun_dsl::ty::Type;

use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Consumer",
    group: Group::Csp,
    doc: Doc {
        summary: "Takes tokens and gives the time that one of them took, in seconds, for every `n`.",
        diagram: r"
      +-------------+
  in >| Consumer: n |> out
      +-------------+",
        order: "One time for every `n` tokens: from the first of them to the one that follows the last, \
                divided by `n`.",
        ending: "Ends with its input, or when nobody reads its output. Less than `n` tokens in the end give \
                 no time.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "prefix": (run: Prefix(value: 0)),
        "first": (run: Take(n: 250)),
        "delta": (run: Delta()),
        "successor": (run: Successor()),
        "consumer": (run: Consumer(n: 100)),
        "positive": (run: Map(expr: "x > 0.0")),
        "print": (run: Print()),
    },
    channels: [
        (from: "prefix", to: "first"),
        (from: "first", to: "delta"),
        (from: "delta", to: "successor", kind: Rendezvous),
        (from: "delta", to: "consumer", kind: Rendezvous),
        (from: "successor", to: "prefix"),
        (from: "consumer", to: "positive"),
        (from: "positive", to: "print"),
    ],
)
"#,
        output: "true\ntrue\n",
        source: "JCSP, KRoC: the Consume of CommsTime",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Is(Type::Any), "any tokens"),
        PortSpec::output("out", PortType::Is(Type::F64), "seconds a token").rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::with_default("n", POSITIVE, "1000", "tokens for each time")],
    cost: Cost::Light,
    traits: Traits { determinate: false, ..Traits::KAHN },
};

/// Its body. Token by token, which is what it measures.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let n = params.int("n");
    input.recv().await?;
    loop {
        let begin = Instant::now();
        for _ in 0..n {
            input.recv().await?;
        }
        #[expect(clippy::cast_precision_loss, reason = "a count that large is never reached")]
        let each = begin.elapsed().as_secs_f64() / n as f64;
        output.send(each).await?;
    }
}
