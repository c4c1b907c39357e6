//! `Random`: random numbers.

use std::iter;

use csprun_dsl::signature::{
    self, Cost, Doc, FLOAT, Group, ParamFault, ParamSpec, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;
use rand_xoshiro::Xoshiro256PlusPlus;
use rand_xoshiro::rand_core::{Rng, SeedableRng};

use super::batch::send_each;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Random",
    group: Group::Source,
    doc: Doc {
        summary: "Gives random numbers, the same for the same seed of the run.",
        diagram: r"
  +--------+
  | Random |> out
  +--------+",
        order: "Uniformly from `from` up to, not including, `to`, independent of one another and of those of other \
                processes. The seed of the run (`run: (seed: 1)`, `--seed`) and the name of the process decide them.",
        ending: "Ends when nobody reads its output.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "random": (run: Random(from: 1, to: 7)),
        "dice": (run: Map(expr: "to_int(x)")),
        "some": (run: Take(n: 6000)),
        "count": (run: CountBy(key: "x")),
        "often": (run: Filter(expr: "x.count > 900 && x.count < 1100")),
        "sorted": (run: Sort(by: "x.key")),
        "print": (run: Print(format: "{x.key}: about 1000 times")),
    },
    channels: [
        (from: "random", to: "dice"),
        (from: "dice", to: "some"),
        (from: "some", to: "count"),
        (from: "count", to: "often"),
        (from: "often", to: "sorted"),
        (from: "sorted", to: "print"),
    ],
)
"#,
        output: "1: about 1000 times\n2: about 1000 times\n3: about 1000 times\n\
                 4: about 1000 times\n5: about 1000 times\n6: about 1000 times\n",
        source: "Blackman and Vigna 2021: xoshiro256++; Python: random.uniform",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::Is(Type::F64), "the numbers")]),
    params: &[
        ParamSpec::with_default("from", FLOAT, "0.0", "the least number"),
        ParamSpec::with_default("to", FLOAT, "1.0", "the end, which is not given; above `from`")
            .rule(holds_numbers),
    ],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// From the one to the other there are numbers.
fn holds_numbers(params: &Params) -> Result<(), ParamFault> {
    let (from, to) = (params.float("from"), params.float("to"));
    let message = format!("`from` is {from} and `to` is {to}");
    let fault = ParamFault::new(message, "`from` must be below `to`, by a finite number");
    if from >= to || !(to - from).is_finite() { Err(fault) } else { Ok(()) }
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (from, to) = (params.float("from"), params.float("to"));
    holds_numbers(&params)?;
    let mut random = Xoshiro256PlusPlus::seed_from_u64(ports.seed());
    #[expect(clippy::cast_precision_loss, reason = "53 bits are exact")]
    let mut unit = move || (random.next_u64() >> 11) as f64 / (1_u64 << 53) as f64;
    let numbers = iter::repeat_with(move || from + unit() * (to - from));
    // Rounding may reach the end.
    send_each(&mut ports.output("out"), numbers.filter(|x| *x < to).map(Value::from)).await
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};
    use crate::value::Value;

    fn random(from: f64, to: f64) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("from", Param::Float(from)).param("to", Param::Float(to));
        run(bench.take("out", None, 1000))
    }

    #[test]
    fn numbers_are_in_their_range_and_the_same_again() {
        for (from, to) in [(0.0, 1.0), (-3.0, 5.0), (1.0, 1.0 + f64::EPSILON), (-1e308, 7e307)] {
            let ran = random(from, to);
            assert_eq!(ran.fate, Some(Fate::Done));
            assert!(ran.output("out").iter().filter_map(Value::as_f64).all(|x| from <= x && x < to));
            assert_eq!(ran.output("out").len(), 1000);
            assert_eq!(ran.output("out"), random(from, to).output("out"));
        }
    }

    #[test]
    fn numbers_spread_over_their_range() {
        let ran = random(0.0, 10.0);
        let mut n_each = [0; 10];
        for x in ran.output("out").iter().filter_map(Value::as_f64) {
            n_each[(0..10).rfind(|n| f64::from(*n) <= x).expect("it is at least 0") as usize] += 1;
        }
        assert!(n_each.iter().all(|n| (60..140).contains(n)), "{n_each:?}");
    }

    #[test]
    fn a_range_without_numbers_is_refused() {
        for (from, to) in [(1.0, 1.0), (2.0, 1.0), (f64::MIN, f64::MAX)] {
            let Some(Fate::Failed(why)) = random(from, to).fate else { panic!("{from} {to}") };
            assert!(why.contains("`from` must be below `to`"), "{why}");
        }
    }
}
