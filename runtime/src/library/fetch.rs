//! `Fetch`: asks a server for one token after the other.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, Signature, Traits,
};
use csprun_dsl::ty::Type;

use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Fetch",
    group: Group::Coordination,
    doc: Doc {
        summary: "Asks a server again and again and gives what it replies.",
        diagram: r"
       call
  +----------------+
  | Fetch: request |> out
  +----------------+",
        order: "The next request when the reply to the one before was taken; over a rendezvous it asks only when \
                its reader is free.",
        ending: "Ends when the server has, or when nobody reads its output; fails when the server refuses its \
                 request.",
        complexity: "One call a token.",
        example: r#"Network(
    processes: {
        "words": (run: Values(values: ["to", "be"])),
        "farmer": (run: Farmer()),
        "ask": (run: Fetch()),
        "print": (run: Print()),
    },
    channels: [
        (from: "words", to: "farmer.in"),
        (from: "ask.call", to: "farmer.serve"),
        (from: "ask.out", to: "print"),
    ],
)
"#,
        output: "to\nbe\n",
        source: "occam: a worker of a processor farm; Kahn and MacQueen 1977: demand-driven streams",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::call("call", PortType::OfParam("request"), "the requests"),
        PortSpec::output("out", PortType::Is(Type::Any), "the replies").rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::with_default("request", ParamType::Constant, "()", "what is asked")],
    cost: Cost::Light,
    traits: Traits { determinate: false, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut call, mut output) = (ports.call("call"), ports.output("out"));
    loop {
        let reply = call.call(params.constant("request")).await?;
        output.send(reply).await?;
    }
}
