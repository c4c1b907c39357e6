//! `Sort`: by a key.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, ResultType, Signature,
    Traits, VarType,
};

use super::batch::{drain, send_each};
use super::expression::Expression;
use super::held::{Held, MEMORY};
use super::order::{ORDER, Order};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Sort",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives all tokens at the end of the stream, sorted.",
        diagram: r"
      +----------+
  in >| Sort: by |> out
      +----------+",
        order: "By the key, smallest or largest first; numbers by size, text by its bytes; equal \
                 keys in the order in which they came.",
        ending: "At the end of its input it gives everything, then ends; ends early when nobody reads \
                 its output; fails when what it keeps takes more than `memory`.",
        complexity: "O(n log n) for n tokens; keeps all of them, with their keys.",
        example: r#"Network(
    processes: {
        "words": (run: Values(values: ["pear", "fig", "apple", "kiwi"])),
        "short_first": (run: Sort(by: "len(x)")),
        "print": (run: Print()),
    },
    channels: [
        (from: "words", to: "short_first"),
        (from: "short_first", to: "print"),
    ],
)
"#,
        output: "fig\npear\nkiwi\napple\n",
        source: "Unix: sort -s; Knuth, TAOCP 3, 5.2.4",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the key"),
        PortSpec::output("out", PortType::Var("T"), "the same tokens, sorted").rate(Rate::Dynamic),
    ]),
    params: &[
        ParamSpec::with_default(
            "by",
            ParamType::Expr(ExprSpec {
                variables: &[("x", VarType::Port("in"))],
                result: ResultType::Ordered,
            }),
            "\"x\"",
            "the key",
        ),
        ParamSpec::with_default(
            "order",
            ORDER,
            "Ascending",
            "whether the smallest or the largest comes first",
        ),
        MEMORY,
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
    let (mut by, order) = (Expression::of(&params, "by"), Order::of(&params));
    let (mut keyed, mut held) = (Vec::new(), Held::of(&params));
    drain(&mut input, |x| {
        held.keep(&x)?;
        keyed.push((by.eval(&x)?, x));
        Ok(())
    })
    .await?;
    keyed.sort_by(|(a, _), (b, _)| order.compare(a, b));
    send_each(&mut output, keyed.into_iter().map(|(_, x)| x)).await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::{expr, ints, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn sort(by: &str, order: &str, memory: i64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("by", expr(by, &["x"])).param("order", Param::Text(order.to_owned()));
        run(bench.param("memory", Param::Int(memory)).input("in", [21, 3, 11, 2, 13]))
    }

    #[test]
    fn more_than_it_may_keep_is_a_failure() {
        assert_eq!(sort("x", "Ascending", 5 * 24).output("out").len(), 5);
        let why = "what it keeps takes more than 119 bytes: raise `memory`, or give it less";
        assert_eq!(sort("x", "Ascending", 5 * 24 - 1).fate, Some(Fate::Failed(why.to_owned())));
    }

    #[test]
    fn equal_keys_keep_their_order_both_ways() {
        assert_eq!(sort("x", "Ascending", 1000).output("out"), ints([2, 3, 11, 13, 21]));
        assert_eq!(sort("x % 10", "Ascending", 1000).output("out"), ints([21, 11, 2, 3, 13]));
        assert_eq!(sort("x % 10", "Descending", 1000).output("out"), ints([3, 13, 2, 21, 11]));
    }
}
