//! `FoldBy`: a fold for each key.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, Known, ParamSpec, ParamType, PortSpec, PortType, Rate, Signature, Traits,
};
use csprun_dsl::ty::Type;

use super::batch::{drain, send_each};
use super::expression::{Expression, OF_TOKEN, STEP};
use super::held::{Held, MEMORY, Measured};
use super::keyed::Keyed;
use super::record::Shape;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "FoldBy",
    group: Group::Transform,
    doc: Doc {
        summary: "Folds the tokens of each key into one value and gives the values at the end of the stream.",
        diagram: r"
      +-------------------+
  in >| FoldBy: key, expr |> out
      +-------------------+",
        order: "Keys in the order in which they first came; `acc` of each is `init` at first, then the value of \
                the expression for its token before.",
        ending: "At the end of its input it gives one record a key, then ends; ends early when nobody reads its \
                 output; fails when keys and values take more than `memory`.",
        complexity: "Two evaluations a token; keeps one entry a key.",
        example: r#"Network(
    processes: {
        "sales": (run: Values(values: [
            {"of": "pears", "n": 2}, {"of": "figs", "n": 5}, {"of": "pears", "n": 4},
        ])),
        "sums": (run: FoldBy(key: "x.of", init: 0, expr: "acc + x.n")),
        "print": (run: Print(format: "{x.value} {x.key}")),
    },
    channels: [
        (from: "sales", to: "sums"),
        (from: "sums", to: "print"),
    ],
)
"#,
        output: "6 pears\n5 figs\n",
        source: "SQL: GROUP BY with an aggregate; map-reduce: the reducer",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the expressions"),
        PortSpec::output("out", PortType::Rule(record), "`{\"key\": .., \"value\": ..}`, one a key")
            .rate(Rate::Dynamic),
    ]),
    params: &[
        ParamSpec::required("key", ParamType::Expr(OF_TOKEN), "which tokens belong together"),
        ParamSpec::required("init", ParamType::Constant, "the first value of `acc`, for each key"),
        ParamSpec::required("expr", ParamType::Expr(STEP), "the next value of `acc`"),
        MEMORY,
    ],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

fn record(known: &Known<'_>) -> Option<Type> {
    let result = |name| known.results.get(name).cloned();
    Some(Type::record([("key", result("key")?), ("value", result("expr")?)]))
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let (mut key, mut expr) = (Expression::of(&params, "key"), Expression::of(&params, "expr"));
    let init = expr.start(params.constant("init"));
    let (mut folds, mut held) = (Keyed::new(), Held::of(&params));
    drain(&mut input, |x| {
        // Beside each value what is counted of it.
        folds.update(
            &key.eval(&x)?,
            &mut held,
            (init.clone(), Measured::default()),
            |(acc, measured), held| {
                let n_taken = x.n_bytes();
                *acc = expr.step(std::mem::replace(acc, Value::UNIT), x)?;
                held.follow(measured, acc, n_taken)
            },
        )
    })
    .await?;
    let shape = Shape::new(["key", "value"]);
    send_each(&mut output, folds.in_order().map(|(key, (value, _))| shape.record([key, value]))).await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;
    use csprun_dsl::ty::Constant;

    use crate::library::bench::{expr, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn gathered(memory: i64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("key", expr("x % 2", &["x"])).param("expr", expr("acc + [x]", &["acc", "x"]));
        let bench = bench.param("init", Param::Constant(Constant::List(Vec::new())));
        run(bench.param("memory", Param::Int(memory)).input("in", [5, 2, 3]))
    }

    #[test]
    fn each_key_has_a_fold_of_its_own_and_all_of_them_a_limit() {
        let ran = gathered(1000);
        let shown: String =
            ran.output("out").iter().map(|fold| format!("{fold} ").replace('"', "")).collect();
        assert_eq!(shown, "{key: 1, value: [5, 3]} {key: 0, value: [2]} ");
        let why = "what it keeps takes more than 150 bytes: raise `memory`, or give it less";
        assert_eq!(gathered(150).fate, Some(Fate::Failed(why.to_owned())));
    }
}
