//! `Paraplex`: one list out of many inputs.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};

use super::lists::list_of_input;
use crate::process::{Ended, Params, Ports, recv_from_each};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Paraplex",
    group: Group::Csp,
    doc: Doc {
        summary: "Takes one token from each input and gives them as one list.",
        diagram: r"
  in[0] >+----------+
  in[1] >| Paraplex |> out
    ... >+----------+",
        order: "Received from all inputs at once; the list has them in the order of the inputs.",
        ending: "Ends with the first input that ends, or when nobody reads its output.",
        complexity: "O(inputs) a list.",
        example: r#"Network(
    processes: {
        "letters": (run: Values(values: ["a", "b"])),
        "more": (run: Values(values: ["y", "z"])),
        "rows": (run: Paraplex()),
        "print": (run: Print()),
    },
    channels: [
        (from: "letters", to: "rows"),
        (from: "more", to: "rows"),
        (from: "rows", to: "print"),
    ],
)
"#,
        output: "[\"a\", \"y\"]\n[\"b\", \"z\"]\n",
        source: "JCSP: Paraplex; Python: zip",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "tokens of one type").list(),
        PortSpec::output("out", PortType::Rule(list_of_input), "lists with one token of each input"),
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
    let (mut inputs, mut output) = (ports.inputs("in"), ports.output("out"));
    loop {
        output.send(recv_from_each(&mut inputs).await?).await?;
    }
}
