//! `Call`: asks a server for each token.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, ParamSpec, ParamType, PortSpec, PortType, ResultType, Signature,
    Traits, VarType,
};
use csprun_dsl::ty::Type;

use super::expression::Expression;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Call",
    group: Group::Coordination,
    doc: Doc {
        summary: "Asks a server for each token and gives what it replies.",
        diagram: r"
      +---------------------+
  in >| Call: request, give |> out
      +---------------------+
                call",
        order: "One token out for one in, in order; the next request after the reply to the one before.",
        ending: "Ends with its input, when the server has ended, or when nobody reads its output; fails \
                 when the server refuses a request.",
        complexity: "One call and two evaluations a token.",
        example: r##"Network(
    processes: {
        "names": (run: Values(values: ["ann", "bob", "ann"])),
        "visits": (run: Call(request: "#{op: \"update\", key: x, value: 1}", give: "`${x}: ${reply}`")),
        "store": (run: Store()),
        "print": (run: Print()),
    },
    channels: [
        (from: "names", to: "visits"),
        (from: "visits.call", to: "store"),
        (from: "visits.out", to: "print"),
    ],
)
"##,
        output: "ann: 1\nbob: 1\nann: 2\n",
        source: "occam 2: a pair of channels to a server; Ada: an entry call",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the expressions"),
        PortSpec::call("call", PortType::OfExpr("request"), "the requests, and `reply` for each"),
        PortSpec::output("out", PortType::OfExpr("give"), "what is given").optional(),
    ]),
    params: &[
        ParamSpec::with_default(
            "request",
            ParamType::Expr(ExprSpec { variables: &[("x", VarType::Port("in"))], result: ResultType::Any }),
            "\"x\"",
            "what is asked for `x`: a text such as `\"\\\"acquire\\\"\"`, or a record `#{op: .., ..}`",
        ),
        ParamSpec::with_default(
            "give",
            ParamType::Expr(ExprSpec {
                variables: &[("x", VarType::Port("in")), ("reply", VarType::Is(Type::Any))],
                result: ResultType::Any,
            }),
            "\"reply\"",
            "what becomes of `x` and the `reply`",
        ),
    ],
    cost: Cost::Light,
    traits: Traits { determinate: false, ..Traits::FIRING },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output, mut call) =
        (ports.input("in"), ports.maybe_output("out"), ports.call("call"));
    let (mut request, mut give) = (Expression::of(&params, "request"), Expression::of(&params, "give"));
    loop {
        let x = input.recv().await?;
        let reply = call.call(request.eval(&x)?).await?;
        if let Some(output) = &mut output {
            output.send(give.eval_all(&[x, reply])?).await?;
        }
    }
}
