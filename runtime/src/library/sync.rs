//! `Sync`: waits at a barrier for each token.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Sync",
    group: Group::Coordination,
    doc: Doc {
        summary: "Waits at a barrier with each token before it gives it on.",
        diagram: r"
      +---------------+
  in >| Sync: barrier |> out
      +---------------+",
        order: "In the order in which they came; the n-th tokens of all members go on together.",
        ending: "Ends with its input, or when nobody reads its output, and resigns from the barrier; fails \
                 when it is not enrolled.",
        complexity: "One sync a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 3), family: 2),
        "together": (run: Sync(barrier: "round"), family: 2),
        "pairs": (run: Paraplex()),
        "print": (run: Print()),
    },
    channels: [
        (each: {"i": 2}, from: "numbers[${i}]", to: "together[${i}]"),
        (from: "together[*].out", to: "pairs.in"),
        (from: "pairs", to: "print"),
    ],
    barriers: {"round": ["together"]},
)
"#,
        output: "[0, 0]\n[1, 1]\n[2, 2]\n",
        source: "Valiant 1990: bulk-synchronous steps; JCSP: Barrier.sync",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens"),
        PortSpec::output("out", PortType::Var("T"), "the same tokens"),
    ]),
    params: &[ParamSpec::required(
        "barrier",
        ParamType::Text,
        "name of a barrier in which the process is enrolled",
    )],
    cost: Cost::Light,
    traits: Traits { firing: false, ..Traits::FIRING },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let mut member = ports.barrier(params.text("barrier"))?;
    loop {
        let token = input.recv().await?;
        member.sync().await?;
        output.send(token).await?;
    }
}
