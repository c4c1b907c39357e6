//! `Generate`: the values of an expression.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, NATURAL, ParamSpec, ParamType, PortSpec, PortType, ResultType,
    Signature, Traits, VarType,
};
use csprun_dsl::ty::Type;

use super::batch::N_BATCH;
use super::expression::Expression;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Generate",
    group: Group::Source,
    doc: Doc {
        summary: "Gives the value of an expression for 0, 1, 2 and so on.",
        diagram: r"
  +----------------+
  | Generate: expr |> out
  +----------------+",
        order: "For `n` = 0 first, then one more each time.",
        ending: "Ends after so many tokens (without `n`, after 2^63), or when nobody reads its output; fails when \
                 the expression has no value.",
        complexity: "One evaluation a token.",
        example: r#"Network(
    processes: {
        "powers": (run: Generate(n: 5, expr: "2 ** n")),
        "print": (run: Print()),
    },
    channels: [
        (from: "powers", to: "print"),
    ],
)
"#,
        output: "1\n2\n4\n8\n16\n",
        source: "Haskell: map f [0..]; Python: itertools.count; GPP: Emit",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::OfExpr("expr"), "the values")]),
    params: &[
        ParamSpec::optional("n", NATURAL, "how many; else without end"),
        ParamSpec::required(
            "expr",
            ParamType::Expr(ExprSpec {
                variables: &[("n", VarType::Is(Type::I64))],
                result: ResultType::Any,
            }),
            "the token for `n`",
        ),
    ],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    let mut expr = Expression::of(&params, "expr");
    let mut batch = Vec::with_capacity(N_BATCH);
    for n in 0..params.maybe_int("n").unwrap_or(i64::MAX) {
        match expr.eval(&Value::from(n)) {
            Ok(value) => batch.push(value),
            Err(ended) => {
                // What came before a failure is given first.
                output.send_all(&mut batch).await?;
                return Err(ended);
            }
        }
        if batch.len() == N_BATCH {
            output.send_all(&mut batch).await?;
        }
    }
    output.send_all(&mut batch).await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::{expr, ints, run};
    use crate::process::Fate;
    use crate::testing::Bench;

    fn bench(source: &str) -> Bench {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        bench.param("expr", expr(source, &["n"]))
    }

    #[test]
    fn it_ends_after_so_many_or_with_its_reader() {
        assert_eq!(run(bench("n * n").param("n", Param::Int(3))).output("out"), ints([0, 1, 4]));
        assert_eq!(run(bench("n").param("n", Param::Int(0))).output("out"), []);
        let ran = run(bench("n").take("out", None, 2));
        assert_eq!((ran.output("out"), &ran.fate), (&ints([0, 1])[..], &Some(Fate::Done)));
    }

    #[test]
    fn what_came_before_a_failure_is_given_first() {
        let ran = run(bench("12 / (3 - n)"));
        assert_eq!(ran.output("out"), ints([4, 6, 12]));
        let Some(Fate::Failed(why)) = ran.fate else { panic!("{ran:?}") };
        assert!(why.starts_with("`12 / (3 - n)` failed with n = 3: "), "{why}");
    }
}
