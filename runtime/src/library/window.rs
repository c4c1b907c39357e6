//! `Window`: neighbours side by side.

use std::collections::VecDeque;

use csprun_dsl::signature::{
    self, Cost, Doc, Group, POSITIVE, ParamSpec, PortSpec, PortType, Rate, Signature, Traits,
};

use super::batch::fire;
use super::lists::list_of_input;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Window",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives a list of the last `n` tokens for each token, or for every `step` of them.",
        diagram: r"
      +-----------------+
  in >| Window: n, step |> out
      +-----------------+",
        order: "The first list comes with token `n`; each has its tokens in the order in which they came.",
        ending: "Ends with its input, or when nobody reads its output; what is in no list of `n` is dropped.",
        complexity: "O(n) a list; keeps n tokens.",
        example: r#"Network(
    processes: {
        "numbers": (run: Values(values: [3, 6, 6, 0, 9])),
        "three": (run: Window(n: 3)),
        "means": (run: Map(expr: "x.sum() / 3")),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "three"),
        (from: "three", to: "means"),
        (from: "means", to: "print"),
    ],
)
"#,
        output: "5\n4\n5\n",
        source: "Rust: slice::windows; SQL: ROWS PRECEDING; StreamIt: peek",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::output("out", PortType::Rule(list_of_input), "lists of `n`").rate(Rate::Dynamic),
    ]),
    params: &[
        ParamSpec::required("n", POSITIVE, "tokens a list"),
        ParamSpec::with_default("step", POSITIVE, "1", "how many tokens further the next list begins"),
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
    let (n, step) = (params.int("n"), params.int("step"));
    let n = usize::try_from(n).unwrap_or(usize::MAX);
    let step = usize::try_from(step).unwrap_or(usize::MAX);
    let mut last: VecDeque<Value> = VecDeque::new();
    // Tokens between the end of one list and the beginning of the next.
    let mut n_skipped = 0;
    fire(&mut input, &mut output, |token, given| {
        if n_skipped > 0 {
            n_skipped -= 1;
            return Ok(());
        }
        last.push_back(token);
        if last.len() == n {
            given.push(Value::from(last.iter().cloned().collect::<Vec<_>>()));
            last.drain(..step.min(n));
            n_skipped = step.saturating_sub(n);
        }
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::run;
    use crate::testing::Bench;

    fn windows(n: i64, step: i64) -> String {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ran = run(bench.param("n", Param::Int(n)).param("step", Param::Int(step)).input("in", 0..7));
        ran.output("out").iter().map(|list| format!("{list} ")).collect()
    }

    #[test]
    fn lists_overlap_touch_or_leave_gaps() {
        assert_eq!(windows(5, 1), "[0, 1, 2, 3, 4] [1, 2, 3, 4, 5] [2, 3, 4, 5, 6] ");
        assert_eq!(windows(3, 2), "[0, 1, 2] [2, 3, 4] [4, 5, 6] ");
        assert_eq!(windows(2, 2), "[0, 1] [2, 3] [4, 5] ");
        assert_eq!(windows(1, 3), "[0] [3] [6] ");
        assert_eq!(windows(8, 1), "");
    }
}
