//! `Numbers`: counts without end.

use csprun_dsl::signature::{self, Cost, Doc, Group, INT, ParamSpec, PortSpec, PortType, Signature, Traits};
use csprun_dsl::ty::Type;

use super::batch::send_each;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Numbers",
    group: Group::Source,
    doc: Doc {
        summary: "Gives the integers from `from` on, without end.",
        diagram: r"
  +---------+
  | Numbers |> out
  +---------+",
        order: "Each one more than the one before.",
        ending: "Ends when nobody reads its output (or after 2^63 - 1).",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Numbers(from: 1)),
        "first": (run: Take(n: 3)),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "first"),
        (from: "first", to: "print"),
    ],
)
"#,
        output: "1\n2\n3\n",
        source: "JCSP: Numbers",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::Is(Type::I64), "the numbers")]),
    params: &[ParamSpec::with_default("from", INT, "0", "the first number")],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let numbers = params.int("from")..=i64::MAX;
    send_each(&mut ports.output("out"), numbers.map(Value::from)).await
}
