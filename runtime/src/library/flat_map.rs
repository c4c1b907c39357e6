//! `FlatMap`: many tokens out of each.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, ResultType, Signature,
    Traits, VarType,
};

use super::batch::N_BATCH;
use super::expression::Expression;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "FlatMap",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives the elements of the list that an expression makes of each token.",
        diagram: r"
      +---------------+
  in >| FlatMap: expr |> out
      +---------------+",
        order: "All elements of one list, then those of the next. A value that is no list counts as \
                 a list of itself.",
        ending: "Ends with its input, or when nobody reads its output; fails when the expression has \
                 no value.",
        complexity: "One evaluation a token in, O(1) a token out.",
        example: r#"Network(
    processes: {
        "lines": (run: Values(values: ["to be or", "not to be"])),
        "words": (run: FlatMap(expr: "words(x)")),
        "print": (run: Print()),
    },
    channels: [
        (from: "lines", to: "words"),
        (from: "words", to: "print"),
    ],
)
"#,
        output: "to\nbe\nor\nnot\nto\nbe\n",
        source: "Functional programming: flatMap, concatMap",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the expression"),
        PortSpec::output("out", PortType::ElementOfExpr("expr"), "the elements").rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::required(
        "expr",
        ParamType::Expr(ExprSpec { variables: &[("x", VarType::Port("in"))], result: ResultType::Any }),
        "a list made of `x`",
    )],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let mut expr = Expression::of(&params, "expr");
    let (mut taken, mut given) = (Vec::new(), Vec::new());
    loop {
        input.recv_ready(&mut taken, N_BATCH).await?;
        for x in taken.drain(..) {
            let first = expr.eval_items(&x, N_BATCH, &mut given);
            // What came before a failure is sent before it is reported.
            if first.is_err() || given.len() >= N_BATCH {
                output.send_all(&mut given).await?;
            }
            let mut left = first?;
            while let Some(pieces) = left {
                left = pieces.give(N_BATCH, &mut given);
                output.send_all(&mut given).await?;
            }
        }
        // Also with nothing to send: so it learns that nobody reads any more.
        output.send_all(&mut given).await?;
    }
}
