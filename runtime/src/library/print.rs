//! `Print`: tokens on standard output.

use std::io::ErrorKind;

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use super::lines::{LINE, write_lines};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Print",
    group: Group::Sink,
    doc: Doc {
        summary: "Prints each token as a line on standard output.",
        diagram: r"
      +-------+
  in >| Print |  -> standard output
      +-------+",
        order: "Lines in the order of the tokens; lines of several processes never mix, but their \
                 order is open.",
        ending: "Ends with its input, or when nobody reads standard output any more (`| head`); fails \
                 when writing does.",
        complexity: "O(length of the line); lines are passed on whenever no more tokens are ready.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "print": (run: Print(format: "{x} squared is {x * x}")),
    },
    channels: [
        (from: "numbers", to: "print"),
    ],
)
"#,
        output: "0 squared is 0\n1 squared is 1\n2 squared is 4\n",
        source: "PyCSP: Printer; JCSP: Printer",
    },
    ports: signature::Ports::Fixed(&[PortSpec::input("in", PortType::Var("T"), "what is printed")]),
    params: &[ParamSpec::with_default(
        "format",
        ParamType::Template(LINE),
        "\"{x}\"",
        "a line, with expressions of `x` in braces",
    )],
    cost: Cost::Blocking,
    traits: Traits { terminal: true, ..Traits::FIRING },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut stdout = ports.stdout();
    write_lines(&mut ports.input("in"), params.template("format"), &mut stdout, |error| match error.kind() {
        ErrorKind::BrokenPipe => Ended::Retired,
        _ => Ended::fail(format!("cannot write to standard output: {error}")),
    })
    .await
}
