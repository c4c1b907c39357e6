//! `Chunk`: the stream in lists of a length.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, POSITIVE, ParamSpec, PortSpec, PortType, Rate, Signature, Traits,
};

use super::batch::N_BATCH;
use super::held::{Held, MEMORY};
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
                 none, then ends; ends early when nobody reads its output; fails when a list takes more than `memory`.",
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
    params: &[ParamSpec::required("n", POSITIVE, "tokens a list"), MEMORY],
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
    let mut held = Held::of(&params);
    while input.next_ready(&mut taken, N_BATCH).await? {
        let kept = taken.drain(..).try_for_each(|token| -> Result<(), Ended> {
            held.keep(&token)?;
            list.push(token);
            if list.len() == n {
                lists.push(Value::from(std::mem::take(&mut list)));
                held.clear();
            }
            Ok(())
        });
        output.send_all(&mut lists).await?;
        kept?;
    }
    if list.is_empty() { Ok(()) } else { output.send(list).await }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn ran(n: i64, tokens: i64, memory: i64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("n", Param::Int(n)).param("memory", Param::Int(memory));
        run(bench.input("in", 0..tokens))
    }

    fn chunks(n: i64, tokens: i64) -> String {
        ran(n, tokens, 1000).output("out").iter().map(|list| format!("{list} ")).collect()
    }

    #[test]
    fn a_list_that_takes_more_than_it_may_is_a_failure() {
        assert_eq!(ran(2, 5, 2 * 24).output("out").len(), 3);
        let ran = ran(i64::MAX, 5, 2 * 24);
        let why = "what it keeps takes more than 48 bytes: raise `memory`, or give it less";
        assert_eq!(ran.fate, Some(Fate::Failed(why.to_owned())));
    }

    #[test]
    fn only_the_last_list_is_shorter_and_none_is_empty() {
        assert_eq!(chunks(2, 5), "[0, 1] [2, 3] [4] ");
        assert_eq!(chunks(2, 4), "[0, 1] [2, 3] ");
        assert_eq!(chunks(i64::MAX, 2), "[0, 1] ");
        assert_eq!(chunks(3, 0), "");
    }
}
