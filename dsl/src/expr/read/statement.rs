//! Blocks, bindings and `if`.

use std::ops::Range;

use rhai::{ASTFlags, BinaryExpr, Expr as Tree, OpAssignment, Stmt, StmtBlock};

use super::reader::{Local, Reader, unit, widen};
use crate::diagnostic::Code;
use crate::expr::ir::{Binary, Expr, Node};
use crate::expr::types;
use crate::ty::Type;

impl Reader<'_> {
    /// Statements in a row: bindings, then the value of the last one. `used` says whether anybody wants it.
    pub(super) fn statements(&mut self, list: &[Stmt], range: Range<usize>, used: bool) -> Expr {
        let n_outer = self.locals.len();
        let ended_before = self.block_starts();
        let value = self.sequence(list, range, used);
        self.block_ends(ended_before, used);
        self.locals.truncate(n_outer);
        value
    }

    fn sequence(&mut self, list: &[Stmt], range: Range<usize>, used: bool) -> Expr {
        let Some((last, before)) = list.split_last() else { return unit(range) };
        let mut bindings = Vec::new();
        let mut rest = None;
        for (at, statement) in before.iter().enumerate() {
            bindings.extend(self.binding(statement));
            if self.may_have_ended() {
                rest = Some(self.unless_ended(&list[at + 1..], range.clone()));
                break;
            }
        }
        let value = if let Some(rest) = rest {
            bindings.extend(rest);
            unit(range.end..range.end)
        } else if matches!(last, Stmt::Var(..) | Stmt::Assignment(_)) {
            bindings.extend(self.binding(last));
            unit(range.end..range.end)
        } else {
            self.statement(last, range.clone(), used)
        };
        match bindings.first() {
            None => value,
            Some((_, first)) => {
                let range = range.start.min(first.range.start)..value.range.end;
                Expr { ty: value.ty.clone(), range, node: Node::Let(bindings, Box::new(value)) }
            }
        }
    }

    /// A statement whose value nobody wants: `let`, or something evaluated for its errors only.
    fn binding(&mut self, statement: &Stmt) -> Option<(usize, Expr)> {
        let (name, value) = match statement {
            Stmt::Noop(_) => return None,
            Stmt::Assignment(parts) => return Some(self.assignment(&parts.0, &parts.1)),
            Stmt::Var(binding, flags, _) => {
                let changes = !flags.intersects(ASTFlags::CONSTANT);
                (Some((binding.0.name.to_string(), changes)), self.expr(&binding.1))
            }
            other => (None, self.statement(other, 0..0, false)),
        };
        let slot = self.slot();
        if let Some((name, changes)) = name {
            self.locals.push(Local { name, slot, ty: value.ty.clone(), changes });
        }
        Some((slot, value))
    }

    /// A new value, of the same type, for a name that a `let` has bound.
    fn assignment(&mut self, operator: &OpAssignment, parts: &BinaryExpr) -> (usize, Expr) {
        let old = self.expr(&parts.lhs);
        let new = self.expr(&parts.rhs);
        let value = match operator.get_op_assignment_info() {
            None => new,
            Some((_, _, _, _, _, symbol)) => match Binary::parse(symbol) {
                Some(operator) => self.combined(operator, old.clone(), new),
                None => self.outside("an assignment", new.range),
            },
        };
        let same = match &old.node {
            Node::Local(slot) => self.locals.iter().rfind(|local| local.slot == *slot),
            _ => None,
        };
        match same.filter(|local| local.changes && local.ty == value.ty) {
            Some(local) => (local.slot, value),
            None => (0, self.outside("an assignment", value.range)),
        }
    }

    pub(super) fn statement(&mut self, statement: &Stmt, range: Range<usize>, used: bool) -> Expr {
        match statement {
            Stmt::Expr(expr) => self.expr(expr),
            Stmt::FnCall(call, position) => self.call(call, *position, None),
            Stmt::Block(block) => self.block(block, used),
            Stmt::If(parts, position) => {
                let start = self.tokens.at(*position).start;
                let condition = self.condition(&parts.expr, "`if`");
                let then = self.block(&parts.body, used);
                let or_else = if parts.branch.is_empty() && parts.branch.position().is_none() {
                    self.missing_else(&then, start, used)
                } else {
                    self.block(&parts.branch, used)
                };
                self.branches(start, condition, then, or_else, used)
            }
            Stmt::Noop(_) => unit(range.end..range.end),
            Stmt::Var(..) => self.outside("a `let` out of place", range),
            Stmt::While(parts, position) => {
                let start = self.tokens.at(*position).start;
                self.while_loop(start, &parts.expr, &parts.body)
            }
            Stmt::For(parts, position) if parts.1.is_none() => {
                let start = self.tokens.at(*position).start;
                self.for_loop(start, &parts.0.name, &parts.2.expr, &parts.2.body)
            }
            Stmt::BreakLoop(None, flags, position) => {
                let range = self.tokens.at(*position);
                self.turn_ended(flags.intersects(ASTFlags::BREAK), range)
            }
            Stmt::Switch(..) => self.outside("`switch`", range),
            Stmt::Do(..) | Stmt::For(..) | Stmt::BreakLoop(..) => self.outside("a loop", range),
            Stmt::Assignment(_) => self.outside("an assignment", range),
            Stmt::TryCatch(..) => self.outside("`try`", range),
            Stmt::Return(..) => self.outside("`return` or `throw`", range),
            Stmt::Share(_) => self.outside("a closure or function", range),
            _ => self.outside("a statement", range),
        }
    }

    pub(super) fn block(&mut self, block: &StmtBlock, used: bool) -> Expr {
        let open = self.tokens.at(block.position());
        let range = match self.text(&open) {
            "{" => open.start..self.tokens.closed(open.start),
            _ => open,
        };
        let mut value = self.statements(block.statements(), range.clone(), used);
        if value.range.is_empty() {
            value.range = range;
        }
        value
    }

    pub(super) fn condition(&mut self, tree: &Tree, of: &str) -> Expr {
        let condition = self.expr(tree);
        if condition.ty != Type::Bool && !types::is_open(&condition.ty) {
            let message = format!("{of} wants `Bool`, not `{}`", condition.ty);
            let help = match condition.ty {
                Type::I64 | Type::F64 => Some("compare it: `.. != 0`".to_owned()),
                Type::Array(..) => {
                    Some("choose by element: `where(.., a, b)`; or count: `sum(..) > 0`".to_owned())
                }
                _ => None,
            };
            self.wrong_type(&condition, message, help);
        }
        condition
    }

    fn missing_else(&mut self, then: &Expr, start: usize, used: bool) -> Expr {
        if used && then.ty != Type::Unit && !types::is_open(&then.ty) {
            let message = "this `if` gives no value when its condition is false".to_owned();
            let help = Some("add `else { .. }`".to_owned());
            self.error(Code::E0805, start..start + 2, message, "an `if` without `else`".to_owned(), help);
        }
        unit(then.range.end..then.range.end)
    }

    fn branches(&mut self, start: usize, condition: Expr, then: Expr, or_else: Expr, used: bool) -> Expr {
        let alone = or_else.range.is_empty();
        if used && !alone && !types::meet(&then.ty, &or_else.ty) {
            let message = format!("the branches of `if` give `{}` and `{}`", then.ty, or_else.ty);
            let help = widen(&then.ty, &or_else.ty);
            self.wrong_type(&or_else, message, help);
        }
        let next = self.tokens.list.partition_point(|token| token.range.start < or_else.range.end);
        let end = match self.tokens.list.get(next) {
            Some(token) if self.text(&token.range) == "}" => token.range.end,
            _ => or_else.range.end,
        };
        let ty = types::common(&then.ty, &or_else.ty);
        Expr { node: Node::If(Box::new([condition, then, or_else])), ty, range: start..end }
    }
}
