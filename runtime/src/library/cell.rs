//! What a cell of a table holds.

use csprun_dsl::ty::Type;

use crate::value::Value;

/// How the bytes of a cell become a token.
#[derive(Debug)]
pub(super) enum Cell {
    Unit,
    Bool,
    I64,
    F64,
    Text,
    Bytes,
    /// The first of these that takes it.
    OneOf(Vec<Cell>),
}

impl Cell {
    /// For tokens of that type; `None` when no cell holds such a token.
    pub(super) fn of(ty: &Type) -> Option<Cell> {
        Some(match ty {
            Type::Unit => Cell::Unit,
            Type::Bool => Cell::Bool,
            Type::I64 => Cell::I64,
            Type::F64 => Cell::F64,
            Type::Text | Type::Any => Cell::Text,
            Type::Bytes => Cell::Bytes,
            Type::OneOf(types) => Cell::OneOf(types.iter().map(Cell::of).collect::<Option<_>>()?),
            Type::Array(..) | Type::List(_) | Type::Record(_) => return None,
        })
    }

    /// What the cell holds; `None` when that is nothing of its type. White space around numbers and truth values does
    /// not count.
    pub(super) fn read(&self, bytes: &[u8]) -> Option<Value> {
        let text = || std::str::from_utf8(bytes).ok();
        match self {
            Cell::Unit => bytes.is_empty().then_some(Value::UNIT),
            Cell::Bool => {
                let (text, is) = (text()?.trim(), str::eq_ignore_ascii_case);
                (is(text, "true") || is(text, "false")).then(|| Value::from(is(text, "true")))
            }
            Cell::I64 => text()?.trim().parse::<i64>().ok().map(Value::from),
            Cell::F64 => float(text()?.trim()).map(Value::from),
            Cell::Text => text().map(Value::from),
            Cell::Bytes => Some(Value::from(bytes)),
            Cell::OneOf(cells) => cells.iter().find_map(|cell| cell.read(bytes)),
        }
    }
}

/// A number; digits that only give infinity are none.
fn float(text: &str) -> Option<f64> {
    let is_infinite_by_name = || text.contains(['i', 'I']);
    text.parse::<f64>().ok().filter(|x| !x.is_infinite() || is_infinite_by_name())
}

#[cfg(test)]
mod tests {
    use csprun_dsl::ty::Type;

    use super::Cell;
    use crate::value::Value;

    fn read(ty: &Type, bytes: &[u8]) -> Option<Value> {
        Cell::of(ty).expect("a cell holds it").read(bytes)
    }

    #[test]
    fn a_cell_is_read_as_its_type_or_not_at_all() {
        let optional = Type::OneOf(vec![Type::I64, Type::Unit]);
        for (ty, bytes, value) in [
            (&Type::I64, &b" 12 "[..], Some(Value::from(12))),
            (&Type::I64, b"9223372036854775808", None),
            (&Type::I64, b"1.0", None),
            (&Type::F64, b"1", Some(Value::from(1.0))),
            (&Type::F64, b"-inf", Some(Value::from(f64::NEG_INFINITY))),
            (&Type::F64, b"1e400", None),
            (&Type::F64, b"", None),
            (&Type::Bool, b"True", Some(Value::from(true))),
            (&Type::Bool, b"1", None),
            (&Type::Text, b" a ", Some(Value::from(" a "))),
            (&Type::Text, b"\xff", None),
            (&Type::Bytes, b"\xff", Some(Value::from(&b"\xff"[..]))),
            (&optional, b"", Some(Value::UNIT)),
            (&optional, b"7", Some(Value::from(7))),
            (&optional, b"x", None),
        ] {
            assert_eq!(read(ty, bytes), value, "{ty} of {}", bytes.escape_ascii());
        }
        assert!(Cell::of(&Type::I64.list()).is_none());
    }
}
