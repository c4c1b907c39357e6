//! `Engine`: again and again, until nothing changes.

use std::future::poll_fn;
use std::task::Poll;

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, POSITIVE, ParamSpec, ParamType, PortSpec, PortType, ResultType,
    Signature, Traits, VarType,
};

use super::expression::Expression;
use crate::process::{Ended, Out, Params, Ports};
use crate::value::Value;

/// Steps between two looks at what goes on around.
const N_STEPS: i64 = 1000;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Engine",
    group: Group::Transform,
    doc: Doc {
        summary: "Applies an expression to each token again and again until a condition holds.",
        diagram: r"
      +---------------------+
  in >| Engine: expr, until |> out
      +---------------------+",
        order: "One token out for one in.",
        ending: "Ends with its input, or when nobody reads its output; fails with a token for which the condition \
                 does not hold after `max` steps.",
        complexity: "Two evaluations a step; keeps two values.",
        example: r##"Network(
    processes: {
        "numbers": (run: Values(values: [{"of": 2.0, "root": 1.0}, {"of": 81.0, "root": 1.0}])),
        "newton": (run: Engine(
            expr: "#{of: x.of, root: (x.root + x.of / x.root) / 2.0}",
            until: "abs(x.root - before.root) < 1e-9",
        )),
        "print": (run: Print(format: "{round(x.root * 1000.0) / 1000.0}")),
    },
    channels: [
        (from: "numbers", to: "newton"),
        (from: "newton", to: "print"),
    ],
)
"##,
        output: "1.414\n9.0\n",
        source: "GPP: MultiCoreEngine; numerics: fixed-point iteration",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "the first `x`"),
        PortSpec::output("out", PortType::OfExpr("expr"), "the last `x`"),
    ]),
    params: &[
        ParamSpec::required(
            "expr",
            ParamType::Expr(ExprSpec {
                variables: &[("x", VarType::StateOf("in"))],
                result: ResultType::State,
            }),
            "the next `x`",
        ),
        ParamSpec::with_default(
            "until",
            ParamType::Expr(ExprSpec {
                variables: &[("x", VarType::ResultOf("expr")), ("before", VarType::ResultOf("expr"))],
                result: ResultType::Bool,
            }),
            "\"x == before\"",
            "whether to stop, of the new `x` and the one before",
        ),
        ParamSpec::with_default("max", POSITIVE, "1000000", "most steps"),
    ],
    cost: Cost::Heavy,
    traits: Traits::FIRING,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let (mut expr, mut until) = (Expression::of(&params, "expr"), Expression::of(&params, "until"));
    let max = params.int("max");
    loop {
        let first = input.recv().await?;
        let mut x = expr.state(first.clone());
        let mut n = 0;
        loop {
            let before = std::mem::replace(&mut x, Value::UNIT);
            x = expr.eval(&before)?;
            n += 1;
            if until.holds_for(&[x.clone(), before])? {
                break;
            }
            if n == max {
                let (from, to) = (first.shown(), x.shown());
                return Err(Ended::fail(format!("after {max} steps from {from}, x = {to}: raise `max`?")));
            }
            if n % N_STEPS == 0 {
                look_around(&output).await?;
            }
        }
        output.send(x).await?;
    }
}

/// Lets others on the worker run, and ends when nobody reads the output any more.
async fn look_around(output: &Out) -> Result<(), Ended> {
    let mut has_yielded = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut has_yielded, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
    if output.is_retired() { Err(output.until_ended().await) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::{expr, ints, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn halved(max: i64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("expr", expr("if x > 1 { x - 1 } else { x }", &["x"]));
        let bench = bench.param("until", expr("x == before", &["x", "before"]));
        run(bench.param("max", Param::Int(max)).input("in", [1, 5000]))
    }

    #[test]
    fn it_stops_when_nobody_reads_any_more() {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("expr", expr("-x", &["x"])).param("until", expr("false", &["x", "before"]));
        let ran = run(bench.param("max", Param::Int(i64::MAX)).take("out", None, 0).input("in", [1]));
        assert_eq!(ran.fate, Some(Fate::Done));
    }

    #[test]
    fn it_goes_on_until_nothing_changes_but_not_for_ever() {
        assert_eq!(halved(5000).output("out"), ints([1, 1]));
        let ran = halved(4999);
        assert_eq!(ran.output("out"), ints([1]));
        let why = "after 4999 steps from 5000, x = 1: raise `max`?";
        assert_eq!(ran.fate, Some(Fate::Failed(why.to_owned())));
    }
}
