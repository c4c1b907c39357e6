//! `Join`: tokens of two streams that belong together.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, Known, ParamSpec, ParamType, PortSpec, PortType, Rate, ResultType,
    Signature, Traits, VarType,
};
use csprun_dsl::ty::Type;

use super::batch::{drain, fire};
use super::expression::Expression;
use super::held::{Held, MEMORY};
use super::keyed::Keyed;
use super::record::Shape;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Join",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives each token of one stream with each of another that has the same key.",
        diagram: r"
         +-------------+
  left  >|             |
         | Join: by    |> out
  right >|   unmatched |
         +-------------+",
        order: "All of `right` is received first, then `left` token by token: the order of `left`, and for equal \
                keys that of `right`.",
        ending: "Ends with `left`, or when nobody reads its output; fails when `right` takes more than `memory`.",
        complexity: "O(size of the key) a token, O(1) a pair; keeps all of `right`.",
        example: r#"Network(
    processes: {
        "orders": (run: Values(values: [{"who": 2, "what": "figs"}, {"who": 1, "what": "pears"}])),
        "people": (run: Values(values: [{"id": 1, "name": "Ada"}, {"id": 2, "name": "Grace"}])),
        "both": (run: Join(left: "x.who", right: "x.id")),
        "print": (run: Print(format: "{x.right.name} wants {x.left.what}")),
    },
    channels: [
        (from: "orders", to: "both.left"),
        (from: "people", to: "both.right"),
        (from: "both", to: "print"),
    ],
)
"#,
        output: "Grace wants figs\nAda wants pears\n",
        source: "SQL: JOIN, LEFT JOIN; Unix: join; a hash join builds and probes so",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("left", PortType::Var("L"), "`x` of the key `left`"),
        PortSpec::input("right", PortType::Var("R"), "`x` of the key `right`; all of it is kept")
            .rate(Rate::Dynamic),
        PortSpec::output("out", PortType::Rule(record), "`{\"left\": .., \"right\": ..}`")
            .rate(Rate::Dynamic),
    ]),
    params: &[
        ParamSpec::with_default("left", ParamType::Expr(LEFT), "\"x\"", "the key of a token of `left`"),
        ParamSpec::with_default("right", ParamType::Expr(RIGHT), "\"x\"", "the key of a token of `right`"),
        ParamSpec::with_default(
            "unmatched",
            ParamType::Word(&["Drop", "Keep"]),
            "Drop",
            "what becomes of a token of `left` that has no partner; kept, its `right` is `()`",
        ),
        MEMORY,
    ],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

const LEFT: ExprSpec = ExprSpec { variables: &[("x", VarType::Port("left"))], result: ResultType::Any };
const RIGHT: ExprSpec = ExprSpec { variables: &[("x", VarType::Port("right"))], result: ResultType::Any };

fn record(known: &Known<'_>) -> Option<Type> {
    let (left, right) = (known.inputs.get("left")?.clone(), known.inputs.get("right")?.clone());
    let right = if keeps(known.params) { Type::OneOf(vec![right, Type::Unit]) } else { right };
    Some(Type::record([("left", left), ("right", right)]))
}

fn keeps(params: &Params) -> bool {
    params.maybe_text("unmatched") == Some("Keep")
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut left, mut right) = (ports.input("left"), ports.input("right"));
    let mut output = ports.output("out");
    let (mut left_key, mut right_key) = (Expression::of(&params, "left"), Expression::of(&params, "right"));
    let (mut table, mut held) = (Keyed::new(), Held::of(&params));
    drain(&mut right, |x| {
        table.update(&right_key.eval(&x)?, &mut held, Vec::new(), |partners, held| {
            held.keep(&x)?;
            partners.push(x);
            Ok(())
        })
    })
    .await?;
    let (shape, keeps) = (Shape::new(["left", "right"]), keeps(&params));
    fire(&mut left, &mut output, |x, given| {
        match table.get(&left_key.eval(&x)?) {
            Some(partners) => {
                given.extend(partners.iter().map(|partner| shape.record([x.clone(), partner.clone()])));
            }
            None if keeps => given.push(shape.record([x, Value::UNIT])),
            None => {}
        }
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::{expr, run};
    use crate::testing::Bench;

    fn joined(unmatched: &str) -> String {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("left", expr("x", &["x"])).param("right", expr("x / 10", &["x"]));
        let bench = bench.param("unmatched", Param::Text(unmatched.to_owned()));
        let bench = bench.param("memory", Param::Int(1000)).input("left", [2, 1, 5, 2]);
        let ran = run(bench.input("right", [10, 20, 30, 21]));
        ran.output("out").iter().map(|pair| format!("{pair}\n").replace('"', "")).collect()
    }

    #[test]
    fn each_gets_all_of_its_partners_in_their_order() {
        let pairs = "{left: 2, right: 20}\n{left: 2, right: 21}\n{left: 1, right: 10}\n";
        let again = "{left: 2, right: 20}\n{left: 2, right: 21}\n";
        assert_eq!(joined("Drop"), format!("{pairs}{again}"));
        assert_eq!(joined("Keep"), format!("{pairs}{{left: 5, right: ()}}\n{again}"));
    }
}
