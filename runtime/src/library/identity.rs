//! `Identity`: passes tokens on.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};

use super::batch::pass;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Identity",
    group: Group::Transform,
    doc: Doc {
        summary: "Passes tokens on as they are.",
        diagram: r"
      +----------+
  in >| Identity |> out
      +----------+",
        order: "Tokens leave in the order in which they came.",
        ending: "Ends with its input, or when nobody reads its output.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "identity": (run: Identity()),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "identity"),
        (from: "identity", to: "print"),
    ],
)
"#,
        output: "0\n1\n2\n",
        source: "JCSP and PyCSP: Identity",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::output("out", PortType::Var("T"), "the same tokens"),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    pass(&mut input, &mut output).await
}
