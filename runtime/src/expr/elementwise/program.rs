//! From the typed tree to a program over blocks.

use std::ops::Range;

use csprun_dsl::expr::ir::{Expr, Node};
use csprun_dsl::ty::{Elem, Type};

use super::blocks;
use super::body::{Bank, Body, Code, Instruction, N_OPERANDS, Operation, Source};
use crate::expr::fault::Fault;
use crate::value::Value;

/// Most operators of a program: with so many numbers and registers a block still stays near. What is below them is a
/// leaf, with a program of its own.
const N_OPERATORS: usize = 16;

/// Operators between arrays, and the parts between which they stand.
#[derive(Debug)]
pub(in crate::expr) struct Program {
    /// All of it, operands before their operator.
    order: Vec<Part>,
    body: Body,
}

#[derive(Debug)]
enum Part {
    Leaf(usize),
    Operator(Operation, Range<usize>),
}

/// One operation, of any values.
pub(in crate::expr) type Apply = fn(Operation, &mut [Value]) -> Result<Value, Fault>;

/// Whether it is an operation that gives an array, element by element.
pub(in crate::expr) fn is_operation(expr: &Expr) -> bool {
    Operation::of(expr).is_some()
}

/// The registers of a bank.
#[derive(Default)]
struct Registers {
    n: usize,
    free: Vec<usize>,
}

#[derive(Default)]
struct Building<'a> {
    order: Vec<Part>,
    steps: Vec<Instruction>,
    leaves: Vec<&'a Expr>,
    n_operators: usize,
    values: Registers,
    bytes: Registers,
    /// Type of the values, where there are some.
    elem: Option<Elem>,
}

impl Program {
    /// The program of an operation that gives an array, and its leaves in the order in which they are evaluated.
    pub(in crate::expr) fn new(expr: &Expr) -> (Program, Vec<&Expr>) {
        let mut building = Building::default();
        building.visit(expr);
        let Building { order, steps, leaves, values, bytes, elem, .. } = building;
        let body = Body { steps, elem: elem.unwrap_or(Elem::U8), n_values: values.n, n_bytes: bytes.n };
        (Program { order, body }, leaves)
    }

    /// The value for these leaves: an array among them that nobody else has may become it. Where there is none, the
    /// leaves are as they were.
    pub(in crate::expr) fn eval(&self, leaves: &mut [Value], apply: Apply) -> Result<Value, Fault> {
        match blocks::run(&self.body, leaves) {
            Some(value) => Ok(value),
            None => {
                let mut values = self.one_by_one(leaves, apply)?;
                Ok(values.pop().unwrap_or(Value::UNIT))
            }
        }
    }

    /// The fault of the operators that come before a leaf that is still missing, behind `leaves`.
    pub(in crate::expr) fn fault_before(&self, leaves: &[Value], apply: Apply) -> Option<Fault> {
        self.one_by_one(leaves, apply).err()
    }

    /// Applies the operators one after the other, as far as there are leaves.
    fn one_by_one(&self, leaves: &[Value], apply: Apply) -> Result<Vec<Value>, Fault> {
        let mut values: Vec<Value> = Vec::new();
        for part in &self.order {
            match part {
                Part::Leaf(leaf) => match leaves.get(*leaf) {
                    Some(value) => values.push(value.clone()),
                    None => break,
                },
                Part::Operator(operation, range) => {
                    let n_below = values.len().saturating_sub(operation.n_operands());
                    let value = apply(*operation, &mut values[n_below..]);
                    values.truncate(n_below);
                    values.push(value.map_err(|fault| fault.at(range))?);
                }
            }
        }
        Ok(values)
    }
}

impl<'a> Building<'a> {
    /// Where the array that `expr` gives will be.
    fn visit(&mut self, expr: &'a Expr) -> Source {
        match self.goes_on(expr) {
            Some((operation, code, operands, bank)) => {
                self.n_operators += 1;
                let sources: Vec<Source> = operands.into_iter().map(|operand| self.visit(operand)).collect();
                self.order.push(Part::Operator(operation, expr.range.clone()));
                self.step(code, bank, &sources)
            }
            None => self.leaf(expr),
        }
    }

    /// The operation that `expr` is, where it can be a part of this program, and where its operands are.
    fn goes_on(&mut self, expr: &'a Expr) -> Option<(Operation, Code, Vec<&'a Expr>, Bank)> {
        let (operation, operands) = Operation::of(expr).filter(|_| self.n_operators < N_OPERATORS)?;
        let code = operation.code()?;
        let elem = elem_of(operation, expr, &operands)?;
        let bank = Bank::of(elem);
        if bank == Bank::Values && *self.elem.get_or_insert(elem) != elem {
            return None;
        }
        Some((operation, code, operands, bank))
    }

    fn leaf(&mut self, expr: &'a Expr) -> Source {
        // A variable has one value, so that the array that it is may have one owner.
        let same = |leaf: &&Expr| matches!(expr.node, Node::Variable(_)) && leaf.node == expr.node;
        let leaf = self.leaves.iter().position(same).unwrap_or_else(|| {
            self.leaves.push(expr);
            self.leaves.len() - 1
        });
        self.order.push(Part::Leaf(leaf));
        Source::Leaf(leaf)
    }

    fn step(&mut self, code: Code, bank: Bank, sources: &[Source]) -> Source {
        let last = sources.last().copied().unwrap_or(Source::Leaf(0));
        let operands: [Source; N_OPERANDS] =
            std::array::from_fn(|at| sources.get(at).copied().unwrap_or(last));
        let mut step = Instruction { code, bank, to: 0, operands };
        for (source, bank) in operands.into_iter().zip(step.banks()).take(sources.len()) {
            if let Source::Register(register) = source {
                self.registers(bank).free.push(register);
            }
        }
        let registers = self.registers(step.gives());
        step.to = registers.free.pop().unwrap_or_else(|| {
            registers.n += 1;
            registers.n - 1
        });
        self.steps.push(step);
        Source::Register(step.to)
    }

    fn registers(&mut self, bank: Bank) -> &mut Registers {
        match bank {
            Bank::Values => &mut self.values,
            Bank::Bytes => &mut self.bytes,
        }
    }
}

/// Type of the elements among which an operation goes on: that of the result, or of what is compared.
fn elem_of(operation: Operation, expr: &Expr, operands: &[&Expr]) -> Option<Elem> {
    let of = |expr: &Expr| if let Type::Array(elem, _) = expr.ty { Some(elem) } else { None };
    match operation.code()? {
        Code::Compare(_) => operands.iter().find_map(|operand| of(operand)),
        _ => of(expr),
    }
}
