//! `Delta`: a copy to each reader.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};

use crate::process::{Ended, Params, Ports, ToAll};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Delta",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives each token to all of its outputs.",
        diagram: r"
      +-------+> out[0]
  in >| Delta |> out[1]
      +-------+> ...",
        order: "To all outputs at once, in no order; the next token is taken when all have this one.",
        ending: "Ends with its input, or when nobody reads any of its outputs; an output that nobody \
                 reads any more is left out.",
        complexity: "O(outputs) a token; copies share their content.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "copies": (run: Delta()),
        "squares": (run: Map(expr: "x * x")),
        "both": (run: Plus()),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "copies"),
        (from: "copies", to: "squares"),
        (from: "copies", to: "both.a"),
        (from: "squares", to: "both.b"),
        (from: "both", to: "print"),
    ],
)
"#,
        output: "0\n2\n6\n",
        source: "JCSP: Delta2, DynamicDelta; Unix: tee",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::output("out", PortType::Var("T"), "the same tokens").list(),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits { stateless: true, when_all_retired: true, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut outputs) = (ports.input("in"), ports.outputs("out"));
    let (mut all, mut taken) = (ToAll::new(&mut outputs), Vec::new());
    loop {
        // One at a time; received into memory, the token stays in one piece.
        input.recv_ready(&mut taken, 1).await?;
        if let Some(token) = taken.pop() {
            all.send(token).await?;
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::library::bench::{ints, run};
    use crate::testing::Bench;

    #[test]
    fn a_reader_that_leaves_does_not_stop_the_others() {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ran = run(bench.n_outputs("out", 2).take("out", Some(0), 1).input("in", [1, 2, 3]));
        assert_eq!(ran.output_at("out", 0), ints([1]));
        assert_eq!(ran.output_at("out", 1), ints([1, 2, 3]));
    }
}
