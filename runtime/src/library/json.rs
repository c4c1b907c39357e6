//! JSON as tokens of a type.

use std::collections::BTreeMap;
use std::fmt;

use csprun_dsl::ty::{Elem, Type};
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use super::nested::flatten;
use crate::value::{Array, ArrayData, Fields, Record, Value};

/// Which tokens are made of JSON.
pub(super) enum Form {
    /// Numbers, texts, truth values, `null`, and whatever of that lists and records hold.
    Any,
    /// One of these types.
    Plain(Type),
    List(Box<Form>),
    /// The fields with their forms, in the order of the names.
    Record(Fields, Vec<Form>),
}

impl Form {
    /// For tokens of that type.
    pub(super) fn of(ty: &Type) -> Form {
        match ty {
            Type::Any => Form::Any,
            Type::List(ty) => Form::List(Box::new(Form::of(ty))),
            Type::Record(types) => {
                let fields = Fields::new(types.keys().cloned().collect()).expect("keys of a map differ");
                Form::Record(fields, types.values().map(Form::of).collect())
            }
            ty => Form::Plain(ty.clone()),
        }
    }

    /// The token that a text is.
    ///
    /// # Errors
    /// Why it is none, with the column.
    pub(super) fn read(&self, text: &str) -> Result<Value, String> {
        let mut reader = serde_json::Deserializer::from_str(text);
        let read = self.deserialize(&mut reader).and_then(|value| reader.end().map(|()| value));
        read.map_err(|error| {
            let message = error.to_string();
            let why = message.rsplit_once(" at line ").map_or(message.as_str(), |(why, _)| why);
            let help = if error.is_eof() { "; a line holds a whole value" } else { "" };
            format!("column {}: {why}{help}", error.column())
        })
    }

    /// Whether a field of this form may be left out: then it is `()`.
    fn is_optional(&self) -> bool {
        matches!(self, Form::Plain(ty) if Value::UNIT.conforms(ty))
    }

    /// What was read without regard to the type, if it is of that type.
    fn fitted<E: Error>(&self, value: Value) -> Result<Value, E> {
        let Form::Plain(ty) = self else { return Ok(value) };
        let value = match (ty, value.as_list()) {
            (Type::Bytes, Some(items)) => bytes(items),
            (Type::Array(elem, extents), Some(_)) => array(*elem, extents.len(), &value),
            _ => None,
        }
        .unwrap_or(value);
        value.coerce(ty).map_err(|value| E::custom(format!("{} is no {ty}", value.shown())))
    }
}

impl<'de> DeserializeSeed<'de> for &Form {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Value, D::Error> {
        reader.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &Form {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Form::Any => f.write_str("a value"),
            Form::Plain(ty) => write!(f, "{ty}"),
            Form::List(_) => f.write_str("a list"),
            Form::Record(fields, _) => write!(f, "a record of {}", fields.names().join(", ")),
        }
    }

    fn visit_unit<E: Error>(self) -> Result<Value, E> {
        self.scalar(Value::UNIT)
    }

    fn visit_bool<E: Error>(self, b: bool) -> Result<Value, E> {
        self.scalar(Value::from(b))
    }

    fn visit_i64<E: Error>(self, n: i64) -> Result<Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "a number of JSON is the nearest float")]
        self.scalar(if self.is_float() { Value::from(n as f64) } else { Value::from(n) })
    }

    fn visit_u64<E: Error>(self, n: u64) -> Result<Value, E> {
        #[expect(clippy::cast_precision_loss, reason = "a number of JSON is the nearest float")]
        match i64::try_from(n) {
            Ok(n) => self.visit_i64(n),
            Err(_) if self.is_float() => self.scalar(Value::from(n as f64)),
            Err(_) => Err(E::custom(format!("{n} does not fit into 64 bits; as F64 it would"))),
        }
    }

    fn visit_f64<E: Error>(self, x: f64) -> Result<Value, E> {
        self.scalar(Value::from(x))
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Value, E> {
        self.scalar(Value::from(text))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Value, A::Error> {
        let each = match self {
            Form::Record(..) => return Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &self)),
            Form::List(form) => form,
            Form::Any | Form::Plain(_) => &Form::Any,
        };
        let mut list = Vec::new();
        while let Some(item) = items.next_element_seed(each)? {
            list.push(item);
        }
        self.fitted(Value::from(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Value, A::Error> {
        let duplicate = |name: &str| A::Error::custom(format!("the field `{name}` stands there twice"));
        let Form::Record(fields, forms) = self else {
            if let Form::List(_) = self {
                return Err(A::Error::invalid_type(serde::de::Unexpected::Map, &self));
            }
            let mut record = BTreeMap::new();
            while let Some(name) = entries.next_key::<String>()? {
                let value = entries.next_value_seed(&Form::Any)?;
                if record.contains_key(&name) {
                    return Err(duplicate(&name));
                }
                record.insert(name, value);
            }
            return self.fitted(Value::record(record));
        };
        let mut values: Vec<Option<Value>> = vec![None; forms.len()];
        while let Some(place) = entries.next_key_seed(Place(fields))? {
            let Some(at) = place else {
                entries.next_value::<IgnoredAny>()?;
                continue;
            };
            if values[at].replace(entries.next_value_seed(&forms[at])?).is_some() {
                return Err(duplicate(&fields.names()[at]));
            }
        }
        let fill = |(at, value): (usize, Option<Value>)| {
            let value = value.or_else(|| forms[at].is_optional().then_some(Value::UNIT));
            value.ok_or_else(|| A::Error::custom(format!("there is no field `{}`", fields.names()[at])))
        };
        let values: Vec<Value> = values.into_iter().enumerate().map(fill).collect::<Result<_, _>>()?;
        Ok(Record::new(fields, values).expect("there is one value a name").into())
    }
}

impl Form {
    fn is_float(&self) -> bool {
        matches!(self, Form::Plain(Type::F64))
    }

    fn scalar<E: Error>(&self, value: Value) -> Result<Value, E> {
        match self {
            Form::List(_) | Form::Record(..) => {
                Err(E::custom(format!("{} is no {}", value.shown(), Kind(self))))
            }
            Form::Any | Form::Plain(_) => self.fitted(value),
        }
    }
}

/// Reads the name of a field as its place; one that is not wanted has none.
struct Place<'a>(&'a Fields);

impl<'de> DeserializeSeed<'de> for Place<'_> {
    type Value = Option<usize>;

    fn deserialize<D: Deserializer<'de>>(self, reader: D) -> Result<Option<usize>, D::Error> {
        reader.deserialize_str(self)
    }
}

impl Visitor<'_> for Place<'_> {
    type Value = Option<usize>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the name of a field")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Option<usize>, E> {
        Ok(self.0.position(name))
    }
}

/// What is wanted, in a message.
struct Kind<'a>(&'a Form);

impl fmt::Display for Kind<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if matches!(self.0, Form::List(_)) { "list" } else { "record" })
    }
}

fn bytes(items: &[Value]) -> Option<Value> {
    let bytes = items.iter().map(|item| item.as_i64().and_then(|n| u8::try_from(n).ok()));
    bytes.collect::<Option<Vec<u8>>>().map(Value::from)
}

/// An array out of lists inside one another.
fn array(elem: Elem, n_axes: usize, list: &Value) -> Option<Value> {
    let (shape, flat) = flatten(list, n_axes)?;
    Array::new(shape, elements(elem, &flat)?).map(Value::from)
}

fn elements(elem: Elem, items: &[&Value]) -> Option<ArrayData> {
    #[expect(clippy::cast_precision_loss, reason = "a number of JSON is the nearest float")]
    let float = |item: &&Value| item.as_f64().or_else(|| item.as_i64().map(|n| n as f64));
    macro_rules! integers {
        ($ty:ty) => {{
            let item = |item: &&Value| item.as_i64().and_then(|n| <$ty>::try_from(n).ok());
            ArrayData::from(items.iter().map(item).collect::<Option<Vec<$ty>>>()?)
        }};
    }
    Some(match elem {
        Elem::I8 => integers!(i8),
        Elem::I16 => integers!(i16),
        Elem::I32 => integers!(i32),
        Elem::I64 => integers!(i64),
        Elem::U8 => integers!(u8),
        Elem::U16 => integers!(u16),
        Elem::U32 => integers!(u32),
        Elem::U64 => integers!(u64),
        #[expect(clippy::cast_possible_truncation, reason = "a number of JSON is the nearest float")]
        Elem::F32 => {
            items.iter().map(|item| float(item).map(|x| x as f32)).collect::<Option<Vec<f32>>>()?.into()
        }
        Elem::F64 => items.iter().map(float).collect::<Option<Vec<f64>>>()?.into(),
    })
}
