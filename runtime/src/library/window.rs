//! `Window`: neighbours side by side.

use std::collections::VecDeque;

use csprun_dsl::signature::{
    self, Cost, Doc, Group, POSITIVE, ParamSpec, PortSpec, PortType, Rate, Signature, Traits,
};

use super::batch::fire;
use super::held::{Held, MEMORY};
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
        ending: "Ends with its input, or when nobody reads its output; what is in no list of `n` is dropped; fails when `n` tokens take more than \
                 `memory`.",
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
    let (n, step) = (params.int("n"), params.int("step"));
    let n = usize::try_from(n).unwrap_or(usize::MAX);
    let step = usize::try_from(step).unwrap_or(usize::MAX);
    let mut last: VecDeque<Value> = VecDeque::new();
    let mut held = Held::of(&params);
    // Tokens between the end of one list and the beginning of the next.
    let mut n_skipped = 0;
    fire(&mut input, &mut output, |token, given| {
        if n_skipped > 0 {
            n_skipped -= 1;
            return Ok(());
        }
        held.keep(&token)?;
        last.push_back(token);
        if last.len() == n {
            given.push(Value::from(last.iter().cloned().collect::<Vec<_>>()));
            last.drain(..step.min(n)).for_each(|token| held.release(token.n_bytes()));
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
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn ran(n: i64, step: i64, memory: i64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("n", Param::Int(n)).param("step", Param::Int(step));
        run(bench.param("memory", Param::Int(memory)).input("in", 0..7))
    }

    fn windows(n: i64, step: i64) -> String {
        ran(n, step, 1000).output("out").iter().map(|list| format!("{list} ")).collect()
    }

    #[test]
    fn a_window_that_takes_more_than_it_may_is_a_failure() {
        assert_eq!(ran(2, 1, 2 * 24).output("out").len(), 6);
        let why = "what it keeps takes more than 48 bytes: raise `memory`, or give it less";
        assert_eq!(ran(i64::MAX, 1, 2 * 24).fate, Some(Fate::Failed(why.to_owned())));
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
