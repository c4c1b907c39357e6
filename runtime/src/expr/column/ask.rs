//! Where what a program takes in from tokens comes into registers.

use csprun_dsl::expr::ir::Expr;

use super::code::{ALWAYS, Code, Input, Kind, Origin, Reg};
use super::lower::{Lowering, Operand};
use super::question::{Question, Text};

impl Lowering {
    /// The answer of what an expression asks; `None` where it asks nothing.
    pub(super) fn asked(&mut self, expr: &Expr, kind: Kind, only: Reg) -> Option<Operand> {
        let question = Question::of(expr, &self.texts)?;
        if question.is_dear() && only != ALWAYS {
            return None;
        }
        let may_fail = question.may_fail();
        let (reg, none) = self.input(Origin::Asked(question), kind, may_fail)?;
        let answer = Operand { reg, kind, temporary: false, n_held: 0 };
        let Some(none) = none else { return Some(answer) };
        let none = Operand { reg: none, kind: Kind::Bool, ..answer };
        self.emit(Code::Given, kind, [answer, none], only)
    }

    /// The register of an input, and that of the lanes in which it has no value.
    pub(super) fn input(&mut self, origin: Origin, kind: Kind, may_fail: bool) -> Option<(Reg, Option<Reg>)> {
        let known = self.inputs.iter().find(|input| input.kind == kind && input.origin == origin);
        if let Some(input) = known {
            return Some((input.reg, input.none));
        }
        let reg = self.fresh()?;
        let none = if may_fail { Some(self.fresh()?) } else { None };
        self.inputs.push(Input { origin, kind, reg, none });
        Some((reg, none))
    }

    /// Lets a name stand for a text; whether it can.
    pub(super) fn name_text(&mut self, slot: usize, expr: &Expr) -> bool {
        if self.assigned[slot] {
            return false;
        }
        self.texts[slot] = Text::of(expr, &self.texts);
        self.texts[slot].is_some()
    }
}
