//! `TakeWhile`: the tokens before the first that will not do.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, ResultType, Signature,
    Traits, VarType,
};

use super::expression::Expression;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "TakeWhile",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives the tokens before the first for which a condition fails.",
        diagram: r"
      +-----------------+
  in >| TakeWhile: expr |> out
      +-----------------+",
        order: "In the order in which they came.",
        ending: "Ends with the first token for which the condition fails, which is not given; with its \
                 input, or when nobody reads its output.",
        complexity: "One evaluation a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Numbers(from: 1)),
        "squares": (run: Map(expr: "x * x")),
        "small": (run: TakeWhile(expr: "x < 20")),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "squares"),
        (from: "squares", to: "small"),
        (from: "small", to: "print"),
    ],
)
"#,
        output: "1\n4\n9\n16\n",
        source: "Haskell: takeWhile; Python: itertools.takewhile",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the condition"),
        PortSpec::output("out", PortType::Var("T"), "the tokens before the first that fails")
            .rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::required(
        "expr",
        ParamType::Expr(ExprSpec { variables: &[("x", VarType::Port("in"))], result: ResultType::Bool }),
        "whether to go on",
    )],
    cost: Cost::Light,
    traits: Traits { ends_early: true, ..Traits::KAHN },
};

/// Its body. Token by token, so that it takes none behind the one that ends it.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let mut condition = Expression::of(&params, "expr");
    loop {
        let token = input.recv().await?;
        if !condition.holds(&token)? {
            return Ok(());
        }
        output.send(token).await?;
    }
}
