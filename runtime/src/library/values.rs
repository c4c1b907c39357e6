//! `Values`: gives what the file lists.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use super::batch::send_each;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Values",
    group: Group::Source,
    doc: Doc {
        summary: "Gives the tokens that the graph file lists.",
        diagram: r"
  +--------+
  | Values |> out
  +--------+",
        order: "As listed.",
        ending: "Ends after the last one, or when nobody reads its output.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "words": (run: Values(values: ["to", "be", "or", "not"])),
        "print": (run: Print()),
    },
    channels: [
        (from: "words", to: "print"),
    ],
)
"#,
        output: "to\nbe\nor\nnot\n",
        source: "FastFlow, ZeroMQ: a ventilator of constants; Kahn 1974: an initial stream",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::ElementOf("values"), "the tokens")]),
    params: &[ParamSpec::required("values", ParamType::Constants, "the tokens, all of one type")],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let values = params.constants("values").iter().map(Value::from);
    ports.will_send(values.len() as u64);
    send_each(&mut ports.output("out"), values).await
}
