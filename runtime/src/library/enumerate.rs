//! `Enumerate`: each token with its number.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, INT, Known, ParamSpec, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;

use super::batch::fire;
use super::record::Shape;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Enumerate",
    group: Group::Transform,
    doc: Doc {
        summary: "Gives each token with its number.",
        diagram: r"
      +-----------------+
  in >| Enumerate: from |> out
      +-----------------+",
        order: "In the order in which they came.",
        ending: "Ends with its input, or when nobody reads its output; fails when a number passes 64 bits.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "lines": (run: Values(values: ["to be", "or not"])),
        "numbered": (run: Enumerate(from: 1)),
        "print": (run: Print(format: "{x.n}: {x.x}")),
    },
    channels: [
        (from: "lines", to: "numbered"),
        (from: "numbered", to: "print"),
    ],
)
"#,
        output: "1: to be\n2: or not\n",
        source: "Python: enumerate; Unix: nl",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::output("out", PortType::Rule(record), "`{\"n\": .., \"x\": ..}`: the number and the token"),
    ]),
    params: &[ParamSpec::with_default("from", INT, "0", "the first number")],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

fn record(known: &Known<'_>) -> Option<Type> {
    Some(Type::record([("n", Type::I64), ("x", known.inputs.get("in")?.clone())]))
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let (mut next, shape) = (Some(params.int("from")), Shape::new(["n", "x"]));
    fire(&mut input, &mut output, |x, given| {
        let n = next.ok_or_else(|| Ended::fail("there is no integer after 9223372036854775807"))?;
        given.push(shape.record([Value::from(n), x]));
        next = n.checked_add(1);
        Ok(())
    })
    .await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::Bench;

    #[test]
    fn the_largest_number_is_given_and_none_after_it() {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ran = run(bench.param("from", Param::Int(i64::MAX)).input("in", ["last", "none"]));
        assert_eq!(ran.output("out").len(), 1);
        let why = "there is no integer after 9223372036854775807";
        assert_eq!(ran.fate, Some(Fate::Failed(why.to_owned())));
    }
}
