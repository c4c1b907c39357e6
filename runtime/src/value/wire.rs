//! Tokens as bytes, for what leaves the address space. Nothing else knows bincode.
//!
//! A token is a version byte, then its parts in preorder: a list or a record stands before its elements. So reading
//! needs no recursion in bincode, and texts, bytes and arrays are taken out of what was read with one copy.

use std::fmt;

use bincode::config;
use bincode::serde::{borrow_decode_from_slice, encode_into_std_write};
use csprun_dsl::ty::Elem;
use serde::{Deserialize, Serialize, Serializer};

use super::array::{Array, ArrayData};
use super::record::Fields;
use super::token::{Record, Value, View};

/// Most bytes of a token, encoded or in memory.
pub const N_LARGEST: usize = 1 << 30;

/// The first byte: what is behind it is written as this file says.
const VERSION: u8 = 1;

/// Lists and records inside one another.
const MAX_DEPTH: usize = 128;

/// Why a token cannot be written or read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum WireError {
    /// It is no value but this thing, which stays in its address space.
    Opaque(String),
    /// It takes more than [`N_LARGEST`] bytes.
    TooLarge,
    /// Too many lists and records inside one another.
    TooDeep,
    /// Another version of the format, or something else altogether.
    Version(u8),
    /// The bytes end within the token.
    Short,
    /// So many bytes are left behind the token.
    Left(usize),
    /// The bytes are no token, and why.
    Malformed(String),
}

impl fmt::Display for WireError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            WireError::Opaque(thing) => write!(f, "{thing} stays where it is: only values can be encoded"),
            WireError::TooLarge => write!(f, "a token of more than {N_LARGEST} bytes"),
            WireError::TooDeep => write!(f, "lists and records more than {MAX_DEPTH} deep"),
            WireError::Version(found) => write!(f, "version {found}, and this is version {VERSION}"),
            WireError::Short => f.write_str("the bytes end within a token"),
            WireError::Left(n) => write!(f, "{n} bytes left behind a token"),
            WireError::Malformed(why) => write!(f, "no token: {why}"),
        }
    }
}

impl std::error::Error for WireError {}

/// A part of a token. The order of the variants is the format.
#[derive(Serialize, Deserialize)]
enum Part<'a> {
    Unit,
    Bool(bool),
    I64(i64),
    F64(f64),
    Text(&'a str),
    Bytes(#[serde(borrow)] Raw<'a>),
    /// Type of the elements as its place in [`Elem::ALL`], extents, and the elements as little-endian bytes.
    Array(u8, Vec<u64>, #[serde(borrow)] Raw<'a>),
    /// So many elements follow.
    List(u64),
    /// A value for each of the names follows; they are sorted.
    Record(#[serde(borrow)] Vec<&'a str>),
}

/// Bytes that are copied as a whole, not one by one.
#[derive(Deserialize)]
struct Raw<'a>(#[serde(borrow)] &'a [u8]);

impl Serialize for Raw<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

/// The bytes of a token.
///
/// # Errors
/// When it is too large or too deep, or holds what is no value.
pub fn encode(value: &Value) -> Result<Vec<u8>, WireError> {
    if value.n_bytes() > N_LARGEST {
        return Err(WireError::TooLarge);
    }
    let mut bytes = vec![VERSION];
    write(value, 0, &mut bytes)?;
    if bytes.len() > N_LARGEST { Err(WireError::TooLarge) } else { Ok(bytes) }
}

fn write(value: &Value, depth: usize, to: &mut Vec<u8>) -> Result<(), WireError> {
    let mut raw = Vec::new();
    let (part, inside): (Part<'_>, &[Value]) = match value.view() {
        View::Unit => (Part::Unit, &[]),
        View::Bool(b) => (Part::Bool(b), &[]),
        View::I64(n) => (Part::I64(n), &[]),
        View::F64(x) => (Part::F64(x), &[]),
        View::Text(text) => (Part::Text(text), &[]),
        View::Bytes(bytes) => (Part::Bytes(Raw(bytes)), &[]),
        View::Array(array) => {
            let elem = Elem::ALL.iter().position(|(_, elem)| *elem == array.elem());
            let elem = elem.and_then(|at| u8::try_from(at).ok()).expect("all types of elements are listed");
            let shape = array.shape().iter().map(|&extent| extent as u64).collect();
            raw.extend(array.data().to_le_bytes());
            (Part::Array(elem, shape, Raw(&raw)), &[])
        }
        View::List(items) => (Part::List(items.len() as u64), items),
        View::Record(record) => {
            let names = record.fields().names().iter().map(String::as_str).collect();
            (Part::Record(names), record.values())
        }
        View::Opaque(thing) => return Err(WireError::Opaque(thing.describe())),
    };
    if depth > MAX_DEPTH {
        return Err(WireError::TooDeep);
    }
    let written = encode_into_std_write(part, to, config::standard());
    written.map_err(|error| WireError::Malformed(error.to_string()))?;
    inside.iter().try_for_each(|value| write(value, depth + 1, to))
}

/// The token that [`encode`] made these bytes of. It takes memory in proportion to them at most.
///
/// # Errors
/// When they are not exactly one token.
pub fn decode(bytes: &[u8]) -> Result<Value, WireError> {
    let (&version, rest) = bytes.split_first().ok_or(WireError::Short)?;
    if version != VERSION {
        return Err(WireError::Version(version));
    }
    if bytes.len() > N_LARGEST {
        return Err(WireError::TooLarge);
    }
    let mut reader = Reader { rest, n_bytes: N_LARGEST };
    let value = reader.value(0)?;
    match reader.rest.len() {
        0 => Ok(value),
        n => Err(WireError::Left(n)),
    }
}

struct Reader<'a> {
    rest: &'a [u8],
    /// What the token may still take in memory.
    n_bytes: usize,
}

impl<'a> Reader<'a> {
    fn value(&mut self, depth: usize) -> Result<Value, WireError> {
        if depth > MAX_DEPTH {
            return Err(WireError::TooDeep);
        }
        let value = match self.part()? {
            Part::Unit => Value::UNIT,
            Part::Bool(b) => Value::from(b),
            Part::I64(n) => Value::from(n),
            Part::F64(x) => Value::from(x),
            Part::Text(text) => Value::from(text),
            Part::Bytes(Raw(bytes)) => Value::from(bytes),
            Part::Array(elem, shape, Raw(bytes)) => array(elem, &shape, bytes)?,
            Part::List(n) => {
                // Each element takes a byte at least.
                let n = usize::try_from(n).ok().filter(|n| *n <= self.rest.len()).ok_or(WireError::Short)?;
                Value::from(self.values(n, depth)?)
            }
            Part::Record(names) => {
                if !names.is_sorted_by(|a, b| a < b) {
                    return Err(WireError::Malformed("the names of a record are not sorted".to_owned()));
                }
                let values = self.values(names.len(), depth)?;
                let fields = Fields::new(names.into_iter().map(str::to_owned).collect());
                let record = fields.and_then(|fields| Record::new(&fields, values));
                Value::from(record.expect("sorted names differ, and each has a value"))
            }
        };
        Ok(value)
    }

    fn values(&mut self, n: usize, depth: usize) -> Result<Vec<Value>, WireError> {
        (0..n).map(|_| self.value(depth + 1)).collect()
    }

    fn part(&mut self) -> Result<Part<'a>, WireError> {
        let limited = config::standard().with_limit::<N_LARGEST>();
        let (part, n) = borrow_decode_from_slice(self.rest, limited).map_err(|error| match error {
            bincode::error::DecodeError::UnexpectedEnd { .. } => WireError::Short,
            other => WireError::Malformed(other.to_string()),
        })?;
        let n_content = match &part {
            Part::Text(text) => text.len(),
            Part::Bytes(Raw(bytes)) | Part::Array(_, _, Raw(bytes)) => bytes.len(),
            _ => 0,
        };
        let left = self.n_bytes.checked_sub(size_of::<Value>() + n_content);
        self.n_bytes = left.ok_or(WireError::TooLarge)?;
        self.rest = &self.rest[n..];
        Ok(part)
    }
}

fn array(elem: u8, shape: &[u64], bytes: &[u8]) -> Result<Value, WireError> {
    let malformed = |why: &str| WireError::Malformed(why.to_owned());
    let (_, elem) = Elem::ALL.get(usize::from(elem)).ok_or_else(|| malformed("elements of no type"))?;
    let data = ArrayData::from_le_bytes(*elem, bytes).ok_or_else(|| malformed("a part of an element"))?;
    let shape = shape.iter().map(|&extent| usize::try_from(extent).ok()).collect::<Option<Vec<_>>>();
    let array = shape.and_then(|shape| Array::new(shape, data));
    array.map(Value::from).ok_or_else(|| malformed("the extents of an array do not hold its elements"))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use proptest::prelude::{Just, RngExt, Strategy, any, prop, prop_oneof, proptest};
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    use super::{MAX_DEPTH, VERSION, WireError, decode, encode};
    use crate::value::{Array, Opaque, Value};

    /// Most bytes in memory for one that is read: an element of a list is a byte, or 24.
    const N_MEMORY: usize = 48;

    /// Tokens of all sorts, lists and records in one another.
    fn tokens() -> impl Strategy<Value = Value> {
        let leaves = prop_oneof![
            Just(Value::UNIT),
            any::<bool>().prop_map(Value::from),
            any::<i64>().prop_map(Value::from),
            any::<f64>().prop_map(Value::from),
            ".{0,30}".prop_map(Value::from),
            prop::collection::vec(any::<u8>(), 0..40).prop_map(Value::from),
            prop::collection::vec(any::<f32>(), 0..9).prop_map(|items| Value::from(Array::flat(items))),
            prop::collection::vec(any::<u16>(), 6..7)
                .prop_map(|items| Value::from(Array::new(vec![2, 3], items).unwrap())),
        ];
        leaves.prop_recursive(4, 40, 5, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
                prop::collection::btree_map("[a-z]{1,4}", inner, 0..4).prop_map(Value::record),
            ]
        })
    }

    proptest! {
        #[test]
        fn what_is_encoded_is_decoded(token in tokens()) {
            let bytes = encode(&token).unwrap();
            assert_eq!(bytes[0], VERSION);
            let back = decode(&bytes).unwrap();
            assert!(back.cmp_total(&token).is_eq() && back.ty() == token.ty(), "{token:?} became {back:?}");
        }

        #[test]
        fn random_bytes_are_a_token_or_an_error(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            is_sound(&bytes);
            is_sound(&[&[VERSION], &bytes[..]].concat());
        }

        #[test]
        fn a_damaged_token_is_a_token_or_an_error(
            token in tokens(), at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<bool>(),
        ) {
            let mut bytes = encode(&token).unwrap();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            if cut {
                bytes.truncate(at);
                assert!(decode(&bytes).is_err(), "a part of {token:?} was read");
            } else {
                is_sound(&bytes);
            }
        }
    }

    /// What bytes from anywhere must hold to: no panic, memory in proportion to them, and one token that has one form.
    fn is_sound(bytes: &[u8]) -> bool {
        let Ok(token) = decode(bytes) else { return false };
        assert!(token.n_bytes() <= N_MEMORY * bytes.len(), "{} bytes of {bytes:?}", token.n_bytes());
        let written = encode(&token).unwrap();
        assert!(written.len() <= bytes.len(), "{bytes:?} became {written:?}");
        let back = decode(&written).unwrap();
        assert!(back.cmp_total(&token).is_eq() && back.ty() == token.ty(), "{token:?} became {back:?}");
        assert_eq!(encode(&back).unwrap(), written);
        true
    }

    #[test]
    fn the_same_damage_each_time_leaves_a_token_or_an_error() {
        let mut runner = TestRunner::deterministic();
        let tokens = tokens();
        let (mut n_read, mut n_refused) = (0, 0);
        for _ in 0..if cfg!(miri) { 5 } else { 2_000 } {
            let mut bytes = encode(&tokens.new_tree(&mut runner).unwrap().current()).unwrap();
            for _ in 0..8 {
                let (at, byte) = (runner.rng().random_range(1..bytes.len()), runner.rng().random());
                match runner.rng().random_range(0..4) {
                    0 => bytes[at] = byte,
                    1 => bytes[at] ^= 1 << (byte % 8),
                    2 => bytes.insert(at, byte % 9),
                    _ => drop(bytes.splice(at..at, [253, byte, 0, 0, 0, 0, 0, 0, 0])),
                }
                *if is_sound(&bytes) { &mut n_read } else { &mut n_refused } += 1;
            }
        }
        // Few tokens may all be damaged.
        assert!(cfg!(miri) || n_read > 0 && n_refused > 0, "{n_read} were read, {n_refused} were refused");
    }

    #[test]
    fn the_format_never_changes() {
        let token =
            Value::from(vec![Value::from(-1), Value::from("ab"), Value::from(Array::flat(vec![1_u8]))]);
        assert_eq!(encode(&token).unwrap(), [1, 7, 3, 2, 1, 4, 2, b'a', b'b', 6, 4, 1, 1, 1, 1]);
    }

    #[test]
    fn claims_that_the_bytes_do_not_keep_are_errors() {
        let huge = [253, 255, 255, 255, 255, 255, 255, 255, 127];
        // A text, bytes, extents of an array, a list, and the names of a record.
        for part in [4, 5, 7, 8] {
            assert!(decode(&[&[VERSION, part], &huge[..]].concat()).is_err(), "part {part}");
        }
        assert!(decode(&[&[VERSION, 6, 0], &huge[..]].concat()).is_err());
        assert_eq!(decode(&[]), Err(WireError::Short));
        assert_eq!(decode(&[VERSION + 1, 0]), Err(WireError::Version(VERSION + 1)));
        assert_eq!(decode(&[VERSION, 0, 0]), Err(WireError::Left(1)));
        let unsorted = [VERSION, 8, 2, 1, b'b', 1, b'a', 0, 0];
        assert_eq!(
            decode(&unsorted).unwrap_err().to_string(),
            "no token: the names of a record are not sorted"
        );
        let extents = [VERSION, 6, 4, 1, 3, 2, 0, 0];
        let why = "no token: the extents of an array do not hold its elements";
        assert_eq!(decode(&extents).unwrap_err().to_string(), why);
    }

    #[test]
    fn depth_is_limited_both_ways() {
        let nested = |n| (0..n).fold(Value::UNIT, |inner, _| Value::from(vec![inner]));
        assert!(decode(&encode(&nested(MAX_DEPTH)).unwrap()).is_ok());
        assert_eq!(encode(&nested(MAX_DEPTH + 1)), Err(WireError::TooDeep));
        let mut bytes = vec![VERSION];
        bytes.extend([7, 1].repeat(if cfg!(miri) { 1_000 } else { 1_000_000 }));
        assert_eq!(decode(&bytes), Err(WireError::TooDeep));
    }

    #[derive(Debug)]
    struct Thing;

    impl Opaque for Thing {
        fn describe(&self) -> String {
            "the reading end of a channel".to_owned()
        }
    }

    #[test]
    fn what_is_no_value_is_named() {
        let why = encode(&Value::from(vec![Value::opaque(Arc::new(Thing))])).unwrap_err().to_string();
        assert_eq!(why, "the reading end of a channel stays where it is: only values can be encoded");
    }
}
