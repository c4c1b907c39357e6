//! `ThreePhase`: takes everything in, works on it, gives everything out.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, ResultType, Signature,
    Traits, VarType,
};

use super::batch::{drain, send_each};
use super::expression::{Expression, STEP};
use super::held::{Held, MEMORY, Measured};
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "ThreePhase",
    group: Group::Transform,
    doc: Doc {
        summary: "Takes all tokens into a state, works on it once, and gives what comes of it token by token.",
        diagram: r"
      +------------------------+
  in >| ThreePhase: take, work |> out
      +------------------------+",
        order: "`acc` is `init` at first, then the value of `take` for the token before; the elements of what \
                `work` makes of the last one are given in their order.",
        ending: "At the end of its input it gives the elements, then ends; ends early when nobody reads its \
                 output; fails when its state takes more than `memory`.",
        complexity: "One evaluation of `take` a token, one of `work` in all; keeps the state.",
        example: r#"Network(
    processes: {
        "numbers": (run: Values(values: [4, 1, 3])),
        "shares": (run: ThreePhase(init: [], take: "acc + [x]", work: "let all = acc.sum(); acc.map(|x| 100 * x / all)")),
        "print": (run: Print(format: "{x}%")),
    },
    channels: [
        (from: "numbers", to: "shares"),
        (from: "shares", to: "print"),
    ],
)
"#,
        output: "50%\n12%\n37%\n",
        source: "GPP: ThreePhaseWorker; bulk-synchronous: receive, compute, send",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of `take`"),
        PortSpec::output("out", PortType::ElementOfExpr("work"), "the elements").rate(Rate::Dynamic),
    ]),
    params: &[
        ParamSpec::required("init", ParamType::Constant, "the first value of `acc`"),
        ParamSpec::required("take", ParamType::Expr(STEP), "the next value of `acc`"),
        ParamSpec::required(
            "work",
            ParamType::Expr(ExprSpec {
                variables: &[("acc", VarType::ResultOf("take"))],
                result: ResultType::Any,
            }),
            "a list made of the last `acc`",
        ),
        MEMORY,
    ],
    cost: Cost::Heavy,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let (mut take, mut work) = (Expression::of(&params, "take"), Expression::of(&params, "work"));
    let (mut acc, mut held) = (take.start(params.constant("init")), Held::of(&params));
    let mut measured = Measured::default();
    held.follow(&mut measured, &acc, 0)?;
    drain(&mut input, |x| {
        let n_taken = x.n_bytes();
        acc = take.step(std::mem::replace(&mut acc, Value::UNIT), x)?;
        held.follow(&mut measured, &acc, n_taken)
    })
    .await?;
    let given = work.eval(&acc)?.into_list().unwrap_or_else(|one| vec![one]);
    send_each(&mut output, given).await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;
    use csprun_dsl::ty::Constant;

    use crate::library::bench::{expr, ints, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn reversed(tokens: &[i64], memory: i64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("init", Param::Constant(Constant::List(Vec::new())));
        let bench = bench
            .param("take", expr("acc + [x]", &["acc", "x"]))
            .param("work", expr("reverse(acc)", &["acc"]));
        run(bench.param("memory", Param::Int(memory)).input("in", tokens.iter().copied()))
    }

    #[test]
    fn everything_is_taken_before_anything_is_given() {
        assert_eq!(reversed(&[1, 2, 3], 1000).output("out"), ints([3, 2, 1]));
        assert_eq!(reversed(&[], 1000).output("out"), ints([]));
    }

    #[test]
    fn a_state_that_grows_past_its_limit_is_a_failure() {
        let ran = reversed(&[1, 2, 3], 80);
        let why = "what it keeps takes more than 80 bytes: raise `memory`, or give it less";
        assert_eq!((ran.output("out"), &ran.fate), (&ints([])[..], &Some(Fate::Failed(why.to_owned()))));
    }
}
