//! `WriteCsv`: tokens as the rows of a table.

use std::io::{self, Write};

use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};

use super::file::{APPEND, Form, NotWritten, TARGET, Target, write_each};
use super::separator::{SEPARATOR, separator};
use crate::process::{Ended, Params, Ports};
use crate::value::{Value, View};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "WriteCsv",
    group: Group::Sink,
    doc: Doc {
        summary: "Writes each token as a row of a CSV file.",
        diagram: r"
      +----------+
  in >| WriteCsv |  -> file or standard output
      +----------+",
        order: "Rows in the order of the tokens. A record is a row whose cells `columns` orders, a list a row in its \
                order, anything else a row of one cell. When the first token is a record, a row with the names of the \
                columns comes first.",
        ending: "Ends with its input, or when nobody reads standard output any more; fails when the file cannot be made or written, or a token does not fit \
                 the columns.",
        complexity: "O(length of the row); rows are passed on whenever no more tokens are ready.",
        example: r##"Network(
    processes: {
        "numbers": (run: Range(to: 3)),
        "squares": (run: Map(expr: "#{n: x, square: x * x}")),
        "store": (run: WriteCsv()),
    },
    channels: [
        (from: "numbers", to: "squares"),
        (from: "squares", to: "store"),
    ],
)
"##,
        output: "n,square\n0,0\n1,1\n2,4\n",
        source: "RFC 4180; Python: csv.DictWriter",
    },
    ports: signature::Ports::Fixed(&[PortSpec::input("in", PortType::Var("T"), "the rows")]),
    params: &[
        TARGET,
        APPEND,
        ParamSpec::optional(
            "columns",
            ParamType::Names,
            "names of the columns, in order; else the fields of the first record, by name",
        ),
        ParamSpec::with_default(
            "header",
            ParamType::Bool,
            "true",
            "whether a row names the columns, where they have names and the file is empty",
        ),
        SEPARATOR,
    ],
    cost: Cost::Blocking,
    traits: Traits { terminal: true, ..Traits::KAHN },
};

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut input = ports.input("in");
    let separator = separator(&params)?;
    let Target { to, is_empty, place } = Target::new(&params, ports)?;
    let mut table = Table {
        rows: csv::WriterBuilder::new().delimiter(separator).flexible(true).from_writer(to),
        columns: None,
        n_rows: 0,
        header: params.bool("header") && is_empty,
        row: csv::ByteRecord::new(),
    };
    if let Some(columns) = params.maybe_names("columns") {
        table.name(columns.to_vec()).map_err(|error| place.unwritten(&error))?;
    }
    write_each(&mut input, place, &mut table).await
}

struct Table {
    rows: csv::Writer<Box<dyn Write>>,
    columns: Option<Vec<String>>,
    /// Rows of tokens so far.
    n_rows: u64,
    /// A row that names the columns is still to come.
    header: bool,
    /// The row in the making.
    row: csv::ByteRecord,
}

impl Form for Table {
    fn write(&mut self, token: &Value) -> Result<(), NotWritten> {
        self.row.clear();
        match token.view() {
            View::Record(record) => {
                if self.columns.is_none() {
                    self.name(record.fields().names().to_vec())?;
                }
                let columns = self.columns.as_deref().unwrap_or_default();
                for name in columns {
                    let value = record.get(name).ok_or_else(|| format!("it has no field `{name}`"))?;
                    push(&mut self.row, value)?;
                }
                if let Some((name, _)) =
                    record.iter().find(|(name, _)| !columns.iter().any(|own| own == name))
                {
                    let columns = columns.join(", ");
                    Err(format!("its field `{name}` is none of the columns {columns}: add it to `columns`"))?;
                }
            }
            View::List(items) => {
                self.fits(items.len())?;
                items.iter().try_for_each(|item| push(&mut self.row, item))?;
            }
            _ => {
                self.fits(1)?;
                push(&mut self.row, token)?;
            }
        }
        self.rows.write_byte_record(&self.row).map_err(system)?;
        self.n_rows += 1;
        Ok(())
    }

    fn flush(&mut self) -> io::Result<()> {
        self.rows.flush()
    }
}

impl Table {
    /// Fails when there are columns, and not as many as a token without names has cells.
    fn fits(&self, n_cells: usize) -> Result<(), String> {
        let Some(columns) = self.columns.as_ref().filter(|columns| columns.len() != n_cells) else {
            return Ok(());
        };
        let (row, n_columns, columns) = (self.n_rows + 1, columns.len(), columns.join(", "));
        Err(format!("row {row} has {n_cells} cells, but there are {n_columns} columns: {columns}"))
    }

    /// The columns are called so.
    fn name(&mut self, columns: Vec<String>) -> io::Result<()> {
        if std::mem::take(&mut self.header) {
            self.rows.write_record(&columns).map_err(system)?;
        }
        self.columns = Some(columns);
        Ok(())
    }
}

/// Adds a cell.
fn push(row: &mut csv::ByteRecord, cell: &Value) -> Result<(), String> {
    match cell.view() {
        View::Unit => row.push_field(b""),
        View::Text(text) => row.push_field(text.as_bytes()),
        View::Bytes(bytes) => row.push_field(bytes),
        View::Bool(_) | View::I64(_) | View::F64(_) => row.push_field(cell.to_string().as_bytes()),
        View::Array(_) | View::List(_) | View::Record(_) | View::Opaque(_) => {
            return Err(format!("{} is no cell: make a text of it, or cells", cell.shown()));
        }
    }
    Ok(())
}

/// All that can fail with rows of any length.
fn system(error: csv::Error) -> io::Error {
    error.into()
}
