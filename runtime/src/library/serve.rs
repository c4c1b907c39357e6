//! `Serve`: makes a server of a part of the network.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature};
use csprun_dsl::ty::Type;

use super::serving::SERVER;
use crate::process::{Asked, Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Serve",
    group: Group::Coordination,
    doc: Doc {
        summary: "Gives each request to a part of the network, and replies with what comes back.",
        diagram: r"
            out       in
         +---|---------^---+
         |   v         |   |
  serve >|      Serve      |
         +-----------------+",
        order: "One request at a time, in the order in which they came.",
        ending: "Ends when all its callers have, or with what is between `out` and `in`; its callers then get \
                 the end of the stream.",
        complexity: "O(1) a request.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 3), family: 2),
        "client": (run: Call(give: "`the square of ${x} is ${reply}`"), family: 2),
        "server": (run: Serve()),
        "square": (run: Map(expr: "x * x")),
        "sorted": (run: Sort()),
        "print": (run: Print()),
    },
    channels: [
        (each: {"i": 2}, from: "numbers[${i}]", to: "client[${i}].in"),
        (from: AnyOf(["client[*].call"]), to: "server.serve", type: I64),
        (from: "server.out", to: "square", type: I64),
        (from: "square", to: "server.in"),
        (from: AnyOf(["client[*].out"]), to: "sorted"),
        (from: "sorted", to: "print"),
    ],
)
"#,
        output: "the square of 0 is 0\nthe square of 0 is 0\nthe square of 1 is 1\nthe square of 1 is 1\n\
                 the square of 2 is 4\nthe square of 2 is 4\n",
        source: "Welch and Martin 1997: client-server; Birrell and Nelson 1984: remote procedure calls",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::serve("serve", PortType::Is(Type::Any), "the requests, and their replies"),
        PortSpec::output("out", PortType::Is(Type::Any), "the requests as tokens"),
        PortSpec::input("in", PortType::Var("T"), "the reply to each, in their order"),
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
    let (mut serve, mut output, mut input) = (ports.serve("serve"), ports.output("out"), ports.input("in"));
    loop {
        if let Asked::Request(caller, request) = serve.next().await? {
            output.send(request).await?;
            let reply = input.recv().await?;
            serve.reply(caller, reply)?;
        }
    }
}
