//! The token itself; its representation is known only here.

use std::any::Any;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::mem::{self, ManuallyDrop};
use std::panic::RefUnwindSafe;
use std::ptr;
use std::sync::Arc;

use super::array::Array;
use super::record::{Fields, RecordOf};
use super::slice::{Short, ShortText, Slice};

/// A record token's content.
pub type Record = RecordOf<Value>;

/// One token.
pub struct Value(pub(super) Repr);

impl Clone for Value {
    #[inline]
    #[expect(unsafe_code, reason = "what shares nothing is copied as it lies")]
    fn clone(&self) -> Value {
        match &self.0 {
            Repr::Shared(shared) => Value(Repr::Shared(shared.clone())),
            // SAFETY: all other kinds are plain numbers and bytes.
            _ => unsafe { ptr::read(self) },
        }
    }
}

/// How it is kept. What has to be given back is a kind of its own, so that dropping a batch of numbers is a look at each.
pub(super) enum Repr {
    Unit,
    Bool(bool),
    I64(i64),
    F64(f64),
    ShortText(ShortText),
    ShortBytes(Short),
    Shared(Shared),
}

/// What tokens share.
// Its tag, which is that of the token too, is a word: a token is moved by words then, and a word that was just written is
// read as it was written. Of a tag of a byte the compiler makes moves of a byte and of the 23 behind it, and the
// processor waits for each store that such a load crosses.
#[derive(Clone)]
#[repr(u64)]
pub(super) enum Shared {
    Text(Slice<String>),
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
            Repr::Shared(Shared::Text(slice)) => View::Text(&slice.block()[slice.range()]),
            Repr::ShortBytes(short) => View::Bytes(short.as_bytes()),
            Repr::Shared(Shared::Bytes(slice)) => View::Bytes(&slice.block()[slice.range()]),
            Repr::Shared(Shared::Array(array)) => View::Array(array),
            Repr::Shared(Shared::List(items)) => View::List(items),
            Repr::Shared(Shared::Record(record)) => View::Record(record),
            Repr::Shared(Shared::Opaque(thing)) => View::Opaque(thing),
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
        Value(Repr::Shared(Shared::Opaque(thing)))
    }

    /// The thing that it carries, if it is one of this sort.
    pub fn thing<T: Opaque>(&self) -> Option<Arc<T>> {
        match &self.0 {
            Repr::Shared(Shared::Opaque(thing)) => {
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

    /// Puts another in its place. Where nothing is shared, without the call that a drop is.
    #[inline(always)]
    pub(crate) fn put(&mut self, other: Value) {
        let before = ManuallyDrop::new(mem::replace(self, other));
        if let Repr::Shared(_) = before.0 {
            drop(ManuallyDrop::into_inner(before));
        }
    }

    /// The numbers that stand for a short text and for no other; `None` for what else there is.
    #[inline(always)]
    pub(crate) fn short_text(&self) -> Option<[u64; 2]> {
        if let Repr::ShortText(short) = &self.0 { Some(short.words()) } else { None }
    }

    /// The elements of the list that it is: moved when it is the only owner, else copied.
    ///
    /// # Errors
    /// The value itself, when it is not a list.
    pub fn into_list(self) -> Result<Vec<Value>, Value> {
        match self.0 {
            Repr::Shared(Shared::List(items)) => Ok(Arc::unwrap_or_clone(items)),
            _ => Err(self),
        }
    }

    /// The array that it is: moved when it is the only owner, else copied.
    ///
    /// # Errors
    /// The value itself, when it is not an array.
    pub fn into_array(self) -> Result<Array, Value> {
        match self.0 {
            Repr::Shared(Shared::Array(array)) => Ok(Arc::unwrap_or_clone(array)),
            _ => Err(self),
        }
    }

    /// The array that it is, to be changed in place; `None` when somebody else has it too.
    pub(crate) fn array_mut(&mut self) -> Option<&mut Array> {
        match &mut self.0 {
            Repr::Shared(Shared::Array(array)) => Arc::get_mut(array),
            _ => None,
        }
    }

    /// The text that it is, to grow in place; `None` when it is short, a part of another, or somebody else has it too.
    pub(crate) fn text_mut(&mut self) -> Option<&mut String> {
        match &mut self.0 {
            Repr::Shared(Shared::Text(slice)) => slice.whole_mut(),
            _ => None,
        }
    }

    /// The record that it is, to be changed in place; `None` when somebody else has it too.
    pub(crate) fn record_mut(&mut self) -> Option<&mut Record> {
        match &mut self.0 {
            Repr::Shared(Shared::Record(record)) => Arc::get_mut(record),
            _ => None,
        }
    }

    /// The record that it is: moved when it is the only owner, else copied.
    ///
    /// # Errors
    /// The value itself, when it is not a record.
    pub fn into_record(self) -> Result<Record, Value> {
        match self.0 {
            Repr::Shared(Shared::Record(record)) => Ok(Arc::unwrap_or_clone(record)),
            _ => Err(self),
        }
    }

    /// Bytes it takes in memory, about: what it shares with others is counted in full.
    pub fn n_bytes(&self) -> usize {
        let outside = match &self.0 {
            Repr::Shared(Shared::Text(slice)) => slice.range().len(),
            Repr::Shared(Shared::Bytes(slice)) => slice.range().len(),
            Repr::Shared(Shared::Array(array)) => array.data().len() * array.elem().n_bytes(),
            Repr::Shared(Shared::List(items)) => items.iter().map(Value::n_bytes).sum(),
            Repr::Shared(Shared::Record(record)) => record.values().iter().map(Value::n_bytes).sum(),
            _ => 0,
        };
        size_of::<Value>() + outside
    }

    /// Whether its content is not in the token itself.
    #[inline(always)]
    pub(crate) fn is_shared(&self) -> bool {
        matches!(self.0, Repr::Shared(_))
    }

    /// Whether other tokens have the same list, record or thing.
    pub(crate) fn has_copies(&self) -> bool {
        match &self.0 {
            Repr::Shared(Shared::List(items)) => Arc::strong_count(items) > 1,
            Repr::Shared(Shared::Record(record)) => Arc::strong_count(record) > 1,
            Repr::Shared(Shared::Opaque(thing)) => Arc::strong_count(thing) > 1,
            _ => false,
        }
    }

    /// Whether its content may have `n` bytes; of texts and bytes that are far shorter it is known not to.
    #[inline(always)]
    pub(crate) fn may_have(&self, n: u32) -> bool {
        match &self.0 {
            Repr::Shared(Shared::Text(slice)) => slice.may_have(n),
            Repr::Shared(Shared::Bytes(slice)) => slice.may_have(n),
            Repr::Shared(_) => true,
            _ => false,
        }
    }

    /// About how many bytes it takes: of a list only the first element is looked at.
    pub(crate) fn weight(&self) -> usize {
        let outside = match &self.0 {
            Repr::Shared(Shared::List(items)) => {
                items.first().map_or(0, |first| items.len().saturating_mul(first.weight()))
            }
            Repr::Shared(Shared::Record(record)) => record.values().iter().map(Value::weight).sum(),
            _ => return self.n_bytes(),
        };
        size_of::<Value>() + outside
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
        None => Repr::Shared(Shared::Text(Slice::whole(Arc::new(text.to_owned())))),
    };
    String, text => match ShortText::new(&text) {
        Some(short) => Repr::ShortText(short),
        None => Repr::Shared(Shared::Text(Slice::whole(Arc::new(text)))),
    };
    &[u8], bytes => match Short::new(bytes) {
        Some(short) => Repr::ShortBytes(short),
        None => Repr::Shared(Shared::Bytes(Slice::whole(Arc::new(bytes.to_vec())))),
    };
    Vec<u8>, bytes => match Short::new(&bytes) {
        Some(short) => Repr::ShortBytes(short),
        None => Repr::Shared(Shared::Bytes(Slice::whole(Arc::new(bytes)))),
    };
    Array, array => Repr::Shared(Shared::Array(Arc::new(array)));
    Vec<Value>, items => Repr::Shared(Shared::List(Arc::new(items)));
    Record, record => Repr::Shared(Shared::Record(Arc::new(record)));
}

#[cfg(test)]
mod tests {
    use super::Value;

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
    fn a_sole_owner_gets_its_list_without_a_copy() {
        let items = vec![Value::from(1), Value::from("two")];
        let address = items.as_ptr();
        let back = Value::from(items).into_list().expect("it is a list");
        assert_eq!(back.as_ptr(), address);
        assert!(Value::UNIT.into_list().is_err());
    }
}
