//! `Clock`: tokens at regular times.

use std::time::Duration;

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;

use crate::process::{Ended, Params, Ports};
use crate::schedule::run::now;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Clock",
    group: Group::Source,
    doc: Doc {
        summary: "Gives a token at regular times.",
        diagram: r"
  +---------------+
  | Clock: period |> out
  +---------------+",
        order: "One token a period, the first after one period. The times do not drift: a tick that waits for its \
                reader is given late, and those behind it come at their own times, none left out. \
                Those of a period of less than a millisecond come several at once.",
        ending: "Ends when nobody reads its output.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "clock": (run: Clock(period: "10ms")),
        "some": (run: Take(n: 3)),
        "number": (run: Scan(init: 0, expr: "acc + 1")),
        "print": (run: Print(format: "tick {x}")),
    },
    channels: [
        (from: "clock", to: "some", kind: Rendezvous),
        (from: "some", to: "number"),
        (from: "number", to: "print"),
    ],
)
"#,
        output: "tick 1\ntick 2\ntick 3\n",
        source: "JCSP: a process around CSTimer; Go: time.Tick",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::Is(Type::Unit), "the ticks")]),
    params: &[ParamSpec::required("period", ParamType::Duration, "time from one tick to the next")],
    cost: Cost::Light,
    traits: Traits { determinate: false, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    let period = params.duration("period");
    let (begin, mut due) = (now(), Duration::ZERO);
    loop {
        due = due.saturating_add(period);
        ports.sleep(due.saturating_sub(now().saturating_duration_since(begin))).await?;
        output.send(()).await?;
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use csprun_dsl::params::Param;

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::Bench;

    #[test]
    fn a_tick_comes_after_its_period_and_not_before() {
        let begin = Instant::now();
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let ran = run(bench.param("period", Param::Duration(Duration::from_millis(5))).take("out", None, 4));
        assert_eq!((ran.output("out").len(), &ran.fate), (4, &Some(Fate::Done)));
        assert!(begin.elapsed() >= Duration::from_millis(20));
    }
}
