//! `Scan`: running totals.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use super::batch::fire_each;
use super::expression::{Expression, STEP};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Scan",
    group: Group::Transform,
    doc: Doc {
        summary: "Folds the tokens and gives the value after each of them.",
        diagram: r"
      +------------+
  in >| Scan: expr |> out
      +------------+",
        order: "`acc` is `init` at first, then the value that was given last.",
        ending: "Ends with its input, or when nobody reads its output; fails when the expression has \
                 no value.",
        complexity: "One evaluation a token; keeps one value.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(from: 1, to: 6)),
        "totals": (run: Scan(init: 0, expr: "acc + x")),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "totals"),
        (from: "totals", to: "print"),
    ],
)
"#,
        output: "1\n3\n6\n10\n15\n",
        source: "Functional programming: scan; JCSP: Integrate; MPI_Scan",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the expression"),
        PortSpec::output("out", PortType::OfExpr("expr"), "each new `acc`"),
    ]),
    params: &[
        ParamSpec::required("init", ParamType::Constant, "the first value of `acc`, which is not given"),
        ParamSpec::required("expr", ParamType::Expr(STEP), "the next value of `acc`"),
    ],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let mut expr = Expression::of(&params, "expr");
    let mut acc = expr.start(params.constant("init"));
    fire_each(&mut input, &mut output, |taken, given| {
        expr.step_each(&mut acc, taken, |acc| given.push(acc.clone()))
    })
    .await
}
