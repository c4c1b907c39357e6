//! `ReadCsv`: the rows of a table.

use std::io::{ErrorKind, Read};

use csprun_dsl::diagnostic::did_you_mean;
use csprun_dsl::signature::{
    self, Cost, Doc, Group, ParamFault, ParamSpec, ParamType, PortSpec, PortType, Signature, Traits,
};
use csprun_dsl::ty::Type;

use super::cell::Cell;
use super::file::{N_BLOCK, READ, open, unread};
use super::rows::{Row, Rows};
use super::separator::{SEPARATOR, separator};
use crate::process::{Ended, Params, Ports};
use crate::value::{Fields, Record, Value};

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "ReadCsv",
    group: Group::Source,
    doc: Doc {
        summary: "Gives the rows of a CSV file as records or lists.",
        diagram: r"
          +---------------+
  file -> | ReadCsv: type |> out
          +---------------+",
        order: "As in the file. A record has the columns that its type names, wherever they stand; others are \
                left out.",
        ending: "Ends with the file, or when nobody reads its output; fails, with the line, when a cell is not \
                 of its type, a row has more or fewer cells than the first, a quote is never closed, or a row \
                 is longer than 64 MiB.",
        complexity: "O(length of the row).",
        example: r#"Network(
    processes: {
        "planets": (run: ReadCsv(path: "graphs/data/planets.csv", type: Record({"name": Text, "moons": I64}))),
        "many": (run: Filter(expr: "x.moons > 20")),
        "print": (run: Print(format: "{x.name} has {x.moons} moons")),
    },
    channels: [
        (from: "planets", to: "many"),
        (from: "many", to: "print"),
    ],
)
"#,
        output: "Jupiter has 95 moons\nSaturn has 146 moons\nUranus has 28 moons\n",
        source: "RFC 4180; Python: csv.DictReader",
    },
    ports: signature::Ports::Fixed(&[PortSpec::output("out", PortType::OfParam("type"), "the rows")]),
    params: &[
        READ,
        ParamSpec::required(
            "type",
            ParamType::Type,
            "of a row: `Record({\"name\": Text})` or `List(F64)`; an empty cell is `Unit`: `OneOf([I64, Unit])`",
        )
        .rule(is_row)
        .example("Record({\"name\": Text})"),
        ParamSpec::with_default("header", ParamType::Bool, "true", "whether the first row names the columns"),
        ParamSpec::optional("columns", ParamType::Names, "names of the columns; then no row names them")
            .rule(has_columns),
        SEPARATOR,
    ],
    cost: Cost::Blocking,
    traits: Traits::KAHN,
};

/// A row has cells.
fn is_row(params: &Params) -> Result<(), ParamFault> {
    Form::of(params.token_type("type")).map(drop)
}

/// The columns that the type names are known.
fn has_columns(params: &Params) -> Result<(), ParamFault> {
    Table::new(params).map(drop)
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let mut output = ports.output("out");
    let mut table = Table::new(&params)?;
    let mut rows = Rows::new(separator(&params)?);
    let mut file = open(&params, ports)?;
    let path = params.text("path");
    let (mut block, mut tokens) = (vec![0; N_BLOCK], Vec::new());
    loop {
        let read = {
            let _blocking = ports.blocking()?;
            file.read(&mut block)
        };
        let n_read = match read {
            Ok(n_read) => n_read,
            Err(error) if error.kind() == ErrorKind::Interrupted => continue,
            Err(error) => return Err(unread(path, &error)),
        };
        let mut take = |row: Row<'_>| table.token(row).map(|token| tokens.extend(token));
        let taken = match n_read {
            0 => rows.finish(&mut take),
            n_read => rows.block(&block[..n_read], &mut take),
        };
        output.send_all(&mut tokens).await?;
        taken.map_err(|(line, why)| Ended::fail(format!("`{path}` line {line}: {why}")))?;
        if n_read == 0 {
            return Ok(());
        }
    }
}

/// How rows become tokens.
struct Table {
    form: Form,
    /// Names of the columns, when they are known.
    columns: Vec<String>,
    /// The first row is still to come, and names the columns.
    header: bool,
    /// Cells of each row, from the first on.
    width: Option<usize>,
}

enum Form {
    List(Cell),
    /// The cells by name, in order, and where they stand as soon as that is known.
    Record {
        fields: Fields,
        cells: Vec<Cell>,
        places: Vec<usize>,
    },
}

impl Form {
    fn of(ty: &Type) -> Result<Form, ParamFault> {
        let cell = |cell: &Type| {
            let message = format!("`type` has {cell} in a row");
            Cell::of(cell)
                .ok_or_else(|| ParamFault::new(message, "a cell is a text, a number, `Bool` or `Unit`"))
        };
        Ok(match ty {
            Type::List(ty) => Form::List(cell(ty)?),
            Type::Record(types) => {
                let fields = Fields::new(types.keys().cloned().collect()).expect("keys of a map differ");
                let cells = types.values().map(cell).collect::<Result<_, _>>()?;
                Form::Record { fields, cells, places: Vec::new() }
            }
            ty => {
                let example = "write `Record({\"name\": Text})` or `List(Text)`";
                let message = format!("`type` is {ty}, and a row is a record or a list");
                return Err(ParamFault::new(message, example));
            }
        })
    }
}

impl Table {
    fn new(params: &Params) -> Result<Table, ParamFault> {
        let form = Form::of(params.token_type("type"))?;
        let columns = params.maybe_names("columns").map(<[String]>::to_vec);
        let header = params.bool("header") && columns.is_none();
        if !header && columns.is_none() && matches!(form, Form::Record { .. }) {
            let help = "name them in `columns`, or read lists";
            return Err(ParamFault::new("no row names the columns of the record", help));
        }
        let mut table = Table { form, columns: Vec::new(), header, width: None };
        if let Some(columns) = columns {
            let help = "each field of `type` is one of `columns`";
            table.name(columns).map_err(|why| ParamFault::new(why, help))?;
        }
        Ok(table)
    }

    /// The columns are called so.
    fn name(&mut self, columns: Vec<String>) -> Result<(), String> {
        if let Form::Record { fields, places, .. } = &mut self.form {
            *places = find(fields.names(), &columns)?;
        }
        self.width = Some(columns.len());
        self.columns = columns;
        Ok(())
    }

    /// The token of a row; `None` of the one that names the columns.
    fn token(&mut self, row: Row<'_>) -> Result<Option<Value>, String> {
        if std::mem::take(&mut self.header) {
            let names = row.fields().map(|name| String::from_utf8_lossy(name).trim().to_owned());
            return self.name(names.collect()).map(|()| None);
        }
        let width = *self.width.get_or_insert(row.len());
        if row.len() != width {
            return Err(format!("the row has {} cells, and not {width}", row.len()));
        }
        let cell = |cell: &Cell, at: usize| {
            let bytes = row.field(at);
            cell.read(bytes).ok_or_else(|| wrong(cell, bytes, at, &self.columns))
        };
        match &self.form {
            Form::List(item) => {
                let items = (0..width).map(|at| cell(item, at)).collect::<Result<Vec<Value>, String>>();
                items.map(|items| Some(Value::from(items)))
            }
            Form::Record { fields, cells, places } => {
                let values = cells.iter().zip(places).map(|(field, at)| cell(field, *at));
                Ok(Record::new(fields, values.collect::<Result<_, _>>()?).map(Value::from))
            }
        }
    }
}

/// Where the columns of these names stand.
fn find(names: &[String], columns: &[String]) -> Result<Vec<usize>, String> {
    let place = |name: &String| {
        let mut places = (0..columns.len()).filter(|at| columns[*at] == *name);
        match (places.next(), places.next()) {
            (Some(place), None) => Ok(place),
            (Some(_), Some(_)) => {
                Err(format!("two columns are called `{name}`: name all of them in `columns`"))
            }
            (None, _) => {
                let help = match did_you_mean(name, columns.iter().map(String::as_str)) {
                    Some(near) => format!("did you mean `{near}`?"),
                    None => format!("its columns are {}", columns.join(", ")),
                };
                Err(format!("there is no column `{name}`: {help}"))
            }
        }
    };
    names.iter().map(place).collect()
}

fn wrong(cell: &Cell, bytes: &[u8], at: usize, columns: &[String]) -> String {
    let name = columns.get(at).map_or_else(|| format!("cell {}", at + 1), |name| format!("`{name}`"));
    let shown = match std::str::from_utf8(bytes) {
        Ok(text) => Value::from(text).shown(),
        Err(_) => Value::from(bytes).shown(),
    };
    format!("{name} is {shown}, which is no {cell:?}")
}
