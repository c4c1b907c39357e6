//! Rules of types: what operators take and give.
//!
//! Nothing is widened behind the reader's back: both ways of evaluating compute with the values as they come,
//! so a type claimed here holds for the value, and `Any` stands wherever only running tells.

use crate::expr::operator::{Binary, Unary};
use crate::ty::{Elem, Type};

/// Whether values of the type need a look at run time.
pub(super) fn is_open(ty: &Type) -> bool {
    matches!(ty, Type::Any | Type::OneOf(_))
}

/// Type of an item of a list, of a character of a text, or of a number that an element of an array becomes.
pub(super) fn item(ty: &Type) -> Type {
    match ty {
        Type::Array(Elem::F32 | Elem::F64, _) => Type::F64,
        Type::Array(..) => Type::I64,
        Type::List(item) => (**item).clone(),
        Type::Text => Type::Text,
        _ => Type::Any,
    }
}

/// The type of a value that is of one of two types: the same type, or `Any` in the places where they differ.
pub(super) fn common(a: &Type, b: &Type) -> Type {
    match (a, b) {
        (Type::List(a), Type::List(b)) => common(a, b).list(),
        (Type::Record(x), Type::Record(y)) if x.len() == y.len() && x.keys().eq(y.keys()) => {
            let fields = x.iter().map(|(name, ty)| (name.clone(), common(ty, &y[name])));
            Type::Record(fields.collect())
        }
        _ if a == b => a.clone(),
        _ => Type::Any,
    }
}

/// Whether two types can meet in one place (the branches of an `if`, the items of a list): equal, or `Any` in
/// the places where they differ.
pub(super) fn meet(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::List(a), Type::List(b)) => meet(a, b),
        (Type::Record(x), Type::Record(y)) => {
            x.len() == y.len() && x.iter().all(|(name, ty)| y.get(name).is_some_and(|other| meet(ty, other)))
        }
        _ => is_open(a) || is_open(b) || a == b,
    }
}

/// Result of arithmetic between numbers, or arrays of them; `None` when it does not apply.
pub(super) fn arithmetic(a: &Type, b: &Type) -> Option<Type> {
    match (a, b) {
        (Type::I64, Type::I64) => Some(Type::I64),
        (Type::Array(elem, x), Type::Array(other, y)) if elem == other => {
            shape(x, y).map(|extents| Type::Array(*elem, extents))
        }
        (array @ Type::Array(elem, _), number) | (number, array @ Type::Array(elem, _))
            if is_number(number) =>
        {
            let fits = *number != Type::F64 || matches!(elem, Elem::F32 | Elem::F64);
            fits.then(|| array.clone())
        }
        (Type::F64, other) | (other, Type::F64) if other.is_numeric() => Some(Type::F64),
        _ if is_number(a) && is_number(b) => Some(Type::Any),
        _ => None,
    }
}

/// The shape of what is computed of two arrays element by element; `None` when theirs differ.
fn shape(x: &[Option<u64>], y: &[Option<u64>]) -> Option<Vec<Option<u64>>> {
    let fits = x.len() == y.len() && x.iter().zip(y).all(|(x, y)| x.is_none() || y.is_none() || x == y);
    fits.then(|| x.iter().zip(y).map(|(x, y)| x.or(*y)).collect())
}

/// What a function of numbers gives, `number` of those; of arrays, element by element, one of these elements. `None`
/// when the arguments do not go together.
pub(super) fn elementwise(arguments: &[Type], number: &Type, elem: impl Fn(Elem) -> Elem) -> Option<Type> {
    let (first, rest) = arguments.split_first()?;
    let joint = rest.iter().try_fold(first.clone(), |joint, ty| arithmetic(&joint, ty))?;
    Some(match joint {
        Type::Array(of, extents) => Type::Array(elem(of), extents),
        joint if joint.is_numeric() => number.clone(),
        _ => Type::Any,
    })
}

/// What `where` gives; `None` when the arguments do not go together.
pub(super) fn chosen(mask: &Type, a: &Type, b: &Type) -> Option<Type> {
    let elements = arithmetic(a, b)?;
    match (mask, elements) {
        (Type::Array(_, x), Type::Array(elem, y)) => shape(x, &y).map(|extents| Type::Array(elem, extents)),
        (Type::Array(_, extents), Type::I64) => Some(Type::Array(Elem::I64, extents.clone())),
        (Type::Array(_, extents), Type::F64) => Some(Type::Array(Elem::F64, extents.clone())),
        (_, array @ Type::Array(..)) => Some(array),
        _ => Some(Type::Any),
    }
}

/// The array that numbers become.
pub(super) fn gathered(numbers: &Type) -> Type {
    match numbers {
        Type::Array(..) => numbers.clone(),
        Type::List(item) if **item == Type::I64 => Type::Array(Elem::I64, vec![None]),
        Type::List(item) if **item == Type::F64 => Type::Array(Elem::F64, vec![None]),
        _ => Type::Any,
    }
}

fn is_array(ty: &Type) -> bool {
    matches!(ty, Type::Array(..))
}

fn is_number(ty: &Type) -> bool {
    ty.is_numeric() || is_open(ty)
}

/// Result of a unary operator; `None` when it does not apply.
pub(super) fn unary(operator: Unary, ty: &Type) -> Option<Type> {
    match operator {
        Unary::Negate | Unary::Plus if is_open(ty) => Some(Type::Any),
        Unary::Negate | Unary::Plus => (ty.is_numeric() || matches!(ty, Type::Array(..))).then(|| ty.clone()),
        Unary::Not => (*ty == Type::Bool || is_open(ty)).then_some(Type::Bool),
    }
}

/// Result of a binary operator; `None` when it does not apply.
pub(super) fn binary(operator: Binary, a: &Type, b: &Type) -> Option<Type> {
    match operator {
        Binary::Add => match (a, b) {
            (Type::Text, Type::Text) => Some(Type::Text),
            (Type::Text, other) | (other, Type::Text) if is_open(other) => Some(Type::Text),
            (Type::List(x), Type::List(y)) => meet(x, y).then(|| common(a, b)),
            (Type::List(_), other) | (other, Type::List(_)) if is_open(other) => Some(Type::Any.list()),
            _ => arithmetic(a, b),
        },
        Binary::Subtract | Binary::Multiply | Binary::Divide | Binary::Remainder | Binary::Power => {
            arithmetic(a, b)
        }
        Binary::Equal
        | Binary::NotEqual
        | Binary::Less
        | Binary::LessEqual
        | Binary::Greater
        | Binary::GreaterEqual => comparison(operator, a, b),
        Binary::And | Binary::Or | Binary::Xor => bits(a, b),
        Binary::ShiftLeft | Binary::ShiftRight if *a == Type::Bool || *b == Type::Bool => None,
        Binary::ShiftLeft | Binary::ShiftRight => bits(a, b),
    }
}

/// A Bool, or of arrays, element by element, one of U8; what is open may turn out to be an array.
fn comparison(operator: Binary, a: &Type, b: &Type) -> Option<Type> {
    let open = is_open(a) || is_open(b);
    if is_array(a) || is_array(b) {
        return elementwise(&[a.clone(), b.clone()], &Type::Bool, |_| Elem::U8);
    }
    if open && is_number(a) && is_number(b) {
        return Some(Type::Any);
    }
    match operator {
        Binary::Equal | Binary::NotEqual => (comparable(a, b) || open).then_some(Type::Bool),
        _ => ordered(a, b).then_some(Type::Bool),
    }
}

/// `& | ^`: of Bools, or of the bits of integers.
fn bits(a: &Type, b: &Type) -> Option<Type> {
    let whole = |ty: &Type| *ty == Type::I64 || is_open(ty);
    match (a, b) {
        (Type::Array(Elem::F32 | Elem::F64, _), _) | (_, Type::Array(Elem::F32 | Elem::F64, _)) => None,
        (Type::Array(..), _) | (_, Type::Array(..)) => arithmetic(a, b),
        (Type::I64, Type::I64) => Some(Type::I64),
        (Type::Bool, other) | (other, Type::Bool) => {
            (*other == Type::Bool || is_open(other)).then_some(Type::Bool)
        }
        _ => (whole(a) && whole(b)).then_some(Type::Any),
    }
}

fn comparable(a: &Type, b: &Type) -> bool {
    match (a, b) {
        (Type::List(a), Type::List(b)) => comparable(a, b),
        (Type::Record(x), Type::Record(y)) => {
            x.iter().all(|(name, ty)| y.get(name).is_none_or(|other| comparable(ty, other)))
        }
        _ => is_open(a) || is_open(b) || a == b || (a.is_numeric() && b.is_numeric()),
    }
}

fn ordered(a: &Type, b: &Type) -> bool {
    let text = |ty: &Type| *ty == Type::Text || is_open(ty);
    (is_number(a) && is_number(b)) || (text(a) && text(b))
}

#[cfg(test)]
mod tests {
    use super::{arithmetic, common, meet};
    use crate::ty::Type;

    #[test]
    fn what_is_not_known_stays_unknown() {
        assert_eq!(arithmetic(&Type::I64, &Type::Any), Some(Type::Any));
        assert_eq!(arithmetic(&Type::Any, &Type::F64), Some(Type::Any));
        assert_eq!(arithmetic(&Type::Text, &Type::Any), None);
        assert_eq!(common(&Type::I64, &Type::Any), Type::Any);
    }

    #[test]
    fn integers_and_floats_do_not_meet_unseen() {
        assert!(!meet(&Type::I64, &Type::F64));
        assert!(meet(&Type::Any.list(), &Type::I64.list()));
    }
}
