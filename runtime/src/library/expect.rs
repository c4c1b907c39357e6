//! `Expect`: compares with what should come.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use super::batch::drain;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Expect",
    group: Group::Sink,
    doc: Doc {
        summary: "Fails unless exactly the listed tokens arrive.",
        diagram: r"
      +--------+
  in >| Expect |
      +--------+",
        order: "Compared one by one as they arrive; an integer equals the float of the same size.",
        ending: "Ends with its input; fails at the first token that differs, at one too many, or at \
                 the end when some are missing.",
        complexity: "O(size of the token).",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "copies": (run: Delta()),
        "check": (run: Expect(values: [0, 1, 2])),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "copies"),
        (from: "copies", to: "check"),
        (from: "copies", to: "print"),
    ],
)
"#,
        output: "0\n1\n2\n",
        source: "Unit testing: assert_eq",
    },
    ports: signature::Ports::Fixed(&[PortSpec::input(
        "in",
        PortType::ElementOf("values"),
        "what is compared",
    )]),
    params: &[ParamSpec::required("values", ParamType::Constants, "what should arrive")],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let expected: Vec<Value> = params.constants("values").iter().map(Value::from).collect();
    let mut n = 0;
    drain(&mut ports.input("in"), |token| {
        let due = expected.get(n);
        if due.is_none_or(|due| due.cmp_total(&token).is_ne()) {
            return Err(difference(n, due, Some(&token)));
        }
        n += 1;
        Ok(())
    })
    .await?;
    expected.get(n).map_or(Ok(()), |due| Err(difference(n, Some(due), None)))
}

fn difference(n: usize, expected: Option<&Value>, got: Option<&Value>) -> Ended {
    let shown =
        |token: Option<&Value>| token.map_or_else(|| "the end of the stream".to_owned(), Value::shown);
    Ended::fail(format!("token {n} (from 0): expected {}, got {}", shown(expected), shown(got)))
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;
    use csprun_dsl::ty::Constant;

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::Bench;

    /// What happens when `got` arrives and 1, 2 should.
    fn fate<const N: usize>(got: [i64; N]) -> Option<Fate> {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let values = Param::Constants(vec![Constant::I64(1), Constant::F64(2.0)]);
        run(bench.param("values", values).input("in", got)).fate
    }

    #[test]
    fn a_difference_is_shown_with_its_place() {
        let failed = |why: &str| Some(Fate::Failed(why.to_owned()));
        assert_eq!(fate([1, 2]), Some(Fate::Done));
        assert_eq!(fate([1, 3]), failed("token 1 (from 0): expected 2.0, got 3"));
        assert_eq!(fate([1]), failed("token 1 (from 0): expected 2.0, got the end of the stream"));
        assert_eq!(fate([1, 2, 4]), failed("token 2 (from 0): expected the end of the stream, got 4"));
    }
}
