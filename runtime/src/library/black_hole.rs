//! `BlackHole`: drops everything.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};

use super::batch::drain;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "BlackHole",
    group: Group::Sink,
    doc: Doc {
        summary: "Takes all tokens and does nothing with them.",
        diagram: r"
      +-----------+
  in >| BlackHole |
      +-----------+",
        order: "None.",
        ending: "Ends with its input.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "copies": (run: Delta()),
        "print": (run: Print()),
        "rest": (run: BlackHole()),
    },
    channels: [
        (from: "numbers", to: "copies"),
        (from: "copies", to: "print"),
        (from: "copies", to: "rest"),
    ],
)
"#,
        output: "0\n1\n2\n",
        source: "JCSP: BlackHole",
    },
    ports: signature::Ports::Fixed(&[PortSpec::input("in", PortType::Var("T"), "any tokens")]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    drain(&mut ports.input("in"), |_| Ok(())).await
}
