//! Statements: names that get values, and loops.

use std::collections::BTreeSet;
use std::mem;

use csprun_dsl::expr::ir::{Binary, Expr, Node};
use csprun_dsl::ty::{Constant, Type};

use super::code::{ALWAYS, Code, Kind, Loop, Part, Reg};
use super::lower::{Lowering, Operand};

impl Lowering {
    /// Ends the part that is made of steps.
    pub(super) fn end_steps(&mut self) {
        if !self.code.is_empty() {
            self.parts.push(Part::Steps(mem::take(&mut self.code)));
        }
    }

    /// Gives slots their values.
    pub(super) fn bind(&mut self, bindings: &[(usize, Expr)], only: Reg) -> Option<()> {
        for (slot, bound) in bindings {
            match self.locals[*slot] {
                _ if bound.ty == Type::Unit => self.effect(bound, only)?,
                None => {
                    let value = self.expr(bound, only)?;
                    let apart = self.assigned[*slot] && !value.temporary;
                    let own = if apart { self.copy(value)? } else { value };
                    self.locals[*slot] = Some(Operand { temporary: false, n_held: self.n_held, ..own });
                }
                Some(old) => {
                    let value = self.expr(bound, only)?;
                    // Somebody may hold the register of the old value.
                    if self.n_held != old.n_held || value.kind != old.kind {
                        return None;
                    }
                    let code = Code::Select;
                    let new = self.emit(code, old.kind, [value, old], only)?;
                    self.move_last(new, old.reg);
                }
            }
        }
        Some(())
    }

    /// A register of its own with the same value.
    fn copy(&mut self, value: Operand) -> Option<Operand> {
        self.emit(Code::Select, value.kind, [value, value], ALWAYS)
    }

    /// Lets the last step write to `to` instead of `from`.
    fn move_last(&mut self, from: Operand, to: Reg) {
        if let Some(step) = self.code.last_mut() {
            step.to = to;
        }
        self.free.push(from.reg);
    }

    /// What is done for its effect alone.
    fn effect(&mut self, expr: &Expr, only: Reg) -> Option<()> {
        match &expr.node {
            Node::Constant(Constant::Unit) => Some(()),
            Node::Let(bindings, value) => {
                self.bind(bindings, only)?;
                match value.ty {
                    Type::Unit => self.effect(value, only),
                    _ => self.expr(value, only).map(drop),
                }
            }
            Node::If(parts) => {
                let [condition, then, or_else] = &**parts;
                let [here, there] = self.split(condition, only)?;
                self.effect(then, here)?;
                self.effect(or_else, there)?;
                self.free.extend([here, there]);
                Some(())
            }
            Node::While(pair) => self.turns(&pair[0], &pair[1], only),
            _ => None,
        }
    }

    /// The lanes for which the condition holds, and those for which it does not.
    pub(super) fn split(&mut self, condition: &Expr, only: Reg) -> Option<[Reg; 2]> {
        self.n_held += 1;
        let condition = self.expr(condition, only)?;
        self.n_held -= 1;
        let kept = Operand { temporary: false, ..condition };
        let open = Operand { reg: only, kind: Kind::Bool, temporary: false, n_held: 0 };
        let here = self.emit(Code::Truth(Binary::And), Kind::Bool, [open, kept], ALWAYS)?;
        let there = self.emit(Code::Without, Kind::Bool, [open, condition], ALWAYS)?;
        Some([here.reg, there.reg])
    }

    fn turns(&mut self, condition: &Expr, body: &Expr, only: Reg) -> Option<()> {
        self.end_steps();
        let before = mem::take(&mut self.parts);
        let live = Operand { reg: self.fresh()?, kind: Kind::Bool, temporary: false, n_held: 0 };
        let condition = self.expr(condition, live.reg)?;
        self.emit(Code::Truth(Binary::And), Kind::Bool, [live, condition], ALWAYS)
            .map(|both| self.move_last(both, live.reg))?;
        self.end_steps();
        let condition = mem::take(&mut self.parts);
        match body.ty {
            Type::Unit => self.effect(body, live.reg)?,
            _ => self.expr(body, live.reg).map(drop)?,
        }
        self.end_steps();
        let body = mem::replace(&mut self.parts, before);
        let mut used = BTreeSet::from([only, live.reg]);
        condition.iter().chain(&body).for_each(|part| registers(part, &mut used));
        used.remove(&ALWAYS);
        for constant in self.constants.values() {
            used.remove(constant);
        }
        let used = used.into_iter().collect();
        self.parts.push(Part::Loop(Loop { only, live: live.reg, condition, body, used }));
        Some(())
    }
}

fn registers(part: &Part, used: &mut BTreeSet<Reg>) {
    match part {
        Part::Steps(code) => used.extend(code.iter().flat_map(|step| [step.to, step.a, step.b, step.only])),
        Part::Loop(turns) => used.extend(&turns.used),
    }
}
