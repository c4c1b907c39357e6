//! `Substitute`: the same token for whatever comes.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;

use super::batch::fire;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Substitute",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives one and the same token for each that comes.",
        diagram: r"
      +-------------------+
  in >| Substitute: value |> out
      +-------------------+",
        order: "One token out for one in.",
        ending: "Ends with its input, or when nobody reads its output.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "words": (run: Values(values: ["to", "be"])),
        "marks": (run: Substitute(value: "*")),
        "print": (run: Print()),
    },
    channels: [
        (from: "words", to: "marks"),
        (from: "marks", to: "print"),
    ],
)
"#,
        output: "*\n*\n",
        source: "JCSP: Substitute",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Is(Type::Any), "any tokens"),
        PortSpec::output("out", PortType::OfParam("value"), "`value` for each"),
    ]),
    params: &[ParamSpec::required("value", ParamType::Constant, "the token that is given")],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let value = Value::from(params.constant("value"));
    fire(&mut input, &mut output, |_, given| {
        given.push(value.clone());
        Ok(())
    })
    .await
}
