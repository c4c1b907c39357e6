//! The interpreter of the IR, one token at a time. The tree is prepared once: constants are tokens, names of
//! fields are sorted. Operands that stand somewhere already (variables, constants) are borrowed, so that
//! arithmetic neither allocates nor counts references.

use std::fmt::Write as _;
use std::mem;
use std::ops::Range;
use std::slice;

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::{Binary, Expr, Node, Unary};

use super::applied::applied;
use super::fault::{Fault, mistyped};
use super::function::pieces::{Items, Sort};
use super::function::{self, N_ARGUMENTS};
use super::last::Reads;
use super::plain::{Known, Plain};
use super::taken::Taken;
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
    /// What nobody reads after this, and how it is read when it cannot be taken.
    Taken(Taken, Box<Step>),
    /// A sum into which its left operand, which can be taken, may grow.
    Grown(Taken, Box<[Step; 2]>),
    Unary(Unary, Box<Step>),
    Binary(Binary, Box<[Step; 2]>),
    /// Goes on as long as the parts are this.
    Logic(bool, Vec<Step>),
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
    /// Prepares `expr`, of which this is known.
    pub(super) fn new(expr: &Expr, reads: Reads) -> Step {
        Step::prepared(expr, &mut Known::of(reads))
    }

    /// One that gives `()`.
    pub(super) fn unit() -> Step {
        Step { action: Action::Constant(Value::UNIT), range: 0..0 }
    }

    fn prepared(expr: &Expr, known: &mut Known) -> Step {
        if let Some(plain) = Plain::new(expr, known).filter(|plain| !plain.is_leaf()) {
            return Step { action: Action::Plain(plain), range: expr.range.clone() };
        }
        if let Some(place) = known.reads.last(expr) {
            let action = Action::Taken(Taken::new(&place), Box::new(Step::copied(expr, known)));
            return Step { action, range: expr.range.clone() };
        }
        let action = match &expr.node {
            _ if elementwise::is_operation(expr) => {
                let (program, leaves) = elementwise::Program::new(expr);
                Action::Elementwise(
                    program,
                    leaves.into_iter().map(|leaf| Step::prepared(leaf, known)).collect(),
                )
            }
            Node::Constant(constant) => Action::Constant(Value::from(constant)),
            Node::Variable(_) | Node::Local(_) => return Step::copied(expr, known),
            Node::Unary(operator, operand) => Action::Unary(*operator, one(operand, known)),
            Node::Binary(operator, pair) => match known.reads.last(&pair[0]) {
                Some(place) if *operator == Binary::Add => {
                    let pair = [Step::copied(&pair[0], known), Step::prepared(&pair[1], known)];
                    Action::Grown(Taken::new(&place), Box::new(pair))
                }
                _ => Action::Binary(*operator, several(pair, known)),
            },
            Node::All(list) => Action::Logic(true, each(list, known)),
            Node::Any(list) => Action::Logic(false, each(list, known)),
            Node::If(parts) => Action::If(several(parts, known)),
            Node::While(pair) => Action::While(several(pair, known)),
            Node::Let(bindings, value) => Action::Let(
                bindings.iter().map(|(slot, value)| (*slot, Step::prepared(value, known))).collect(),
                one(value, known),
            ),
            Node::Call(function, arguments) => Action::Call(*function, each(arguments, known)),
            Node::List(items) => Action::List(each(items, known)),
            Node::Record(fields) => record(fields, known),
            Node::Index(pair) => Action::Index(several(pair, known)),
            Node::Slice { operands, inclusive } => Action::Slice(several(operands, known), *inclusive),
            Node::Field(base, name) => Action::Field(one(base, known), name.clone()),
            Node::Text(pieces) => Action::Text(each(pieces, known)),
        };
        Step { action, range: expr.range.clone() }
    }

    /// What stands somewhere, or a field of it.
    fn copied(expr: &Expr, known: &Known) -> Step {
        let action = match &expr.node {
            Node::Variable(index) => known.reads.slot(*index).map_or(Action::Variable(*index), Action::Local),
            Node::Local(slot) => Action::Local(*slot),
            Node::Field(base, name) => Action::Field(Box::new(Step::copied(base, known)), name.clone()),
            // Nothing else is taken.
            _ => Action::Constant(Value::UNIT),
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
            Action::Logic(goes_on, list) => {
                for step in list {
                    if step.truth(inputs, locals)? != *goes_on {
                        return Ok(Value::from(!goes_on));
                    }
                }
                return Ok(Value::from(*goes_on));
            }
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
        let computed = if x.standing(inputs).is_none() { x.eval(inputs, locals)? } else { Value::UNIT };
        let x = x.standing(inputs).unwrap_or(&computed);
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
            Action::Taken(place, copied) => match place.take(locals) {
                Some(value) => Ok(value),
                None => copied.eval(inputs, locals),
            },
            Action::Grown(place, pair) => grown(place, pair, inputs, locals),
            Action::Call(function, arguments) => call(*function, arguments, inputs, locals),
            Action::While(pair) => {
                let [condition, body] = &**pair;
                while condition.truth(inputs, locals)? {
                    turn()?;
                    body.eval(inputs, locals)?;
                }
                Ok(Value::UNIT)
            }
            Action::Elementwise(program, steps) => by_element(program, steps, inputs, locals),
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
                let computed =
                    if base.standing(inputs).is_none() { base.eval(inputs, locals)? } else { Value::UNIT };
                let index = index.eval(inputs, locals)?;
                access::index(base.standing(inputs).unwrap_or(&computed), &index)
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

/// A sum whose left operand is there for the last time: a list or a text that nobody else has grows into it.
fn grown(
    place: &Taken,
    [whole, other]: &[Step; 2],
    inputs: &[Value],
    locals: &mut [Value],
) -> Result<Value, Fault> {
    let other = other.eval(inputs, locals)?;
    match place.take_to_grow(&other, locals) {
        Some(whole) => operator::grown(whole, other),
        None => operator::binary(Binary::Add, &whole.eval(inputs, locals)?, &other),
    }
}

/// The value of operators of arrays.
fn by_element(
    program: &elementwise::Program,
    steps: &[Step],
    inputs: &[Value],
    locals: &mut [Value],
) -> Result<Value, Fault> {
    let mut leaves = leaves_of(program, steps, inputs, locals)?;
    for (leaf, step) in leaves.iter_mut().zip(steps) {
        if let Action::Taken(place, _) = &step.action {
            // In place of the copy, so that it has one owner.
            *leaf = place.take(locals).unwrap_or_else(|| mem::replace(leaf, Value::UNIT));
        }
    }
    program.eval(&mut leaves, applied).inspect_err(|_| {
        for (leaf, step) in leaves.iter().zip(steps) {
            if let Action::Taken(place, _) = &step.action {
                place.put(leaf.clone(), locals);
            }
        }
    })
}

#[inline]
fn call(
    function: Function,
    arguments: &[Step],
    inputs: &[Value],
    locals: &mut [Value],
) -> Result<Value, Fault> {
    let mut values = [Value::UNIT; N_ARGUMENTS];
    // What is taken comes last: while others fail, nothing is.
    for is_taken in [false, true] {
        for (value, argument) in values.iter_mut().zip(arguments) {
            if matches!(argument.action, Action::Taken(..)) == is_taken {
                *value = argument.eval(inputs, locals)?;
            }
        }
    }
    function::call(function, &mut values[..arguments.len().min(N_ARGUMENTS)])
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
        let step = if let Action::Taken(_, copied) = &step.action { copied } else { step };
        match step.eval(inputs, locals) {
            Ok(leaf) => leaves.push(leaf),
            // An operator that comes before this leaf may have no value either.
            Err(fault) => return Err(program.fault_before(&leaves, applied).unwrap_or(fault)),
        }
    }
    Ok(leaves)
}

fn one(expr: &Expr, known: &mut Known) -> Box<Step> {
    Box::new(Step::prepared(expr, known))
}

fn several<const N: usize>(parts: &[Expr; N], known: &mut Known) -> Box<[Step; N]> {
    Box::new(parts.each_ref().map(|part| Step::prepared(part, known)))
}

fn each(list: &[Expr], known: &mut Known) -> Vec<Step> {
    list.iter().map(|expr| Step::prepared(expr, known)).collect()
}

fn record(fields: &[(String, Expr)], known: &mut Known) -> Action {
    let names = fields.iter().map(|(name, _)| name.clone()).collect();
    let sorted = Fields::new(names).expect("Rhai refuses a record with two fields of one name");
    let place = |name: &str| sorted.position(name).expect("it is one of the names");
    let steps = fields.iter().map(|(name, value)| (place(name), Step::prepared(value, known))).collect();
    Action::Record(sorted, steps)
}
