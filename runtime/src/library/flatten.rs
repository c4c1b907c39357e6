//! `Flatten`: the elements of lists, one by one.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Rate, Signature, Traits};

use super::batch::fire;
use super::lists::element_of_input;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Flatten",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives the elements of each list.",
        diagram: r"
      +---------+
  in >| Flatten |> out
      +---------+",
        order: "All elements of one list, then those of the next. Only one level of lists is taken apart; a \
                token that is no list counts as a list of itself.",
        ending: "Ends with its input, or when nobody reads its output.",
        complexity: "O(1) a token out.",
        example: r#"Network(
    processes: {
        "lists": (run: Values(values: [[1, 2], [], [3]])),
        "numbers": (run: Flatten()),
        "print": (run: Print()),
    },
    channels: [
        (from: "lists", to: "numbers"),
        (from: "numbers", to: "print"),
    ],
)
"#,
        output: "1\n2\n3\n",
        source: "Rust: Iterator::flatten; Python: itertools.chain.from_iterable",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "lists"),
        PortSpec::output("out", PortType::Rule(element_of_input), "their elements").rate(Rate::Dynamic),
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
    fire(&mut input, &mut output, |token, given| {
        match token.into_list() {
            Ok(elements) => given.extend(elements),
            Err(one) => given.push(one),
        }
        Ok(())
    })
    .await
}
