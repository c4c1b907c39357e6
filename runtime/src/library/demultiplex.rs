//! `Demultiplex`: to one of its outputs at a time, as it is told.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Rate, Signature, Traits};
use csprun_dsl::ty::Type;

use super::numbered::numbered;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Demultiplex",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives each token to that output whose number it is told.",
        diagram: r"
       which
      +--v----------+> out[0]
  in >| Demultiplex |> out[1]
      +-------------+> ...",
        order: "A number from `which`, then a token from `in`, in turn; each output has its tokens in order.",
        ending: "Ends with either input, or when nobody reads any of its outputs; a token for an output that \
                 nobody reads any more is dropped. Fails with a number that no output has.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 6)),
        "copies": (run: Delta()),
        "parity": (run: Map(expr: "x % 2")),
        "apart": (run: Demultiplex()),
        "even": (run: Collect()),
        "odd": (run: Collect()),
        "both": (run: Paraplex()),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "copies"),
        (from: "copies", to: "parity"),
        (from: "copies", to: "apart.in"),
        (from: "parity", to: "apart.which"),
        (from: "apart.out", to: "even"),
        (from: "apart.out", to: "odd"),
        (from: "even", to: "both.in"),
        (from: "odd", to: "both.in"),
        (from: "both", to: "print"),
    ],
)
"#,
        output: "[[0, 2, 4], [1, 3, 5]]\n",
        source: "JCSP: Demultiplex; Lee 1991: Switch of boolean dataflow",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::input("which", PortType::Is(Type::I64), "numbers of outputs, from 0"),
        PortSpec::output("out", PortType::Var("T"), "the tokens for each").list().rate(Rate::Dynamic),
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
    let mut which = ports.input("which");
    loop {
        let output = numbered(&mut outputs, "which", &which.recv().await?, "output")?;
        output.send(input.recv().await?).await?;
    }
}

#[cfg(test)]
mod tests {
    use crate::library::bench::{ints, run};
    use crate::process::Fate;
    use crate::testing::Bench;

    fn bench() -> Bench {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        bench.n_outputs("out", 2).input("in", [1, 2, 3, 4])
    }

    #[test]
    fn a_reader_that_leaves_does_not_stop_the_other() {
        let ran = run(bench().input("which", [0, 1, 0, 1]).take("out", Some(0), 1));
        assert_eq!(ran.output_at("out", 0), ints([1]));
        assert_eq!(ran.output_at("out", 1), ints([2, 4]));
    }

    #[test]
    fn a_number_that_no_output_has_is_named() {
        let ran = run(bench().input("which", [-1]));
        let why = "`which` gave -1, and there are 2 outputs, counted from 0";
        assert_eq!(ran.fate, Some(Fate::Failed(why.to_owned())));
    }
}
