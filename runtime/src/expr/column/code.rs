//! The instructions of a column program. Each does one thing to all lanes of its registers.

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::Binary;

pub(super) use super::kind::{Kind, TRUE, truth};
use super::question::Question;

/// Values that are computed at a time: a register of so many stays in the nearest cache with its neighbours.
pub(in crate::expr) const N_LANES: usize = 256;

/// A register: integers as they are, floats by their bits, Bools as no bits or all of them.
pub(super) type Lanes = [u64; N_LANES];

/// Number of a register.
pub(super) type Reg = u16;

/// The register that is `true` in all lanes.
pub(super) const ALWAYS: Reg = 0;

/// What an instruction computes of its operands `a` and `b`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Code {
    /// Arithmetic of integers.
    Int(Binary),
    /// Arithmetic of floats.
    Float(Binary),
    /// `(a first b) second c` of floats, each rounded; or `c second (a first b)`.
    FloatTwice(Binary, Binary, Side),
    /// Arithmetic of integers where `only` is true, else `c`.
    IntOr(Binary),
    /// A comparison of integers.
    CompareInts(Binary),
    /// A comparison of floats.
    CompareFloats(Binary),
    /// A comparison of integers, and `c`.
    CompareIntsAnd(Binary),
    /// A comparison of floats, and `c`.
    CompareFloatsAnd(Binary),
    /// An operator between Bools.
    Truth(Binary),
    /// `a` without `b`, of Bools.
    Without,
    /// `-a` of an integer.
    NegateInt,
    /// `-a` of a float.
    NegateFloat,
    /// The integer `a` as a float.
    AsFloat,
    /// A function of one integer.
    CallInt(Function),
    /// A function of one float that gives a float.
    CallFloat(Function),
    /// A function of two integers that gives an integer.
    CallInts(Function),
    /// A function of two floats.
    CallFloats(Function),
    /// A float without its fraction.
    Truncate,
    /// Whether the float is no number.
    IsNan,
    /// `a`, which has no value where `b` is true.
    Given,
    /// `a` where `only` is true, else `b`.
    Select,
}

/// On which side of the second operator the first one stands.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Side {
    Left,
    Right,
}

/// One step of a program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Instruction {
    pub(super) code: Code,
    pub(super) to: Reg,
    pub(super) a: Reg,
    /// The same as `a` where there is one operand.
    pub(super) b: Reg,
    /// The same as `a` where there is no third operand.
    pub(super) c: Reg,
    /// The lanes that count: no value in one of the others is no failure.
    pub(super) only: Reg,
}

impl Instruction {
    /// The registers that it reads.
    pub(super) fn reads(&self) -> [Reg; 4] {
        [self.a, self.b, self.c, self.only]
    }
}

/// A part of a program.
#[derive(Debug)]
pub(super) enum Part {
    /// Steps, one after the other.
    Steps(Vec<Instruction>),
    /// Parts that are run as long as some lane goes on.
    Loop(Loop),
}

/// A loop.
#[derive(Debug)]
pub(super) struct Loop {
    /// The lanes that enter it.
    pub(super) only: Reg,
    /// The lanes that go on; the condition, then `live and condition`, comes into it.
    pub(super) live: Reg,
    pub(super) condition: Vec<Part>,
    pub(super) body: Vec<Part>,
    /// All registers that it reads or writes but for constants: they go together when lanes are left behind.
    pub(super) used: Vec<Reg>,
}

/// A program, and what its registers hold at the start.
#[derive(Debug)]
pub(super) struct Program {
    pub(super) parts: Vec<Part>,
    pub(super) n_registers: usize,
    /// What stands in a register for good.
    pub(super) constants: Vec<(Reg, u64)>,
    /// What stands in a register at the start, token by token.
    pub(super) inputs: Vec<Input>,
    pub(super) result: Reg,
    pub(super) gives: Kind,
}

impl Program {
    /// Whether the variable makes a difference.
    pub(super) fn reads(&self, variable: usize) -> bool {
        self.inputs.iter().any(|input| match &input.origin {
            Origin::Variable(own) => *own == variable,
            Origin::Asked(question) => question.variables().contains(&Some(variable)),
        })
    }
}

/// What comes into a register from tokens.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) origin: Origin,
    pub(super) kind: Kind,
    pub(super) reg: Reg,
    /// The register of the lanes that have no value, where there may be such.
    pub(super) none: Option<Reg>,
}

/// Where an input comes from.
#[derive(Debug, PartialEq)]
pub(super) enum Origin {
    /// A variable of the scope.
    Variable(usize),
    /// What tokens answer.
    Asked(Question),
}
