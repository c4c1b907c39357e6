//! Statements: names that get values, and loops.

use std::collections::BTreeSet;
use std::mem;
use std::slice;

use csprun_dsl::expr::ir::{Binary, Expr, Node};
use csprun_dsl::ty::{Constant, Type};

use super::assigned::reads;
use super::code::{ALWAYS, Code, Kind, Loop, Part, Reg};
use super::lower::{Lowering, Operand, Within};
use super::merge::merged_or;

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
            if bound.ty == Type::Text && self.name_text(*slot, bound) {
                continue;
            }
            match self.locals[*slot] {
                _ if bound.ty == Type::Unit => self.effect(bound, only)?,
                None => {
                    let value = self.expr(bound, only)?;
                    // Neither may change with the other.
                    let changes = self.assigned[*slot] || self.changing.contains(&value.reg);
                    let own = if changes && !value.temporary { self.copy(value)? } else { value };
                    if self.assigned[*slot] {
                        self.changing.insert(own.reg);
                    }
                    self.locals[*slot] = Some(Operand { temporary: false, n_held: self.n_held, ..own });
                }
                Some(old) => {
                    let value = self.expr(bound, only)?;
                    // Somebody may hold the register of the old value.
                    if self.n_held != old.n_held || value.kind != old.kind {
                        return None;
                    }
                    self.renew(*slot, value, old, only)?;
                }
            }
        }
        Some(())
    }

    /// Gives a slot that has a value another one, in the lanes that count.
    fn renew(&mut self, slot: usize, value: Operand, old: Operand, only: Reg) -> Option<()> {
        let last = self.code.last().copied().filter(|last| value.temporary && last.to == value.reg);
        let everywhere = self.within.as_ref().is_some_and(|within| within.live == only && within.own[slot]);
        let step = match last {
            Some(last) if everywhere => Some(last),
            Some(last) => merged_or(last, old.reg, only),
            None => None,
        };
        match (step, self.code.last_mut()) {
            (Some(step), Some(last)) => {
                *last = step;
                self.move_last(value, old.reg);
            }
            _ => {
                let new = self.emit(Code::Select, old.kind, [value, old], only)?;
                self.move_last(new, old.reg);
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
        let outermost = only == ALWAYS && self.within.is_none();
        if outermost {
            let here = reads([condition, body], self.n_reads.len());
            let own = here.iter().zip(&self.n_reads).map(|(here, all)| here == all).collect();
            self.within = Some(Within { live: live.reg, own });
        }
        self.go_on(condition, live)?;
        self.end_steps();
        let condition = mem::take(&mut self.parts);
        match body.ty {
            Type::Unit => self.effect(body, live.reg)?,
            _ => self.expr(body, live.reg).map(drop)?,
        }
        self.end_steps();
        if outermost {
            self.within = None;
        }
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

    /// Lets those of the live lanes go on for which the condition holds.
    fn go_on(&mut self, condition: &Expr, live: Operand) -> Option<()> {
        let parts = match &condition.node {
            Node::All(parts) => &parts[..],
            _ => slice::from_ref(condition),
        };
        let mut so_far = live;
        for part in parts {
            let part = self.held(part, so_far.reg)?;
            so_far = self.emit(Code::Truth(Binary::And), Kind::Bool, [so_far, part], ALWAYS)?;
        }
        self.move_last(so_far, live.reg);
        Some(())
    }
}

fn registers(part: &Part, used: &mut BTreeSet<Reg>) {
    match part {
        Part::Steps(code) => {
            used.extend(code.iter().flat_map(|step| step.reads().into_iter().chain([step.to])))
        }
        Part::Loop(turns) => used.extend(&turns.used),
    }
}
