//! A program run over arrays, block by block.

use std::mem;
use std::ops::Range;

use csprun_dsl::expr::ir::Binary;
use csprun_dsl::ty::Elem;

use super::body::{Bank, Body, Code, Instruction, Source};
use super::item::{Item, by_elem};
use super::kernel::{Choose, Compare, Compute};
use crate::expr::machine::Machine;
use crate::value::{Array, ArrayData, Value, View};

/// Elements that are computed at a time: with a few registers they stay in the nearest cache.
const N_BLOCK: usize = 1024;

/// What the last step gives for these arrays and numbers; `None` when they do not go together, or an element has no
/// value. An array that nobody else has may become the result; where there is none, the leaves are as they were.
pub(super) fn run(body: &Body, leaves: &mut [Value]) -> Option<Value> {
    let mut arrays = leaves.iter().filter_map(Value::as_array);
    let shape = arrays.next()?.shape();
    if arrays.any(|array| array.shape() != shape) {
        return None;
    }
    by_elem!(body.elem, T => typed::<T>(body, leaves))
}

fn typed<T: Item>(body: &Body, leaves: &mut [Value]) -> Option<Value> {
    let fits = |(leaf, value): (usize, &Value)| {
        (!body.wants(leaf, Bank::Values) || T::is_operand(value))
            && (!body.wants(leaf, Bank::Bytes) || u8::is_operand(value))
    };
    if !leaves.iter().enumerate().all(fits) {
        return None;
    }
    let gives = body.gives();
    let elem = if gives == Bank::Bytes { Elem::U8 } else { body.elem };
    // Where a step may fail the leaves are still needed then.
    let sole = |leaf: &mut Value| leaf.array_mut().is_some_and(|array| array.elem() == elem);
    let own = if body.may_fail() { None } else { leaves.iter_mut().position(sole) };
    let mut result = own.map(|own| std::mem::replace(&mut leaves[own], Value::UNIT));
    let array = result.as_ref().and_then(Value::as_array);
    let array = array.or_else(|| leaves.iter().find_map(Value::as_array))?;
    let (n, shape) = (array.data().len(), array.shape().to_vec());
    let own_data = result.as_mut().and_then(Value::array_mut).map(Array::data_mut);
    let mut values = Blocked::<T>::new(body, Bank::Values, leaves, n);
    let mut bytes = Blocked::<u8>::new(body, Bank::Bytes, leaves, n);
    match gives {
        Bank::Values => values.give_into(own_data, elem, n)?,
        Bank::Bytes => bytes.give_into(own_data, elem, n)?,
    }
    let mut blocks = Blocks { steps: &body.steps, values, bytes };
    if !blocks.run(gives, n) {
        return None;
    }
    let fresh = match gives {
        Bank::Values => T::into_data(blocks.values.fresh),
        Bank::Bytes => u8::into_data(blocks.bytes.fresh),
    };
    match result {
        Some(own) => Some(own),
        None => Array::new(shape, fresh).map(Value::from),
    }
}

/// An operand that a program starts with.
enum Leaf<'a, T> {
    Array(&'a [T]),
    /// A block of a number.
    Number(Box<[T]>),
    /// The array that becomes the result.
    Own,
    /// One of the other bank.
    Other,
}

/// The operands and registers of one bank.
struct Blocked<'a, T> {
    machine: Machine,
    leaves: Vec<Leaf<'a, T>>,
    registers: Vec<Box<[T]>>,
    /// What a step computes before it becomes a register: that may be an operand itself.
    spare: Box<[T]>,
    own: Option<&'a mut [T]>,
    /// The result where there is no array of its own for it.
    fresh: Vec<T>,
}

impl<'a, T: Item> Blocked<'a, T> {
    fn new(body: &Body, bank: Bank, leaves: &'a [Value], n: usize) -> Blocked<'a, T> {
        let n_block = N_BLOCK.min(n);
        let block = || vec![T::default(); n_block].into_boxed_slice();
        let leaf = |(leaf, value): (usize, &'a Value)| match value.view() {
            _ if !body.wants(leaf, bank) => Leaf::Other,
            View::Unit => Leaf::Own,
            View::Array(array) => T::of_array(array.data()).map_or(Leaf::Other, Leaf::Array),
            _ => T::of(value).map_or(Leaf::Other, |number| Leaf::Number(vec![number; n_block].into())),
        };
        let n_registers = if bank == Bank::Values { body.n_values } else { body.n_bytes };
        Blocked {
            machine: Machine::here(),
            leaves: leaves.iter().enumerate().map(leaf).collect(),
            registers: (0..n_registers).map(|_| block()).collect(),
            spare: block(),
            own: None,
            fresh: Vec::new(),
        }
    }

    /// Lets the result come into these elements, or into fresh memory.
    fn give_into(&mut self, own: Option<&'a mut ArrayData>, elem: Elem, n: usize) -> Option<()> {
        match own {
            Some(own) => self.own = Some(T::of_array_mut(own)?),
            None => self.fresh = T::of_array_mut(&mut ArrayData::with_capacity(elem, n)).map(mem::take)?,
        }
        Some(())
    }

    fn operand(&self, source: Source, at: &Range<usize>) -> &[T] {
        match source {
            Source::Register(register) => &self.registers[register][..at.len()],
            Source::Leaf(leaf) => match (&self.leaves[leaf], &self.own) {
                (Leaf::Array(items), _) => &items[at.clone()],
                (Leaf::Number(block), _) => &block[..at.len()],
                (Leaf::Own, Some(own)) => &own[at.clone()],
                (Leaf::Own | Leaf::Other, _) => &[],
            },
        }
    }

    /// A step all of whose blocks are here. Whether all elements have a value.
    fn compute(&mut self, step: &Instruction, at: &Range<usize>) -> bool {
        let mut to = mem::take(&mut self.spare);
        let [a, b] = [0, 1].map(|index| self.operand(step.operands[index], at));
        let done = self.machine.run(Compute { code: step.code, a, b, to: &mut to[..at.len()] });
        self.keep(step.to, to);
        done
    }

    fn compare(&self, operator: Binary, step: &Instruction, at: &Range<usize>, to: &mut [u8]) {
        let [a, b] = [0, 1].map(|index| self.operand(step.operands[index], at));
        self.machine.run(Compare { operator, a, b, to: &mut to[..at.len()] });
    }

    fn choose(&self, mask: &[u8], step: &Instruction, at: &Range<usize>, to: &mut [T]) {
        let [a, b] = [1, 2].map(|index| self.operand(step.operands[index], at));
        self.machine.run(Choose { mask, a, b, to: &mut to[..at.len()] });
    }

    /// Makes a register of what was computed.
    fn keep(&mut self, register: usize, computed: Box<[T]>) {
        self.spare = mem::replace(&mut self.registers[register], computed);
    }

    /// Adds a block to the result.
    fn give(&mut self, register: usize, at: &Range<usize>) {
        let block = &self.registers[register][..at.len()];
        match &mut self.own {
            Some(own) => own[at.clone()].copy_from_slice(block),
            None => self.fresh.extend_from_slice(block),
        }
    }
}

struct Blocks<'a, T> {
    steps: &'a [Instruction],
    values: Blocked<'a, T>,
    bytes: Blocked<'a, u8>,
}

impl<T: Item> Blocks<'_, T> {
    /// Computes all elements. Whether all have a value.
    fn run(&mut self, gives: Bank, n: usize) -> bool {
        for start in (0..n).step_by(N_BLOCK) {
            let at = start..n.min(start + N_BLOCK);
            if !self.steps.iter().all(|step| self.step(step, &at)) {
                return false;
            }
            let last = self.steps.last().map_or(0, |step| step.to);
            match gives {
                Bank::Values => self.values.give(last, &at),
                Bank::Bytes => self.bytes.give(last, &at),
            }
        }
        true
    }

    fn step(&mut self, step: &Instruction, at: &Range<usize>) -> bool {
        let Blocks { values, bytes, .. } = self;
        match (step.code, step.bank) {
            (Code::Compare(operator), Bank::Values) => {
                let mut to = mem::take(&mut bytes.spare);
                values.compare(operator, step, at, &mut to);
                bytes.keep(step.to, to);
            }
            (Code::Compare(operator), Bank::Bytes) => {
                let mut to = mem::take(&mut bytes.spare);
                bytes.compare(operator, step, at, &mut to);
                bytes.keep(step.to, to);
            }
            (Code::Where, Bank::Values) => {
                let mut to = mem::take(&mut values.spare);
                values.choose(bytes.operand(step.operands[0], at), step, at, &mut to);
                values.keep(step.to, to);
            }
            (Code::Where, Bank::Bytes) => {
                let mut to = mem::take(&mut bytes.spare);
                bytes.choose(bytes.operand(step.operands[0], at), step, at, &mut to);
                bytes.keep(step.to, to);
            }
            (_, Bank::Values) => return values.compute(step, at),
            (_, Bank::Bytes) => return bytes.compute(step, at),
        }
        true
    }
}
