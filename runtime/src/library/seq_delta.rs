//! `SeqDelta`: a copy to one reader after the other.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};

use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "SeqDelta",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives each token to its outputs, one after the other.",
        diagram: r"
      +----------+> out[0]
  in >| SeqDelta |> out[1]
      +----------+> ...",
        order: "To the first output, then to the second and so on; the next token is taken when all have \
                this one. A reader that waits for a later output before it reads an earlier one waits for \
                ever: that is what Delta is for.",
        ending: "Ends with its input, or when nobody reads any of its outputs; an output that nobody \
                 reads any more is left out.",
        complexity: "O(outputs) a token; copies share their content.",
        example: r#"Network(
    processes: {
        "start": (run: Prefix(value: 0)),
        "first": (run: Take(n: 3)),
        "copies": (run: SeqDelta()),
        "next": (run: Successor()),
        "print": (run: Print()),
    },
    channels: [
        (from: "start", to: "first", kind: Rendezvous),
        (from: "first", to: "copies", kind: Rendezvous),
        (from: "copies.out[0]", to: "print", kind: Rendezvous),
        (from: "copies.out[1]", to: "next", kind: Rendezvous),
        (from: "next", to: "start", kind: Rendezvous),
    ],
)
"#,
        output: "0\n1\n2\n",
        source: "JCSP: SeqDelta2, as in its SeqCommsTime",
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
    loop {
        let token = input.recv().await?;
        for output in &mut outputs {
            output.send(token.clone()).await?;
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
