//! `Fold`: everything into one value.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, Signature, Traits,
};

use super::batch::drain_each;
use super::expression::{Expression, STEP};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Fold",
    group: Group::Transform,
    doc: Doc {
        summary: "Folds all tokens into one value and gives it at the end of the stream.",
        diagram: r"
      +------------+
  in >| Fold: expr |> out
      +------------+",
        order: "`acc` is `init` at first, then the value of the expression for the token before.",
        ending: "At the end of its input it gives `acc`, then ends; without a token that is `init`.",
        complexity: "One evaluation a token; keeps one value.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(from: 1, to: 101)),
        "sum": (run: Fold(init: 0, expr: "acc + x")),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "sum"),
        (from: "sum", to: "print"),
    ],
)
"#,
        output: "5050\n",
        source: "Functional programming: fold, reduce; MPI_Reduce",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the expression"),
        PortSpec::output("out", PortType::OfExpr("expr"), "the last value of `acc`, once")
            .rate(Rate::Dynamic),
    ]),
    params: &[
        ParamSpec::required("init", ParamType::Constant, "the first value of `acc`"),
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
    drain_each(&mut input, |taken| expr.step_each(&mut acc, taken, |_| ())).await?;
    output.send(acc).await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;
    use csprun_dsl::ty::Constant;

    use crate::library::bench::{expr, ints, run};
    use crate::testing::Bench;

    #[test]
    fn an_empty_stream_folds_to_the_start() {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("init", Param::Constant(Constant::I64(7)));
        let bench = bench.param("expr", expr("acc + x", &["acc", "x"]));
        assert_eq!(run(bench.input::<i64>("in", [])).output("out"), ints([7]));
    }
}
