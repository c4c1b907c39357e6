//! A program run over arrays, block by block.

use csprun_dsl::ty::Elem;

use super::item::{Code, Item, by_elem};
use crate::expr::machine::{Machine, Work};
use crate::value::{Array, ArrayData, Value, View};

/// Elements that are computed at a time: with a few registers they stay in the nearest cache.
const N_BLOCK: usize = 1024;

/// Where an operand stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Source {
    Leaf(usize),
    Register(usize),
}

/// One step of a program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction {
    pub(super) code: Code,
    pub(super) to: usize,
    pub(super) a: Source,
    /// The same as `a` where there is one operand.
    pub(super) b: Source,
}

/// What the last step gives for these arrays and numbers; `None` when they do not go together, or an element has no
/// value. An array that nobody else has may become the result; where there is none, the leaves are as they were.
pub(super) fn run(program: &[Instruction], n_registers: usize, leaves: &mut [Value]) -> Option<Value> {
    let mut arrays = leaves.iter().filter_map(Value::as_array);
    let first = arrays.next()?;
    let (elem, shape) = (first.elem(), first.shape());
    if arrays.any(|array| array.elem() != elem || array.shape() != shape) {
        return None;
    }
    by_elem!(elem, T => typed::<T>(program, n_registers, leaves))
}

/// An operand that a program starts with.
enum Leaf<'a, T> {
    Array(&'a [T]),
    /// A block of a number.
    Number(Box<[T]>),
    /// The array that becomes the result.
    Own,
}

fn typed<T: Item>(program: &[Instruction], n_registers: usize, leaves: &mut [Value]) -> Option<Value> {
    let numbers_fit = leaves.iter().all(|leaf| leaf.as_array().is_some() || T::of(leaf).is_some());
    if !numbers_fit {
        return None;
    }
    // Where a step may fail the leaves are still needed then.
    let sole = |leaf: &mut Value| !T::MAY_FAIL && leaf.array_mut().is_some();
    let own = leaves.iter_mut().position(sole);
    let mut result = own.map(|own| std::mem::replace(&mut leaves[own], Value::UNIT));
    let array = result.as_ref().and_then(Value::as_array);
    let array = array.or_else(|| leaves.iter().find_map(Value::as_array))?;
    let (n, shape) = (array.data().len(), array.shape().to_vec());
    let operands: Vec<Leaf<'_, T>> = leaves
        .iter()
        .map(|leaf| match leaf.view() {
            View::Array(array) => T::of_array(array.data()).map(Leaf::Array),
            View::Unit => Some(Leaf::Own),
            _ => T::of(leaf).map(|number| Leaf::Number(vec![number; N_BLOCK.min(n)].into())),
        })
        .collect::<Option<_>>()?;
    let block = || vec![T::default(); N_BLOCK.min(n)].into_boxed_slice();
    let mut registers: Vec<Box<[T]>> = (0..n_registers).map(|_| block()).collect();
    let elem = array.elem();
    let own = result.as_mut().and_then(Value::array_mut);
    // What is computed in place needs no other memory.
    let mut memory = ArrayData::with_capacity(elem, if own.is_some() { 0 } else { n });
    let work = Blocks {
        program,
        leaves: &operands,
        registers: &mut registers,
        spare: block(),
        n,
        fresh: T::of_array_mut(&mut memory).map(std::mem::take)?,
        own: own.and_then(|array| T::of_array_mut(array.data_mut())).map(Vec::as_mut_slice),
    };
    let fresh = Machine::here().run(work)?;
    match result {
        Some(own) => Some(own),
        None => Array::new(shape, T::into_data(fresh)).map(Value::from),
    }
}

struct Blocks<'a, T> {
    program: &'a [Instruction],
    leaves: &'a [Leaf<'a, T>],
    registers: &'a mut [Box<[T]>],
    /// What a step computes before it becomes a register: that may be an operand itself.
    spare: Box<[T]>,
    n: usize,
    own: Option<&'a mut [T]>,
    /// The result where there is no array of its own for it.
    fresh: Vec<T>,
}

impl<T: Item> Blocks<'_, T> {
    #[inline(always)]
    fn operand(&self, source: Source, start: usize, len: usize) -> &[T] {
        match source {
            Source::Register(register) => &self.registers[register][..len],
            Source::Leaf(leaf) => match (&self.leaves[leaf], &self.own) {
                (Leaf::Array(items), _) => &items[start..start + len],
                (Leaf::Number(block), _) => &block[..len],
                (Leaf::Own, Some(own)) => &own[start..start + len],
                (Leaf::Own, None) => &[],
            },
        }
    }
}

impl<T: Item> Work for Blocks<'_, T> {
    type Out = Option<Vec<T>>;

    #[inline(always)]
    fn run(mut self) -> Option<Vec<T>> {
        for start in (0..self.n).step_by(N_BLOCK) {
            let len = N_BLOCK.min(self.n - start);
            let mut last = 0;
            for step in self.program {
                let mut to = std::mem::take(&mut self.spare);
                let (a, b) = (self.operand(step.a, start, len), self.operand(step.b, start, len));
                if !T::apply(step.code, a, b, &mut to[..len]) {
                    return None;
                }
                self.spare = std::mem::replace(&mut self.registers[step.to], to);
                last = step.to;
            }
            let block = &self.registers[last][..len];
            match &mut self.own {
                Some(own) => own[start..start + len].copy_from_slice(block),
                None => self.fresh.extend_from_slice(block),
            }
        }
        Some(self.fresh)
    }
}
