//! The part of the interpreter for numbers and Bools alone, which is the part that must be fast: its values
//! are copied in registers, with no memory behind them.

use std::ops::Range;

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::{Binary, Expr, Node, Unary};
use csprun_dsl::ty::Type;

use super::fault::{Fault, mistyped};
use super::function::math;
use super::number::{self, Scalar};
use crate::value::Value;

/// A prepared part of an expression all of whose parts are numbers and Bools.
#[derive(Debug)]
pub(super) struct Plain {
    action: Action,
    range: Range<usize>,
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
    pub(super) fn new(expr: &Expr) -> Option<Plain> {
        if !matches!(expr.ty, Type::I64 | Type::F64 | Type::Bool) {
            return None;
        }
        let one = |expr: &Expr| Plain::new(expr).map(Box::new);
        let each = |list: &[Expr]| list.iter().map(Plain::new).collect::<Option<Vec<_>>>();
        let action = match &expr.node {
            Node::Constant(constant) => Action::Constant(Scalar::of(&Value::from(constant))?),
            Node::Variable(index) => Action::Variable(*index),
            Node::Local(slot) => Action::Local(*slot),
            Node::Unary(operator, operand) => Action::Unary(*operator, one(operand)?),
            Node::Binary(operator, pair) => {
                Action::Binary(*operator, Box::new([Plain::new(&pair[0])?, Plain::new(&pair[1])?]))
            }
            Node::All(list) => Action::Logic(true, each(list)?),
            Node::Any(list) => Action::Logic(false, each(list)?),
            Node::If(parts) => {
                let [condition, then, or_else] = &**parts;
                let parts = [Plain::new(condition)?, Plain::new(then)?, Plain::new(or_else)?];
                Action::If(Box::new(parts))
            }
            Node::Call(function, arguments) if math::is_scalar(*function) => match &arguments[..] {
                [x] => Action::Call(*function, one(x)?, None),
                [x, y] => Action::Call(*function, one(x)?, Some(one(y)?)),
                _ => return None,
            },
            _ => return None,
        };
        Some(Plain { action, range: expr.range.clone() })
    }

    /// Whether there is nothing to compute.
    pub(super) fn is_leaf(&self) -> bool {
        matches!(self.action, Action::Constant(_) | Action::Variable(_) | Action::Local(_))
    }

    pub(super) fn eval(&self, inputs: &[Value], locals: &[Value]) -> Result<Scalar, Fault> {
        let result = match &self.action {
            Action::Constant(scalar) => return Ok(*scalar),
            Action::Variable(index) => scalar(&inputs[*index]),
            Action::Local(slot) => scalar(&locals[*slot]),
            Action::Unary(operator, operand) => number::unary(*operator, operand.eval(inputs, locals)?),
            Action::Binary(operator, pair) => {
                let (a, b) = (pair[0].operand(inputs, locals)?, pair[1].operand(inputs, locals)?);
                number::binary(*operator, a, b).unwrap_or_else(|| Err(unfit(&Value::from(b))))
            }
            Action::Logic(goes_on, list) => {
                for part in list {
                    if part.truth(inputs, locals)? != *goes_on {
                        return Ok(Scalar::Bool(!goes_on));
                    }
                }
                return Ok(Scalar::Bool(*goes_on));
            }
            Action::If(parts) => {
                let [condition, then, or_else] = &**parts;
                let taken = if condition.truth(inputs, locals)? { then } else { or_else };
                return taken.eval(inputs, locals);
            }
            Action::Call(function, x, y) => {
                let x = x.eval(inputs, locals)?;
                let y = y.as_ref().map(|y| y.eval(inputs, locals)).transpose()?;
                math::call(*function, x, y)
            }
        };
        result.map_err(|fault| fault.at(&self.range))
    }

    /// [`Plain::eval`] without a call where the value stands ready.
    #[inline]
    fn operand(&self, inputs: &[Value], locals: &[Value]) -> Result<Scalar, Fault> {
        match &self.action {
            Action::Constant(scalar) => Ok(*scalar),
            Action::Variable(index) => match Scalar::of(&inputs[*index]) {
                Some(scalar) => Ok(scalar),
                None => self.eval(inputs, locals),
            },
            _ => self.eval(inputs, locals),
        }
    }

    #[inline]
    pub(super) fn truth(&self, inputs: &[Value], locals: &[Value]) -> Result<bool, Fault> {
        match self.eval(inputs, locals)? {
            Scalar::Bool(b) => Ok(b),
            other => Err(mistyped("a condition is `Bool`", &Value::from(other)).at(&self.range)),
        }
    }
}

#[inline]
fn scalar(value: &Value) -> Result<Scalar, Fault> {
    Scalar::of(value).ok_or_else(|| unfit(value))
}

/// A token of another type than its channel has.
#[cold]
fn unfit(value: &Value) -> Fault {
    mistyped("a number or a Bool is expected here", value)
}
