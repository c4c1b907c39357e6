//! `Farmer`: tasks for workers that ask.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Rate, Signature};
use csprun_dsl::ty::Type;

use super::serving::SERVER;
use crate::process::{Asked, Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Farmer",
    group: Group::Coordination,
    doc: Doc {
        summary: "Gives the next token to whoever asks for one.",
        diagram: r"
      +--------+
  in >| Farmer |
      +--------+
        serve",
        order: "One token for a request, in the order in which the requests came. It takes a token when somebody \
                has asked, so none waits with a busy worker.",
        ending: "Ends with its input: a worker that asks then gets the end of the stream. Ends when all its \
                 callers have. A token for a worker that ends while it waits for it is lost, and counted.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "tasks": (run: Range(to: 6)),
        "farmer": (run: Farmer()),
        "ask": (run: Fetch(), family: 2),
        "work": (run: Map(expr: "x * x"), family: 2),
        "sum": (run: Fold(init: 0, expr: "acc + x")),
        "print": (run: Print()),
    },
    channels: [
        (from: "tasks", to: "farmer.in"),
        (from: AnyOf(["ask[*].call"]), to: "farmer.serve"),
        (each: {"i": 2}, from: "ask[${i}].out", to: "work[${i}]", kind: Rendezvous, type: I64),
        (from: AnyOf(["work[*].out"]), to: "sum"),
        (from: "sum", to: "print"),
    ],
)
"#,
        output: "55\n",
        source: "occam: the farmer of a processor farm; GPP: OneFanRequestedList",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "the tasks").rate(Rate::Dynamic),
        PortSpec::serve("serve", PortType::Is(Type::Any), "any request -> the next task"),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: SERVER,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut serve) = (ports.input("in"), ports.serve("serve"));
    loop {
        if let Asked::Request(caller, _) = serve.next().await? {
            serve.reply(caller, input.recv().await?)?;
        }
    }
}
