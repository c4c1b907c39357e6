//! `Divide`: the quotients of two streams.

use csprun_dsl::expr::ir::Binary;
use csprun_dsl::signature::{Cost, Doc, Group, Signature, Traits};

use super::arithmetic::{OPERANDS, combine};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Divide",
    group: Group::Csp,
    doc: Doc {
        summary: "Divides the tokens of one stream by those of another, one by one.",
        diagram: r"
     +--------+
  a >|        |
     | Divide |> out
  b >|        |
     +--------+",
        order: "One of each is received, whichever comes first, then `a / b` is given: of integers without \
                its fraction.",
        ending: "Ends with the first input that ends, or when nobody reads its output; fails when an integer \
                 is divided by 0.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "left": (run: Values(values: [7, -7, 8])),
        "right": (run: Values(values: [2, 2, 4])),
        "both": (run: Divide()),
        "print": (run: Print()),
    },
    channels: [
        (from: "left", to: "both.a"),
        (from: "right", to: "both.b"),
        (from: "both", to: "print"),
    ],
)
"#,
        output: "3\n-3\n2\n",
        source: "JCSP: Divide",
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
    combine(Binary::Divide, ports).await
}
