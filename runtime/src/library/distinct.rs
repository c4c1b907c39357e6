//! `Distinct`: each token once.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, Signature, Traits,
};

use super::batch::fire;
use super::expression::{Expression, OF_TOKEN};
use super::held::{Held, MEMORY};
use super::keyed::Keyed;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Distinct",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives each token the first time that it comes, or that its key does.",
        diagram: r"
      +--------------+
  in >| Distinct: by |> out
      +--------------+",
        order: "In the order in which they came, each at once. Numbers are equal by size: 1 and 1.0 are one.",
        ending: "Ends with its input, or when nobody reads its output; fails when its keys take more than \
                 `memory`.",
        complexity: "O(size of the key) a token; keeps each key once.",
        example: r#"Network(
    processes: {
        "words": (run: Values(values: ["to", "be", "or", "not", "to", "be"])),
        "once": (run: Distinct()),
        "print": (run: Print()),
    },
    channels: [
        (from: "words", to: "once"),
        (from: "once", to: "print"),
    ],
)
"#,
        output: "to\nbe\nor\nnot\n",
        source: "SQL: DISTINCT ON; Unix: awk '!seen[$0]++'",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the key"),
        PortSpec::output("out", PortType::Var("T"), "the first of each key").rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::with_default("by", ParamType::Expr(OF_TOKEN), "\"x\"", "the key"), MEMORY],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let mut by = Expression::of(&params, "by");
    let (mut seen, mut held) = (Keyed::new(), Held::of(&params));
    fire(&mut input, &mut output, |x, given| {
        let came =
            seen.update(&by.eval(&x)?, &mut held, false, |came, _| Ok(std::mem::replace(came, true)))?;
        if !came {
            given.push(x);
        }
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::{expr, ints, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn distinct(memory: i64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("by", expr("x % 10", &["x"])).param("memory", Param::Int(memory));
        run(bench.input("in", [21, 3, 11, 2, 13]))
    }

    #[test]
    fn the_first_of_each_key_is_given_while_there_is_room_for_keys() {
        assert_eq!(distinct(1000).output("out"), ints([21, 3, 2]));
        let full = distinct(50);
        assert_eq!(full.output("out"), ints([21, 3]));
        let why = "what it keeps takes more than 50 bytes: raise `memory`, or give it less";
        assert_eq!(full.fate, Some(Fate::Failed(why.to_owned())));
    }
}
