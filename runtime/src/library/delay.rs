//! `Delay`: some time between taking and giving.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Delay",
    group: Group::Csp,
    doc: Doc {
        summary: "Waits some time with each token before it gives it on.",
        diagram: r"
      +-------------+
  in >| Delay: time |> out
      +-------------+",
        order: "In the order in which they came, one at a time: no more than one token goes through in each \
                `time`. One of less than a millisecond takes about that long all the same.",
        ending: "Ends with its input, or when nobody reads its output, also while it waits.",
        complexity: "O(1) a token; keeps one.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "slowly": (run: Delay(time: "5ms")),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "slowly"),
        (from: "slowly", to: "print"),
    ],
)
"#,
        output: "0\n1\n2\n",
        source: "JCSP: FixedDelay; Unix: sleep in a loop",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::output("out", PortType::Var("T"), "the same tokens, later"),
    ]),
    params: &[ParamSpec::required("time", ParamType::Duration, "how long each token is kept")],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let time = params.duration("time");
    loop {
        let token = input.recv().await?;
        ports.sleep(time).await?;
        output.send(token).await?;
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use csprun_dsl::params::Param;

    use crate::library::bench::{ints, run};
    use crate::testing::Bench;

    #[test]
    fn each_token_is_kept_for_its_time() {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let begin = Instant::now();
        let ran = run(bench.param("time", Param::Duration(Duration::from_millis(10))).input("in", [1, 2]));
        assert_eq!(ran.output("out"), ints([1, 2]));
        assert!(begin.elapsed() >= Duration::from_millis(20));
    }
}
