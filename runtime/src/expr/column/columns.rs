//! An expression, evaluated for many tokens.

use std::borrow::Borrow;
use std::cell::RefCell;

use csprun_dsl::expr::{Body, Compiled};

use super::code::{Input, Kind, Origin, Program, TRUE};
use super::lower;
use super::question::{self, Answer};
use super::registers::Registers;
use crate::expr::machine::Machine;
use crate::value::Value;

thread_local! {
    static REGISTERS: RefCell<Registers> = RefCell::default();
}

/// An expression as a program.
#[derive(Debug)]
pub(in crate::expr) struct Columns {
    program: Program,
    machine: Machine,
}

/// What a program gave.
#[derive(Clone, Copy)]
pub(in crate::expr) struct Column<'a> {
    pub(super) lanes: &'a [u64],
    pub(super) kind: Kind,
}

impl Columns {
    pub(super) fn of(program: Program) -> Columns {
        Columns { program, machine: Machine::here() }
    }

    /// Prepares an expression; `None` when it is of more than numbers and Bools.
    pub(in crate::expr) fn new(compiled: &Compiled) -> Option<Columns> {
        let Body::Ir { expr, n_locals } = &compiled.body else { return None };
        let program = lower::program(expr, *n_locals)?;
        Some(Columns::of(program))
    }

    /// Whether the variable makes no difference.
    pub(in crate::expr) fn ignores(&self, variable: usize) -> bool {
        !self.program.reads(variable)
    }

    /// Evaluates for `n` tokens, at most [`N_LANES`], and gives `take` what came out; `variable` gives the value of a
    /// variable for a token. `None` when one of them has no value, or is of another type.
    pub(in crate::expr) fn eval<V: Borrow<Value>, R>(
        &self,
        n: usize,
        variable: impl Fn(usize, usize) -> V,
        take: impl FnOnce(Column<'_>) -> R,
    ) -> Option<R> {
        REGISTERS.with_borrow_mut(|registers| self.computed(registers, n, variable).map(take))
    }

    /// Evaluates for these tokens, at most [`N_LANES`], values of the only variable, and puts what came out in their
    /// places: a batch stays where it is in the cache. `false`, and nothing is changed, when one of them has no value,
    /// or is of another type.
    pub(in crate::expr) fn replace(&self, tokens: &mut [Value]) -> bool {
        REGISTERS.with_borrow_mut(|registers| {
            let column = self.computed(registers, tokens.len(), |_, lane| &tokens[lane]);
            column.is_some_and(|column| {
                column.put_into(tokens);
                true
            })
        })
    }

    fn computed<'a, V: Borrow<Value>>(
        &self,
        registers: &'a mut Registers,
        n: usize,
        variable: impl Fn(usize, usize) -> V,
    ) -> Option<Column<'a>> {
        let program = &self.program;
        registers.prepare(program, n);
        for input in &program.inputs {
            let fits = match &input.origin {
                Origin::Variable(index) => {
                    let value = |lane| question::bits(variable(*index, lane).borrow(), input.kind);
                    fill(&mut registers.lanes_mut(input.reg)[..n], value)
                }
                Origin::Asked(question) => {
                    let of = question.variables();
                    ask(input, registers, n, |lane| {
                        let values = of.map(|index| index.map(|index| variable(index, lane)));
                        question
                            .answer(input.kind, values.each_ref().map(|value| value.as_ref().map(V::borrow)))
                    })
                }
            };
            if !fits {
                return None;
            }
        }
        let runs = registers.run(&program.parts, self.machine, n);
        runs.then(|| Column { lanes: &registers.lanes(program.result)[..n], kind: program.gives })
    }
}

/// Whether there were values for all lanes.
fn fill(lanes: &mut [u64], of: impl Fn(usize) -> Option<u64>) -> bool {
    let mut fits = true;
    for (lane, to) in lanes.iter_mut().enumerate() {
        match of(lane) {
            Some(bits) => *to = bits,
            None => fits = false,
        }
    }
    fits
}

/// The same for what tokens answer.
fn ask(input: &Input, registers: &mut Registers, n: usize, answer: impl Fn(usize) -> Option<Answer>) -> bool {
    for lane in 0..n {
        let (bits, none) = match answer(lane) {
            Some(Answer::Is(bits)) => (bits, 0),
            Some(Answer::None) => (0, TRUE),
            None => return false,
        };
        registers.lanes_mut(input.reg)[lane] = bits;
        if let Some(reg) = input.none {
            registers.lanes_mut(reg)[lane] = none;
        }
    }
    true
}

impl Column<'_> {
    /// Appends the values.
    pub(in crate::expr) fn append_to(self, tokens: &mut Vec<Value>) {
        let n_before = tokens.len();
        tokens.resize(n_before + self.lanes.len(), Value::UNIT);
        self.put_into(&mut tokens[n_before..]);
    }

    /// Puts the values into these places.
    fn put_into(self, tokens: &mut [Value]) {
        let places = tokens.iter_mut().zip(self.lanes);
        match self.kind {
            Kind::Int => places.for_each(|(token, lane)| token.put(Value::from(lane.cast_signed()))),
            Kind::Float => places.for_each(|(token, lane)| token.put(Value::from(f64::from_bits(*lane)))),
            Kind::Bool => places.for_each(|(token, lane)| token.put(Value::from(*lane != 0))),
        }
    }

    /// Appends the values, where they are Bools.
    pub(in crate::expr) fn truths(self, given: &mut Vec<bool>) -> bool {
        if self.kind == Kind::Bool {
            given.extend(self.lanes.iter().map(|lane| *lane != 0));
        }
        self.kind == Kind::Bool
    }
}
