//! `Successor`: one more.

use csprun_dsl::expr::ir::Binary;
use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};
use csprun_dsl::ty::Type;

use super::arithmetic::apply;
use super::batch::fire;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Successor",
    group: Group::Csp,
    doc: Doc {
        summary: "Adds one to each token.",
        diagram: r"
      +-----------+
  in >| Successor |> out
      +-----------+",
        order: "One token out for one in, in order.",
        ending: "Ends with its input, or when nobody reads its output; fails past 2^63 - 1.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "next": (run: Successor()),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "next"),
        (from: "next", to: "print"),
    ],
)
"#,
        output: "1\n2\n3\n",
        source: "JCSP: Successor",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Is(Type::I64), "integers"),
        PortSpec::output("out", PortType::Is(Type::I64), "each plus one"),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    fire(&mut input, &mut output, |x, given| {
        match x.as_i64().and_then(|n| n.checked_add(1)) {
            Some(next) => given.push(Value::from(next)),
            // It says why there is none.
            None => given.push(apply(Binary::Add, &x, &Value::from(1))?),
        }
        Ok(())
    })
    .await
}
