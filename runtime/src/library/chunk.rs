//! `Chunk`: the stream in lists of a length.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, POSITIVE, ParamSpec, PortSpec, PortType, Rate, Signature, Traits,
};

use super::batch::N_BATCH;
use super::lists::list_of_input;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Chunk",
    group: Group::Transform,
    doc: Doc {
        summary: "Gathers every `n` tokens into a list.",
        diagram: r"
      +----------+
  in >| Chunk: n |> out
      +----------+",
        order: "Each token is in one list; lists and their elements are in the order in which the tokens came.",
        ending: "At the end of its input it gives what is left, a list of less than `n` tokens unless there is \
                 none, then ends; ends early when nobody reads its output.",
        complexity: "O(1) a token; keeps less than n of them.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 7)),
        "rows": (run: Chunk(n: 3)),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "rows"),
        (from: "rows", to: "print"),
    ],
)
"#,
        output: "[0, 1, 2]\n[3, 4, 5]\n[6]\n",
        source: "Rust: slice::chunks; Unix: paste - - -",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::output("out", PortType::Rule(list_of_input), "the lists").rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::required("n", POSITIVE, "tokens a list")],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let n = usize::try_from(params.int("n")).unwrap_or(usize::MAX);
    let (mut taken, mut list, mut lists) = (Vec::new(), Vec::new(), Vec::new());
    while input.next_ready(&mut taken, N_BATCH).await? {
        for token in taken.drain(..) {
            list.push(token);
            if list.len() == n {
                lists.push(Value::from(std::mem::take(&mut list)));
            }
        }
        output.send_all(&mut lists).await?;
    }
    if list.is_empty() { Ok(()) } else { output.send(list).await }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::run;
    use crate::testing::Bench;

    fn chunks(n: i64, tokens: i64) -> String {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ran = run(bench.param("n", Param::Int(n)).input("in", 0..tokens));
        ran.output("out").iter().map(|list| format!("{list} ")).collect()
    }

    #[test]
    fn only_the_last_list_is_shorter_and_none_is_empty() {
        assert_eq!(chunks(2, 5), "[0, 1] [2, 3] [4] ");
        assert_eq!(chunks(2, 4), "[0, 1] [2, 3] ");
        assert_eq!(chunks(i64::MAX, 2), "[0, 1] ");
        assert_eq!(chunks(3, 0), "");
    }
}
