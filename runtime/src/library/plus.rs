//! `Plus`: the sum of two streams.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};

use super::sum::sum;
use crate::process::{Ended, Params, Ports, recv_from_each};

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
                 integer sum passes 64 bits.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "small": (run: Range(to: 3)),
        "large": (run: Range(from: 10, to: 13)),
        "sums": (run: Plus()),
        "print": (run: Print()),
    },
    channels: [
        (from: "small", to: "sums.a"),
        (from: "large", to: "sums.b"),
        (from: "sums", to: "print"),
    ],
)
"#,
        output: "10\n12\n14\n",
        source: "JCSP: Plus; Kahn and MacQueen 1977",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("a", PortType::Var("T"), "numbers"),
        PortSpec::input("b", PortType::Var("T"), "numbers"),
        PortSpec::output("out", PortType::Var("T"), "the sums"),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits { stateless: true, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut inputs, mut output) = ([ports.input("a"), ports.input("b")], ports.output("out"));
    loop {
        let pair = recv_from_each(&mut inputs).await?;
        output.send(sum(&pair[0], &pair[1])?).await?;
    }
}
