//! `Prefix`: one token before all others.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, Signature, Traits,
};

use super::batch::pass;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Prefix",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives one token of its own, then passes on what comes.",
        diagram: r"
      +---------------+
  in >| Prefix: value |> out
      +---------------+",
        order: "`value` first, before anything is received.",
        ending: "Ends with its input, or when nobody reads its output.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "start": (run: Prefix(value: 0)),
        "first": (run: Take(n: 4)),
        "copies": (run: Delta()),
        "next": (run: Successor()),
        "print": (run: Print()),
    },
    channels: [
        (from: "start", to: "first"),
        (from: "first", to: "copies"),
        (from: "copies", to: "next"),
        (from: "next", to: "start"),
        (from: "copies", to: "print"),
    ],
)
"#,
        output: "0\n1\n2\n3\n",
        source: "JCSP: Prefix; Hoare 1985: prefixing",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::OfParam("value"), "what follows"),
        PortSpec::output("out", PortType::OfParam("value"), "`value`, then the same tokens")
            .rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::required("value", ParamType::Constant, "the first token")],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    output.send(params.constant("value")).await?;
    pass(&mut input, &mut output).await
}
