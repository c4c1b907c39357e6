//! Where an expression reads something for the last time. What is read there may be taken: a list that nobody else has
//! then grows in place, and is not copied for each of its items.

use std::collections::HashSet;
use std::mem;
use std::ptr;

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::{Binary, Expr, Node};
use csprun_dsl::ty::Type;

use super::elementwise;

/// What is known of the reads of an expression.
#[derive(Default)]
pub(super) struct Reads {
    /// Those that are the last, by their place in memory.
    last: HashSet<*const Expr>,
    /// The slot in which the first variable stands, when it is a state that is the evaluation's own.
    state: Option<usize>,
    /// Whether something of the state may be taken.
    owns_state: bool,
}

/// A slot, or a field of the record in it.
#[derive(Clone, PartialEq)]
pub(super) struct Place<'a> {
    pub(super) slot: usize,
    pub(super) fields: Vec<&'a str>,
}

/// Longest text of which this is found out: the work may grow faster than the text.
const N_LONGEST: usize = 1 << 13;

impl Reads {
    /// Of an expression of so many bytes; with the slot of its state, if it has one.
    pub(super) fn of(expr: &Expr, n_bytes: usize, state: Option<usize>) -> Reads {
        let mut reads = Reads { state, ..Reads::default() };
        if n_bytes <= N_LONGEST {
            let mut backwards = Backwards { reads: &mut reads, live: Vec::new() };
            backwards.value(expr);
        }
        reads
    }

    /// The slot of a variable that stands in one.
    pub(super) fn slot(&self, variable: usize) -> Option<usize> {
        self.state.filter(|_| variable == 0)
    }

    /// What `expr` reads, when it is the last who does.
    pub(super) fn last<'a>(&self, expr: &'a Expr) -> Option<Place<'a>> {
        if self.last.contains(&ptr::from_ref(expr)) { self.place(expr) } else { None }
    }

    /// Whether something of the state may be taken.
    pub(super) fn owns_state(&self) -> bool {
        self.owns_state
    }

    fn place<'a>(&self, expr: &'a Expr) -> Option<Place<'a>> {
        match &expr.node {
            Node::Local(slot) => Some(Place { slot: *slot, fields: Vec::new() }),
            Node::Variable(variable) => self.slot(*variable).map(|slot| Place { slot, fields: Vec::new() }),
            Node::Field(base, name) => {
                let mut place = self.place(base)?;
                place.fields.push(name);
                Some(place)
            }
            _ => None,
        }
    }
}

/// Functions that change their first argument when it is theirs.
pub(super) fn takes(function: Function) -> bool {
    matches!(function, Function::Push | Function::Sort | Function::Reverse)
}

/// A way through an expression from its end to its beginning.
struct Backwards<'r, 'a> {
    reads: &'r mut Reads,
    /// What is read later.
    live: Vec<Place<'a>>,
}

impl<'a> Backwards<'_, 'a> {
    /// A part whose value is kept: what it reads may be taken.
    fn value(&mut self, expr: &'a Expr) {
        if let Some(place) = self.reads.place(expr) {
            let is_small = matches!(expr.ty, Type::Unit | Type::Bool | Type::I64 | Type::F64);
            if !is_small && !self.is_live(&place) {
                self.reads.owns_state |= self.reads.state == Some(place.slot);
                self.reads.last.insert(ptr::from_ref(expr));
            }
            return self.keep(place);
        }
        if elementwise::is_operation(expr) {
            return self.operands(&elementwise::Program::new(expr).1);
        }
        match &expr.node {
            Node::If(parts) => {
                let [condition, then, or_else] = &**parts;
                let after = self.live.clone();
                self.value(or_else);
                let before = mem::replace(&mut self.live, after);
                self.value(then);
                before.into_iter().for_each(|place| self.keep(place));
                self.read(condition);
            }
            Node::Let(bindings, value) => {
                self.value(value);
                for (slot, bound) in bindings.iter().rev() {
                    self.live.retain(|place| place.slot != *slot);
                    self.value(bound);
                }
            }
            Node::While(pair) => {
                // Another turn may read whatever one reads.
                pair.iter().for_each(|part| self.keep_all(part));
                let again = self.live.clone();
                self.value(&pair[1]);
                self.read(&pair[0]);
                again.into_iter().for_each(|place| self.keep(place));
            }
            Node::Call(function, arguments) if takes(*function) => {
                self.operands(&arguments.iter().collect::<Vec<_>>());
            }
            Node::Binary(Binary::Add, pair) => self.sum(pair),
            Node::List(items) => items.iter().rev().for_each(|item| self.value(item)),
            Node::Record(fields) => fields.iter().rev().for_each(|(_, value)| self.value(value)),
            _ => parts(expr).into_iter().rev().for_each(|part| self.read(part)),
        }
    }

    /// A part that is only looked at.
    fn read(&mut self, expr: &'a Expr) {
        match self.reads.place(expr) {
            Some(place) => self.keep(place),
            None => self.value(expr),
        }
    }

    /// A sum, of which the left operand may grow into the value: it is taken when the right one is computed.
    fn sum(&mut self, [a, b]: &'a [Expr; 2]) {
        match self.reads.place(a) {
            Some(place) if !assigns(b, place.slot) => {
                self.value(a);
                self.read(b);
                self.keep(place);
            }
            _ => {
                self.read(b);
                self.read(a);
            }
        }
    }

    /// Operands of which those that are only read are taken when all others are computed.
    fn operands(&mut self, operands: &[&'a Expr]) {
        let places: Vec<(&'a Expr, Place<'a>)> = operands
            .iter()
            .filter_map(|operand| self.reads.place(operand).map(|place| (*operand, place)))
            .collect();
        for (operand, place) in places.iter().rev() {
            if operands.iter().any(|operand| assigns(operand, place.slot)) {
                self.keep(place.clone());
            } else {
                self.value(operand);
            }
        }
        for operand in operands.iter().rev() {
            if self.reads.place(operand).is_none() {
                self.value(operand);
            }
        }
        places.into_iter().for_each(|(_, place)| self.keep(place));
    }

    fn is_live(&self, place: &Place<'a>) -> bool {
        self.live
            .iter()
            .any(|live| live.slot == place.slot && live.fields.iter().zip(&place.fields).all(|(a, b)| a == b))
    }

    fn keep(&mut self, place: Place<'a>) {
        if !self.live.contains(&place) {
            self.live.push(place);
        }
    }

    fn keep_all(&mut self, expr: &'a Expr) {
        match self.reads.place(expr) {
            Some(place) => self.keep(place),
            None => parts(expr).into_iter().for_each(|part| self.keep_all(part)),
        }
    }
}

/// Whether a part gives the slot a value.
fn assigns(expr: &Expr, slot: usize) -> bool {
    matches!(&expr.node, Node::Let(bindings, _) if bindings.iter().any(|(own, _)| *own == slot))
        || parts(expr).into_iter().any(|part| assigns(part, slot))
}

/// The parts of an expression, in the order in which they are evaluated.
fn parts(expr: &Expr) -> Vec<&Expr> {
    match &expr.node {
        Node::Constant(_) | Node::Variable(_) | Node::Local(_) => Vec::new(),
        Node::Unary(_, operand) | Node::Field(operand, _) => vec![operand],
        Node::Binary(_, pair) | Node::While(pair) | Node::Index(pair) => pair.iter().collect(),
        Node::If(parts) | Node::Slice { operands: parts, .. } => parts.iter().collect(),
        Node::All(parts)
        | Node::Any(parts)
        | Node::Call(_, parts)
        | Node::List(parts)
        | Node::Text(parts) => parts.iter().collect(),
        Node::Let(bindings, value) => bindings.iter().map(|(_, bound)| bound).chain([&**value]).collect(),
        Node::Record(fields) => fields.iter().map(|(_, value)| value).collect(),
    }
}
