//! `Decode`: bytes as tokens again.

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Rate, Signature, Traits,
};
use csprun_dsl::ty::Type;

use super::batch::N_BATCH;
use crate::process::{Ended, Params, Ports};
use crate::value::{N_LARGEST, Value, WireError, decode};

/// Bytes that hold the length of what follows.
const N_LENGTH: usize = 4;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Decode",
    group: Group::Transform,
    doc: Doc {
        summary: "Makes tokens out of the bytes that Encode gave.",
        diagram: r"
      +--------------+
  in >| Decode: type |> out
      +--------------+",
        order: "The tokens in their order, however their bytes are cut into pieces.",
        ending: "Ends with its input, or when nobody reads its output; fails with bytes that are no token of the \
                 type, and when they end within one.",
        complexity: "O(size of the token); keeps the bytes of one token, 1 GiB at most.",
        example: r#"Network(
    processes: {
        "points": (run: Values(values: [{"x": 1, "y": 2}, {"x": 3, "y": 4}])),
        "bytes": (run: Encode()),
        "again": (run: Decode(type: Record({"x": I64, "y": I64}))),
        "products": (run: Map(expr: "x.x * x.y")),
        "print": (run: Print()),
    },
    channels: [
        (from: "points", to: "bytes"),
        (from: "bytes", to: "again"),
        (from: "again", to: "products"),
        (from: "products", to: "print"),
    ],
)
"#,
        output: "2\n12\n",
        source: "Python: pickle.load, for values alone; JCSP: serialization over a net channel",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Is(Type::Bytes), "the bytes, in pieces of any length"),
        PortSpec::output("out", PortType::OfParam("type"), "the tokens").rate(Rate::Dynamic),
    ]),
    params: &[ParamSpec::with_default("type", ParamType::Type, "Any", "type of the tokens")],
    cost: Cost::Light,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let ty = params.token_type("type");
    let (mut taken, mut held, mut given) = (Vec::new(), Vec::new(), Vec::new());
    while input.next_ready(&mut taken, N_BATCH).await? {
        for piece in taken.drain(..) {
            let bytes =
                piece.as_bytes().ok_or_else(|| Ended::fail(format!("{} is no bytes", piece.shown())))?;
            held.extend_from_slice(bytes);
            let decoded = take_tokens(&mut held, ty, &mut given);
            if decoded.is_err() || given.len() >= N_BATCH {
                output.send_all(&mut given).await?;
            }
            decoded?;
        }
        output.send_all(&mut given).await?;
    }
    if held.is_empty() { Ok(()) } else { Err(failure(&WireError::Short)) }
}

/// Takes all whole tokens out of what is held.
fn take_tokens(held: &mut Vec<u8>, ty: &Type, given: &mut Vec<Value>) -> Result<(), Ended> {
    let mut rest = &held[..];
    while let Some((length, content)) = rest.split_first_chunk::<N_LENGTH>() {
        let n = u32::from_le_bytes(*length) as usize;
        if n > N_LARGEST {
            return Err(failure(&WireError::TooLarge));
        }
        let Some((token, behind)) = content.split_at_checked(n) else { break };
        let token = decode(token).map_err(|why| failure(&why))?;
        let token = token.coerce(ty);
        given.push(token.map_err(|token| Ended::fail(format!("{} is no {ty}", token.shown())))?);
        rest = behind;
    }
    let n_used = held.len() - rest.len();
    held.drain(..n_used);
    Ok(())
}

fn failure(why: &WireError) -> Ended {
    Ended::fail(format!("cannot decode: {why}"))
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;
    use csprun_dsl::ty::Type;

    use crate::library::bench::run;
    use crate::process::Fate;
    use crate::testing::{Bench, Ran};
    use crate::value::{Value, encode};

    fn decoded(pieces: &[&[u8]], ty: Type) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        run(bench.param("type", Param::Type(ty)).input("in", pieces.iter().copied()))
    }

    fn frames(tokens: &[Value]) -> Vec<u8> {
        let frame = |token: &Value| {
            let bytes = encode(token).unwrap();
            [&u32::try_from(bytes.len()).unwrap().to_le_bytes(), &bytes[..]].concat()
        };
        tokens.iter().flat_map(frame).collect()
    }

    #[test]
    fn it_does_not_matter_where_the_bytes_are_cut() {
        let tokens = ["to", "be or not to be, that is the question"].map(Value::from);
        let bytes = frames(&tokens);
        for n in [1, 2, 3, 5, 7, bytes.len()] {
            let ran = decoded(&bytes.chunks(n).collect::<Vec<_>>(), Type::Text);
            assert_eq!((ran.output("out"), &ran.fate), (&tokens[..], &Some(Fate::Done)), "pieces of {n}");
        }
    }

    #[test]
    fn bytes_that_are_no_token_are_a_failure_behind_those_that_are() {
        let bytes = frames(&[Value::from(1), Value::from("two")]);
        let first = [Value::from(1)];
        let wrong = |pieces: &[&[u8]], why: &str| {
            let ran = decoded(pieces, Type::I64);
            assert_eq!((ran.output("out"), &ran.fate), (&first[..], &Some(Fate::Failed(why.to_owned()))));
        };
        wrong(&[&bytes], "\"two\" is no I64");
        wrong(&[&bytes[..bytes.len() - 1]], "cannot decode: the bytes end within a token");
        wrong(&[&frames(&first), &[1, 0, 0, 0, 9]], "cannot decode: version 9, and this is version 1");
        wrong(&[&frames(&first), &[255; 4]], "cannot decode: a token of more than 1073741824 bytes");
    }
}
