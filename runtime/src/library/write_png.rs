//! `WritePng`: arrays as pictures.

use std::io::Write;

use csprun_dsl::signature::{
    self, Cost, Doc, FLOAT, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;
use png::{BitDepth, ColorType, Encoder, EncodingError};

use super::file::{create_at, unwritten};
use super::nested::flatten;
use crate::process::{Ended, Params, Ports};
use crate::value::{ArrayData, Value};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "WritePng",
    group: Group::Sink,
    doc: Doc {
        summary: "Writes each token as a picture: an array of rows of pixels.",
        diagram: r"
      +----------+
  in >| WritePng |  -> file
      +----------+",
        order: "One picture a token, each to the path in which `{n}` is its number, from 0; without `{n}` each takes the \
                place of the one before. An array or nested list `[height, width]` is gray, one `[height, width, 3]` \
                has red, green and blue, a fourth is opacity.",
        ending: "Ends with its input; fails when a token is no picture or a file cannot be written.",
        complexity: "O(pixels), which are compressed.",
        example: r#"Network(
    processes: {
        "cells": (run: ReadArray(path: "graphs/data/glider.raw", type: Array(U8, [5, 5]))),
        "copies": (run: Delta()),
        "picture": (run: WritePng(path: "/tmp/glider-{n}.png", white: 1)),
        "print": (run: Print()),
    },
    channels: [
        (from: "cells", to: "copies"),
        (from: "copies", to: "picture"),
        (from: "copies", to: "print"),
    ],
)
"#,
        output: "[[0, 0, 0, 0, 0], [0, 0, 1, 0, 0], [0, 0, 0, 1, 0], [0, 1, 1, 1, 0], [0, 0, 0, 0, 0]]\n",
        source: "W3C: Portable Network Graphics; Python: matplotlib.pyplot.imsave",
    },
    ports: signature::Ports::Fixed(&[PortSpec::input("in", PortType::Is(Type::Any), "the pictures")]),
    params: &[
        ParamSpec::required("path", ParamType::Path, "the file; `{n}` in it is the number of the picture"),
        ParamSpec::with_default("black", FLOAT, "0.0", "the number of a pixel that is black"),
        ParamSpec::optional("white", FLOAT, "that of one that is white; else 255 for integers, 1 for floats"),
    ],
    cost: Cost::Blocking,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut input = ports.input("in");
    let (black, white) = (params.float("black"), params.maybe_float("white"));
    for n in 0_u64.. {
        let Some(token) = input.next().await? else { break };
        let path = params.text("path").replace("{n}", &n.to_string());
        let png = picture(&token, black, white)
            .map_err(|why| Ended::fail(format!("token {n} (from 0) is no picture: {why}")))?;
        let mut file = create_at(&path, false, ports)?;
        file.write_all(&png).map_err(|error| unwritten(&path, &error))?;
    }
    Ok(())
}

/// The PNG of a token.
fn picture(token: &Value, black: f64, white: Option<f64>) -> Result<Vec<u8>, String> {
    let (shape, numbers, is_float) = pixels(token)?;
    let white = white.unwrap_or(if is_float { 1.0 } else { 255.0 });
    let (height, width, color) = match shape[..] {
        [height, width] => (height, width, ColorType::Grayscale),
        [height, width, 3] => (height, width, ColorType::Rgb),
        [height, width, 4] => (height, width, ColorType::Rgba),
        _ => return Err(format!("its extents are {shape:?}, not [height, width] or [height, width, 3]")),
    };
    let side = |n: usize| u32::try_from(n).ok().filter(|n| (1..1 << 31).contains(n));
    let (Some(width), Some(height)) = (side(width), side(height)) else {
        return Err(format!("its extents are {shape:?}"));
    };
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "what is out of range is at its edge"
    )]
    let shade = |x: f64| ((x - black) / (white - black) * 255.0).round() as u8;
    let bytes: Vec<u8> = numbers.into_iter().map(shade).collect();
    encode(width, height, color, &bytes).map_err(|error| error.to_string())
}

fn encode(width: u32, height: u32, color: ColorType, bytes: &[u8]) -> Result<Vec<u8>, EncodingError> {
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, width, height);
    encoder.set_color(color);
    encoder.set_depth(BitDepth::Eight);
    let mut writer = encoder.write_header()?;
    writer.write_image_data(bytes)?;
    writer.finish()?;
    Ok(png)
}

/// The extents and numbers of an array or of nested lists, and whether floats are among them.
fn pixels(token: &Value) -> Result<(Vec<usize>, Vec<f64>, bool), String> {
    if let Some(array) = token.as_array() {
        let (numbers, is_float) = numbers(array.data());
        return Ok((array.shape().to_vec(), numbers, is_float));
    }
    let is_deep = |value: &Value| {
        value.as_list().is_some_and(|items| items.first().is_some_and(|item| item.as_list().is_some()))
    };
    let n_axes = if token.as_list().and_then(<[Value]>::first).is_some_and(is_deep) { 3 } else { 2 };
    let (shape, items) = flatten(token, n_axes)
        .ok_or_else(|| format!("{} is neither an array nor a list of rows of one length", token.shown()))?;
    #[expect(clippy::cast_precision_loss, reason = "a shade has 8 bits")]
    let number = |item: &&Value| {
        let number = item.as_f64().or_else(|| item.as_i64().map(|n| n as f64));
        number.ok_or_else(|| format!("a pixel is {}, which is no number", item.shown()))
    };
    let is_float = items.iter().any(|item| item.as_f64().is_some());
    Ok((shape, items.iter().map(number).collect::<Result<_, _>>()?, is_float))
}

#[expect(clippy::cast_precision_loss, reason = "a shade has 8 bits")]
fn numbers(data: &ArrayData) -> (Vec<f64>, bool) {
    match data {
        ArrayData::I8(items) => (items.iter().map(|x| f64::from(*x)).collect(), false),
        ArrayData::I16(items) => (items.iter().map(|x| f64::from(*x)).collect(), false),
        ArrayData::I32(items) => (items.iter().map(|x| f64::from(*x)).collect(), false),
        ArrayData::I64(items) => (items.iter().map(|x| *x as f64).collect(), false),
        ArrayData::U8(items) => (items.iter().map(|x| f64::from(*x)).collect(), false),
        ArrayData::U16(items) => (items.iter().map(|x| f64::from(*x)).collect(), false),
        ArrayData::U32(items) => (items.iter().map(|x| f64::from(*x)).collect(), false),
        ArrayData::U64(items) => (items.iter().map(|x| *x as f64).collect(), false),
        ArrayData::F32(items) => (items.iter().map(|x| f64::from(*x)).collect(), true),
        ArrayData::F64(items) => (items.clone(), true),
    }
}

#[cfg(test)]
mod tests {
    use super::picture;
    use crate::value::{Array, Value};

    /// Width, height, bytes a pixel and the bytes of a picture.
    fn decoded(token: &Value, white: Option<f64>) -> (u32, u32, usize, Vec<u8>) {
        let png = picture(token, 0.0, white).expect("it is a picture");
        let mut reader = png::Decoder::new(std::io::Cursor::new(png)).read_info().expect("it is a PNG");
        let mut bytes = vec![0; reader.output_buffer_size().expect("it is small")];
        let frame = reader.next_frame(&mut bytes).expect("it has a picture");
        bytes.truncate(frame.buffer_size());
        (frame.width, frame.height, frame.color_type.samples(), bytes)
    }

    #[test]
    fn numbers_are_shades() {
        let bytes = Value::from(Array::new(vec![1, 3], vec![0_u8, 7, 255]).expect("three elements"));
        assert_eq!(decoded(&bytes, None), (3, 1, 1, vec![0, 7, 255]));
        let floats = vec![-1.0, 0.5, 2.0, f64::NAN, 1.0, 0.0];
        let floats = Value::from(Array::new(vec![2, 1, 3], floats).expect("six elements"));
        assert_eq!(decoded(&floats, None), (1, 2, 3, vec![0, 128, 255, 0, 255, 0]));
        let row = Value::from(vec![Value::from(0), Value::from(10)]);
        let rows = Value::from(vec![row.clone(), row]);
        assert_eq!(decoded(&rows, Some(10.0)), (2, 2, 1, vec![0, 255, 0, 255]));
    }

    #[test]
    fn what_is_no_picture_says_why() {
        let row = |n: usize| Value::from(vec![Value::from(0); n]);
        for (token, why) in [
            (Value::from(1), "1 is neither an array nor a list of rows of one length"),
            (
                Value::from(vec![row(1), row(2)]),
                "[[0], [0, 0]] is neither an array nor a list of rows of one length",
            ),
            (Value::from(vec![Value::from(vec![Value::from("x")])]), "a pixel is \"x\", which is no number"),
            (Value::from(vec![row(0)]), "its extents are [1, 0]"),
            (
                Value::from(Array::flat(vec![1_u8])),
                "its extents are [1], not [height, width] or [height, width, 3]",
            ),
        ] {
            assert_eq!(picture(&token, 0.0, None), Err(why.to_owned()));
        }
    }
}
