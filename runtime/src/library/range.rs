//! `Range`: counts from one number to another.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, INT, ParamFault, ParamSpec, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;

use super::batch::send_each;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Range",
    group: Group::Source,
    doc: Doc {
        summary: "Gives the integers from `from` up to, not including, `to`.",
        diagram: r"
  +-------+
  | Range |> out
  +-------+",
        order: "From `from` on, by `step`; downwards when `step` is negative.",
        ending: "Ends before the first number that has reached `to`, or when nobody reads its output.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "countdown": (run: Range(from: 10, to: 0, step: -3)),
        "print": (run: Print()),
    },
    channels: [
        (from: "countdown", to: "print"),
    ],
)
"#,
        output: "10\n7\n4\n1\n",
        source: "Python: range; JCSP: Numbers with an end",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::Is(Type::I64), "the numbers")]),
    params: &[
        ParamSpec::with_default("from", INT, "0", "the first number"),
        ParamSpec::required("to", INT, "the end, which is not given"),
        ParamSpec::with_default("step", INT, "1", "what is added each time; not 0").rule(comes_nearer),
    ],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// It would never end otherwise.
fn comes_nearer(params: &Params) -> Result<(), ParamFault> {
    let message = "`step` is 0, so the numbers would never reach `to`";
    let help = "`Generate(n: 10, expr: \"5\")` gives the same number again and again";
    if params.int("step") == 0 { Err(ParamFault::new(message, help)) } else { Ok(()) }
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (from, to, step) = (params.int("from"), params.int("to"), params.int("step"));
    comes_nearer(&params)?;
    ports.will_send(n_numbers(from, to, step));
    // Each lies between `from` and `to`, whatever is beyond 64 bits on the way there.
    let number = |nth: u64| from.wrapping_add(step.wrapping_mul(nth.cast_signed()));
    send_each(&mut ports.output("out"), (0..n_numbers(from, to, step)).map(number).map(Value::from)).await
}

/// How many numbers there are before the end.
fn n_numbers(from: i64, to: i64, step: i64) -> u64 {
    let is_away = if step > 0 { from >= to } else { from <= to };
    if is_away { 0 } else { from.abs_diff(to).div_ceil(step.unsigned_abs()) }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::{ints, run};
    use crate::testing::Bench;
    use crate::value::Value;

    fn numbers(from: i64, to: i64, step: i64) -> Vec<Value> {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("from", Param::Int(from)).param("to", Param::Int(to));
        let ran = run(bench.param("step", Param::Int(step)));
        ran.output("out").to_vec()
    }

    #[test]
    fn the_end_is_not_given() {
        assert_eq!(numbers(0, 3, 1), ints([0, 1, 2]));
        assert_eq!(numbers(0, 5, 2), ints([0, 2, 4]));
        assert_eq!(numbers(2, -2, -2), ints([2, 0]));
        assert_eq!(numbers(3, 3, 1), ints([]));
        assert_eq!(numbers(3, 0, 1), ints([]));
    }

    #[test]
    fn the_length_is_known_before_the_first_number() {
        for (from, to, step) in [(0, 3, 1), (0, 5, 2), (2, -2, -2), (3, 3, 1), (3, 0, 1), (0, 3, -1)] {
            let n = super::n_numbers(from, to, step);
            assert_eq!(n, numbers(from, to, step).len() as u64, "from {from} to {to} by {step}");
        }
        assert_eq!(super::n_numbers(i64::MIN, i64::MAX, 1), u64::MAX);
    }

    #[test]
    fn a_step_past_64_bits_ends_the_range() {
        assert_eq!(numbers(i64::MAX - 3, i64::MAX, 2), ints([i64::MAX - 3, i64::MAX - 1]));
        assert_eq!(numbers(i64::MIN + 1, i64::MIN, -5), ints([i64::MIN + 1]));
    }
}
