//! From the typed tree to a program over blocks.

use std::ops::Range;

use csprun_dsl::expr::ir::{Binary, Expr, Node, Unary};
use csprun_dsl::ty::Type;

use super::blocks::{self, Instruction, Source};
use super::item::Code;
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
    instructions: Vec<Instruction>,
    n_registers: usize,
}

#[derive(Debug)]
enum Part {
    Leaf(usize),
    Operator(Code, Range<usize>),
}

/// One operator, of any values: a binary one, or the negative of the first value.
pub(in crate::expr) type Apply = fn(Option<Binary>, &Value, &Value) -> Result<Value, Fault>;

/// Whether it is an operator that gives an array.
pub(in crate::expr) fn is_operation(expr: &Expr) -> bool {
    let operator = matches!(expr.node, Node::Binary(..) | Node::Unary(Unary::Negate, _));
    operator && matches!(expr.ty, Type::Array(..))
}

#[derive(Default)]
struct Building<'a> {
    order: Vec<Part>,
    instructions: Vec<Instruction>,
    leaves: Vec<&'a Expr>,
    n_operators: usize,
    n_registers: usize,
    free: Vec<usize>,
}

impl Program {
    /// The program of an operator that gives an array, and its leaves in the order in which they are evaluated.
    pub(in crate::expr) fn new(expr: &Expr) -> (Program, Vec<&Expr>) {
        let mut building = Building::default();
        building.visit(expr);
        let Building { order, instructions, leaves, n_registers, .. } = building;
        (Program { order, instructions, n_registers }, leaves)
    }

    /// The value for these leaves: an array among them that nobody else has may become it. Where there is none, the
    /// leaves are as they were.
    pub(in crate::expr) fn eval(&self, leaves: &mut [Value], apply: Apply) -> Result<Value, Fault> {
        match blocks::run(&self.instructions, self.n_registers, leaves) {
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
        let mut values = Vec::new();
        for part in &self.order {
            match part {
                Part::Leaf(leaf) => match leaves.get(*leaf) {
                    Some(value) => values.push(value.clone()),
                    None => break,
                },
                Part::Operator(code, range) => {
                    let b = values.pop().unwrap_or(Value::UNIT);
                    let value = match code {
                        Code::Negate => apply(None, &b, &b),
                        Code::Binary(operator) => {
                            let a = values.pop().unwrap_or(Value::UNIT);
                            apply(Some(*operator), &a, &b)
                        }
                    };
                    values.push(value.map_err(|fault| fault.at(range))?);
                }
            }
        }
        Ok(values)
    }
}

impl<'a> Building<'a> {
    fn visit(&mut self, expr: &'a Expr) -> Source {
        let goes_on = self.n_operators < N_OPERATORS && is_operation(expr);
        match &expr.node {
            Node::Binary(operator, pair) if goes_on => {
                self.n_operators += 1;
                let (a, b) = (self.visit(&pair[0]), self.visit(&pair[1]));
                self.operator(Code::Binary(*operator), [a, b], expr)
            }
            Node::Unary(_, operand) if goes_on => {
                self.n_operators += 1;
                let a = self.visit(operand);
                self.operator(Code::Negate, [a, a], expr)
            }
            _ => self.leaf(expr),
        }
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

    fn operator(&mut self, code: Code, [a, b]: [Source; 2], expr: &Expr) -> Source {
        self.order.push(Part::Operator(code, expr.range.clone()));
        for (at, source) in [a, b].into_iter().enumerate() {
            if let Source::Register(register) = source
                && (at == 0 || a != b)
            {
                self.free.push(register);
            }
        }
        let to = self.free.pop().unwrap_or_else(|| {
            self.n_registers += 1;
            self.n_registers - 1
        });
        self.instructions.push(Instruction { code, to, a, b });
        Source::Register(to)
    }
}
