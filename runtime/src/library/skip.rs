//! `Skip`: all but the first few.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, NATURAL, ParamSpec, PortSpec, PortType, Rate, Signature, Traits,
};

use super::batch::fire;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Skip",
    group: Group::Transform,
    doc: Doc {
        summary: "Drops the first `n` tokens and gives the others.",
        diagram: r"
      +---------+
  in >| Skip: n |> out
      +---------+",
        order: "In the order in which they came.",
        ending: "Ends with its input, or when nobody reads its output.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 5)),
        "late": (run: Skip(n: 3)),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "late"),
        (from: "late", to: "print"),
    ],
)
"#,
        output: "3\n4\n",
        source: "Haskell: drop; JCSP: Tail is Skip(n: 1)",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::output("out", PortType::Var("T"), "all but the first `n`").rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::required("n", NATURAL, "how many are dropped")],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let mut left = params.int("n");
    fire(&mut input, &mut output, |token, given| {
        if left > 0 {
            left -= 1;
        } else {
            given.push(token);
        }
        Ok(())
    })
    .await
}
