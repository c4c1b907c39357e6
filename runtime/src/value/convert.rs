//! Tokens and types.

use csprun_dsl::ty::{Constant, Type, exact_f64};

use super::token::{Record, Value, View};

impl From<&Constant> for Value {
    fn from(constant: &Constant) -> Value {
        match constant {
            Constant::Unit => Value::UNIT,
            Constant::Bool(b) => Value::from(*b),
            Constant::I64(n) => Value::from(*n),
            Constant::F64(x) => Value::from(*x),
            Constant::Text(text) => Value::from(text.as_str()),
            Constant::Bytes(bytes) => Value::from(bytes.as_slice()),
            Constant::List(items) => Value::from(items.iter().map(Value::from).collect::<Vec<_>>()),
            Constant::Record(fields) => {
                Value::record(fields.iter().map(|(name, value)| (name.clone(), Value::from(value))).collect())
            }
        }
    }
}

impl Value {
    /// The same as a graph file could write it; `None` for arrays and ends.
    pub fn to_constant(&self) -> Option<Constant> {
        Some(match self.view() {
            View::Unit => Constant::Unit,
            View::Bool(b) => Constant::Bool(b),
            View::I64(n) => Constant::I64(n),
            View::F64(x) => Constant::F64(x),
            View::Text(text) => Constant::Text(text.to_owned()),
            View::Bytes(bytes) => Constant::Bytes(bytes.to_vec()),
            View::List(items) => Constant::List(items.iter().map(Value::to_constant).collect::<Option<_>>()?),
            View::Record(record) => {
                let field = |(name, value): (&str, &Value)| Some((name.to_owned(), value.to_constant()?));
                Constant::Record(record.iter().map(field).collect::<Option<_>>()?)
            }
            View::Array(_) | View::Opaque(_) => return None,
        })
    }

    /// Its type. Elements of a list join; a list whose elements do not join, and an empty one, are `List(Any)`.
    pub fn ty(&self) -> Type {
        match self.view() {
            View::Unit => Type::Unit,
            // No type of the graph file is that of an end.
            View::Opaque(_) => Type::Any,
            View::Bool(_) => Type::Bool,
            View::I64(_) => Type::I64,
            View::F64(_) => Type::F64,
            View::Text(_) => Type::Text,
            View::Bytes(_) => Type::Bytes,
            View::Array(array) => array.ty(),
            View::List(items) => {
                let joined = items.iter().try_fold(Type::Any, |ty, item| ty.join(&item.ty()));
                joined.unwrap_or(Type::Any).list()
            }
            View::Record(record) => Type::record(record.iter().map(|(name, value)| (name, value.ty()))),
        }
    }

    /// Whether it is a token of type `ty` as it stands, without a conversion.
    pub fn conforms(&self, ty: &Type) -> bool {
        match (self.view(), ty) {
            (_, Type::Any)
            | (View::Unit, Type::Unit)
            | (View::Bool(_), Type::Bool)
            | (View::I64(_), Type::I64)
            | (View::F64(_), Type::F64)
            | (View::Text(_), Type::Text)
            | (View::Bytes(_), Type::Bytes) => true,
            (View::Array(array), Type::Array(..)) => array.ty().fits(ty),
            (View::List(items), Type::List(ty)) => items.iter().all(|item| item.conforms(ty)),
            (View::Record(record), Type::Record(types)) => {
                record.values().len() == types.len()
                    && record.iter().all(|(name, value)| types.get(name).is_some_and(|ty| value.conforms(ty)))
            }
            (_, Type::OneOf(types)) => types.iter().any(|ty| self.conforms(ty)),
            _ => false,
        }
    }

    /// The token as one of type `ty`: as it stands, or with integers made floats where that loses nothing
    /// (FORMAT "Coercion"), also inside lists and records.
    ///
    /// # Errors
    /// The value itself, when it is neither.
    pub fn coerce(self, ty: &Type) -> Result<Value, Value> {
        if self.conforms(ty) {
            return Ok(self);
        }
        self.widened(ty).ok_or(self)
    }

    /// A copy with integers made floats as `ty` wants them.
    fn widened(&self, ty: &Type) -> Option<Value> {
        match (self.view(), ty) {
            (View::I64(n), Type::F64) => exact_f64(n).map(Value::from),
            (View::List(items), Type::List(ty)) => {
                let items: Option<Vec<Value>> = items.iter().map(|item| item.fitted(ty)).collect();
                items.map(Value::from)
            }
            (View::Record(record), Type::Record(types)) if record.values().len() == types.len() => {
                let field = |(name, value): (&str, &Value)| value.fitted(types.get(name)?);
                let values: Option<Vec<Value>> = record.iter().map(field).collect();
                Record::new(record.fields(), values?).map(Value::from)
            }
            (_, Type::OneOf(types)) => types.iter().find_map(|ty| self.widened(ty)),
            _ => None,
        }
    }

    fn fitted(&self, ty: &Type) -> Option<Value> {
        self.clone().coerce(ty).ok()
    }
}

#[cfg(test)]
mod tests {
    use crate::value::{Array, Value};
    use csprun_dsl::ty::{Constant, Elem, Type};

    #[test]
    fn integers_become_floats_only_where_exact() {
        assert_eq!(Value::from(3).coerce(&Type::F64), Ok(Value::from(3.0)));
        let large = Value::from((1 << 53) + 1);
        assert_eq!(large.clone().coerce(&Type::F64), Err(large));
        let list = Value::from(vec![Value::from(1), Value::from(0.5)]);
        let floats = Value::from(vec![Value::from(1.0), Value::from(0.5)]);
        assert_eq!(list.coerce(&Type::F64.list()), Ok(floats));
        assert!(Value::from(0.5).coerce(&Type::I64).is_err());
    }

    #[test]
    fn a_value_conforms_to_its_own_type() {
        let array = Array::new(vec![1, 2], vec![1_u8, 2]).expect("two elements");
        for value in [
            Value::UNIT,
            Value::from("t"),
            Value::from(array),
            Value::from(Vec::<Value>::new()),
            Value::from(vec![Value::from(1), Value::from("mixed")]),
            Value::from(&Constant::Record([("a".to_owned(), Constant::I64(1))].into())),
        ] {
            assert!(value.conforms(&value.ty()), "{value:?}: {}", value.ty());
        }
    }

    #[test]
    fn array_extents_may_be_open() {
        let array = Value::from(Array::new(vec![1, 2], vec![1_u8, 2]).expect("two elements"));
        assert!(array.conforms(&Type::Array(Elem::U8, vec![Some(1), None])));
        assert!(!array.conforms(&Type::Array(Elem::U8, vec![Some(2), None])));
        assert!(!array.conforms(&Type::Array(Elem::I8, vec![None, None])));
    }

    #[test]
    fn alternatives_prefer_what_needs_no_conversion() {
        let ty = Type::OneOf(vec![Type::F64, Type::I64]);
        assert_eq!(Value::from(1).coerce(&ty), Ok(Value::from(1)));
        assert!(Value::from("x").coerce(&ty).is_err());
    }
}
