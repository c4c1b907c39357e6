//! `Pairs`: sums of neighbours.

use csprun_dsl::expr::ir::Binary;
use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Rate, Signature, Traits};

use super::arithmetic::apply;
use super::batch::fire;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Pairs",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives the sum of each token and the one before it.",
        diagram: r"
      +-------+
  in >| Pairs |> out
      +-------+",
        order: "The first sum comes with the second token.",
        ending: "Ends with its input, or when nobody reads its output; fails when an integer sum \
                 passes 64 bits.",
        complexity: "O(1) a token; keeps one.",
        example: r#"Network(
    processes: {
        "one": (run: Prefix(value: 1)),
        "zero": (run: Prefix(value: 0)),
        "first": (run: Take(n: 8)),
        "copies": (run: Delta()),
        "pairs": (run: Pairs()),
        "print": (run: Print()),
    },
    channels: [
        (from: "pairs", to: "one"),
        (from: "one", to: "zero"),
        (from: "zero", to: "first"),
        (from: "first", to: "copies"),
        (from: "copies", to: "pairs"),
        (from: "copies", to: "print"),
    ],
)
"#,
        output: "0\n1\n1\n2\n3\n5\n8\n13\n",
        source: "JCSP: Pairs, in its FibonacciInt; Kahn 1974",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "numbers"),
        PortSpec::output("out", PortType::Var("T"), "x[1] + x[0], x[2] + x[1], ...").rate(Rate::Dynamic),
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
    let mut last = None;
    fire(&mut input, &mut output, |x, given| {
        if let Some(before) = last.replace(x.clone()) {
            given.push(apply(Binary::Add, &before, &x)?);
        }
        Ok(())
    })
    .await
}
