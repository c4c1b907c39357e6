//! `With`: a part of the network that is entered only while something is held.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "With",
    group: Group::Coordination,
    doc: Doc {
        summary: "Holds something of a server while each token goes through a part of the network.",
        diagram: r"
              enter   leave
      +---------|-------^--------+
  in >|         v       |        |> out
      | With: acquire, release   |
      +--------------------------+
                  call",
        order: "For each token: acquire, send it to `enter`, take what comes back at `leave`, release, give \
                that.",
        ending: "Ends with its input, with what is between `enter` and `leave`, when the server has ended, \
                 or when nobody reads its output. However it ends, it holds nothing any more.",
        complexity: "Two calls a token.",
        example: r##"Network(
    processes: {
        "deposits": (run: Values(values: [10, 20, 30])),
        "teller": (run: With(), family: 2),
        "read": (run: Call(request: "#{op: \"get\", key: \"sum\"}", give: "reply + x"), family: 2),
        "write": (run: Call(request: "#{op: \"put\", key: \"sum\", value: x}", give: "x"), family: 2),
        "lock": (run: Lock()),
        "account": (run: Store()),
        "largest": (run: Sort(order: Descending)),
        "sum": (run: Take(n: 1)),
        "print": (run: Print()),
    },
    channels: [
        (from: "deposits", to: AnyOf(["teller[*].in"])),
        (from: AnyOf(["teller[*].call"]), to: "lock"),
        (each: {"i": 2}, from: "teller[${i}].enter", to: "read[${i}]"),
        (each: {"i": 2}, from: "read[${i}].out", to: "write[${i}]"),
        (each: {"i": 2}, from: "write[${i}].out", to: "teller[${i}].leave"),
        (from: AnyOf(["read[*].call", "write[*].call"]), to: "account"),
        (from: AnyOf(["teller[*].out"]), to: "largest"),
        (from: "largest", to: "sum"),
        (from: "sum", to: "print"),
    ],
)
"##,
        output: "60\n",
        source: "Python: the with statement; Hoare 1972: conditional critical regions",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::call("call", PortType::OfParam("acquire"), "asks to acquire, then to release"),
        PortSpec::output("enter", PortType::Var("T"), "each token, while something is held"),
        PortSpec::input("leave", PortType::Var("U"), "one token back for each"),
        PortSpec::output("out", PortType::Var("U"), "the tokens that came back").optional(),
    ]),
    params: &[
        ParamSpec::with_default("acquire", ParamType::Constant, "\"acquire\"", "the first request"),
        ParamSpec::with_default("release", ParamType::Constant, "\"release\"", "the second request"),
    ],
    cost: Cost::Light,
    traits: Traits { determinate: false, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output, mut call) =
        (ports.input("in"), ports.maybe_output("out"), ports.call("call"));
    let (mut enter, mut leave) = (ports.output("enter"), ports.input("leave"));
    let request = |name| Value::from(params.constant(name));
    let (acquire, release) = (request("acquire"), request("release"));
    loop {
        let token = input.recv().await?;
        call.call(acquire.clone()).await?;
        enter.send(token).await?;
        let back = leave.recv().await?;
        call.call(release.clone()).await?;
        if let Some(output) = &mut output {
            output.send(back).await?;
        }
    }
}
