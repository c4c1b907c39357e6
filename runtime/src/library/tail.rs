//! `Tail`: all but the first token.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Rate, Signature, Traits};

use super::batch::pass;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Tail",
    group: Group::Csp,
    doc: Doc {
        summary: "Drops the first token and passes on what follows.",
        diagram: r"
      +------+
  in >| Tail |> out
      +------+",
        order: "In the order in which they came.",
        ending: "Ends with its input, or when nobody reads its output.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "squares": (run: Values(values: [0, 1, 4, 9, 16])),
        "copies": (run: Delta()),
        "next": (run: Tail()),
        "steps": (run: Minus()),
        "print": (run: Print()),
    },
    channels: [
        (from: "squares", to: "copies"),
        (from: "copies", to: "next"),
        (from: "next", to: "steps.a"),
        (from: "copies", to: "steps.b"),
        (from: "steps", to: "print"),
    ],
)
"#,
        output: "1\n3\n5\n7\n",
        source: "JCSP: Tail; Kahn 1974",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::output("out", PortType::Var("T"), "all but the first").rate(Rate::Dynamic),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    input.recv().await?;
    pass(&mut input, &mut output).await
}
