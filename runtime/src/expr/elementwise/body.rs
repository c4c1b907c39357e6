//! Programs over blocks: their steps, and where those find what they need.

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::{Binary, Expr, Node, Unary};
use csprun_dsl::ty::{Elem, Type};

/// What is computed element by element, as it is written.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(in crate::expr) enum Operation {
    Binary(Binary),
    Negate,
    Call(Function),
}

impl Operation {
    /// What an expression computes, and of what; `None` when it is nothing of this sort.
    pub(super) fn of(expr: &Expr) -> Option<(Operation, Vec<&Expr>)> {
        match &expr.node {
            _ if !matches!(expr.ty, Type::Array(..)) => None,
            Node::Binary(operator, pair) => Some((Operation::Binary(*operator), pair.iter().collect())),
            Node::Unary(Unary::Negate, operand) => Some((Operation::Negate, vec![operand])),
            Node::Call(function, arguments) => {
                let operation = Operation::Call(*function);
                operation.code().map(|_| (operation, arguments.iter().collect()))
            }
            _ => None,
        }
    }

    /// The step that computes it; `None` of a function that is none of a single step.
    pub(super) fn code(self) -> Option<Code> {
        Some(match self {
            Operation::Binary(
                operator @ (Binary::Equal
                | Binary::NotEqual
                | Binary::Less
                | Binary::LessEqual
                | Binary::Greater
                | Binary::GreaterEqual),
            ) => Code::Compare(operator),
            Operation::Binary(operator) => Code::Binary(operator),
            Operation::Negate => Code::Negate,
            // NaN alone is not like itself.
            Operation::Call(Function::IsNan) => Code::Compare(Binary::NotEqual),
            Operation::Call(Function::Pow) => Code::Binary(Binary::Power),
            Operation::Call(Function::Where) => Code::Where,
            Operation::Call(
                function @ (Function::Abs
                | Function::Min
                | Function::Max
                | Function::Floor
                | Function::Ceil
                | Function::Round
                | Function::Sqrt
                | Function::Exp
                | Function::Ln
                | Function::Log10
                | Function::Sin
                | Function::Cos
                | Function::Tan
                | Function::Tanh
                | Function::Atan
                | Function::Atan2),
            ) => Code::Call(function),
            Operation::Call(_) => return None,
        })
    }

    /// How many operands it takes.
    pub(super) fn n_operands(self) -> usize {
        match self {
            Operation::Binary(_) => 2,
            Operation::Negate => 1,
            Operation::Call(function) => function.spec().params.len(),
        }
    }
}

/// What a step computes of its operands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Code {
    Binary(Binary),
    /// Of the first operand.
    Negate,
    /// A function of the first operand, or the first two.
    Call(Function),
    /// Gives bytes: 1 where it holds, else 0.
    Compare(Binary),
    /// Where the byte that is the first operand is not 0 the second one, else the third.
    Where,
}

impl Code {
    /// Whether one of its two blocks may be a single number.
    fn takes_number(self) -> bool {
        matches!(self, Code::Binary(Binary::Add | Binary::Subtract | Binary::Multiply | Binary::Divide))
    }

    /// Whether an element may have no value, where elements are integers.
    pub(super) fn may_fail(self) -> bool {
        match self {
            Code::Binary(operator) => !matches!(operator, Binary::And | Binary::Or | Binary::Xor),
            Code::Call(function) => function == Function::Abs,
            Code::Negate => true,
            Code::Compare(_) | Code::Where => false,
        }
    }
}

/// Where blocks are: those of the arrays' own type, or those of U8, which comparisons give. Where the arrays are of U8
/// themselves all are bytes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Bank {
    Values,
    Bytes,
}

impl Bank {
    /// Where elements of this type are.
    pub(super) fn of(elem: Elem) -> Bank {
        if elem == Elem::U8 { Bank::Bytes } else { Bank::Values }
    }
}

/// Where an operand stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Source {
    Leaf(usize),
    Register(usize),
}

/// The most operands of a step.
pub(super) const N_OPERANDS: usize = 3;

/// One step of a program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction {
    pub(super) code: Code,
    /// Where its operands are, but for the first one of [`Code::Where`], which is a byte.
    pub(super) bank: Bank,
    pub(super) to: usize,
    /// The last one repeated where there are fewer.
    pub(super) operands: [Source; N_OPERANDS],
}

impl Instruction {
    /// Where its result is.
    pub(super) fn gives(&self) -> Bank {
        if matches!(self.code, Code::Compare(_)) { Bank::Bytes } else { self.bank }
    }

    /// Where its operands are.
    pub(super) fn banks(&self) -> [Bank; N_OPERANDS] {
        let first = if self.code == Code::Where { Bank::Bytes } else { self.bank };
        [first, self.bank, self.bank]
    }
}

/// The steps of a program, and what they need.
#[derive(Debug)]
pub(super) struct Body {
    pub(super) steps: Vec<Instruction>,
    /// Type of the values.
    pub(super) elem: Elem,
    /// How many registers each bank has.
    pub(super) n_values: usize,
    pub(super) n_bytes: usize,
}

impl Body {
    /// Whether a step finds this leaf in this bank.
    pub(super) fn wants(&self, leaf: usize, bank: Bank) -> bool {
        let wanted = |step: &Instruction| {
            step.operands
                .iter()
                .zip(step.banks())
                .any(|(source, of)| *source == Source::Leaf(leaf) && of == bank)
        };
        self.steps.iter().any(wanted)
    }

    /// Whether all steps that use the leaf, if it is a number, take it as one.
    pub(super) fn takes_number(&self, leaf: usize) -> bool {
        self.steps.iter().all(|step| step.code.takes_number() || !step.operands.contains(&Source::Leaf(leaf)))
    }

    /// Where the result is.
    pub(super) fn gives(&self) -> Bank {
        self.steps.last().map_or(Bank::Values, Instruction::gives)
    }

    /// Whether an element may have no value.
    pub(super) fn may_fail(&self) -> bool {
        let integers = |bank| bank == Bank::Bytes || !matches!(self.elem, Elem::F32 | Elem::F64);
        self.steps.iter().any(|step| integers(step.bank) && step.code.may_fail())
    }
}
