//! Literals, names and what is built of them.

use std::ops::Range;

use rhai::{Expr as Tree, Stmt};

use super::reader::{Reader, constant, unit, unknown, widen};
use crate::expr::ir::{Expr, Node};
use crate::expr::mistake::unknown_variable;
use crate::expr::types;
use crate::ty::{Constant, Type};

impl Reader<'_> {
    pub(super) fn expr(&mut self, tree: &Tree) -> Expr {
        let range = self.tokens.at(tree.position());
        match tree {
            Tree::Unit(_) => unit(range),
            Tree::BoolConstant(value, _) => constant(Constant::Bool(*value), range),
            Tree::IntegerConstant(value, _) => constant(Constant::I64(*value), self.signed(range).0),
            Tree::FloatConstant(value, _) => self.float(**value, range),
            Tree::CharConstant(value, _) => constant(Constant::Text(value.to_string()), range),
            Tree::StringConstant(value, _) => constant(Constant::Text(value.to_string()), range),
            Tree::InterpolatedString(pieces, _) => {
                let pieces = pieces.iter().map(|piece| self.expr(piece)).collect();
                let range = range.start..self.tokens.closed(range.start);
                Expr { node: Node::Text(pieces), ty: Type::Text, range }
            }
            Tree::Array(items, _) => self.list(items, range),
            Tree::Map(fields, _) => {
                let range = range.start..self.tokens.closed(range.start);
                let fields: Vec<_> =
                    fields.0.iter().map(|(name, value)| (name.name.to_string(), self.expr(value))).collect();
                let types = fields.iter().map(|(name, value)| (name.clone(), value.ty.clone()));
                Expr { ty: Type::Record(types.collect()), node: Node::Record(fields), range }
            }
            Tree::Variable(name, ..) if name.2.is_empty() => self.variable(&name.1, range),
            Tree::Stmt(block) => match block.statements() {
                [only @ Stmt::If(..)] => self.statement(only, range, true),
                _ => self.block(block, true),
            },
            Tree::FnCall(call, position) if call.namespace.is_empty() => self.call(call, *position, None),
            Tree::Dot(..) | Tree::Index(..) => self.chain(tree),
            Tree::And(parts, _) => self.logic(parts, "`&&`", Node::All),
            Tree::Or(parts, _) => self.logic(parts, "`||`", Node::Any),
            Tree::Coalesce(..) => self.outside("`??`", range),
            Tree::DynamicConstant(..) => self.outside("a closure or function", range),
            _ => self.outside("a name of a module", range),
        }
    }

    /// A number that Rhai folded with its signs stands at the first of them: `-(-2)`. Gives the whole and the
    /// token of the number.
    fn signed(&self, first: Range<usize>) -> (Range<usize>, Range<usize>) {
        let mut number = first.clone();
        let mut n_open = 0;
        let start = self.tokens.list.partition_point(|token| token.range.start < first.start);
        let mut rest = self.tokens.list[start..].iter();
        for token in rest.by_ref() {
            number = token.range.clone();
            match self.text(&number) {
                "-" | "+" => {}
                "(" => n_open += 1,
                _ => break,
            }
        }
        let closers = rest.take(n_open).take_while(|token| self.text(&token.range) == ")");
        let end = closers.last().map_or(number.end, |token| token.range.end);
        (first.start..end, number)
    }

    /// A float; Rhai also makes one of an integer that is too large, which is reported as such.
    fn float(&mut self, value: f64, range: Range<usize>) -> Expr {
        let (range, number) = self.signed(range);
        match self.text(&number).contains(['.', 'e', 'E']) {
            true => constant(Constant::F64(value), range),
            false => unknown(range),
        }
    }

    fn list(&mut self, items: &[Tree], open: Range<usize>) -> Expr {
        let range = open.start..self.tokens.closed(open.start);
        let items: Vec<Expr> = items.iter().map(|item| self.expr(item)).collect();
        let mut item_ty = items.first().map_or(Type::Any, |item| item.ty.clone());
        for item in items.iter().skip(1) {
            if !types::meet(&item_ty, &item.ty) {
                let message = format!("a list of `{item_ty}` has an item of `{}`", item.ty);
                let help = widen(&item_ty, &item.ty);
                self.wrong_type(item, message, help);
                item_ty = Type::Any;
                break;
            }
            item_ty = types::common(&item_ty, &item.ty);
        }
        Expr { node: Node::List(items), ty: item_ty.list(), range }
    }

    fn logic(&mut self, parts: &[Tree], of: &str, node: fn(Vec<Expr>) -> Node) -> Expr {
        let n_before = self.errors.len();
        let parts: Vec<Expr> = parts.iter().map(|part| self.condition(part, of)).collect();
        let range = self.around(parts.first(), parts.last());
        if self.errors.len() > n_before {
            return unknown(range);
        }
        Expr { node: node(parts), ty: Type::Bool, range }
    }

    fn variable(&mut self, name: &str, range: Range<usize>) -> Expr {
        if let Some(local) = self.locals.iter().rfind(|local| local.name == name) {
            return Expr { node: Node::Local(local.slot), ty: local.ty.clone(), range };
        }
        let scope = self.scope;
        if let Some(index) = scope.variables.iter().position(|(known, _)| known == name) {
            return Expr { node: Node::Variable(index), ty: scope.variables[index].1.clone(), range };
        }
        if let Some((_, value)) = scope.constants.iter().find(|(known, _)| known == name) {
            return constant(value.clone(), range);
        }
        let locals: Vec<&str> = self.locals.iter().map(|local| local.name.as_str()).collect();
        let error = unknown_variable(self.tokens, name, range.clone(), scope, &locals);
        self.errors.push(error);
        unknown(range)
    }
}
