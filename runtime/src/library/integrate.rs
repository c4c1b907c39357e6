//! `Integrate`: running sums.

use csprun_dsl::expr::ir::Binary;
use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};

use super::arithmetic::apply;
use super::batch::fire;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Integrate",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives the sum of all tokens so far.",
        diagram: r"
      +-----------+
  in >| Integrate |> out
      +-----------+",
        order: "One sum for each token; the first one is the first token.",
        ending: "Ends with its input, or when nobody reads its output; fails when an integer sum \
                 passes 64 bits.",
        complexity: "O(1) a token; keeps one.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(from: 1, to: 6)),
        "sums": (run: Integrate()),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "sums"),
        (from: "sums", to: "print"),
    ],
)
"#,
        output: "1\n3\n6\n10\n15\n",
        source: "JCSP: Integrate; with another operation: Scan",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "numbers"),
        PortSpec::output("out", PortType::Var("T"), "their sums"),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let mut total: Option<Value> = None;
    fire(&mut input, &mut output, |x, given| {
        let sum = match &total {
            Some(total) => apply(Binary::Add, total, &x)?,
            None => x,
        };
        total = Some(sum.clone());
        given.push(sum);
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use crate::library::bench::{ints, run};
    use crate::process::Fate;
    use crate::testing::Bench;

    #[test]
    fn what_came_before_a_sum_that_does_not_fit_is_given() {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ran = run(bench.input("in", [1, i64::MAX - 1, 1]));
        assert_eq!(ran.output("out"), ints([1, i64::MAX]));
        let why = "9223372036854775807 + 1 does not fit into an integer";
        assert_eq!(ran.fate, Some(Fate::Failed(why.to_owned())));
    }
}
