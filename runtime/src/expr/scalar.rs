//! The interpreter of the IR, one token at a time. The tree is prepared once: constants are tokens, names of
//! fields are sorted. Operands that stand somewhere already (variables, constants) are borrowed, so that
//! arithmetic neither allocates nor counts references.

use std::fmt::Write as _;
use std::ops::Range;
use std::slice;

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::{Binary, Expr, Node, Unary};

use super::elementwise::Operation;
use super::fault::{Fault, mistyped};
use super::function::pieces::{Items, Sort};
use super::function::{self, N_ARGUMENTS};
use super::plain::{Mixed, Plain};
use super::turns::turn;
use super::{access, elementwise, operator};
use crate::value::{Fields, Record, Value, View};

/// A prepared part of an expression.
#[derive(Debug)]
pub(super) struct Step {
    action: Action,
    range: Range<usize>,
}

#[derive(Debug)]
enum Action {
    /// Numbers and Bools alone.
    Plain(Plain),
    Constant(Value),
    Variable(usize),
    Local(usize),
    Unary(Unary, Box<Step>),
    Binary(Binary, Box<[Step; 2]>),
    All(Vec<Step>),
    Any(Vec<Step>),
    If(Box<[Step; 3]>),
    Let(Vec<(usize, Step)>, Box<Step>),
    While(Box<[Step; 2]>),
    Call(Function, Vec<Step>),
    List(Vec<Step>),
    /// The values in the order of the text, and where each stands in the record.
    Record(Fields, Vec<(usize, Step)>),
    /// Operators of arrays, and what they stand between.
    Elementwise(elementwise::Program, Vec<Step>),
    Index(Box<[Step; 2]>),
    Slice(Box<[Step; 3]>, bool),
    Field(Box<Step>, String),
    Text(Vec<Step>),
}

impl Step {
    /// Prepares `expr`.
    pub(super) fn new(expr: &Expr) -> Step {
        Step::prepared(expr, &mut Mixed::default())
    }

    /// One that gives `()`.
    pub(super) fn unit() -> Step {
        Step { action: Action::Constant(Value::UNIT), range: 0..0 }
    }

    fn prepared(expr: &Expr, mixed: &mut Mixed) -> Step {
        if let Some(plain) = Plain::new(expr, mixed).filter(|plain| !plain.is_leaf()) {
            return Step { action: Action::Plain(plain), range: expr.range.clone() };
        }
        let action = match &expr.node {
            _ if elementwise::is_operation(expr) => {
                let (program, leaves) = elementwise::Program::new(expr);
                Action::Elementwise(
                    program,
                    leaves.into_iter().map(|leaf| Step::prepared(leaf, mixed)).collect(),
                )
            }
            Node::Constant(constant) => Action::Constant(Value::from(constant)),
            Node::Variable(index) => Action::Variable(*index),
            Node::Local(slot) => Action::Local(*slot),
            Node::Unary(operator, operand) => Action::Unary(*operator, one(operand, mixed)),
            Node::Binary(operator, pair) => Action::Binary(*operator, two(pair, mixed)),
            Node::All(list) => Action::All(each(list, mixed)),
            Node::Any(list) => Action::Any(each(list, mixed)),
            Node::If(parts) => Action::If(three(parts, mixed)),
            Node::While(pair) => Action::While(two(pair, mixed)),
            Node::Let(bindings, value) => Action::Let(
                bindings.iter().map(|(slot, value)| (*slot, Step::prepared(value, mixed))).collect(),
                one(value, mixed),
            ),
            Node::Call(function, arguments) => Action::Call(*function, each(arguments, mixed)),
            Node::List(items) => Action::List(each(items, mixed)),
            Node::Record(fields) => record(fields, mixed),
            Node::Index(pair) => Action::Index(two(pair, mixed)),
            Node::Slice { operands, inclusive } => Action::Slice(three(operands, mixed), *inclusive),
            Node::Field(base, name) => Action::Field(one(base, mixed), name.clone()),
            Node::Text(pieces) => Action::Text(each(pieces, mixed)),
        };
        Step { action, range: expr.range.clone() }
    }

    /// The value for these variables; `locals` has a slot for each `let`.
    pub(super) fn eval(&self, inputs: &[Value], locals: &mut [Value]) -> Result<Value, Fault> {
        let result = match &self.action {
            Action::Plain(plain) => return plain.eval(inputs, locals),
            Action::Constant(value) => return Ok(value.clone()),
            Action::Variable(index) => return Ok(inputs[*index].clone()),
            Action::Local(slot) => return Ok(locals[*slot].clone()),
            Action::Binary(operator, pair) => self.binary(*operator, pair, inputs, locals),
            Action::Unary(operator, operand) => match operand.standing(inputs) {
                Some(value) => operator::unary(*operator, value),
                None => operator::unary(*operator, &operand.eval(inputs, locals)?),
            },
            Action::All(list) => return all(list, inputs, locals),
            Action::Any(list) => return any(list, inputs, locals),
            Action::If(parts) => {
                let [condition, then, or_else] = &**parts;
                let taken = if condition.truth(inputs, locals)? { then } else { or_else };
                return taken.eval(inputs, locals);
            }
            Action::Let(bindings, value) => {
                for (slot, bound) in bindings {
                    locals[*slot] = bound.eval(inputs, locals)?;
                }
                return value.eval(inputs, locals);
            }
            _ => self.compound(inputs, locals),
        };
        result.map_err(|fault| fault.at(&self.range))
    }

    /// Appends the first items of the list that it gives, at least `n` of them unless there are fewer.
    pub(super) fn eval_items(
        &self,
        inputs: &[Value],
        locals: &mut [Value],
        n: usize,
        into: &mut Vec<Value>,
    ) -> Result<Items, Fault> {
        let Action::Call(function, arguments) = &self.action else { return Ok(Items::Unknown) };
        let Some(sort) = Sort::of(*function) else { return Ok(Items::Unknown) };
        let [x, rest @ ..] = &arguments[..] else { return Ok(Items::Unknown) };
        let computed;
        let x = match x.standing(inputs) {
            Some(value) => value,
            None => {
                computed = x.eval(inputs, locals)?;
                &computed
            }
        };
        let separator = rest.first().map(|rest| rest.eval(inputs, locals)).transpose()?;
        Ok(Items::of(sort, x, separator.unwrap_or(Value::UNIT), n, into))
    }

    /// The value for a token, the only variable, which may become the value itself.
    pub(super) fn eval_owned(&self, token: Value, locals: &mut [Value]) -> Result<Value, (Value, Fault)> {
        let Action::Elementwise(program, steps) = &self.action else {
            return self.eval(slice::from_ref(&token), locals).map_err(|fault| (token, fault));
        };
        let mut leaves = match leaves_of(program, steps, slice::from_ref(&token), locals) {
            Ok(leaves) => leaves,
            Err(fault) => return Err((token, fault)),
        };
        match steps.iter().position(|step| matches!(step.action, Action::Variable(0))) {
            Some(at) => {
                // In place of the copy, so that the token has one owner.
                leaves[at] = token;
                program.eval(&mut leaves, applied).map_err(|fault| (leaves.swap_remove(at), fault))
            }
            None => program.eval(&mut leaves, applied).map_err(|fault| (token, fault)),
        }
    }

    /// The rarer actions, apart so that the frame of [`Step::eval`] stays small.
    #[inline(never)]
    fn compound(&self, inputs: &[Value], locals: &mut [Value]) -> Result<Value, Fault> {
        match &self.action {
            Action::Call(function, arguments) => {
                let mut values = [Value::UNIT; N_ARGUMENTS];
                for (value, argument) in values.iter_mut().zip(arguments) {
                    *value = argument.eval(inputs, locals)?;
                }
                function::call(*function, &mut values[..arguments.len().min(N_ARGUMENTS)])
            }
            Action::While(pair) => {
                let [condition, body] = &**pair;
                while condition.truth(inputs, locals)? {
                    turn()?;
                    body.eval(inputs, locals)?;
                }
                Ok(Value::UNIT)
            }
            Action::Elementwise(program, leaves) => {
                program.eval(&mut leaves_of(program, leaves, inputs, locals)?, applied)
            }
            Action::List(items) => {
                let items: Result<Vec<Value>, Fault> =
                    items.iter().map(|item| item.eval(inputs, locals)).collect();
                Ok(Value::from(items?))
            }
            Action::Record(fields, steps) => {
                let mut values = vec![Value::UNIT; steps.len()];
                for (place, step) in steps {
                    values[*place] = step.eval(inputs, locals)?;
                }
                Ok(Record::new(fields, values).map_or(Value::UNIT, Value::from))
            }
            Action::Index(pair) => {
                let [base, index] = &**pair;
                match base.standing(inputs) {
                    Some(value) => access::index(value, &index.eval(inputs, locals)?),
                    None => {
                        let value = base.eval(inputs, locals)?;
                        access::index(&value, &index.eval(inputs, locals)?)
                    }
                }
            }
            Action::Slice(parts, inclusive) => {
                let [base, first, last] = &**parts;
                let base = base.eval(inputs, locals)?;
                let first = first.eval(inputs, locals)?;
                access::slice(&base, &first, &last.eval(inputs, locals)?, *inclusive)
            }
            Action::Field(base, name) => match base.standing(inputs) {
                Some(value) => access::field(value, name),
                None => access::field(&base.eval(inputs, locals)?, name),
            },
            Action::Text(pieces) => {
                let mut text = String::new();
                for piece in pieces {
                    // Writing to a String cannot fail.
                    let _ = write!(text, "{}", piece.eval(inputs, locals)?);
                }
                Ok(Value::from(text))
            }
            // `eval` has done the others.
            _ => Ok(Value::UNIT),
        }
    }

    #[inline]
    fn binary(
        &self,
        operator: Binary,
        pair: &[Step; 2],
        inputs: &[Value],
        locals: &mut [Value],
    ) -> Result<Value, Fault> {
        let [a, b] = pair;
        match (a.standing(inputs), b.standing(inputs)) {
            (Some(a), Some(b)) => operator::binary(operator, a, b),
            (Some(a), None) => operator::binary(operator, a, &b.eval(inputs, locals)?),
            (None, Some(b)) => operator::binary(operator, &a.eval(inputs, locals)?, b),
            (None, None) => {
                let a = a.eval(inputs, locals)?;
                operator::binary(operator, &a, &b.eval(inputs, locals)?)
            }
        }
    }

    /// A value that stands somewhere already and needs no copy.
    #[inline]
    fn standing<'a>(&'a self, inputs: &'a [Value]) -> Option<&'a Value> {
        match &self.action {
            Action::Constant(value) => Some(value),
            Action::Variable(index) => Some(&inputs[*index]),
            _ => None,
        }
    }

    fn truth(&self, inputs: &[Value], locals: &mut [Value]) -> Result<bool, Fault> {
        if let Action::Plain(plain) = &self.action {
            return plain.truth(inputs, locals);
        }
        let value = self.eval(inputs, locals)?;
        match value.view() {
            View::Bool(b) => Ok(b),
            _ => Err(mistyped("a condition is `Bool`", &value).at(&self.range)),
        }
    }
}

/// An operation of a program, by itself.
fn applied(operation: Operation, operands: &mut [Value]) -> Result<Value, Fault> {
    match (operation, operands) {
        (Operation::Binary(operator), [a, b]) => operator::binary(operator, a, b),
        (Operation::Negate, [a]) => operator::unary(Unary::Negate, a),
        (Operation::Call(function), operands) => function::call(function, operands),
        // Each operation has as many operands as it takes.
        _ => Ok(Value::UNIT),
    }
}

/// What the operators of a program stand between.
fn leaves_of(
    program: &elementwise::Program,
    steps: &[Step],
    inputs: &[Value],
    locals: &mut [Value],
) -> Result<Vec<Value>, Fault> {
    let mut leaves = Vec::with_capacity(steps.len());
    for step in steps {
        match step.eval(inputs, locals) {
            Ok(leaf) => leaves.push(leaf),
            // An operator that comes before this leaf may have no value either.
            Err(fault) => return Err(program.fault_before(&leaves, applied).unwrap_or(fault)),
        }
    }
    Ok(leaves)
}

fn all(list: &[Step], inputs: &[Value], locals: &mut [Value]) -> Result<Value, Fault> {
    for step in list {
        if !step.truth(inputs, locals)? {
            return Ok(Value::from(false));
        }
    }
    Ok(Value::from(true))
}

fn any(list: &[Step], inputs: &[Value], locals: &mut [Value]) -> Result<Value, Fault> {
    for step in list {
        if step.truth(inputs, locals)? {
            return Ok(Value::from(true));
        }
    }
    Ok(Value::from(false))
}

fn one(expr: &Expr, mixed: &mut Mixed) -> Box<Step> {
    Box::new(Step::prepared(expr, mixed))
}

fn two([a, b]: &[Expr; 2], mixed: &mut Mixed) -> Box<[Step; 2]> {
    Box::new([Step::prepared(a, mixed), Step::prepared(b, mixed)])
}

fn three([a, b, c]: &[Expr; 3], mixed: &mut Mixed) -> Box<[Step; 3]> {
    Box::new([Step::prepared(a, mixed), Step::prepared(b, mixed), Step::prepared(c, mixed)])
}

fn each(list: &[Expr], mixed: &mut Mixed) -> Vec<Step> {
    list.iter().map(|expr| Step::prepared(expr, mixed)).collect()
}

fn record(fields: &[(String, Expr)], mixed: &mut Mixed) -> Action {
    let names = fields.iter().map(|(name, _)| name.clone()).collect();
    let sorted = Fields::new(names).expect("Rhai refuses a record with two fields of one name");
    let place = |name: &str| sorted.position(name).expect("it is one of the names");
    let steps = fields.iter().map(|(name, value)| (place(name), Step::prepared(value, mixed))).collect();
    Action::Record(sorted, steps)
}
