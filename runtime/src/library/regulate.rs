//! `Regulate`: a steady flow, whatever comes in.

use std::time::Instant;

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, Signature, Traits,
};

use crate::alt::{Alt, Guard, Timeout};
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Regulate",
    group: Group::Csp,
    doc: Doc {
        summary: "Gives one token each interval: the newest, or the last one again.",
        diagram: r"
      +--------------------------+
  in >| Regulate: interval, idle |> out
      +--------------------------+",
        order: "Tokens that a newer one overtakes within an interval are dropped. Intervals do not drift; one in \
                which the reader was not ready is left out.",
        ending: "Ends with its input, after a last interval if a token waits for it, or when nobody reads its \
                 output.",
        complexity: "O(1) a token, and a timer an interval.",
        example: r#"Network(
    processes: {
        "readings": (run: Values(values: [20.5, 20.7, 21.0])),
        "calm": (run: Regulate(interval: "5ms", idle: Wait)),
        "last": (run: Fold(init: 0.0, expr: "x")),
        "print": (run: Print(format: "{x} degrees in the end")),
    },
    channels: [
        (from: "readings", to: "calm"),
        (from: "calm", to: "last"),
        (from: "last", to: "print"),
    ],
)
"#,
        output: "21.0 degrees in the end\n",
        source: "JCSP: Regulate, without its reset; Rx: sample",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens").rate(Rate::Dynamic),
        PortSpec::output("out", PortType::Var("T"), "the newest, at most one an interval")
            .rate(Rate::Dynamic),
    ]),
    params: &[
        ParamSpec::required("interval", ParamType::Duration, "time from one token to the next"),
        ParamSpec::with_default(
            "idle",
            ParamType::Word(&["Repeat", "Wait"]),
            "Repeat",
            "what an interval gives in which nothing came: the last token again, or nothing",
        ),
    ],
    cost: Cost::Light,
    traits: Traits { alternates_inputs: true, determinate: false, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let (interval, repeats) = (params.duration("interval"), params.text("idle") == "Repeat");
    let mut newest: Option<Value> = None;
    let mut is_new = false;
    let mut next = Instant::now() + interval;
    let mut token = input.guard();
    loop {
        let mut tick = Timeout::at(next);
        tick.when(is_new || (repeats && newest.is_some()));
        if Alt::new(&mut [&mut tick, &mut token]).pri_select().await? == 1 {
            match token.take() {
                Ok(token) => (newest, is_new) = (Some(token), true),
                Err(Ended::Retired) => break,
                Err(ended) => return Err(ended),
            }
        } else if let Some(newest) = &newest {
            output.send(newest.clone()).await?;
            is_new = false;
            let now = Instant::now();
            next = if next + interval < now { now + interval } else { next + interval };
        }
    }
    let Some(newest) = newest.filter(|_| is_new) else { return Ok(()) };
    ports.sleep(next.saturating_duration_since(Instant::now())).await?;
    output.send(newest).await
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use csprun_dsl::params::Param;

    use crate::library::bench::{ints, run};
    use crate::testing::Bench;
    use crate::value::Value;

    fn bench(interval: Duration, idle: &str) -> Bench {
        Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)))
            .param("interval", Param::Duration(interval))
            .param("idle", Param::Text(idle.to_owned()))
    }

    #[test]
    fn the_newest_token_is_given_when_its_interval_is_over() {
        let begin = Instant::now();
        let ran = run(bench(Duration::from_millis(20), "Wait").input("in", [1, 2, 3]));
        assert_eq!(ran.output("out").last(), Some(&Value::from(3)));
        assert!(begin.elapsed() >= Duration::from_millis(20));
    }

    #[test]
    fn what_a_newer_token_overtakes_is_dropped() {
        let ran = run(bench(Duration::from_millis(5), "Wait").input("in", 0..100_000));
        let given: Vec<i64> = ran.output("out").iter().filter_map(Value::as_i64).collect();
        assert!(given.is_sorted_by(|a, b| a < b) && given.len() < 100_000);
        assert_eq!(given.last(), Some(&99_999));
    }

    #[test]
    fn nothing_is_given_of_nothing() {
        let ran = run(bench(Duration::from_millis(1), "Repeat").input("in", ints([])));
        assert_eq!(ran.output("out"), []);
    }
}
