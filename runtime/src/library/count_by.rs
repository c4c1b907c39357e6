//! `CountBy`: how often each key occurs.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, Known, ParamSpec, ParamType, PortSpec, PortType, Rate, ResultType,
    Signature, Traits, VarType,
};
use csprun_dsl::ty::Type;

use super::batch::{drain_each, send_each};
use super::expression::Expression;
use super::held::{Held, MEMORY};
use super::keyed::Keyed;
use super::record::Shape;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "CountBy",
    group: Group::Transform,
    doc: Doc {
        summary: "Counts the tokens by a key and gives the counts at the end of the stream.",
        diagram: r"
      +--------------+
  in >| CountBy: key |> out
      +--------------+",
        order: "Keys in the order in which they first came.",
        ending: "At the end of its input it gives one record a key, then ends; ends early when nobody \
                 reads its output; fails when its keys take more than `memory`.",
        complexity: "O(size of the key) a token; keeps one entry a key.",
        example: r#"Network(
    processes: {
        "words": (run: Values(values: ["to", "be", "or", "not", "to", "be"])),
        "counts": (run: CountBy()),
        "print": (run: Print(format: "{x.count} {x.key}")),
    },
    channels: [
        (from: "words", to: "counts"),
        (from: "counts", to: "print"),
    ],
)
"#,
        output: "2 to\n2 be\n1 or\n1 not\n",
        source: "Unix: sort | uniq -c; SQL: GROUP BY",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the key"),
        PortSpec::output("out", PortType::Rule(record), "`{\"count\": .., \"key\": ..}`, one a key")
            .rate(Rate::Dynamic),
    ]),
    params: &[
        ParamSpec::with_default(
            "key",
            ParamType::Expr(ExprSpec { variables: &[("x", VarType::Port("in"))], result: ResultType::Any }),
            "\"x\"",
            "what is counted",
        ),
        MEMORY,
    ],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

fn record(known: &Known<'_>) -> Option<Type> {
    let key = known.results.get("key")?.clone();
    Some(Type::record([("count", Type::I64), ("key", key)]))
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let mut key = Expression::of(&params, "key");
    let (mut counts, mut held) = (Keyed::new(), Held::of(&params));
    let mut keys = Vec::new();
    drain_each(&mut input, |taken| {
        let evaluated = key.eval_each(taken, &mut keys);
        let count = |n: &mut i64, _: &mut Held| {
            *n += 1;
            Ok(())
        };
        keys.iter().try_for_each(|key| counts.update(key, &mut held, 0, count))?;
        keys.clear();
        evaluated
    })
    .await?;
    let shape = Shape::new(["count", "key"]);
    let record = |(key, n): (Value, i64)| shape.record([Value::from(n), key]);
    send_each(&mut output, counts.in_order().map(record)).await
}
