//! `Mod`: the remainders of two streams.

use csprun_dsl::expr::ir::Binary;
use csprun_dsl::signature::{Cost, Doc, Group, Signature, Traits};

use super::arithmetic::{OPERANDS, combine};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Mod",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives the remainders of one stream divided by another, one by one.",
        diagram: r"
     +-----+
  a >|     |
     | Mod |> out
  b >|     |
     +-----+",
        order: "One of each is received, whichever comes first, then `a % b` is given, with the sign of `a`.",
        ending: "Ends with the first input that ends, or when nobody reads its output; fails when an integer \
                 is divided by 0.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "left": (run: Values(values: [7, -7, 8])),
        "right": (run: Values(values: [2, 2, 4])),
        "both": (run: Mod()),
        "print": (run: Print()),
    },
    channels: [
        (from: "left", to: "both.a"),
        (from: "right", to: "both.b"),
        (from: "both", to: "print"),
    ],
)
"#,
        output: "1\n-1\n0\n",
        source: "JCSP: Mod",
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
    combine(Binary::Remainder, ports).await
}
