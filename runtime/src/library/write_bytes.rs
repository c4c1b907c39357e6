//! `WriteBytes`: tokens as the bytes of a file.

use std::fs::File;
use std::io::{self, BufWriter, Write};

use csprun_dsl::signature::{self, Cost, Doc, Group, PortSpec, PortType, Signature, Traits};
use csprun_dsl::ty::Type;

use super::file::{APPEND, Form, NotWritten, Place, WRITTEN, create, write_each};
use crate::process::{Ended, Params, Ports};
use crate::value::{Value, View};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "WriteBytes",
    group: Group::Sink,
    doc: Doc {
        summary: "Writes the bytes of the tokens to a file, one token behind the other.",
        diagram: r"
      +------------+
  in >| WriteBytes |  -> file
      +------------+",
        order: "In the order of the tokens, with nothing between them. A text is UTF-8; an array is its elements, row \
                by row, little-endian, as ReadArray reads them.",
        ending: "Ends with its input; fails when the file cannot be made or written, or a token is neither Bytes nor \
                 Text nor an array.",
        complexity: "O(1) a byte; bytes are passed on whenever no more tokens are ready.",
        example: r#"Network(
    processes: {
        "blocks": (run: ReadBytes(path: "graphs/data/planets.csv", block: 100)),
        "copies": (run: Delta()),
        "store": (run: WriteBytes(path: "/tmp/planets.csv")),
        "sizes": (run: Map(expr: "len(x)")),
        "print": (run: Print()),
    },
    channels: [
        (from: "blocks", to: "copies"),
        (from: "copies", to: "store"),
        (from: "copies", to: "sizes"),
        (from: "sizes", to: "print"),
    ],
)
"#,
        output: "100\n100\n5\n",
        source: "Unix: dd",
    },
    ports: signature::Ports::Fixed(&[PortSpec::input("in", PortType::Is(Type::Any), "what is written")]),
    params: &[WRITTEN, APPEND],
    cost: Cost::Blocking,
    traits: Traits::KAHN,
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut input = ports.input("in");
    let file = create(&params, ports)?;
    write_each(&mut input, Place::of(&params), &mut Raw(BufWriter::new(file))).await
}

struct Raw(BufWriter<File>);

impl Form for Raw {
    fn write(&mut self, token: &Value) -> Result<(), NotWritten> {
        match token.view() {
            View::Bytes(bytes) => self.0.write_all(bytes)?,
            View::Text(text) => self.0.write_all(text.as_bytes())?,
            View::Array(array) => self.0.write_all(&array.data().to_le_bytes())?,
            _ => Err(format!("{} has no bytes: WriteLines, WriteJson or WriteCsv take it", token.shown()))?,
        }
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.0.flush()
    }
}
