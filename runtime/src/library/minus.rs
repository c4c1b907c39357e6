//! `Minus`: the differences of two streams.

use csprun_dsl::expr::ir::Binary;
use csprun_dsl::signature::{Cost, Doc, Group, Signature, Traits};

use super::arithmetic::{OPERANDS, combine};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Minus",
    group: Group::Csp,
    doc: Doc {
        summary: "Subtracts the tokens of one stream from those of another, one by one.",
        diagram: r"
     +-------+
  a >|       |
     | Minus |> out
  b >|       |
     +-------+",
        order: "One of each is received, whichever comes first, then their difference `a - b` is given.",
        ending: "Ends with the first input that ends, or when nobody reads its output; fails when an \
                 integer result passes 64 bits.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "left": (run: Range(from: 10, to: 13)),
        "right": (run: Values(values: [1, 2, 3])),
        "both": (run: Minus()),
        "print": (run: Print()),
    },
    channels: [
        (from: "left", to: "both.a"),
        (from: "right", to: "both.b"),
        (from: "both", to: "print"),
    ],
)
"#,
        output: "9\n9\n9\n",
        source: "JCSP: Minus",
    },
    ports: OPERANDS,
    params: &[],
    cost: Cost::Light,
    traits: Traits { stateless: true, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    combine(Binary::Subtract, ports).await
}
