//! Tokens and Rhai's values.

use rhai::{Array, Blob, Dynamic, ImmutableString, Map};

use super::words;
use crate::expr::fault::Fault;
use crate::value::{Value, View};

/// A token for Rhai. Bytes, arrays and ends stay tokens, which only our functions can look into.
pub(crate) fn to_dynamic(value: &Value) -> Dynamic {
    match value.view() {
        View::Unit => Dynamic::UNIT,
        View::Bool(b) => Dynamic::from(b),
        View::I64(n) => Dynamic::from(n),
        View::F64(x) => Dynamic::from(x),
        View::Text(text) => Dynamic::from(ImmutableString::from(text)),
        View::List(items) => Dynamic::from_array(items.iter().map(to_dynamic).collect()),
        View::Record(record) => {
            Dynamic::from_map(record.iter().map(|(name, value)| (name.into(), to_dynamic(value))).collect())
        }
        View::Bytes(_) | View::Array(_) | View::Opaque(_) => Dynamic::from(value.clone()),
    }
}

/// A value of Rhai as a token; a character is a text.
pub(super) fn from_dynamic(value: &Dynamic) -> Result<Value, Fault> {
    if value.is_unit() {
        return Ok(Value::UNIT);
    }
    if let Ok(b) = value.as_bool() {
        return Ok(Value::from(b));
    }
    if let Ok(n) = value.as_int() {
        return Ok(Value::from(n));
    }
    if let Ok(x) = value.as_float() {
        return Ok(Value::from(x));
    }
    if let Ok(c) = value.as_char() {
        return Ok(Value::from(c.encode_utf8(&mut [0; 4]) as &str));
    }
    if let Some(text) = value.read_lock::<ImmutableString>() {
        return Ok(Value::from(text.as_str()));
    }
    if let Some(items) = value.read_lock::<Array>() {
        return items.iter().map(from_dynamic).collect::<Result<Vec<Value>, Fault>>().map(Value::from);
    }
    if let Some(fields) = value.read_lock::<Map>() {
        let fields = fields.iter().map(|(name, value)| Ok((name.to_string(), from_dynamic(value)?)));
        return Ok(Value::record(fields.collect::<Result<_, Fault>>()?));
    }
    if let Some(bytes) = value.read_lock::<Blob>() {
        return Ok(Value::from(bytes.as_slice()));
    }
    match value.read_lock::<Value>() {
        Some(token) => Ok(token.clone()),
        None => Err(Fault::new(words::no_token(value.type_name()))),
    }
}
