//! Loops: all are read as `while`, with names of their own that say where a loop stands and who goes on.
//!
//! What stands behind a `break` or a `continue` in a turn is read as `if !skip { .. }`, and the condition of a loop that
//! can be left as `!done && ..`; so those who evaluate the tree need to know of neither.

use std::ops::Range;

use rhai::{Expr as Tree, Stmt, StmtBlock};

use super::reader::{Local, Reader, Turns, constant, unit};
use crate::expr::functions::Function;
use crate::expr::ir::{Binary, Expr, Node, Unary};
use crate::expr::types;
use crate::ty::{Constant, Type};

/// What a turn of a loop goes on with, and what it begins with.
struct Head {
    before: Vec<(usize, Expr)>,
    condition: Expr,
    first: Vec<(usize, Expr)>,
    name: Option<Local>,
}

impl Reader<'_> {
    /// `while`, or `loop` where there is no condition.
    pub(super) fn while_loop(&mut self, start: usize, condition: &Tree, body: &StmtBlock) -> Expr {
        let condition = match condition {
            Tree::Unit(_) => constant(Constant::Bool(true), start..start),
            condition => self.condition(condition, "`while`"),
        };
        let head = Head { before: Vec::new(), condition, first: Vec::new(), name: None };
        self.turns(start, head, body)
    }

    /// `for name in from..to`, `from..=to` or a list.
    pub(super) fn for_loop(&mut self, start: usize, name: &str, over: &Tree, body: &StmtBlock) -> Expr {
        let head = match over {
            Tree::FnCall(call, _) if call.op_token.is_some() && matches!(&*call.name, ".." | "..=") => {
                let [from, to] = &call.args[..] else { return self.outside("a loop", start..start) };
                let (from, to) = (self.expr(from), self.expr(to));
                if from.ty != Type::I64 || to.ty != Type::I64 {
                    return self.outside("a loop", start..to.range.end.max(start));
                }
                self.counted(name, from, to, &call.name == "..=")
            }
            list => {
                let list = self.expr(list);
                if !matches!(list.ty, Type::List(_)) {
                    return self.outside("a loop", start..list.range.end.max(start));
                }
                self.listed(name, list)
            }
        };
        self.turns(start, head, body)
    }

    /// With `to` the last turn must not count on: there may be no number behind it.
    fn counted(&mut self, name: &str, from: Expr, to: Expr, inclusive: bool) -> Head {
        let range = from.range.start..to.range.end;
        let [next, end, item, goes_on] = [(); 4].map(|()| self.slot());
        let place = |slot| local(slot, Type::I64, &range);
        let one = || constant(Constant::I64(1), range.clone());
        let compare = |operator| two(operator, place(next), place(end), Type::Bool);
        let count = two(Binary::Add, place(next), one(), Type::I64);
        let name = self.named(name, item, Type::I64);
        let mut before = vec![(next, from), (end, to)];
        let mut first = vec![(item, place(next))];
        if !inclusive {
            first.push((next, count));
            return Head { before, condition: compare(Binary::Less), first, name };
        }
        before.push((goes_on, compare(Binary::LessEqual)));
        first.push((goes_on, compare(Binary::Less)));
        let stays = place(next);
        let parts = Box::new([local(goes_on, Type::Bool, &range), count, stays]);
        first.push((next, Expr { node: Node::If(parts), ty: Type::I64, range: range.clone() }));
        Head { before, condition: local(goes_on, Type::Bool, &range), first, name }
    }

    fn listed(&mut self, name: &str, list: Expr) -> Head {
        let range = list.range.clone();
        let [items, next, end, item] = [(); 4].map(|()| self.slot());
        let ty = list.ty.clone();
        let whole = || local(items, ty.clone(), &range);
        let place = |slot| local(slot, Type::I64, &range);
        let number = |n| constant(Constant::I64(n), range.clone());
        let len =
            Expr { node: Node::Call(Function::Len, vec![whole()]), ty: Type::I64, range: range.clone() };
        let held = Expr {
            node: Node::Index(Box::new([whole(), place(next)])),
            ty: types::item(&ty),
            range: range.clone(),
        };
        let name = self.named(name, item, types::item(&ty));
        Head {
            before: vec![(items, list), (next, number(0)), (end, len)],
            condition: two(Binary::Less, place(next), place(end), Type::Bool),
            first: vec![(item, held), (next, two(Binary::Add, place(next), number(1), Type::I64))],
            name,
        }
    }

    fn named(&self, name: &str, slot: usize, ty: Type) -> Option<Local> {
        Some(Local { name: name.to_owned(), slot, ty, changes: false })
    }

    fn turns(&mut self, start: usize, head: Head, body: &StmtBlock) -> Expr {
        let Head { mut before, mut condition, mut first, name } = head;
        let (done, skip) = (self.slot(), self.slot());
        self.turns.push(Turns { done, skip, ends: false, ends_somewhere: false });
        let n_outer = self.locals.len();
        self.locals.extend(name);
        let mut body = self.block(body, false);
        self.locals.truncate(n_outer);
        let range = start..body.range.end.max(start);
        if self.turns.pop().is_some_and(|turns| turns.ends_somewhere) {
            let open = || constant(Constant::Bool(false), range.clone());
            before.extend([(done, open()), (skip, open())]);
            first.insert(0, (skip, open()));
            let stays = not(local(done, Type::Bool, &range));
            let range = condition.range.clone();
            condition = Expr { node: Node::All(vec![stays, condition]), ty: Type::Bool, range };
        }
        if !first.is_empty() {
            let (ty, range) = (body.ty.clone(), body.range.clone());
            body = Expr { node: Node::Let(first, Box::new(body)), ty, range };
        }
        let node = Node::While(Box::new([condition, body]));
        let turns = Expr { node, ty: Type::Unit, range: range.clone() };
        if before.is_empty() {
            return turns;
        }
        Expr { node: Node::Let(before, Box::new(turns)), ty: Type::Unit, range }
    }

    /// `break`, or `continue`.
    pub(super) fn turn_ended(&mut self, over: bool, range: Range<usize>) -> Expr {
        let Some(turns) = self.turns.last_mut() else { return self.outside("a loop", range) };
        (turns.ends, turns.ends_somewhere) = (true, true);
        let held = || constant(Constant::Bool(true), range.clone());
        let mut bindings = vec![(turns.skip, held())];
        if over {
            bindings.push((turns.done, held()));
        }
        Expr { node: Node::Let(bindings, Box::new(unit(range.clone()))), ty: Type::Unit, range }
    }

    /// Starts a block; what stands before it in its turn is no matter of it.
    pub(super) fn block_starts(&mut self) -> bool {
        self.turns.last_mut().is_some_and(|turns| std::mem::replace(&mut turns.ends, false))
    }

    /// Ends a block that gave a value, or was only done.
    pub(super) fn block_ends(&mut self, ended_before: bool, used: bool) {
        if used && self.may_have_ended() {
            self.outside.get_or_insert("a loop that is left inside of a value");
        }
        if let Some(turns) = self.turns.last_mut() {
            turns.ends |= ended_before;
        }
    }

    pub(super) fn may_have_ended(&self) -> bool {
        self.turns.last().is_some_and(|turns| turns.ends)
    }

    /// The statements behind one that may end the turn.
    pub(super) fn unless_ended(&mut self, rest: &[Stmt], range: Range<usize>) -> Option<(usize, Expr)> {
        let skip = self.turns.last()?.skip;
        if rest.is_empty() {
            return None;
        }
        let rest = self.statements(rest, range, false);
        if let Some(turns) = self.turns.last_mut() {
            turns.ends = true;
        }
        let range = rest.range.clone();
        let rest = match rest.ty {
            Type::Unit => rest,
            _ => {
                let bindings = vec![(self.slot(), rest)];
                Expr {
                    node: Node::Let(bindings, Box::new(unit(range.clone()))),
                    ty: Type::Unit,
                    range: range.clone(),
                }
            }
        };
        let parts = Box::new([not(local(skip, Type::Bool, &range)), rest, unit(range.clone())]);
        Some((self.slot(), Expr { node: Node::If(parts), ty: Type::Unit, range }))
    }

    /// A slot that no name has.
    pub(super) fn slot(&mut self) -> usize {
        self.n_locals += 1;
        self.n_locals - 1
    }
}

fn local(slot: usize, ty: Type, range: &Range<usize>) -> Expr {
    Expr { node: Node::Local(slot), ty, range: range.clone() }
}

fn not(operand: Expr) -> Expr {
    let range = operand.range.clone();
    Expr { node: Node::Unary(Unary::Not, Box::new(operand)), ty: Type::Bool, range }
}

fn two(operator: Binary, a: Expr, b: Expr, ty: Type) -> Expr {
    let range = a.range.clone();
    Expr { node: Node::Binary(operator, Box::new([a, b])), ty, range }
}
