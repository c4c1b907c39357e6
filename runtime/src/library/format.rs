//! `Format`: tokens as text.

use std::slice;

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;

use super::batch::fire;
use super::lines::LINE;
use crate::expr::Formatter;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Format",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives each token as text.",
        diagram: r"
      +----------------+
  in >| Format: format |> out
      +----------------+",
        order: "One text for each token.",
        ending: "Ends with its input, or when nobody reads its output; fails when an expression of the format has \
                 no value.",
        complexity: "O(length of the text).",
        example: r#"Network(
    processes: {
        "points": (run: Values(values: [{"x": 1, "y": 2}, {"x": 3, "y": 4}])),
        "text": (run: Format(format: "({x.x}, {x.y})")),
        "long": (run: Map(expr: "len(x)")),
        "print": (run: Print()),
    },
    channels: [
        (from: "points", to: "text"),
        (from: "text", to: "long"),
        (from: "long", to: "print"),
    ],
)
"#,
        output: "6\n6\n",
        source: "Python: str.format; C: printf",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the format"),
        PortSpec::output("out", PortType::Is(Type::Text), "the texts"),
    ]),
    params: &[ParamSpec::with_default(
        "format",
        ParamType::Template(LINE),
        "\"{x}\"",
        "the text, with expressions of `x` in braces",
    )],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let mut formatter = Formatter::new(params.template("format"));
    fire(&mut input, &mut output, |x, given| {
        let mut text = String::new();
        let written = formatter.write(slice::from_ref(&x), &mut text);
        written.map_err(|error| Ended::fail(format!("the format fails with x = {}: {error}", x.shown())))?;
        given.push(Value::from(text));
        Ok(())
    })
    .await
}
