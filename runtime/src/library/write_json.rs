//! `WriteJson`: tokens as JSON lines.

use std::io::{self, BufWriter, Write};
use std::ops::Range;

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};
use serde::ser::{Error, Serialize, SerializeMap, Serializer};

use super::file::{APPEND, Form, NotWritten, TARGET, Target, write_each};
use crate::process::{Ended, Params, Ports};
use crate::value::{Array, ArrayData, Value, View};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "WriteJson",
    group: Group::Sink,
    doc: Doc {
        summary: "Writes each token as a line of JSON.",
        diagram: r"
      +-----------+
  in >| WriteJson |  -> file or standard output
      +-----------+",
        order: "Lines in the order of the tokens. `()` is `null`, an array is lists inside one another, Bytes are a \
                list of numbers.",
        ending: "Ends with its input, or when nobody reads standard output any more; fails when the file cannot be \
                 made or written, or a float is not finite, which JSON cannot say.",
        complexity: "O(length of the line); lines are passed on whenever no more tokens are ready.",
        example: r##"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "squares": (run: Map(expr: "#{n: x, square: x * x, even: x % 2 == 0}")),
        "store": (run: WriteJson()),
    },
    channels: [
        (from: "numbers", to: "squares"),
        (from: "squares", to: "store"),
    ],
)
"##,
        output: "{\"even\":true,\"n\":0,\"square\":0}\n\
                 {\"even\":false,\"n\":1,\"square\":1}\n\
                 {\"even\":true,\"n\":2,\"square\":4}\n",
        source: "JSON lines; RFC 8259; Python: json.dumps",
    },
    ports: signature::Ports::Fixed(&[PortSpec::input("in", PortType::Var("T"), "what is written")]),
    params: &[TARGET, APPEND],
    cost: Cost::Blocking,
    traits: Traits { terminal: true, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut input = ports.input("in");
    let target = Target::new(&params, ports)?;
    write_each(&mut input, target.place, &mut Lines(BufWriter::new(target.to))).await
}

struct Lines(BufWriter<Box<dyn Write>>);

impl Form for Lines {
    fn write(&mut self, token: &Value) -> Result<(), NotWritten> {
        serde_json::to_writer(&mut self.0, &Json(token)).map_err(|error| match error.io_error_kind() {
            Some(_) => NotWritten::System(error.into()),
            None => NotWritten::Token(error.to_string()),
        })?;
        Ok(self.0.write_all(b"\n")?)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}

/// A token as JSON.
struct Json<'a>(&'a Value);

impl Serialize for Json<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self.0.view() {
            View::Unit => to.serialize_unit(),
            View::Bool(b) => to.serialize_bool(b),
            View::I64(n) => to.serialize_i64(n),
            View::F64(x) => float(x, to),
            View::Text(text) => to.serialize_str(text),
            View::Bytes(bytes) => to.collect_seq(bytes),
            View::Array(array) => Part { array, axis: 0, range: 0..array.data().len() }.serialize(to),
            View::List(items) => to.collect_seq(items.iter().map(Json)),
            View::Record(record) => {
                let mut map = to.serialize_map(Some(record.values().len()))?;
                record.iter().try_for_each(|(name, value)| map.serialize_entry(name, &Json(value)))?;
                map.end()
            }
            View::Opaque(thing) => Err(S::Error::custom(format!("JSON cannot say {}", thing.describe()))),
        }
    }
}

fn float<S: Serializer>(x: f64, to: S) -> Result<S::Ok, S::Error> {
    if x.is_finite() {
        to.serialize_f64(x)
    } else {
        Err(S::Error::custom(format!("JSON cannot say {x}: map it to a text, or to `()` for `null`")))
    }
}

/// The elements in `range`, which the extents from `axis` on divide.
struct Part<'a> {
    array: &'a Array,
    axis: usize,
    range: Range<usize>,
}

impl Serialize for Part<'_> {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let Some(&extent) = self.array.shape().get(self.axis) else {
            return element(self.array.data(), self.range.start, to);
        };
        let n_inner = self.range.len().checked_div(extent).unwrap_or(0);
        let starts = (0..extent).map(|at| self.range.start + at * n_inner);
        to.collect_seq(starts.map(|start| Part {
            array: self.array,
            axis: self.axis + 1,
            range: start..start + n_inner,
        }))
    }
}

fn element<S: Serializer>(data: &ArrayData, idx: usize, to: S) -> Result<S::Ok, S::Error> {
    match data {
        ArrayData::I8(items) => to.serialize_i8(items[idx]),
        ArrayData::I16(items) => to.serialize_i16(items[idx]),
        ArrayData::I32(items) => to.serialize_i32(items[idx]),
        ArrayData::I64(items) => to.serialize_i64(items[idx]),
        ArrayData::U8(items) => to.serialize_u8(items[idx]),
        ArrayData::U16(items) => to.serialize_u16(items[idx]),
        ArrayData::U32(items) => to.serialize_u32(items[idx]),
        ArrayData::U64(items) => to.serialize_u64(items[idx]),
        ArrayData::F32(items) if items[idx].is_finite() => to.serialize_f32(items[idx]),
        ArrayData::F32(items) => float(f64::from(items[idx]), to),
        ArrayData::F64(items) => float(items[idx], to),
    }
}
