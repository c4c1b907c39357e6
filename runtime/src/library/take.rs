//! `Take`: the first few tokens.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, NATURAL, ParamSpec, PortSpec, PortType, Signature, Traits,
};

use super::batch::N_BATCH;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Take",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives the first `n` tokens, then ends.",
        diagram: r"
      +---------+
  in >| Take: n |> out
      +---------+",
        order: "In the order in which they came.",
        ending: "Ends when it has given `n` tokens (its writer then gets Retired), with its input, or \
                 when nobody reads its output.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Numbers()),
        "first": (run: Take(n: 3)),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "first"),
        (from: "first", to: "print"),
    ],
)
"#,
        output: "0\n1\n2\n",
        source: "Haskell: take; Unix: head",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens; no more than `n` are taken"),
        PortSpec::output("out", PortType::Var("T"), "the first `n` of them"),
    ]),
    params: &[ParamSpec::required("n", NATURAL, "how many")],
    cost: Cost::Light,
    traits: Traits { ends_early: true, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let mut left = usize::try_from(params.int("n")).unwrap_or(usize::MAX);
    let mut batch = Vec::new();
    while left > 0 {
        input.recv_ready(&mut batch, left.min(N_BATCH)).await?;
        left -= batch.len();
        output.send_all(&mut batch).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::{ints, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn take(n: i64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        run(bench.param("n", Param::Int(n)).input("in", 1..=5))
    }

    #[test]
    fn no_more_than_asked_for_and_no_more_than_there_are() {
        assert_eq!(take(0).output("out"), ints([]));
        assert_eq!(take(2).output("out"), ints([1, 2]));
        assert_eq!(take(9).output("out"), ints([1, 2, 3, 4, 5]));
        assert_eq!(take(2).fate, Some(Fate::Done));
    }
}
