//! `ReadJson`: the values of a file of JSON lines.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use super::file::{READ, open};
use super::json::Form;
use super::lines::Blocks;
use crate::process::{Ended, Params, Ports};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "ReadJson",
    group: Group::Source,
    doc: Doc {
        summary: "Gives the values of a file of JSON lines.",
        diagram: r"
          +----------------+
  file -> | ReadJson: type |> out
          +----------------+",
        order: "As in the file. A record has the fields that its type names; others are left out, and one that is \
                missing is `()` where its type allows that. Empty lines do not count, nor does a byte \
                order mark. A number of type F64 is the \
                nearest float; a list of numbers can be Bytes or an Array.",
        ending: "Ends with the file, or when nobody reads its output; fails, with the line, when that is no JSON, \
                 is not of the type, or is longer than 64 MiB.",
        complexity: "O(length of the line).",
        example: r#"Network(
    processes: {
        "elements": (run: ReadJson(path: "graphs/data/elements.jsonl", type: Record({"symbol": Text, "mass": F64}))),
        "heavy": (run: Filter(expr: "x.mass > 200.0")),
        "print": (run: Print(format: "{x.symbol}: {x.mass}")),
    },
    channels: [
        (from: "elements", to: "heavy"),
        (from: "heavy", to: "print"),
    ],
)
"#,
        output: "Pb: 207.2\nU: 238.02891\n",
        source: "JSON lines; RFC 8259; Python: json.loads",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::OfParam("type"), "the values")]),
    params: &[READ, ParamSpec::with_default("type", ParamType::Type, "Any", "of a value")],
    cost: Cost::Blocking,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    let form = Form::of(params.token_type("type"));
    let mut blocks = Blocks::new(open(&params, ports)?);
    let path = params.text("path");
    let mut tokens = Vec::new();
    loop {
        let first = blocks.n_lines + 1;
        let read = {
            let _blocking = ports.blocking()?;
            blocks.next()
        };
        let read = read.map_err(|why| Ended::fail(format!("cannot read `{path}`: {why}")))?;
        let Some(block) = read else { return Ok(()) };
        let lines = block.as_str().split('\n').enumerate().filter(|(_, line)| !line.trim_ascii().is_empty());
        let taken = lines.map(|(at, line)| (first + at, line)).try_for_each(|(line, text)| {
            let token = form.read(text).map_err(|why| format!("`{path}` line {line}, {why}"));
            token.map(|token| tokens.push(token))
        });
        output.send_all(&mut tokens).await?;
        taken.map_err(Ended::fail)?;
    }
}
