//! The token itself; its representation is known only here.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::ops::Range;
use std::panic::RefUnwindSafe;
use std::sync::Arc;

use super::array::Array;
use super::record::{Fields, RecordOf};
use super::slice::{Short, ShortText, Slice};

/// A record token's content.
pub type Record = RecordOf<Value>;

/// One token.
#[derive(Clone)]
pub struct Value(Repr);

#[derive(Clone)]
enum Repr {
    Unit,
    Bool(bool),
    I64(i64),
    F64(f64),
    ShortText(ShortText),
    Text(Slice<String>),
    ShortBytes(Short),
    Bytes(Slice<Vec<u8>>),
    Array(Arc<Array>),
    List(Arc<Vec<Value>>),
    Record(Arc<Record>),
    Opaque(Arc<dyn Opaque>),
}

/// What a token may carry that is no value: an end of a channel. It stays in one address space.
pub trait Opaque: Any + Debug + Send + Sync + RefUnwindSafe {
    /// What it is, in a few words: "the reading end of a channel".
    fn describe(&self) -> String;
}

/// A token, looked into.
#[derive(Clone, Copy, Debug)]
pub enum View<'a> {
    /// The empty token.
    Unit,
    /// `true` or `false`.
    Bool(bool),
    /// An integer.
    I64(i64),
    /// A float.
    F64(f64),
    /// A text.
    Text(&'a str),
    /// Raw bytes.
    Bytes(&'a [u8]),
    /// A dense array.
    Array(&'a Array),
    /// A list.
    List(&'a [Value]),
    /// Named fields.
    Record(&'a Record),
    /// No value, but a thing.
    Opaque(&'a Arc<dyn Opaque>),
}

macro_rules! getters {
    ($($(#[$doc:meta])* $name:ident $variant:ident -> $ty:ty;)*) => {
        $(
            $(#[$doc])*
            #[inline]
            pub fn $name(&self) -> Option<$ty> {
                match self.view() {
                    View::$variant(content) => Some(content),
                    _ => None,
                }
            }
        )*
    };
}

impl Value {
    /// The empty token.
    pub const UNIT: Value = Value(Repr::Unit);

    /// What is in it.
    #[inline]
    pub fn view(&self) -> View<'_> {
        match &self.0 {
            Repr::Unit => View::Unit,
            Repr::Bool(b) => View::Bool(*b),
            Repr::I64(n) => View::I64(*n),
            Repr::F64(x) => View::F64(*x),
            Repr::ShortText(short) => View::Text(short.as_str()),
            Repr::Text(slice) => View::Text(&slice.block()[slice.range()]),
            Repr::ShortBytes(short) => View::Bytes(short.as_bytes()),
            Repr::Bytes(slice) => View::Bytes(&slice.block()[slice.range()]),
            Repr::Array(array) => View::Array(array),
            Repr::List(items) => View::List(items),
            Repr::Record(record) => View::Record(record),
            Repr::Opaque(thing) => View::Opaque(thing),
        }
    }

    /// The `true` or `false` that it is.
    #[inline]
    pub fn as_bool(&self) -> Option<bool> {
        if let Repr::Bool(b) = self.0 { Some(b) } else { None }
    }

    /// The integer that it is.
    #[inline]
    pub fn as_i64(&self) -> Option<i64> {
        if let Repr::I64(n) = self.0 { Some(n) } else { None }
    }

    /// The float that it is (an integer is none: see [`Value::coerce`]).
    #[inline]
    pub fn as_f64(&self) -> Option<f64> {
        if let Repr::F64(x) = self.0 { Some(x) } else { None }
    }

    getters! {
        /// The text that it is.
        as_text Text -> &str;
        /// The bytes that it is.
        as_bytes Bytes -> &[u8];
        /// The array that it is.
        as_array Array -> &Array;
        /// The elements of the list that it is.
        as_list List -> &[Value];
        /// The record that it is.
        as_record Record -> &Record;
    }

    /// Whether it is the empty token.
    pub fn is_unit(&self) -> bool {
        matches!(self.0, Repr::Unit)
    }

    /// A token that carries a thing.
    pub fn opaque(thing: Arc<dyn Opaque>) -> Value {
        Value(Repr::Opaque(thing))
    }

    /// The thing that it carries, if it is one of this sort.
    pub fn thing<T: Opaque>(&self) -> Option<Arc<T>> {
        match &self.0 {
            Repr::Opaque(thing) => {
                let thing: Arc<dyn Any + Send + Sync> = Arc::clone(thing) as _;
                thing.downcast().ok()
            }
            _ => None,
        }
    }

    /// A record with these fields.
    pub fn record(fields: BTreeMap<String, Value>) -> Value {
        let (names, values): (Vec<String>, Vec<Value>) = fields.into_iter().unzip();
        let fields = Fields::new(names).expect("the names are keys of a map, so they differ");
        Value::from(Record::new(&fields, values).expect("there is one value a name"))
    }

    /// Bytes `range` of the text that it is, sharing its block (short ones are copied into the token).
    ///
    /// # Panics
    /// When it is not a text, or the range is out of bounds or cuts a character.
    #[must_use]
    pub fn text_slice(&self, range: Range<usize>) -> Value {
        match &self.0 {
            Repr::Text(_) => self.cut().expect("it is a text").part(range),
            _ => Value::from(&self.as_text().expect("only a text is cut into texts")[range]),
        }
    }

    /// The text that it is, to be cut into many.
    pub(crate) fn cut(&self) -> Option<Cut<'_>> {
        match &self.0 {
            Repr::Text(slice) => {
                Some(Cut { all: slice.block(), range: slice.range(), block: Some(slice.block()) })
            }
            Repr::ShortText(short) => {
                let all = short.as_str();
                Some(Cut { all, range: 0..all.len(), block: None })
            }
            _ => None,
        }
    }

    /// The numbers that stand for a short text and for no other; `None` for what else there is.
    #[inline(always)]
    pub(crate) fn short_text(&self) -> Option<[u64; 3]> {
        if let Repr::ShortText(short) = &self.0 { Some(short.words()) } else { None }
    }

    /// The elements of the list that it is: moved when it is the only owner, else copied.
    ///
    /// # Errors
    /// The value itself, when it is not a list.
    pub fn into_list(self) -> Result<Vec<Value>, Value> {
        match self.0 {
            Repr::List(items) => Ok(Arc::unwrap_or_clone(items)),
            _ => Err(self),
        }
    }

    /// The array that it is: moved when it is the only owner, else copied.
    ///
    /// # Errors
    /// The value itself, when it is not an array.
    pub fn into_array(self) -> Result<Array, Value> {
        match self.0 {
            Repr::Array(array) => Ok(Arc::unwrap_or_clone(array)),
            _ => Err(self),
        }
    }

    /// The record that it is: moved when it is the only owner, else copied.
    ///
    /// # Errors
    /// The value itself, when it is not a record.
    pub fn into_record(self) -> Result<Record, Value> {
        match self.0 {
            Repr::Record(record) => Ok(Arc::unwrap_or_clone(record)),
            _ => Err(self),
        }
    }

    /// Bytes it takes in memory, about: what it shares with others is counted in full.
    pub fn n_bytes(&self) -> usize {
        let outside = match &self.0 {
            Repr::Text(slice) => slice.range().len(),
            Repr::Bytes(slice) => slice.range().len(),
            Repr::Array(array) => array.data().len() * array.elem().n_bytes(),
            Repr::List(items) => items.iter().map(Value::n_bytes).sum(),
            Repr::Record(record) => record.values().iter().map(Value::n_bytes).sum(),
            _ => 0,
        };
        size_of::<Value>() + outside
    }
}

/// A text that is cut into many. The bytes behind it help to cut.
pub(crate) struct Cut<'a> {
    all: &'a str,
    range: Range<usize>,
    /// What holds `all`, where tokens may share it.
    block: Option<&'a Arc<String>>,
}

impl<'a> Cut<'a> {
    /// The text.
    pub(crate) fn text(&self) -> &'a str {
        &self.all[self.range.clone()]
    }

    /// Bytes `range` of it as a token.
    ///
    /// # Panics
    /// When the range is out of bounds or cuts a character.
    #[inline(always)]
    pub(crate) fn part(&self, range: Range<usize>) -> Value {
        assert!(range.start <= range.end && range.end <= self.range.len(), "a part lies inside its text");
        let range = self.range.start + range.start..self.range.start + range.end;
        match ShortText::part(self.all, range.clone()) {
            Some(short) => Value(Repr::ShortText(short)),
            None => self.long(range),
        }
    }

    #[inline(never)]
    fn long(&self, range: Range<usize>) -> Value {
        match self.block {
            Some(block) => Value(Repr::Text(Slice::part(block, range))),
            None => Value::from(&self.all[range]),
        }
    }
}

/// A large text out of which many tokens are cut: no token copies more than 22 bytes.
#[derive(Clone, Debug)]
pub struct TextBlock(Arc<String>);

impl TextBlock {
    /// Takes over a text.
    pub fn new(text: String) -> TextBlock {
        TextBlock(Arc::new(text))
    }

    /// All of it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Bytes `range` of it as a token.
    ///
    /// # Panics
    /// When the range is out of bounds or cuts a character.
    pub fn slice(&self, range: Range<usize>) -> Value {
        Cut { all: &self.0, range: 0..self.0.len(), block: Some(&self.0) }.part(range)
    }
}

/// Many bytes out of which many tokens are cut.
#[derive(Clone, Debug)]
pub struct BytesBlock(Arc<Vec<u8>>);

impl BytesBlock {
    /// Takes over bytes.
    pub fn new(bytes: Vec<u8>) -> BytesBlock {
        BytesBlock(Arc::new(bytes))
    }

    /// All of it.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Bytes `range` of it as a token.
    ///
    /// # Panics
    /// When the range is out of bounds.
    pub fn slice(&self, range: Range<usize>) -> Value {
        match Short::new(&self.0[range.clone()]) {
            Some(short) => Value(Repr::ShortBytes(short)),
            None => Value(Repr::Bytes(Slice::part(&self.0, range))),
        }
    }
}

macro_rules! from {
    ($($ty:ty, $content:pat => $repr:expr;)*) => {
        $(
            impl From<$ty> for Value {
                fn from($content: $ty) -> Value {
                    Value($repr)
                }
            }
        )*
    };
}

from! {
    (), () => Repr::Unit;
    bool, b => Repr::Bool(b);
    i64, n => Repr::I64(n);
    f64, x => Repr::F64(x);
    &str, text => match ShortText::new(text) {
        Some(short) => Repr::ShortText(short),
        None => Repr::Text(Slice::whole(Arc::new(text.to_owned()))),
    };
    String, text => match ShortText::new(&text) {
        Some(short) => Repr::ShortText(short),
        None => Repr::Text(Slice::whole(Arc::new(text))),
    };
    &[u8], bytes => match Short::new(bytes) {
        Some(short) => Repr::ShortBytes(short),
        None => Repr::Bytes(Slice::whole(Arc::new(bytes.to_vec()))),
    };
    Vec<u8>, bytes => match Short::new(&bytes) {
        Some(short) => Repr::ShortBytes(short),
        None => Repr::Bytes(Slice::whole(Arc::new(bytes))),
    };
    Array, array => Repr::Array(Arc::new(array));
    Vec<Value>, items => Repr::List(Arc::new(items));
    Record, record => Repr::Record(Arc::new(record));
}

#[cfg(test)]
mod tests {
    use super::{TextBlock, Value};

    #[test]
    fn a_token_takes_24_bytes() {
        assert_eq!(size_of::<Value>(), 24);
        assert_eq!(size_of::<Option<Value>>(), 24);
    }

    #[test]
    fn text_of_every_length_is_kept() {
        for n in 0..60 {
            let text = "é".repeat(n);
            assert_eq!(Value::from(text.as_str()).as_text(), Some(text.as_str()));
            assert_eq!(Value::from(text.clone()).as_text(), Some(text.as_str()));
            assert_eq!(Value::from(text.clone().into_bytes()).as_bytes(), Some(text.as_bytes()));
        }
    }

    #[test]
    fn slices_of_slices_stay_inside_their_text() {
        let block = TextBlock::new("abcdefghij".repeat(10));
        let slice = block.slice(10..70);
        assert_eq!(slice.as_text(), Some(&block.as_str()[10..70]));
        assert_eq!(slice.text_slice(5..35).as_text(), Some(&block.as_str()[15..45]));
        assert_eq!(slice.text_slice(5..8).as_text(), Some("fgh"));
        assert!(std::panic::catch_unwind(|| slice.text_slice(5..61)).is_err());
    }

    #[test]
    fn short_texts_are_the_same_numbers_only_when_they_are_the_same() {
        let block = TextBlock::new("a\0b".repeat(20));
        for (start, end) in (0..30).flat_map(|start| (start..start + 23).map(move |end| (start, end))) {
            let (part, text) = (block.slice(start..end), &block.as_str()[start..end]);
            assert_eq!(part.as_text(), Some(text));
            assert_eq!(part.short_text(), Value::from(text).short_text());
            assert_ne!(part.short_text(), Value::from(format!("{text}\0")).short_text());
            assert_eq!(part.short_text().is_some(), text.len() <= 22);
        }
        for at in 0..22 {
            let mut other = "a".repeat(22);
            other.replace_range(at..=at, "b");
            assert_ne!(Value::from("a".repeat(22)).short_text(), Value::from(other).short_text());
        }
    }

    #[test]
    fn a_sole_owner_gets_its_list_without_a_copy() {
        let items = vec![Value::from(1), Value::from("two")];
        let address = items.as_ptr();
        let back = Value::from(items).into_list().expect("it is a list");
        assert_eq!(back.as_ptr(), address);
        assert!(Value::UNIT.into_list().is_err());
    }
}
