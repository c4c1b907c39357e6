//! `Plex`: whichever comes first, and where it came from.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Rate, Signature, Traits};
use csprun_dsl::ty::Type;

use crate::process::{Ended, FairIn, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Plex",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives the tokens of all its inputs as they come, and beside each the number of its input.",
        diagram: r"
  in[0] >+------+> out
  in[1] >| Plex |
    ... >+------+> which",
        order: "Fair: the input served last is asked last. Tokens of one input stay in order; how the inputs \
                interleave is open. `which` before `out`, so a Demultiplex can undo it.",
        ending: "Ends when all inputs have ended, or when nobody reads its outputs; an output that nobody reads \
                 any more is left out.",
        complexity: "O(inputs) a token.",
        example: r#"Network(
    processes: {
        "names": (run: Values(values: ["Ada", "Grace"])),
        "trades": (run: Values(values: ["mathematician", "admiral"])),
        "both": (run: Plex()),
        "apart": (run: Demultiplex()),
        "pairs": (run: Paraplex()),
        "print": (run: Print()),
    },
    channels: [
        (from: "names", to: "both.in"),
        (from: "trades", to: "both.in"),
        (from: "both.which", to: "apart.which"),
        (from: "both.out", to: "apart.in"),
        (from: "apart.out", to: "pairs.in"),
        (from: "apart.out", to: "pairs.in"),
        (from: "pairs", to: "print"),
    ],
)
"#,
        output: "[\"Ada\", \"mathematician\"]\n[\"Grace\", \"admiral\"]\n",
        source: "JCSP: Plex, and with `which` Multiplex; Hoare 1985: alternation",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "tokens of one type").list().rate(Rate::Dynamic),
        PortSpec::output("out", PortType::Var("T"), "the same tokens").rate(Rate::Dynamic),
        PortSpec::output("which", PortType::Is(Type::I64), "the number of each token's input, from 0")
            .optional()
            .rate(Rate::Dynamic),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits { alternates_inputs: true, determinate: false, when_all_retired: true, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut inputs, mut output) = (ports.inputs("in"), ports.output("out"));
    let mut which = ports.maybe_output("which");
    let mut fair = FairIn::new(&mut inputs);
    while let Some((idx, token)) = fair.recv().await? {
        if let Some(which) = &mut which {
            which.send(idx as i64).await?;
        }
        output.send(token).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use crate::library::bench::{ints, run};
    use crate::process::Fate;
    use crate::testing::Bench;

    #[test]
    fn it_says_where_each_token_came_from() {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ran = run(bench.inputs("in", vec![vec![], (10..20).collect(), (20..50).collect()]));
        assert_eq!(ran.fate, Some(Fate::Done));
        assert_eq!(ran.output("out").len(), 40);
        for (which, token) in ran.output("which").iter().zip(ran.output("out")) {
            let expected = if token.as_i64() < Some(20) { 1 } else { 2 };
            assert_eq!(which.as_i64(), Some(expected), "{}", token.shown());
        }
    }

    #[test]
    fn it_goes_on_while_one_of_its_outputs_is_read() {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ran = run(bench.inputs("in", vec![vec![1, 2, 3]]).take("which", None, 1));
        assert_eq!(ran.output("out"), ints([1, 2, 3]));
    }
}
