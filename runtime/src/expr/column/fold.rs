//! Steps `acc + e`, where `e` does not look at `acc`: `e` is computed for many tokens at a time, and what is left to
//! do one by one is a single operator.

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::{Binary, Expr, Node};
use csprun_dsl::expr::{Body, Compiled};
use csprun_dsl::ty::Type;

use super::code::Kind;
use super::columns::Columns;
use super::lower;
use crate::expr::number;
use crate::value::Value;

/// A step from a state, the first variable of its scope, to the next state.
#[derive(Debug)]
pub(in crate::expr) struct Fold {
    /// What the state is combined with.
    other: Columns,
    step: Step,
    /// Whether the state is the first operand.
    state_first: bool,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    Operator(Binary),
    Min,
    Max,
}

impl Fold {
    /// Prepares an expression; `None` when it is no such step.
    pub(in crate::expr) fn new(compiled: &Compiled) -> Option<Fold> {
        let Body::Ir { expr, n_locals } = &compiled.body else { return None };
        let (step, [a, b]) = match &expr.node {
            Node::Binary(operator, pair) => (Step::Operator(*operator), [&pair[0], &pair[1]]),
            Node::Call(Function::Min, pair) => (Step::Min, [pair.first()?, pair.get(1)?]),
            Node::Call(Function::Max, pair) => (Step::Max, [pair.first()?, pair.get(1)?]),
            _ => return None,
        };
        let kind = match expr.ty {
            Type::I64 => Kind::Int,
            Type::F64 => Kind::Float,
            _ => return None,
        };
        let state = |expr: &Expr| expr.node == Node::Variable(0);
        let (state_first, state, other) = if state(a) { (true, a, b) } else { (false, b, a) };
        if state.node != Node::Variable(0) || state.ty != expr.ty {
            return None;
        }
        let program = lower::program_of(other, kind, *n_locals)?;
        // What it is combined with does not look at the state.
        (!program.reads(0)).then(|| Fold { other: Columns::of(program), step, state_first })
    }

    /// Takes the step for these tokens, the values of the second variable, at most as many as a register has lanes.
    /// `each` is given every new state. Gives the number of steps taken: the one behind them has no value here.
    pub(in crate::expr) fn run(
        &self,
        state: &mut Value,
        tokens: &[Value],
        mut each: impl FnMut(&Value),
    ) -> usize {
        self.other
            .eval(
                tokens.len(),
                |_, lane| &tokens[lane],
                |column| match column.kind {
                    Kind::Int => {
                        let Some(start) = state.as_i64() else { return 0 };
                        let others = column.lanes.iter().map(|lane| lane.cast_signed());
                        let next = |state, other| self.int(state, other);
                        steps(start, others, next, |now| {
                            *state = Value::from(now);
                            each(state);
                        })
                    }
                    _ => {
                        let Some(start) = state.as_f64() else { return 0 };
                        let others = column.lanes.iter().map(|lane| f64::from_bits(*lane));
                        let next = |state, other| self.float(state, other);
                        steps(start, others, next, |now| {
                            *state = Value::from(now);
                            each(state);
                        })
                    }
                },
            )
            .unwrap_or(0)
    }

    #[inline]
    fn int(&self, state: i64, other: i64) -> Option<i64> {
        let (a, b) = if self.state_first { (state, other) } else { (other, state) };
        match self.step {
            Step::Operator(operator) => number::int_checked(operator, a, b),
            Step::Min => Some(a.min(b)),
            Step::Max => Some(a.max(b)),
        }
    }

    #[inline]
    fn float(&self, state: f64, other: f64) -> Option<f64> {
        let (a, b) = if self.state_first { (state, other) } else { (other, state) };
        match self.step {
            Step::Operator(operator) => number::float_arithmetic(operator, a, b),
            Step::Min => Some(a.min(b)),
            Step::Max => Some(a.max(b)),
        }
    }
}

/// How many steps have a value.
#[inline]
fn steps<T: Copy>(
    mut state: T,
    others: impl Iterator<Item = T>,
    next: impl Fn(T, T) -> Option<T>,
    mut each: impl FnMut(T),
) -> usize {
    let mut n = 0;
    for other in others {
        match next(state, other) {
            Some(now) => state = now,
            None => break,
        }
        n += 1;
        each(state);
    }
    n
}
