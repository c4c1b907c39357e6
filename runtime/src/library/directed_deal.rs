//! `DirectedDeal`: to one of its outputs, as the token says.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, ResultType, Signature,
    Traits, VarType,
};
use csprun_dsl::ty::Type;

use super::expression::Expression;
use super::numbered::numbered;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "DirectedDeal",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives each token to that output whose number an expression makes of it.",
        diagram: r"
      +------------------+> out[0]
  in >| DirectedDeal: to |> out[1]
      +------------------+> ...",
        order: "Each output has its tokens in the order in which they came.",
        ending: "Ends with its input, or when nobody reads any of its outputs; a token for an output that \
                 nobody reads any more is dropped. Fails with a number that no output has.",
        complexity: "One evaluation a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 6)),
        "apart": (run: DirectedDeal(to: "x % 2")),
        "even": (run: Collect()),
        "odd": (run: Collect()),
        "both": (run: Paraplex()),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "apart"),
        (from: "apart", to: "even"),
        (from: "apart", to: "odd"),
        (from: "even", to: "both"),
        (from: "odd", to: "both"),
        (from: "both", to: "print"),
    ],
)
"#,
        output: "[[0, 2, 4], [1, 3, 5]]\n",
        source: "GPP: OneFanDirected; FastFlow: send_out_to",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "`x` of the expression"),
        PortSpec::output("out", PortType::Var("T"), "the tokens for each").list().rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::required(
        "to",
        ParamType::Expr(ExprSpec {
            variables: &[("x", VarType::Port("in"))],
            result: ResultType::Is(Type::I64),
        }),
        "the number of an output, from 0",
    )],
    cost: Cost::Light,
    traits: Traits { stateless: true, when_all_retired: true, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut outputs) = (ports.input("in"), ports.outputs("out"));
    let mut to = Expression::of(&params, "to");
    loop {
        let token = input.recv().await?;
        let output = numbered(&mut outputs, "to", &to.eval(&token)?, "output")?;
        output.send(token).await?;
    }
}

#[cfg(test)]
mod tests {
    use crate::library::bench::{expr, ints, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn dealt(tokens: &[i64]) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("to", expr("x / 10", &["x"])).n_outputs("out", 2).take("out", Some(0), 1);
        run(bench.input("in", tokens.iter().copied()))
    }

    #[test]
    fn a_reader_that_leaves_does_not_stop_the_others() {
        let ran = dealt(&[1, 2, 10, 3, 11]);
        assert_eq!((ran.output_at("out", 0), ran.output_at("out", 1)), (&ints([1])[..], &ints([10, 11])[..]));
    }

    #[test]
    fn a_number_that_no_output_has_is_named() {
        let why = "`to` gave 2, and there are 2 outputs, counted from 0";
        assert_eq!(dealt(&[20]).fate, Some(Fate::Failed(why.to_owned())));
    }
}
