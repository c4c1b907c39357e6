//! The part of the interpreter for numbers and Bools alone, which is the part that must be fast: its values
//! stay in registers, and the types that the checker gave choose the arithmetic.

use std::collections::HashSet;
use std::ops::Range;
use std::ptr;

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::{Binary, Expr, Node, Unary};
use csprun_dsl::ty::Type;

use super::fault::{Fault, mistyped};
use super::function::math;
use super::last::Reads;
use super::number::{self, Scalar};
use crate::value::Value;

/// A prepared part of an expression all of whose parts are numbers and Bools.
#[derive(Debug)]
pub(super) struct Plain {
    action: Action,
    kind: Kind,
    range: Range<usize>,
}

/// What is known of parts while they are prepared.
#[derive(Default)]
pub(super) struct Known {
    /// Those that are not plain: nobody looks into them again, however deep the tree is.
    mixed: HashSet<*const Expr>,
    /// What is read for the last time.
    pub(super) reads: Reads,
}

impl Known {
    /// With these reads.
    pub(super) fn of(reads: Reads) -> Known {
        Known { reads, ..Known::default() }
    }
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Kind {
    Int,
    Float,
    Bool,
}

#[derive(Debug)]
enum Action {
    Constant(Scalar),
    Variable(usize),
    Local(usize),
    Unary(Unary, Box<Plain>),
    Binary(Binary, Box<[Plain; 2]>),
    /// Goes on as long as the parts are this.
    Logic(bool, Vec<Plain>),
    If(Box<[Plain; 3]>),
    Call(Function, Box<Plain>, Option<Box<Plain>>),
}

impl Plain {
    /// Prepares `expr`; `None` when some part of it is neither number nor Bool.
    pub(super) fn new(expr: &Expr, known: &mut Known) -> Option<Plain> {
        let place = ptr::from_ref(expr);
        if known.mixed.contains(&place) {
            return None;
        }
        let plain = Plain::prepared(expr, known);
        if plain.is_none() {
            known.mixed.insert(place);
        }
        plain
    }

    fn prepared(expr: &Expr, known: &mut Known) -> Option<Plain> {
        let kind = match expr.ty {
            Type::I64 => Kind::Int,
            Type::F64 => Kind::Float,
            Type::Bool => Kind::Bool,
            _ => return None,
        };
        if let Node::Variable(variable) = expr.node {
            let action = known.reads.slot(variable).map_or(Action::Variable(variable), Action::Local);
            return Some(Plain { action, kind, range: expr.range.clone() });
        }
        let mut plain = |expr: &Expr| Plain::new(expr, known);
        let action = match &expr.node {
            Node::Constant(constant) => Action::Constant(Scalar::of(&Value::from(constant))?),
            Node::Local(slot) => Action::Local(*slot),
            Node::Unary(operator, operand) => Action::Unary(*operator, Box::new(plain(operand)?)),
            Node::Binary(operator, pair) => {
                Action::Binary(*operator, Box::new([plain(&pair[0])?, plain(&pair[1])?]))
            }
            Node::All(list) => Action::Logic(true, list.iter().map(plain).collect::<Option<_>>()?),
            Node::Any(list) => Action::Logic(false, list.iter().map(plain).collect::<Option<_>>()?),
            Node::If(parts) => {
                let [condition, then, or_else] = &**parts;
                let parts = [plain(condition)?, plain(then)?, plain(or_else)?];
                Action::If(Box::new(parts))
            }
            Node::Call(function, arguments) if math::is_scalar(*function) => match &arguments[..] {
                [x] => Action::Call(*function, Box::new(plain(x)?), None),
                [x, y] => Action::Call(*function, Box::new(plain(x)?), Some(Box::new(plain(y)?))),
                _ => return None,
            },
            _ => return None,
        };
        Some(Plain { action, kind, range: expr.range.clone() })
    }

    /// Whether there is nothing to compute.
    pub(super) fn is_leaf(&self) -> bool {
        matches!(self.action, Action::Constant(_) | Action::Variable(_) | Action::Local(_))
    }

    /// The value: found by the type that the checker gave.
    pub(super) fn eval(&self, inputs: &[Value], locals: &[Value]) -> Result<Value, Fault> {
        match self.kind {
            Kind::Int => self.int(inputs, locals).map(Value::from),
            Kind::Float => self.float(inputs, locals).map(Value::from),
            Kind::Bool => self.truth(inputs, locals).map(Value::from),
        }
    }

    fn int(&self, inputs: &[Value], locals: &[Value]) -> Result<i64, Fault> {
        match &self.action {
            Action::Constant(Scalar::I64(n)) => return Ok(*n),
            Action::Variable(index) => inputs[*index].as_i64().ok_or_else(|| unfit(&inputs[*index])),
            Action::Local(slot) => locals[*slot].as_i64().ok_or_else(|| unfit(&locals[*slot])),
            Action::Binary(operator, pair) => {
                let (a, b) = (pair[0].int(inputs, locals)?, pair[1].int(inputs, locals)?);
                number::int_arithmetic(*operator, a, b)
            }
            Action::If(parts) => return self.taken(parts, inputs, locals)?.int(inputs, locals),
            _ => match self.rarer(inputs, locals) {
                Ok(Scalar::I64(n)) => Ok(n),
                Ok(other) => Err(unfit(&Value::from(other))),
                Err(fault) => Err(fault),
            },
        }
        .map_err(|fault| fault.at(&self.range))
    }

    /// The float, or the integer as the float that it counts as.
    fn float(&self, inputs: &[Value], locals: &[Value]) -> Result<f64, Fault> {
        if self.kind == Kind::Int {
            return self.int(inputs, locals).map(number::float);
        }
        let standing = |value: &Value| {
            Scalar::of(value).and_then(Scalar::as_float).ok_or_else(|| unfit(value).at(&self.range))
        };
        match &self.action {
            Action::Constant(Scalar::F64(x)) => Ok(*x),
            Action::Variable(index) => standing(&inputs[*index]),
            Action::Local(slot) => standing(&locals[*slot]),
            Action::Binary(operator, pair) => {
                let (a, b) = (pair[0].float(inputs, locals)?, pair[1].float(inputs, locals)?);
                Ok(number::float_arithmetic(*operator, a, b).unwrap_or(f64::NAN))
            }
            Action::If(parts) => self.taken(parts, inputs, locals)?.float(inputs, locals),
            _ => match self.rarer(inputs, locals).map_err(|fault| fault.at(&self.range))?.as_float() {
                Some(x) => Ok(x),
                None => Ok(f64::NAN),
            },
        }
    }

    pub(super) fn truth(&self, inputs: &[Value], locals: &[Value]) -> Result<bool, Fault> {
        match &self.action {
            Action::Constant(Scalar::Bool(b)) => Ok(*b),
            Action::Variable(index) => inputs[*index].as_bool().ok_or_else(|| unfit(&inputs[*index])),
            Action::Local(slot) => locals[*slot].as_bool().ok_or_else(|| unfit(&locals[*slot])),
            Action::Binary(operator, pair) => {
                let [a, b] = &**pair;
                match (a.kind, b.kind) {
                    (Kind::Bool, _) | (_, Kind::Bool) => {
                        let (a, b) = (a.truth(inputs, locals)?, b.truth(inputs, locals)?);
                        return Ok(number::bool_binary(*operator, a, b).unwrap_or(false));
                    }
                    (Kind::Int, Kind::Int) => {
                        let (a, b) = (a.int(inputs, locals)?, b.int(inputs, locals)?);
                        return Ok(number::compare(*operator, a, b).unwrap_or(false));
                    }
                    _ => {
                        let (a, b) = (a.float(inputs, locals)?, b.float(inputs, locals)?);
                        return Ok(number::compare(*operator, a, b).unwrap_or(false));
                    }
                }
            }
            Action::Logic(goes_on, list) => {
                for part in list {
                    if part.truth(inputs, locals)? != *goes_on {
                        return Ok(!goes_on);
                    }
                }
                return Ok(*goes_on);
            }
            Action::If(parts) => return self.taken(parts, inputs, locals)?.truth(inputs, locals),
            _ => match self.rarer(inputs, locals) {
                Ok(Scalar::Bool(b)) => Ok(b),
                Ok(other) => Err(unfit(&Value::from(other))),
                Err(fault) => Err(fault),
            },
        }
        .map_err(|fault| fault.at(&self.range))
    }

    #[inline]
    fn taken<'a>(
        &self,
        parts: &'a [Plain; 3],
        inputs: &[Value],
        locals: &[Value],
    ) -> Result<&'a Plain, Fault> {
        let [condition, then, or_else] = parts;
        Ok(if condition.truth(inputs, locals)? { then } else { or_else })
    }

    /// Unary operators and functions.
    fn rarer(&self, inputs: &[Value], locals: &[Value]) -> Result<Scalar, Fault> {
        match &self.action {
            Action::Unary(operator, operand) => number::unary(*operator, operand.scalar(inputs, locals)?),
            Action::Call(function, x, y) => {
                let x = x.scalar(inputs, locals)?;
                let y = y.as_ref().map(|y| y.scalar(inputs, locals)).transpose()?;
                math::call(*function, x, y)
            }
            // The types that the checker gave leave nothing else.
            _ => Err(Fault::new("a part has another type than was checked")),
        }
    }

    fn scalar(&self, inputs: &[Value], locals: &[Value]) -> Result<Scalar, Fault> {
        match self.kind {
            Kind::Int => self.int(inputs, locals).map(Scalar::I64),
            Kind::Float => self.float(inputs, locals).map(Scalar::F64),
            Kind::Bool => self.truth(inputs, locals).map(Scalar::Bool),
        }
    }
}

/// A token of another type than its channel has.
#[cold]
fn unfit(value: &Value) -> Fault {
    mistyped("a number or a Bool of another type is expected here", value)
}
