//! `Plus`: the sums of two streams.

use csprun_dsl::expr::ir::Binary;
use csprun_dsl::signature::{Cost, Doc, Group, Signature, Traits};

use super::arithmetic::{OPERANDS, combine};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Plus",
    group: Group::Csp,
    doc: Doc {
        summary: "Adds the tokens of two streams, one by one.",
        diagram: r"
     +------+
  a >|      |
     | Plus |> out
  b >|      |
     +------+",
        order: "One of each is received, whichever comes first, then their sum is given.",
        ending: "Ends with the first input that ends, or when nobody reads its output; fails when an \
                 integer result passes 64 bits.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "left": (run: Range(to: 3)),
        "right": (run: Range(from: 10, to: 13)),
        "both": (run: Plus()),
        "print": (run: Print()),
    },
    channels: [
        (from: "left", to: "both.a"),
        (from: "right", to: "both.b"),
        (from: "both", to: "print"),
    ],
)
"#,
        output: "10\n12\n14\n",
        source: "JCSP: Plus; Kahn and MacQueen 1977",
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
    combine(Binary::Add, ports).await
}
