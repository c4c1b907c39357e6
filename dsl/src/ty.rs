//! Types of tokens, and constants written in a graph file.

use std::collections::BTreeMap;
use std::fmt;

/// Element type of an array.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[expect(missing_docs, reason = "the names are the documentation")]
pub enum Elem {
    I8,
    I16,
    I32,
    I64,
    U8,
    U16,
    U32,
    U64,
    F32,
    F64,
}

impl Elem {
    /// All element types with their names in the graph file.
    pub const ALL: [(&'static str, Elem); 10] = [
        ("I8", Elem::I8),
        ("I16", Elem::I16),
        ("I32", Elem::I32),
        ("I64", Elem::I64),
        ("U8", Elem::U8),
        ("U16", Elem::U16),
        ("U32", Elem::U32),
        ("U64", Elem::U64),
        ("F32", Elem::F32),
        ("F64", Elem::F64),
    ];

    /// Bytes of one element.
    pub fn n_bytes(self) -> usize {
        match self {
            Elem::I8 | Elem::U8 => 1,
            Elem::I16 | Elem::U16 => 2,
            Elem::I32 | Elem::U32 | Elem::F32 => 4,
            Elem::I64 | Elem::U64 | Elem::F64 => 8,
        }
    }
}

/// Type of a token, as the graph file writes it.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Type {
    /// The empty token: something happened.
    Unit,
    /// `true` or `false`.
    Bool,
    /// 64-bit signed integer.
    I64,
    /// 64-bit float.
    F64,
    /// UTF-8 text.
    Text,
    /// Raw bytes.
    Bytes,
    /// Dense array: element type and extents `[rows, cols]`; `None` is `Any` extent.
    Array(Elem, Vec<Option<u64>>),
    /// List of tokens of one type.
    List(Box<Type>),
    /// Named fields.
    Record(BTreeMap<String, Type>),
    /// One of several types, told apart by the token itself.
    OneOf(Vec<Type>),
    /// Whatever arrives; checked then.
    Any,
}

impl Type {
    /// A list of `self`.
    #[must_use]
    pub fn list(self) -> Type {
        Type::List(Box::new(self))
    }

    /// A record with the given fields.
    pub fn record<'a>(fields: impl IntoIterator<Item = (&'a str, Type)>) -> Type {
        Type::Record(fields.into_iter().map(|(name, ty)| (name.to_owned(), ty)).collect())
    }

    /// Whether a token of type `self` may be sent where `wanted` is expected: equal types, `I64` into `F64`
    /// (exactly, or an error at run time), `Any` on either side (checked when the token arrives), and the
    /// same inside lists, records, arrays and alternatives.
    pub fn fits(&self, wanted: &Type) -> bool {
        match (self, wanted) {
            (Type::Any, _) | (_, Type::Any) | (Type::I64, Type::F64) => true,
            (Type::List(a), Type::List(b)) => a.fits(b),
            (Type::Record(a), Type::Record(b)) => {
                a.len() == b.len()
                    && a.iter().all(|(name, ty)| b.get(name).is_some_and(|other| ty.fits(other)))
            }
            (Type::Array(a, from), Type::Array(b, to)) => {
                a == b
                    && from.len() == to.len()
                    && from.iter().zip(to).all(|(x, y)| x.is_none() || y.is_none() || x == y)
            }
            (Type::OneOf(from), _) => from.iter().all(|ty| ty.fits(wanted)),
            (_, Type::OneOf(to)) => to.iter().any(|ty| self.fits(ty)),
            _ => self == wanted,
        }
    }

    /// The least type that both fit, if there is one: `I64` and `F64` join to `F64`, `Any` gives way to what
    /// is known.
    pub fn join(&self, other: &Type) -> Option<Type> {
        match (self, other) {
            (Type::Any, ty) | (ty, Type::Any) => Some(ty.clone()),
            (Type::List(a), Type::List(b)) => a.join(b).map(Type::list),
            (Type::Record(a), Type::Record(b)) if a.len() == b.len() => {
                let field = |(name, ty): (&String, &Type)| Some((name.clone(), ty.join(b.get(name)?)?));
                a.iter().map(field).collect::<Option<BTreeMap<_, _>>>().map(Type::Record)
            }
            (Type::Array(a, x), Type::Array(b, y)) if a == b && x.len() == y.len() => {
                let extents = x.iter().zip(y).map(|(x, y)| if x == y { *x } else { None });
                Some(Type::Array(*a, extents.collect()))
            }
            _ if other.fits(self) => Some(self.clone()),
            _ if self.fits(other) => Some(other.clone()),
            _ => None,
        }
    }

    /// Whether arithmetic applies.
    pub fn is_numeric(&self) -> bool {
        matches!(self, Type::I64 | Type::F64)
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Type::Array(elem, extents) => {
                write!(f, "Array({elem:?}, [")?;
                for (i, extent) in extents.iter().enumerate() {
                    let comma = if i == 0 { "" } else { ", " };
                    match extent {
                        Some(n) => write!(f, "{comma}{n}")?,
                        None => write!(f, "{comma}Any")?,
                    }
                }
                f.write_str("])")
            }
            Type::List(ty) => write!(f, "List({ty})"),
            Type::Record(fields) => {
                f.write_str("Record({")?;
                for (i, (name, ty)) in fields.iter().enumerate() {
                    write!(f, "{}{name:?}: {ty}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("})")
            }
            Type::OneOf(types) => {
                f.write_str("OneOf([")?;
                for (i, ty) in types.iter().enumerate() {
                    write!(f, "{}{ty}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("])")
            }
            Type::Unit | Type::Bool | Type::I64 | Type::F64 | Type::Text | Type::Bytes | Type::Any => {
                write!(f, "{self:?}")
            }
        }
    }
}

/// A token written down in a graph file: a parameter, an initial token, a listed value.
#[derive(Clone, Debug, PartialEq)]
pub enum Constant {
    /// `()`
    Unit,
    /// `true`
    Bool(bool),
    /// `7`
    I64(i64),
    /// `0.5`
    F64(f64),
    /// `"text"`
    Text(String),
    /// `b"raw"`
    Bytes(Vec<u8>),
    /// `[1, 2]`
    List(Vec<Constant>),
    /// `{"a": 1}`
    Record(BTreeMap<String, Constant>),
}

impl Constant {
    /// Its type; a list's elements join (`[1, 0.5]` is a list of `F64`), an empty list is `List(Any)`.
    /// `None` when elements of a list do not join.
    pub fn ty(&self) -> Option<Type> {
        Some(match self {
            Constant::Unit => Type::Unit,
            Constant::Bool(_) => Type::Bool,
            Constant::I64(_) => Type::I64,
            Constant::F64(_) => Type::F64,
            Constant::Text(_) => Type::Text,
            Constant::Bytes(_) => Type::Bytes,
            Constant::List(items) => {
                let joined = items.iter().try_fold(Type::Any, |ty, item| ty.join(&item.ty()?))?;
                joined.list()
            }
            Constant::Record(fields) => {
                let field = |(name, value): (&String, &Constant)| Some((name.clone(), value.ty()?));
                Type::Record(fields.iter().map(field).collect::<Option<_>>()?)
            }
        })
    }

    /// The constant as a token of `ty`: `I64` becomes `F64` where that is exact. `None` when it does not fit.
    pub fn coerce(self, ty: &Type) -> Option<Constant> {
        Some(match (self, ty) {
            (Constant::I64(n), Type::F64) => Constant::F64(exact_f64(n)?),
            (Constant::List(items), Type::List(ty)) => {
                Constant::List(items.into_iter().map(|item| item.coerce(ty)).collect::<Option<_>>()?)
            }
            (Constant::Record(fields), Type::Record(types)) if fields.len() == types.len() => {
                let field = |(name, value): (String, Constant)| {
                    let value = value.coerce(types.get(&name)?)?;
                    Some((name, value))
                };
                Constant::Record(fields.into_iter().map(field).collect::<Option<_>>()?)
            }
            (value, Type::OneOf(types)) => return types.iter().find_map(|ty| value.clone().coerce(ty)),
            (value, _) => {
                let own = value.ty()?;
                return (own == *ty || *ty == Type::Any).then_some(value);
            }
        })
    }
}

/// `n` as a float when no digit is lost (below 2^53 in magnitude, FORMAT "Coercion").
pub fn exact_f64(n: i64) -> Option<f64> {
    const LIMIT: u64 = 1 << 53;
    #[expect(clippy::cast_precision_loss, reason = "exact up to 2^53, which the guard ensures")]
    (n.unsigned_abs() <= LIMIT).then_some(n as f64)
}

impl fmt::Display for Constant {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Constant::Unit => f.write_str("()"),
            Constant::Bool(b) => write!(f, "{b}"),
            Constant::I64(n) => write!(f, "{n}"),
            Constant::F64(x) => write!(f, "{x:?}"),
            Constant::Text(s) => write!(f, "{s:?}"),
            Constant::Bytes(b) => write!(f, "b\"{}\"", b.escape_ascii()),
            Constant::List(items) => {
                f.write_str("[")?;
                for (i, item) in items.iter().enumerate() {
                    write!(f, "{}{item}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("]")
            }
            Constant::Record(fields) => {
                f.write_str("{")?;
                for (i, (name, value)) in fields.iter().enumerate() {
                    write!(f, "{}{name:?}: {value}", if i == 0 { "" } else { ", " })?;
                }
                f.write_str("}")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Constant, Type, exact_f64};

    #[test]
    fn integers_fit_floats_and_nothing_else_is_silent() {
        assert!(Type::I64.fits(&Type::F64));
        assert!(!Type::F64.fits(&Type::I64));
        assert!(!Type::I64.fits(&Type::Text));
        assert!(Type::I64.list().fits(&Type::F64.list()));
    }

    #[test]
    fn integers_past_two_to_the_53_are_not_exact() {
        assert_eq!(exact_f64(1 << 53), Some(9_007_199_254_740_992.0));
        assert_eq!(exact_f64((1 << 53) + 1), None);
        assert_eq!(exact_f64(i64::MIN), None);
    }

    #[test]
    fn a_mixed_list_joins_to_floats() {
        let list = Constant::List(vec![Constant::I64(1), Constant::F64(0.5)]);
        assert_eq!(list.ty(), Some(Type::F64.list()));
        assert_eq!(
            list.coerce(&Type::F64.list()),
            Some(Constant::List(vec![Constant::F64(1.0), Constant::F64(0.5)]))
        );
    }
}
