//! `Deparaplex`: the elements of a list, one to each output.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};
use csprun_dsl::ty::Type;

use super::lists::element_of_input;
use crate::process::{Ended, Params, Ports, ToAll};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Deparaplex",
    group: Group::Csp,
    doc: Doc {
        summary: "Takes lists apart: the first element to the first output, the second to the second.",
        diagram: r"
      +------------+> out[0]
  in >| Deparaplex |> out[1]
      +------------+> ...",
        order: "To all outputs at once, in no order; the next list is taken when all have their element.",
        ending: "Ends with its input, or when nobody reads any of its outputs; what an output gets that nobody \
                 reads any more is dropped. Fails when a list has not one element for each output.",
        complexity: "O(outputs) a list.",
        example: r#"Network(
    processes: {
        "points": (run: Values(values: [[1, 10], [2, 20], [3, 30]])),
        "apart": (run: Deparaplex()),
        "sums": (run: Plus()),
        "print": (run: Print()),
    },
    channels: [
        (from: "points", to: "apart"),
        (from: "apart.out[0]", to: "sums.a"),
        (from: "apart.out[1]", to: "sums.b"),
        (from: "sums", to: "print"),
    ],
)
"#,
        output: "11\n22\n33\n",
        source: "JCSP: Deparaplex; MPI_Scatter; Python: zip(*lists)",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Is(Type::Any), "lists of as many elements as there are outputs"),
        PortSpec::output("out", PortType::Rule(element_of_input), "one element of each list").list(),
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
    let n = outputs.len();
    let mut all = ToAll::new(&mut outputs);
    loop {
        let token = input.recv().await?;
        match token.into_list() {
            Ok(list) if list.len() == n => all.send_each(list).await?,
            Ok(list) => {
                return Err(Ended::fail(format!(
                    "a list of {} for {n} outputs: {}",
                    list.len(),
                    Value::from(list).shown()
                )));
            }
            Err(other) => return Err(Ended::fail(format!("{} is no list", other.shown()))),
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::library::bench::{ints, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};
    use crate::value::Value;

    fn apart(lists: &[&[i64]], taken: usize) -> Ran {
        let list = |list: &&[i64]| Value::from(list.iter().copied().map(Value::from).collect::<Vec<_>>());
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        run(bench.n_outputs("out", 2).take("out", Some(0), taken).input("in", lists.iter().map(list)))
    }

    #[test]
    fn a_reader_that_leaves_does_not_stop_the_others() {
        let ran = apart(&[&[1, 10], &[2, 20], &[3, 30]], 1);
        assert_eq!(ran.output_at("out", 0), ints([1]));
        assert_eq!(ran.output_at("out", 1), ints([10, 20, 30]));
    }

    #[test]
    fn a_list_of_another_length_is_named() {
        let ran = apart(&[&[1, 10], &[2]], 9);
        assert_eq!(ran.output_at("out", 1), ints([10]));
        assert_eq!(ran.fate, Some(Fate::Failed("a list of 1 for 2 outputs: [2]".to_owned())));
    }
}
