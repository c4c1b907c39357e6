//! `Collect`: the stream as one list.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Rate, Signature, Traits};

use super::batch::drain;
use super::held::{Held, MEMORY};
use super::lists::list_of_input;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Collect",
    group: Group::Transform,
    doc: Doc {
        summary: "Gathers all tokens into one list and gives it at the end of the stream.",
        diagram: r"
      +---------+
  in >| Collect |> out
      +---------+",
        order: "The list has the tokens in the order in which they came.",
        ending: "At the end of its input it gives the list, then ends; fails when that takes more than `memory`.",
        complexity: "O(1) a token; keeps all of them.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 4)),
        "list": (run: Collect()),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "list"),
        (from: "list", to: "print"),
    ],
)
"#,
        output: "[0, 1, 2, 3]\n",
        source: "Rust: Iterator::collect; GPP: Collect",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::output("out", PortType::Rule(list_of_input), "the list, once").rate(Rate::Dynamic),
    ]),
    params: &[MEMORY],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let (mut list, mut held) = (Vec::new(), Held::of(&params));
    drain(&mut input, |token| {
        held.keep(&token)?;
        list.push(token);
        Ok(())
    })
    .await?;
    output.send(list).await
}
