//! A program with the registers that it runs in.

use std::cell::RefCell;

use csprun_dsl::expr::{Body, Compiled};

use super::code::{self, Kind, Lanes, N_LANES, Program};
use super::lower;
use super::machine::Machine;
use crate::value::Value;

/// Registers of all programs on a thread: nothing stays in them, and there they stay in the cache.
#[derive(Default)]
struct Registers {
    #[expect(clippy::vec_box, reason = "a step's result takes the place of a register without being copied")]
    list: Vec<Box<Lanes>>,
    /// What a step computes before it becomes a register.
    spare: Option<Box<Lanes>>,
}

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
        let program = lower::program(expr, compiled.scope.variables.len(), *n_locals)?;
        Some(Columns::of(program))
    }

    /// Evaluates for `n` tokens, at most [`N_LANES`], and gives `take` what came out; `variable` gives the value of a
    /// variable for a token. `None` when one of them has no value, or is of another type.
    pub(in crate::expr) fn eval<'a, R>(
        &self,
        n: usize,
        variable: impl Fn(usize, usize) -> &'a Value,
        take: impl FnOnce(Column<'_>) -> R,
    ) -> Option<R> {
        REGISTERS.with_borrow_mut(|Registers { list, spare }| {
            let program = &self.program;
            if list.len() < program.n_registers {
                list.resize_with(program.n_registers, || Box::new([0; N_LANES]));
            }
            let spare = spare.get_or_insert_with(|| Box::new([0; N_LANES]));
            for &(reg, bits) in &program.constants {
                list[usize::from(reg)][..n].fill(bits);
            }
            for (index, input) in program.inputs.iter().enumerate() {
                let Some((reg, kind)) = *input else { continue };
                let lanes = &mut list[usize::from(reg)][..n];
                let value = |lane| variable(index, lane);
                let fits = match kind {
                    Kind::Int => fill(lanes, |lane| value(lane).as_i64().map(i64::cast_unsigned)),
                    Kind::Float => fill(lanes, |lane| value(lane).as_f64().map(f64::to_bits)),
                    Kind::Bool => fill(lanes, |lane| value(lane).as_bool().map(code::truth)),
                };
                if !fits {
                    return None;
                }
            }
            let runs = self.machine.run(&program.code, list, spare, n);
            let column = || Column { lanes: &list[usize::from(program.result)][..n], kind: program.gives };
            runs.then(|| take(column()))
        })
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

impl Column<'_> {
    /// Appends the values.
    pub(in crate::expr) fn append_to(self, tokens: &mut Vec<Value>) {
        match self.kind {
            Kind::Int => tokens.extend(self.lanes.iter().map(|lane| Value::from(lane.cast_signed()))),
            Kind::Float => tokens.extend(self.lanes.iter().map(|lane| Value::from(f64::from_bits(*lane)))),
            Kind::Bool => tokens.extend(self.lanes.iter().map(|lane| Value::from(*lane != 0))),
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
