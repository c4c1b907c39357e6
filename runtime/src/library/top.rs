//! `Top`: the best few.

use std::cmp::Ordering;
use std::collections::BinaryHeap;

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, POSITIVE, ParamSpec, ParamType, PortSpec, PortType, Rate, ResultType,
    Signature, Traits, VarType,
};

use super::batch::{drain, send_each};
use super::expression::Expression;
use super::held::{Held, MEMORY};
use super::order::{ORDER, Order};
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Top",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives the `n` tokens with the largest keys at the end of the stream.",
        diagram: r"
      +------------+
  in >| Top: n, by |> out
      +------------+",
        order: "Largest key first, or smallest with `order: Ascending`; equal keys in the order in \
                 which they came.",
        ending: "At the end of its input it gives the `n` best, then ends; ends early when nobody \
                 reads its output; fails when what it keeps takes more than `memory`.",
        complexity: "O(log n) a token; keeps n of them.",
        example: r#"Network(
    processes: {
        "words": (run: Values(values: ["pear", "fig", "apple", "kiwi"])),
        "longest": (run: Top(n: 2, by: "len(x)")),
        "print": (run: Print()),
    },
    channels: [
        (from: "words", to: "longest"),
        (from: "longest", to: "print"),
    ],
)
"#,
        output: "apple\npear\n",
        source: "Unix: sort -r | head; Knuth, TAOCP 3, 5.2.3 (heaps)",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the key"),
        PortSpec::output("out", PortType::Var("T"), "the best of them, once each").rate(Rate::Dynamic),
    ]),
    params: &[
        ParamSpec::required("n", POSITIVE, "how many"),
        ParamSpec::with_default(
            "by",
            ParamType::Expr(ExprSpec {
                variables: &[("x", VarType::Port("in"))],
                result: ResultType::Ordered,
            }),
            "\"x\"",
            "the key",
        ),
        ParamSpec::with_default("order", ORDER, "Descending", "whether the smallest or the largest is best"),
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
    let n = usize::try_from(params.int("n")).unwrap_or(usize::MAX);
    let (mut best, mut held) = (BinaryHeap::new(), Held::of(&params));
    let mut arrivals = 0_u64..;
    drain(&mut input, |x| {
        let n_bytes = x.n_bytes();
        best.push(Ranked { key: by.eval(&x)?, arrival: arrivals.next(), x, order });
        let worst = if best.len() > n { best.pop() } else { None };
        held.exchange(worst.map_or(0, |worst| worst.x.n_bytes()), n_bytes)
    })
    .await?;
    send_each(&mut output, best.into_sorted_vec().into_iter().map(|ranked| ranked.x)).await
}

/// A token that may be among the best. The greater one is the worse one, which a heap gives first.
struct Ranked {
    key: Value,
    arrival: Option<u64>,
    x: Value,
    order: Order,
}

impl Ord for Ranked {
    fn cmp(&self, other: &Ranked) -> Ordering {
        self.order.compare(&self.key, &other.key).then(self.arrival.cmp(&other.arrival))
    }
}

impl PartialOrd for Ranked {
    fn partial_cmp(&self, other: &Ranked) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Ranked {
    fn eq(&self, other: &Ranked) -> bool {
        self.cmp(other).is_eq()
    }
}

impl Eq for Ranked {}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::{expr, ints, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn top(n: i64, order: &str, memory: i64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("by", expr("x % 10", &["x"])).param("order", Param::Text(order.to_owned()));
        let bench = bench.param("memory", Param::Int(memory));
        run(bench.param("n", Param::Int(n)).input("in", [21, 3, 11, 2, 13]))
    }

    #[test]
    fn more_than_it_may_keep_is_a_failure() {
        let why = "what it keeps takes more than 96 bytes: raise `memory`, or give it less";
        assert_eq!(top(9, "Ascending", 4 * 24).fate, Some(Fate::Failed(why.to_owned())));
    }

    #[test]
    fn ties_go_to_who_came_first() {
        assert_eq!(top(1, "Descending", 24).output("out"), ints([3]));
        assert_eq!(top(4, "Descending", 1000).output("out"), ints([3, 13, 2, 21]));
        assert_eq!(top(9, "Ascending", 1000).output("out"), ints([21, 11, 2, 3, 13]));
    }
}
