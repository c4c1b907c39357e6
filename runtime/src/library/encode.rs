//! `Encode`: tokens as bytes.

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};
use csprun_dsl::ty::Type;

use super::batch::fire;
use crate::process::{Ended, Params, Ports};
use crate::value::{Value, encode};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Encode",
    group: Group::Transform,
    doc: Doc {
        summary: "Makes bytes out of tokens, of which Decode makes the same tokens again.",
        diagram: r"
      +--------+
  in >| Encode |> out
      +--------+",
        order: "The bytes of one token for each: its length in 4 bytes, the lowest first, then a version byte and \
                its content. So they may go through a file or a program as one stream.",
        ending: "Ends with its input, or when nobody reads its output; fails with a token of more than 1 GiB, \
                 with more than 128 lists and records in one another, or with an end of a channel in it.",
        complexity: "O(size of the token); the elements of arrays are copied as they are.",
        example: r#"Network(
    processes: {
        "numbers": (run: Values(values: [[1, 2], [300]])),
        "bytes": (run: Encode()),
        "length": (run: Map(expr: "len(x)")),
        "print": (run: Print()),
    },
    channels: [
        (from: "numbers", to: "bytes"),
        (from: "bytes", to: "length"),
        (from: "length", to: "print"),
    ],
)
"#,
        output: "11\n11\n",
        source: "Python: pickle.dumps; JCSP: serialization over a net channel",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Is(Type::Any), "any tokens"),
        PortSpec::output("out", PortType::Is(Type::Bytes), "their bytes"),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    fire(&mut input, &mut output, |token, given| {
        let bytes = encode(&token);
        let bytes = bytes.map_err(|why| Ended::fail(format!("cannot encode {}: {why}", token.shown())))?;
        let length = u32::try_from(bytes.len()).expect("an encoded token takes 1 GiB at most");
        given.push(Value::from([&length.to_le_bytes(), &bytes[..]].concat()));
        Ok(())
    })
    .await
}
