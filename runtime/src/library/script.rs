//! `Script`: a process whose body is a script.

use std::sync::Arc;

use csprun_dsl::signature::{Cost, Doc, Group, ParamSpec, ParamType, Signature, Traits};

use super::declared::{CALLS, DECLARED, INPUTS, OUTPUTS, SERVES};
use crate::process::{Ended, Params, Ports};
use crate::script;

/// How to write scripts, in Markdown.
pub const GUIDE: &str = include_str!("script.md");

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Script",
    group: Group::Outside,
    doc: Doc {
        summary: "Runs a script in Rhai, the language of expressions, with its ports as functions.",
        diagram: r"
          +--------+
  in... >=| Script |=> out...
          +--------+",
        order: "As the script says: it has a thread of its own and waits at one port, or chooses among several.",
        ending: "Ends with its script, or when a function meets the end of a port that the script does not \
                 catch: retired as a normal end, poisoned as an abort; fails with a mistake of the script, \
                 which names its line.",
        complexity: "Some microseconds a token; functions may call one another 1000 deep.",
        example: r#"Network(
    processes: {
        "numbers": (run: Range(to: 6)),
        "sort": (run: Script(outputs: ["even", "odd"], code: "
            for x in stream(\"in\") {
                send(if x % 2 == 0 { \"even\" } else { \"odd\" }, x * x);
            }
            retire(\"even\");
            send(\"odd\", -1);
        ")),
        "even": (run: Collect()),
        "odd": (run: Collect()),
        "both": (run: Script(inputs: ["even", "odd"], outputs: [], code: "
            print(recv(\"even\"));
            print(recv(\"odd\"));
        ")),
    },
    channels: [
        (from: "numbers", to: "sort"),
        (from: "sort.even", to: "even"),
        (from: "sort.odd", to: "odd"),
        (from: "even", to: "both.even"),
        (from: "odd", to: "both.odd"),
    ],
)
"#,
        output: "[0, 4, 16]\n[1, 9, 25, -1]\n",
        source: "JCSP: CSProcess; PyCSP: @process",
    },
    ports: DECLARED,
    params: &[
        ParamSpec::optional("code", ParamType::Script, "the script itself"),
        ParamSpec::optional("file", ParamType::ScriptFile, "the file that holds it"),
        INPUTS,
        OUTPUTS,
        CALLS,
        SERVES,
    ],
    cost: Cost::Blocking,
    traits: Traits {
        determinate: false,
        alternates_inputs: true,
        alternates_outputs: true,
        terminal: true,
        ..Traits::KAHN
    },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let code = params.maybe_script("code").unwrap_or_else(|| params.script("file"));
    script::run(&Arc::clone(code), ports.take())
}
