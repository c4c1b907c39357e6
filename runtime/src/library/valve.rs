//! `Valve`: a stream that can be held.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, Signature, Traits,
};
use csprun_dsl::ty::Type;

use crate::alt::{Alt, Guard};
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Valve",
    group: Group::Csp,
    doc: Doc {
        summary: "Passes tokens on while it is open.",
        diagram: r"
           control
      +-------v-----+
  in >| Valve: open |> out
      +-------------+",
        order: "In the order in which they came. What is ready at `control` is obeyed before the next token is \
                taken; a closed valve takes none, so the writer waits.",
        ending: "Ends with its input, which a closed valve does not see; when `control` ends while it is closed; \
                 or when nobody reads its output. When `control` ends while it is open it stays so.",
        complexity: "O(1) a token.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "signal": (run: Values(values: [true])),
        "hold": (run: Valve(open: false)),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "hold.in"),
        (from: "signal", to: "hold.control"),
        (from: "hold", to: "print"),
    ],
)
"#,
        output: "0\n1\n2\n",
        source: "JCSP: a priority alternative over a control channel; PyCSP: PriSelect",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "any tokens").rate(Rate::Dynamic),
        PortSpec::input("control", PortType::Is(Type::Bool), "`true` opens it, `false` closes it")
            .rate(Rate::Dynamic),
        PortSpec::output("out", PortType::Var("T"), "the same tokens").rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::with_default("open", ParamType::Bool, "true", "whether it is open at the start")],
    cost: Cost::Light,
    traits: Traits { alternates_inputs: true, determinate: false, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut control, mut output) =
        (ports.input("in"), ports.input("control"), ports.output("out"));
    let mut open = params.bool("open");
    let (mut token, mut signal) = (input.guard(), control.guard());
    loop {
        token.when(open);
        if Alt::new(&mut [&mut signal, &mut token]).pri_select().await? == 1 {
            output.send(token.take()?).await?;
            continue;
        }
        match signal.take() {
            Ok(value) => open = value.as_bool() == Some(true),
            Err(Ended::Retired) if open => signal.when(false),
            Err(ended) => return Err(ended),
        }
    }
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::{ints, run};
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};

    fn controlled<const N: usize>(open: bool, control: [bool; N]) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        run(bench.param("open", Param::Bool(open)).input("in", [1, 2, 3]).input("control", control))
    }

    #[test]
    fn an_open_valve_stays_open_when_its_control_has_ended() {
        for ran in [controlled(true, []), controlled(false, [true]), controlled(true, [false, true])] {
            assert_eq!((ran.output("out"), &ran.fate), (&ints([1, 2, 3])[..], &Some(Fate::Done)));
        }
    }

    #[test]
    fn a_closed_valve_that_nobody_can_open_ends() {
        for ran in [controlled(false, []), controlled(false, [false])] {
            assert_eq!((ran.output("out"), &ran.fate), (&[][..], &Some(Fate::Done)));
        }
    }
}
