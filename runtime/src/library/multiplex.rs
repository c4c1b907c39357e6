//! `Multiplex`: one of its inputs at a time, as it is told.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Rate, Signature, Traits};
use csprun_dsl::ty::Type;

use super::numbered::numbered;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Multiplex",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives a token of that input whose number it is told.",
        diagram: r"
           which
  in[0] >+---v-------+
  in[1] >| Multiplex |> out
    ... >+-----------+",
        order: "A number from `which`, then a token from that input, in turn: no choice, so its output is \
                determined by its inputs.",
        ending: "Ends with `which`, with the first input that has ended when its number comes, or when nobody \
                 reads its output; fails with a number that no input has.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "order": (run: Values(values: [0, 1, 1, 0])),
        "letters": (run: Values(values: ["a", "b"])),
        "more": (run: Values(values: ["y", "z"])),
        "one": (run: Multiplex()),
        "print": (run: Print()),
    },
    channels: [
        (from: "order", to: "one.which"),
        (from: "letters", to: "one.in"),
        (from: "more", to: "one.in"),
        (from: "one", to: "print"),
    ],
)
"#,
        output: "a\ny\nz\nb\n",
        source: "Lee 1991: Select of boolean dataflow; Kahn 1974: a process that reads where its state says",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "tokens of one type").list().rate(Rate::Dynamic),
        PortSpec::input("which", PortType::Is(Type::I64), "numbers of inputs, from 0"),
        PortSpec::output("out", PortType::Var("T"), "the tokens chosen").rate(Rate::Dynamic),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut inputs, mut output) = (ports.inputs("in"), ports.output("out"));
    let mut which = ports.input("which");
    loop {
        let input = numbered(&mut inputs, "which", &which.recv().await?, "input")?;
        output.send(input.recv().await?).await?;
    }
}

#[cfg(test)]
mod tests {
    use crate::library::bench::{ints, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn multiplexed<const N: usize>(which: [i64; N]) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        run(bench.inputs("in", vec![vec![1, 2], vec![10]]).input("which", which))
    }

    #[test]
    fn it_ends_with_the_input_that_it_is_told_to_read() {
        let ran = multiplexed([1, 1, 0]);
        assert_eq!((ran.output("out"), &ran.fate), (&ints([10])[..], &Some(Fate::Done)));
    }

    #[test]
    fn a_number_that_no_input_has_is_named() {
        let ran = multiplexed([0, 2]);
        assert_eq!(ran.output("out"), ints([1]));
        let why = "`which` gave 2, and there are 2 inputs, counted from 0";
        assert_eq!(ran.fate, Some(Fate::Failed(why.to_owned())));
    }
}
