//! `Merge`: whichever comes first.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Rate, Signature, Traits};

use crate::process::{Ended, FairIn, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Merge",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives the tokens of all its inputs as they come.",
        diagram: r"
  in[0] >+-------+
  in[1] >| Merge |> out
    ... >+-------+",
        order: "Fair: the input served last is asked last. Tokens of one input stay in order; how \
                 the inputs interleave is open.",
        ending: "Ends when all inputs have ended, or when nobody reads its output.",
        complexity: "O(inputs) a token.",
        example: r#"Network(
    processes: {
        "low": (run: Range(to: 3)),
        "high": (run: Range(from: 10, to: 13)),
        "both": (run: Merge()),
        "sorted": (run: Sort()),
        "print": (run: Print()),
    },
    channels: [
        (from: "low", to: "both"),
        (from: "high", to: "both"),
        (from: "both", to: "sorted"),
        (from: "sorted", to: "print"),
    ],
)
"#,
        output: "0\n1\n2\n10\n11\n12\n",
        source: "JCSP: Plex; Hoare 1985: alternation; Kahn networks: the fair merge",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "tokens of one type").list().rate(Rate::Dynamic),
        PortSpec::output("out", PortType::Var("T"), "the same tokens").rate(Rate::Dynamic),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits { alternates_inputs: true, determinate: false, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut inputs, mut output) = (ports.inputs("in"), ports.output("out"));
    let mut fair = FairIn::new(&mut inputs);
    while let Some((_, token)) = fair.recv().await? {
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
    fn it_goes_on_until_the_last_input_has_ended() {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ran = run(bench.inputs("in", vec![vec![], vec![1, 2], (10..30).collect()]));
        assert_eq!(ran.fate, Some(Fate::Done));
        let of =
            |from: i64| ran.output("out").iter().filter(move |x| (x.as_i64() >= Some(10)) == (from == 10));
        assert!(of(0).eq(&ints([1, 2])));
        assert_eq!(of(10).count(), 20);
    }
}
