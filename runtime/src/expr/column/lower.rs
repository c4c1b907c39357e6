//! From the typed tree to a column program. Both branches of an `if` are computed; which lanes count decides what is
//! a failure and what is taken.

use std::collections::{BTreeSet, HashMap};
use std::mem;

use csprun_dsl::expr::functions::Function;
use csprun_dsl::expr::ir::{Binary, Expr, Node, Unary};
use csprun_dsl::ty::{Constant, Type};

use super::assigned::{assigned, reads};
use super::code::{ALWAYS, Code, Input, Instruction, Kind, Origin, Part, Program, Reg, Side, TRUE};
use super::merge::merged;
use super::question::Text;
use crate::expr::function::math;

/// Most registers of a program: more do not stay in the cache.
const N_REGISTERS: usize = 512;

/// The program of an expression of numbers and Bools; `None` of another.
pub(super) fn program(expr: &Expr, n_locals: usize) -> Option<Program> {
    program_of(expr, kind(&expr.ty)?, n_locals)
}

/// The same, giving values of this kind: an integer may become a float.
pub(super) fn program_of(expr: &Expr, gives: Kind, n_locals: usize) -> Option<Program> {
    let mut lowering = Lowering {
        parts: Vec::new(),
        code: Vec::new(),
        n_held: 0,
        assigned: assigned(expr, n_locals),
        changing: BTreeSet::new(),
        n_reads: reads([expr], n_locals),
        within: None,
        n_registers: 1,
        free: Vec::new(),
        constants: HashMap::from([(TRUE, ALWAYS)]),
        inputs: Vec::new(),
        locals: vec![None; n_locals],
        texts: vec![None; n_locals],
    };
    let mut result = lowering.expr(expr, ALWAYS)?;
    if gives == Kind::Float {
        result = lowering.float(result)?;
    }
    lowering.end_steps();
    let mut constants: Vec<(Reg, u64)> = lowering.constants.iter().map(|(&bits, &reg)| (reg, bits)).collect();
    constants.sort_unstable();
    let parts = mem::take(&mut lowering.parts);
    Some(Program {
        parts,
        n_registers: lowering.n_registers,
        constants,
        inputs: lowering.inputs,
        result: result.reg,
        gives,
    })
    .filter(|_| result.kind == gives)
}

/// A value in a register.
#[derive(Clone, Copy)]
pub(super) struct Operand {
    pub(super) reg: Reg,
    pub(super) kind: Kind,
    /// Nobody else reads it: the register is free after its use.
    pub(super) temporary: bool,
    /// How many other operands were held when it got its name.
    pub(super) n_held: usize,
}

/// A loop that all lanes enter once.
pub(super) struct Within {
    /// The lanes that go on.
    pub(super) live: Reg,
    /// Slots that are read nowhere but in it: what they hold in lanes that are done makes no difference.
    pub(super) own: Vec<bool>,
}

pub(super) struct Lowering {
    pub(super) parts: Vec<Part>,
    /// The last part so far.
    pub(super) code: Vec<Instruction>,
    /// How many operands are held while others are computed: nothing may get a new value then.
    pub(super) n_held: usize,
    /// Slots that get a value more than once.
    pub(super) assigned: Vec<bool>,
    /// The registers of those.
    pub(super) changing: BTreeSet<Reg>,
    /// How often each slot is read.
    pub(super) n_reads: Vec<u32>,
    /// The outermost loop, where steps are made for it.
    pub(super) within: Option<Within>,
    n_registers: usize,
    pub(super) free: Vec<Reg>,
    /// Registers of constants, by their bits.
    pub(super) constants: HashMap<u64, Reg>,
    pub(super) inputs: Vec<Input>,
    pub(super) locals: Vec<Option<Operand>>,
    /// Slots that stand for texts.
    pub(super) texts: Vec<Option<Text>>,
}

fn kind(ty: &Type) -> Option<Kind> {
    match ty {
        Type::I64 => Some(Kind::Int),
        Type::F64 => Some(Kind::Float),
        Type::Bool => Some(Kind::Bool),
        _ => None,
    }
}

impl Lowering {
    /// The value of `expr`, where `only` is true.
    pub(super) fn expr(&mut self, expr: &Expr, only: Reg) -> Option<Operand> {
        let kind = kind(&expr.ty)?;
        match &expr.node {
            Node::Constant(constant) => self.constant(constant),
            Node::Variable(index) => {
                let (reg, _) = self.input(Origin::Variable(*index), kind, false)?;
                Some(Operand { reg, kind, temporary: false, n_held: 0 })
            }
            Node::Local(slot) => self.locals[*slot],
            Node::Unary(operator, operand) => {
                let operand = self.held(operand, only)?;
                self.unary(*operator, operand, only)
            }
            Node::Binary(_, pair) if pair[0].ty == Type::Text => self.asked(expr, kind, only),
            Node::Binary(operator, pair) => {
                let (a, b) = (self.held(&pair[0], only)?, self.held(&pair[1], only)?);
                self.binary(*operator, [a, b], only)
            }
            Node::All(parts) => self.logic(parts, true, only),
            Node::Any(parts) => self.logic(parts, false, only),
            Node::If(parts) => self.choice(parts, only),
            Node::Let(bindings, value) => {
                self.bind(bindings, only)?;
                self.expr(value, only)
            }
            Node::Call(function, arguments) if math::is_scalar(*function) => {
                let arguments: Option<Vec<Operand>> =
                    arguments.iter().map(|argument| self.held(argument, only)).collect();
                self.call(*function, &arguments?, only)
            }
            Node::Call(..) | Node::Field(..) => self.asked(expr, kind, only),
            _ => None,
        }
        .filter(|operand| operand.kind == kind)
    }

    /// An operand: it is held while others are computed.
    pub(super) fn held(&mut self, expr: &Expr, only: Reg) -> Option<Operand> {
        self.n_held += 1;
        let operand = self.expr(expr, only);
        self.n_held -= 1;
        operand
    }

    /// Takes back the mask in `reg`, which the last step before `at` made, unless a step behind it reads it.
    fn unless_used(&mut self, reg: Reg, (n_parts, n_code): (usize, usize)) {
        let reads = |step: &Instruction| step.reads().contains(&reg);
        if self.parts.len() == n_parts && !self.code[n_code..].iter().any(reads) {
            self.code.remove(n_code - 1);
        }
        self.free.push(reg);
    }

    fn register(&mut self) -> Option<Reg> {
        self.free.pop().or_else(|| self.fresh())
    }

    /// A register that no step before writes: what stands in it at the start is still there.
    pub(super) fn fresh(&mut self) -> Option<Reg> {
        let reg = Reg::try_from(self.n_registers).ok().filter(|_| self.n_registers < N_REGISTERS)?;
        self.n_registers += 1;
        Some(reg)
    }

    fn constant(&mut self, constant: &Constant) -> Option<Operand> {
        let (bits, kind) = match constant {
            Constant::I64(n) => (n.cast_unsigned(), Kind::Int),
            Constant::F64(x) => (x.to_bits(), Kind::Float),
            Constant::Bool(b) => (if *b { TRUE } else { 0 }, Kind::Bool),
            _ => return None,
        };
        let reg = match self.constants.get(&bits) {
            Some(reg) => *reg,
            None => {
                let reg = self.fresh()?;
                self.constants.insert(bits, reg);
                reg
            }
        };
        Some(Operand { reg, kind, temporary: false, n_held: 0 })
    }

    /// An instruction whose operands are used up.
    pub(super) fn emit(
        &mut self,
        code: Code,
        kind: Kind,
        [a, b]: [Operand; 2],
        only: Reg,
    ) -> Option<Operand> {
        for (at, operand) in [a, b].into_iter().enumerate() {
            if operand.temporary && (at == 0 || a.reg != b.reg) {
                self.free.push(operand.reg);
            }
        }
        let step = self.merged(code, [a, b], only);
        // It may be that of an operand: what is computed comes into its place afterwards.
        let to = self.register()?;
        self.code.push(Instruction { to, ..step });
        Some(Operand { reg: to, kind, temporary: true, n_held: 0 })
    }

    /// The step for these operands, in one with the last step where that gives one of them.
    fn merged(&mut self, code: Code, [a, b]: [Operand; 2], only: Reg) -> Instruction {
        let last = self.code.last().copied();
        let gave = |operand: Operand, other: Operand| {
            let gave = |last: &Instruction| last.to == operand.reg;
            last.filter(gave).filter(|_| operand.temporary && operand.reg != other.reg)
        };
        let one = gave(a, b).and_then(|last| merged(last, code, Side::Left, b.reg));
        match one.or_else(|| gave(b, a).and_then(|last| merged(last, code, Side::Right, a.reg))) {
            Some(step) => {
                self.code.pop();
                step
            }
            None => Instruction { code, to: a.reg, a: a.reg, b: b.reg, c: a.reg, only },
        }
    }

    /// The same, of one operand.
    fn one(&mut self, code: Code, kind: Kind, a: Operand, only: Reg) -> Option<Operand> {
        self.emit(code, kind, [a, a], only)
    }

    fn float(&mut self, operand: Operand) -> Option<Operand> {
        match operand.kind {
            Kind::Float => Some(operand),
            Kind::Int => self.one(Code::AsFloat, Kind::Float, operand, ALWAYS),
            Kind::Bool => None,
        }
    }

    fn unary(&mut self, operator: Unary, a: Operand, only: Reg) -> Option<Operand> {
        match (operator, a.kind) {
            (Unary::Plus, Kind::Int | Kind::Float) => Some(a),
            (Unary::Negate, Kind::Int) => self.one(Code::NegateInt, Kind::Int, a, only),
            (Unary::Negate, Kind::Float) => self.one(Code::NegateFloat, Kind::Float, a, only),
            (Unary::Not, Kind::Bool) => self.not(a),
            _ => None,
        }
    }

    fn not(&mut self, a: Operand) -> Option<Operand> {
        let all = Operand { reg: ALWAYS, kind: Kind::Bool, temporary: false, n_held: 0 };
        self.emit(Code::Without, Kind::Bool, [all, a], ALWAYS)
    }

    fn binary(&mut self, operator: Binary, [a, b]: [Operand; 2], only: Reg) -> Option<Operand> {
        let compares = matches!(
            operator,
            Binary::Equal
                | Binary::NotEqual
                | Binary::Less
                | Binary::LessEqual
                | Binary::Greater
                | Binary::GreaterEqual
        );
        match (a.kind, b.kind) {
            (Kind::Bool, Kind::Bool) => self.emit(Code::Truth(operator), Kind::Bool, [a, b], only),
            (Kind::Bool, _) | (_, Kind::Bool) => None,
            (Kind::Int, Kind::Int) if compares => {
                self.emit(Code::CompareInts(operator), Kind::Bool, [a, b], only)
            }
            (Kind::Int, Kind::Int) => self.emit(Code::Int(operator), Kind::Int, [a, b], only),
            _ => {
                let pair = [self.float(a)?, self.float(b)?];
                match compares {
                    true => self.emit(Code::CompareFloats(operator), Kind::Bool, pair, only),
                    false => self.emit(Code::Float(operator), Kind::Float, pair, only),
                }
            }
        }
    }

    /// `&&` and `||`: a part counts where those before it have left the result open.
    fn logic(&mut self, parts: &[Expr], all: bool, only: Reg) -> Option<Operand> {
        let operator = if all { Binary::And } else { Binary::Or };
        let (first, rest) = parts.split_first()?;
        let mut so_far = self.held(first, only)?;
        for part in rest {
            let open = Operand { reg: only, kind: Kind::Bool, temporary: false, n_held: 0 };
            let narrowing = if all { Code::Truth(Binary::And) } else { Code::Without };
            let kept = Operand { temporary: false, ..so_far };
            let open = self.emit(narrowing, Kind::Bool, [open, kept], ALWAYS)?;
            let at = (self.parts.len(), self.code.len());
            let part = self.held(part, open.reg)?;
            self.unless_used(open.reg, at);
            so_far = self.emit(Code::Truth(operator), Kind::Bool, [so_far, part], ALWAYS)?;
        }
        Some(so_far)
    }

    fn choice(&mut self, parts: &[Expr; 3], only: Reg) -> Option<Operand> {
        let [condition, then, or_else] = parts;
        let [here, there] = self.split(condition, only)?;
        let then = self.expr(then, here)?;
        let or_else = self.expr(or_else, there)?;
        if then.kind != or_else.kind {
            return None;
        }
        let result = self.emit(Code::Select, then.kind, [then, or_else], here)?;
        self.free.extend([here, there]);
        Some(result)
    }

    fn call(&mut self, function: Function, arguments: &[Operand], only: Reg) -> Option<Operand> {
        match *arguments {
            [a] if a.kind == Kind::Int => match function {
                Function::Abs => self.one(Code::CallInt(function), Kind::Int, a, only),
                Function::Floor | Function::Ceil | Function::Round | Function::ToInt => Some(a),
                // An integer is a number.
                Function::IsNan => self.constant(&Constant::Bool(false)),
                _ => {
                    let a = self.float(a)?;
                    self.call(function, &[a], only)
                }
            },
            [a] if a.kind == Kind::Float => match function {
                Function::ToFloat => Some(a),
                Function::ToInt => self.one(Code::Truncate, Kind::Int, a, only),
                Function::IsNan => self.one(Code::IsNan, Kind::Bool, a, only),
                _ => self.one(Code::CallFloat(function), Kind::Float, a, only),
            },
            [a, b] => match (function, a.kind, b.kind) {
                (Function::Pow, ..) => self.binary(Binary::Power, [a, b], only),
                (Function::Min | Function::Max, Kind::Int, Kind::Int) => {
                    self.emit(Code::CallInts(function), Kind::Int, [a, b], only)
                }
                (Function::Min | Function::Max | Function::Atan2, ..) => {
                    let pair = [self.float(a)?, self.float(b)?];
                    self.emit(Code::CallFloats(function), Kind::Float, pair, only)
                }
                _ => None,
            },
            _ => None,
        }
    }
}
