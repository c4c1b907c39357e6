//! `Map`: an expression of each token.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, ParamSpec, ParamType, PortSpec, PortType, ResultType, Signature,
    Traits, VarType,
};

use super::batch::fire_each;
use super::expression::Expression;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Map",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives the value of an expression for each token.",
        diagram: r"
      +-----------+
  in >| Map: expr |> out
      +-----------+",
        order: "One token out for one in, in order.",
        ending: "Ends with its input, or when nobody reads its output; fails when the expression has \
                 no value.",
        complexity: "One evaluation a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 4)),
        "squares": (run: Map(expr: "x * x")),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "squares"),
        (from: "squares", to: "print"),
    ],
)
"#,
        output: "0\n1\n4\n9\n",
        source: "Functional programming: map; GPP: Worker",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the expression"),
        PortSpec::output("out", PortType::OfExpr("expr"), "its values"),
    ]),
    params: &[ParamSpec::required(
        "expr",
        ParamType::Expr(ExprSpec { variables: &[("x", VarType::Port("in"))], result: ResultType::Any }),
        "what becomes of `x`",
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
    fire_each(&mut input, &mut output, |taken, given| expr.eval_each(taken, given)).await
}

#[cfg(test)]
mod tests {
    use crate::library::bench::{expr, ints, run};
    use crate::process::Fate;
    use crate::testing::Bench;

    #[test]
    fn what_came_before_a_failure_is_given_first() {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ran = run(bench.param("expr", expr("12 / x", &["x"])).input("in", [4, 3, 0, 2]));
        assert_eq!(ran.output("out"), ints([3, 4]));
        let Some(Fate::Failed(why)) = ran.fate else { panic!("{ran:?}") };
        assert!(why.starts_with("`12 / x` failed with x = 0: "), "{why}");
    }
}
