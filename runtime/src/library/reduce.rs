//! `Reduce`: everything into one value, without a value to start from.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, ResultType, Signature,
    Traits, VarType,
};

use super::batch::drain;
use super::expression::Expression;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Reduce",
    group: Group::Transform,
    doc: Doc {
        summary: "Folds all tokens into one, the first one being the start, and gives it at the end of the stream.",
        diagram: r"
      +--------------+
  in >| Reduce: expr |> out
      +--------------+",
        order: "`acc` is the first token at first, then the value of the expression for the token before.",
        ending: "At the end of its input it gives `acc`, then ends; without a token it gives nothing. Ends \
                 early when nobody reads its output.",
        complexity: "One evaluation a token; keeps one value.",
        example: r#"Network(
    processes: {
        "words": (run: Values(values: ["pear", "fig", "apple"])),
        "first": (run: Reduce(expr: "if x < acc { x } else { acc }")),
        "print": (run: Print()),
    },
    channels: [
        (from: "words", to: "first"),
        (from: "first", to: "print"),
    ],
)
"#,
        output: "apple\n",
        source: "Python: functools.reduce; Haskell: foldl1; MPI_Reduce",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the expression"),
        PortSpec::output("out", PortType::OfExpr("expr"), "the last value of `acc`, at most once")
            .rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::required(
        "expr",
        ParamType::Expr(ExprSpec {
            variables: &[("acc", VarType::StateOf("in")), ("x", VarType::Port("in"))],
            result: ResultType::State,
        }),
        "the next value of `acc`",
    )],
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
    let mut acc: Option<Value> = None;
    drain(&mut input, |x| {
        acc = Some(match acc.take() {
            Some(acc) => expr.step(acc, x)?,
            None => expr.state(x),
        });
        Ok(())
    })
    .await?;
    match acc {
        Some(acc) => output.send(acc).await,
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use crate::library::bench::{expr, ints, run};
    use crate::testing::{Bench, Ran};

    fn difference(tokens: Vec<i64>) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        run(bench.param("expr", expr("acc - x", &["acc", "x"])).input("in", tokens))
    }

    #[test]
    fn the_first_token_is_the_start_and_of_none_nothing_comes() {
        assert_eq!(difference(vec![10, 3, 2]).output("out"), ints([5]));
        assert_eq!(difference(vec![10]).output("out"), ints([10]));
        assert_eq!(difference(Vec::new()).output("out"), ints([]));
    }
}
