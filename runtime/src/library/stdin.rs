//! `Stdin`: the lines of standard input.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};
use csprun_dsl::ty::Type;

use super::lines::send_lines;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Stdin",
    group: Group::Source,
    doc: Doc {
        summary: "Gives the lines of standard input, without their line ends.",
        diagram: r"
                    +-------+
  standard input -> | Stdin |> out
                    +-------+",
        order: "As they come; each line as soon as it is there. A byte order mark at the beginning is left out.",
        ending: "Ends with standard input, or when nobody reads its output, even while no line comes; \
                 fails when the input is not UTF-8, or has a line of more than 64 MiB.",
        complexity: "O(length of the line).",
        example: r#"Network(
    processes: {
        "lines": (run: Stdin()),
        "loud": (run: Map(expr: "upper(x)")),
        "print": (run: Print()),
    },
    channels: [
        (from: "lines", to: "loud"),
        (from: "loud", to: "print"),
    ],
)
"#,
        output: "",
        source: "Unix: a filter; JCSP: none",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output(
        "out",
        PortType::Is(Type::Text),
        "the lines, without `\\n` or `\\r\\n`",
    )]),
    params: &[],
    cost: Cost::Blocking,
    traits: Traits { determinate: false, terminal: true, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    send_lines(ports.stdin(), "standard input", ports, &mut output).await
}
