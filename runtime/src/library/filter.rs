//! `Filter`: lets some tokens through.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, ResultType, Signature,
    Traits, VarType,
};

use super::batch::fire_each;
use super::expression::Expression;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Filter",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives the tokens for which a condition holds.",
        diagram: r"
      +--------------+
  in >| Filter: expr |> out
      +--------------+",
        order: "In the order in which they came.",
        ending: "Ends with its input, or when nobody reads its output; fails when the condition has \
                 no value.",
        complexity: "One evaluation a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 20)),
        "multiples": (run: Filter(expr: "x % 7 == 0")),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "multiples"),
        (from: "multiples", to: "print"),
    ],
)
"#,
        output: "0\n7\n14\n",
        source: "Functional programming: filter; Dijkstra 1982: guarded commands",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the condition"),
        PortSpec::output("out", PortType::Var("T"), "those for which it holds").rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::required(
        "expr",
        ParamType::Expr(ExprSpec { variables: &[("x", VarType::Port("in"))], result: ResultType::Bool }),
        "whether `x` goes through",
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
    fire_each(&mut input, &mut output, |taken, given| expr.keep_each(taken, given)).await
}

#[cfg(test)]
mod tests {
    use crate::library::bench::{expr, ints, run};
    use crate::process::Fate;
    use crate::testing::Bench;

    #[test]
    fn a_condition_of_another_type_is_a_failure() {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ran =
            run(bench.param("expr", expr("if x > 2 { x } else { true }", &["x"])).input("in", [1, 2, 3]));
        assert_eq!(ran.output("out"), ints([1, 2]));
        let Some(Fate::Failed(why)) = ran.fate else { panic!("{ran:?}") };
        assert!(why.ends_with("with x = 3: it gave 3, which is neither `true` nor `false`"), "{why}");
    }
}
