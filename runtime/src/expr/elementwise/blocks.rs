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
const N_BLOCK: usize = 2048;

/// Bytes of a line of memory, and of the longest vectors.
const LINE: usize = 64;

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
    let mut result = own.map(|own| mem::replace(&mut leaves[own], Value::UNIT));
    let array = result.as_ref().and_then(Value::as_array);
    let array = array.or_else(|| leaves.iter().find_map(Value::as_array))?;
    let (n, shape) = (array.data().len(), array.shape().to_vec());
    let own_data = result.as_mut().and_then(Value::array_mut).map(|array| mem::take(array.data_mut()));
    let data = own_data.unwrap_or_else(|| ArrayData::any(elem, n));
    let last = body.steps.last()?;
    let mut blocks = Blocks {
        steps: &body.steps,
        values: Blocked::<T>::new(body, Bank::Values, leaves, n),
        bytes: Blocked::<u8>::new(body, Bank::Bytes, leaves, n),
    };
    let overlaps = own.is_some_and(|own| last.operands.contains(&Source::Leaf(own)));
    match gives {
        Bank::Values => blocks.values.give_into(data, overlaps)?,
        Bank::Bytes => blocks.bytes.give_into(data, overlaps)?,
    }
    if !blocks.run(gives, n) {
        return None;
    }
    let data = match gives {
        Bank::Values => T::into_data(blocks.values.result),
        Bank::Bytes => u8::into_data(blocks.bytes.result),
    };
    let Some(mut own) = result else { return Array::new(shape, data).map(Value::from) };
    *own.array_mut()?.data_mut() = data;
    Some(own)
}

/// An operand that a program starts with.
enum Leaf<'a, T> {
    Array(&'a [T]),
    /// A number once, where every step that uses it takes one, else a block of it.
    Number(Vec<T>),
    /// The array that becomes the result.
    Own,
    /// One of the other bank.
    Other,
}

/// The operands and registers of one bank.
struct Blocked<'a, T> {
    machine: Machine,
    leaves: Vec<Leaf<'a, T>>,
    registers: Vec<Vec<T>>,
    /// What a step computes before it becomes a register: that may be an operand itself.
    spare: Vec<T>,
    /// All elements, in the bank that gives it: those of an array of its own, or any.
    result: Vec<T>,
    /// The last step reads where the result comes.
    overlaps: bool,
}

impl<'a, T: Item> Blocked<'a, T> {
    fn new(body: &Body, bank: Bank, leaves: &'a [Value], n: usize) -> Blocked<'a, T> {
        let n_of = |leaf| if body.takes_number(leaf) { 1 } else { N_BLOCK.min(n) };
        let leaf = |(leaf, value): (usize, &'a Value)| match value.view() {
            _ if !body.wants(leaf, bank) => Leaf::Other,
            View::Unit => Leaf::Own,
            View::Array(array) => T::of_array(array.data()).map_or(Leaf::Other, Leaf::Array),
            _ => T::of(value).map_or(Leaf::Other, |number| Leaf::Number(vec![number; n_of(leaf)])),
        };
        let n_registers = if bank == Bank::Values { body.n_values } else { body.n_bytes };
        Blocked {
            machine: Machine::here(),
            leaves: leaves.iter().enumerate().map(leaf).collect(),
            registers: (0..n_registers).map(|_| Vec::new()).collect(),
            spare: Vec::new(),
            result: Vec::new(),
            overlaps: false,
        }
    }

    /// Lets the result come into these elements.
    fn give_into(&mut self, mut data: ArrayData, overlaps: bool) -> Option<()> {
        self.result = T::of_array_mut(&mut data).map(mem::take)?;
        self.overlaps = overlaps;
        Some(())
    }

    /// Elements of the result before the first one that begins a line of memory.
    fn n_before_a_line(&self) -> usize {
        self.result.as_ptr().align_offset(LINE)
    }

    fn operand(&self, source: Source, at: &Range<usize>) -> &[T] {
        match source {
            Source::Register(register) => &self.registers[register][..at.len()],
            Source::Leaf(leaf) => match &self.leaves[leaf] {
                Leaf::Array(items) => &items[at.clone()],
                Leaf::Number(block) => &block[..at.len().min(block.len())],
                Leaf::Own => &self.result[at.clone()],
                Leaf::Other => &[],
            },
        }
    }

    /// What a step computes into, and where in it: a block, or for the last one the result.
    fn target(&mut self, step: &Step<'_>) -> (Vec<T>, Range<usize>) {
        if step.is_last && !self.overlaps {
            return (mem::take(&mut self.result), step.at.clone());
        }
        let mut block = mem::take(&mut self.spare);
        block.resize(block.len().max(step.at.len()), T::default());
        (block, 0..step.at.len())
    }

    /// Makes a register of what was computed, or keeps the result.
    fn keep(&mut self, step: &Step<'_>, computed: Vec<T>) {
        if step.is_last && !self.overlaps {
            self.result = computed;
            return;
        }
        if step.is_last {
            self.result[step.at.clone()].copy_from_slice(&computed[..step.at.len()]);
        }
        self.spare = mem::replace(&mut self.registers[step.instruction.to], computed);
    }

    fn operands<const N: usize>(&self, step: &Step<'_>, which: [usize; N]) -> [&[T]; N] {
        which.map(|index| self.operand(step.instruction.operands[index], &step.at))
    }

    /// A step all of whose blocks are here. Whether all elements have a value.
    fn compute(&mut self, step: &Step<'_>) -> bool {
        let (mut items, to) = self.target(step);
        let [a, b] = self.operands(step, [0, 1]);
        let done = self.machine.run(Compute { code: step.instruction.code, a, b, to: &mut items[to] });
        self.keep(step, items);
        done
    }

    fn compare(&self, operator: Binary, step: &Step<'_>, to: &mut [u8]) {
        let [a, b] = self.operands(step, [0, 1]);
        self.machine.run(Compare { operator, a, b, to });
    }

    fn choose(&self, mask: &[u8], step: &Step<'_>, to: &mut [T]) {
        let [a, b] = self.operands(step, [1, 2]);
        self.machine.run(Choose { mask, a, b, to });
    }
}

/// A step for one block.
struct Step<'a> {
    instruction: &'a Instruction,
    /// The elements that it is for.
    at: Range<usize>,
    is_last: bool,
}

struct Blocks<'a, T> {
    steps: &'a [Instruction],
    values: Blocked<'a, T>,
    bytes: Blocked<'a, u8>,
}

impl<T: Item> Blocks<'_, T> {
    /// Computes all elements. Whether all have a value.
    fn run(&mut self, gives: Bank, n: usize) -> bool {
        let head = match gives {
            Bank::Values => self.values.n_before_a_line(),
            Bank::Bytes => self.bytes.n_before_a_line(),
        };
        // A first block that is short has all others begin with a line: vectors that lie in two take twice as long.
        let mut at = 0..head.min(n).min(N_BLOCK);
        while at.start < n {
            if !at.is_empty() && !self.all_steps(&at) {
                return false;
            }
            at = at.end..n.min(at.end + N_BLOCK);
        }
        true
    }

    fn all_steps(&mut self, at: &Range<usize>) -> bool {
        let n_before_last = self.steps.len() - 1;
        let step = |(i, instruction)| Step { instruction, at: at.clone(), is_last: i == n_before_last };
        self.steps.iter().enumerate().map(step).all(|step| self.step(&step))
    }

    fn step(&mut self, step: &Step<'_>) -> bool {
        let Blocks { values, bytes, .. } = self;
        match (step.instruction.code, step.instruction.bank) {
            (Code::Compare(operator), bank) => {
                let (mut items, to) = bytes.target(step);
                match bank {
                    Bank::Values => values.compare(operator, step, &mut items[to]),
                    Bank::Bytes => bytes.compare(operator, step, &mut items[to]),
                }
                bytes.keep(step, items);
                true
            }
            (Code::Where, Bank::Values) => {
                let (mut items, to) = values.target(step);
                values.choose(bytes.operands(step, [0])[0], step, &mut items[to]);
                values.keep(step, items);
                true
            }
            (Code::Where, Bank::Bytes) => {
                let (mut items, to) = bytes.target(step);
                bytes.choose(bytes.operands(step, [0])[0], step, &mut items[to]);
                bytes.keep(step, items);
                true
            }
            (_, Bank::Values) => values.compute(step),
            (_, Bank::Bytes) => bytes.compute(step),
        }
    }
}
