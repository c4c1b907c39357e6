//! `Stencil`: each cell of a row or a grid anew, from its neighbours.

use csprun_dsl::signature::{
    self, Cost, Doc, ExprSpec, Group, Known, ParamSpec, ParamType, PortSpec, PortType, ResultType, Signature,
    Traits, VarType,
};
use csprun_dsl::ty::Type;

use super::batch::fire;
use super::expression::Expression;
use crate::process::{Ended, Params, Ports};
use crate::value::Value;

/// The kind as `check`, `list` and the planner see it.
pub const SIGNATURE: Signature = Signature {
    kind: "Stencil",
    group: Group::Transform,
    doc: Doc {
        summary: "Makes each cell of a row, or of a grid, anew from the cells around it.",
        diagram: r"
      +---------------------+
  in >| Stencil: expr       |> out
      |   radius, edge, dim |
      +---------------------+",
        order: "One row or grid out for one in, of the same extents. All cells of one are made from the cells \
                before.",
        ending: "Ends with its input, or when nobody reads its output; fails with a token that is no row or grid, \
                 and when the expression has no value.",
        complexity: "One evaluation a cell, O(radius^dim) to gather its neighbours.",
        example: r#"Network(
    processes: {
        "rows": (run: Values(values: [[0, 0, 9, 0, 0], [9, 0, 0, 0, 0]])),
        "smooth": (run: Stencil(expr: "w.sum() / 3")),
        "print": (run: Print()),
    },
    channels: [
        (from: "rows", to: "smooth"),
        (from: "smooth", to: "print"),
    ],
)
"#,
        output: "[0, 3, 3, 3, 0]\n[3, 3, 0, 0, 3]\n",
        source: "GPP: StencilEngine; cellular automata; finite differences",
    },
    ports: signature::Ports::Fixed(&[
        PortSpec::input("in", PortType::Var("T"), "lists of cells; for `dim: 2` lists of rows"),
        PortSpec::output("out", PortType::Rule(grid), "the new cells, in the same lists"),
    ]),
    params: &[
        ParamSpec::required(
            "expr",
            ParamType::Expr(ExprSpec { variables: &[("w", VarType::Port("in"))], result: ResultType::Any }),
            "the new cell; `w` has the cells around it, itself in the middle: a list of 2 radius + 1, or as many \
             rows of as many",
        ),
        ParamSpec::with_default(
            "radius",
            ParamType::Int { min: 1, max: 1000 },
            "1",
            "how far neighbours are",
        ),
        ParamSpec::with_default(
            "edge",
            ParamType::Word(&["Wrap", "Repeat", "Keep"]),
            "Wrap",
            "what is beyond the edge: the other side, or the cell at the edge again; or cells whose neighbours \
             are not all there stay as they are",
        ),
        ParamSpec::with_default("dim", ParamType::Int { min: 1, max: 2 }, "1", "1: rows, 2: grids"),
    ],
    cost: Cost::Heavy,
    traits: Traits::FIRING,
};

fn grid(known: &Known<'_>) -> Option<Type> {
    let cell = known.results.get("expr")?.clone();
    // A cell at the edge may stay what it was.
    let row = match known.inputs.get("in")? {
        Type::List(row) => (**row).clone(),
        _ => Type::Any,
    };
    let (old, is_grid) = match (known.params.maybe_int("dim"), row) {
        (Some(2), Type::List(cell)) => (*cell, true),
        (Some(2), _) => (Type::Any, true),
        (_, cell) => (cell, false),
    };
    let keeps = known.params.maybe_text("edge") == Some("Keep");
    let cell = if keeps { cell.join(&old).unwrap_or(Type::Any) } else { cell };
    Some(if is_grid { cell.list().list() } else { cell.list() })
}

/// Its body.
///
/// # Errors
/// Why it ended early: see [`Ended`].
pub async fn run(params: Params, ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    let mut stencil = Stencil {
        expr: Expression::of(&params, "expr"),
        radius: usize::try_from(params.int("radius")).expect("it is at most 1000"),
        edge: params.text("edge").to_owned(),
    };
    let is_grid = params.int("dim") == 2;
    fire(&mut input, &mut output, |token, given| {
        given.push(if is_grid { stencil.grid(&token)? } else { stencil.row(&token)? });
        Ok(())
    })
    .await
}

struct Stencil {
    expr: Expression,
    radius: usize,
    edge: String,
}

impl Stencil {
    /// Where the neighbours of place `at` among `n` are; `None`: the cell stays as it is.
    fn around(&self, at: usize, n: usize) -> Option<Vec<usize>> {
        let (radius, last) = (self.radius, n - 1);
        if self.edge == "Keep" && (at < radius || at + radius > last) {
            return None;
        }
        let place = |step: usize| match self.edge.as_str() {
            // `at + step - radius` modulo `n`.
            "Wrap" => (at + step + n - radius % n) % n,
            _ => (at + step).saturating_sub(radius).min(last),
        };
        Some((0..=2 * radius).map(place).collect())
    }

    fn row(&mut self, row: &Value) -> Result<Value, Ended> {
        let cells = list(row, "row")?;
        let next = cells.iter().enumerate().map(|(at, cell)| match self.around(at, cells.len()) {
            Some(places) => self.expr.eval(&picked(cells, &places)),
            None => Ok(cell.clone()),
        });
        next.collect::<Result<Vec<_>, _>>().map(Value::from)
    }

    fn grid(&mut self, grid: &Value) -> Result<Value, Ended> {
        let rows = list(grid, "grid")?;
        let rows = rows.iter().map(|row| list(row, "row of a grid")).collect::<Result<Vec<_>, _>>()?;
        let n_columns = rows.first().map_or(0, |row| row.len());
        if let Some(row) = rows.iter().find(|row| row.len() != n_columns) {
            let lengths = format!("one of {n_columns} cells and one of {}", row.len());
            return Err(Ended::fail(format!("the rows of a grid are of one length, and here are {lengths}")));
        }
        let mut next = Vec::with_capacity(rows.len());
        for i in 0..rows.len() {
            let mut row = Vec::with_capacity(n_columns);
            for j in 0..n_columns {
                row.push(match (self.around(i, rows.len()), self.around(j, n_columns)) {
                    (Some(above_and_below), Some(beside)) => {
                        let near = above_and_below.iter().map(|&i| picked(rows[i], &beside));
                        self.expr.eval(&Value::from(near.collect::<Vec<_>>()))?
                    }
                    _ => rows[i][j].clone(),
                });
            }
            next.push(Value::from(row));
        }
        Ok(Value::from(next))
    }
}

fn picked(cells: &[Value], places: &[usize]) -> Value {
    Value::from(places.iter().map(|&place| cells[place].clone()).collect::<Vec<_>>())
}

fn list<'a>(value: &'a Value, what: &str) -> Result<&'a [Value], Ended> {
    value.as_list().ok_or_else(|| Ended::fail(format!("{} is no {what}: it must be a list", value.shown())))
}

#[cfg(test)]
mod tests {
    use csprun_dsl::params::Param;

    use crate::library::bench::{expr, run};
    use crate::testing::{Bench, Ran};
    use crate::value::Value;

    fn stencil(code: &str, radius: i64, edge: &str, dim: i64, token: Value) -> Ran {
        let bench = Bench::new(&super::SIGNATURE, |params, ports| Box::pin(super::run(params, ports)));
        let bench = bench.param("expr", expr(code, &["w"])).param("radius", Param::Int(radius));
        let bench = bench.param("edge", Param::Text(edge.to_owned())).param("dim", Param::Int(dim));
        run(bench.input("in", [token]))
    }

    fn row(cells: &[i64]) -> Value {
        Value::from(cells.iter().copied().map(Value::from).collect::<Vec<_>>())
    }

    #[test]
    fn beyond_an_edge_is_the_other_side_or_the_edge_or_nothing() {
        let sums = |edge, radius| {
            let ran = stencil("w.sum()", radius, edge, 1, row(&[1, 2, 4, 8]));
            ran.output("out")[0].to_string()
        };
        assert_eq!(sums("Wrap", 1), "[11, 7, 14, 13]");
        assert_eq!(sums("Repeat", 1), "[4, 7, 14, 20]");
        assert_eq!(sums("Keep", 1), "[1, 7, 14, 8]");
        assert_eq!(sums("Wrap", 4), "[31, 32, 34, 38]");
        assert_eq!(sums("Repeat", 4), "[27, 34, 41, 48]");
        assert_eq!(sums("Keep", 4), "[1, 2, 4, 8]");
    }

    #[test]
    fn a_grid_has_neighbours_on_all_sides() {
        let grid = Value::from(vec![row(&[1, 0, 0]), row(&[0, 0, 0]), row(&[0, 0, 5])]);
        let ran = stencil("w.map(|row| row.sum()).sum()", 1, "Repeat", 2, grid);
        assert_eq!(ran.output("out")[0].to_string(), "[[4, 2, 0], [2, 6, 10], [0, 10, 20]]");
        assert_eq!(stencil("0", 1, "Wrap", 2, row(&[])).output("out")[0].to_string(), "[]");
    }
}
