//! Fields, indices, slices and method calls.

use std::ops::Range;

use rhai::{Expr as Tree, Position};

use super::reader::{Reader, constant, unknown};
use crate::diagnostic::{Code, did_you_mean};
use crate::expr::flatten::{Link, flatten};
use crate::expr::functions::Function;
use crate::expr::ir::{Expr, Node};
use crate::expr::types;
use crate::ty::{Constant, Type};

impl Reader<'_> {
    pub(super) fn chain(&mut self, tree: &Tree) -> Expr {
        let Some((base, links)) = flatten(tree) else { return unknown(0..0) };
        let n_before = self.errors.len();
        let mut value = self.expr(base);
        // Of an unknown name, `math.sqrt(x)`, a wrong number of arguments is no mistake of its own.
        let mut is_unknown = self.errors.len() > n_before && matches!(base, Tree::Variable(..));
        for link in links {
            value = match link {
                Link::Method(call, _) if std::mem::take(&mut is_unknown) => {
                    for argument in &call.args {
                        self.expr(argument);
                    }
                    unknown(value.range)
                }
                Link::Field(name, position) => self.field(value, name, position),
                Link::Method(call, position) => self.call(call, position, Some(value)),
                Link::Index(index, position) => self.index(value, index, position),
                Link::Other
                    if !matches!(value.ty, Type::Record(_) | Type::Unit) && !types::is_open(&value.ty) =>
                {
                    let (range, message) = (value.range.clone(), format!("`{}` has no fields", value.ty));
                    self.wrong_type(&value, message, None);
                    unknown(range)
                }
                Link::Other => {
                    let range = value.range.clone();
                    self.outside("`?.` or `?[`", range)
                }
            };
        }
        value
    }

    fn field(&mut self, base: Expr, name: &str, position: Position) -> Expr {
        let at = self.tokens.at(position);
        let range = self.tokens.with_parentheses(&base.range).start..at.end;
        let ty = match &base.ty {
            Type::Record(fields) => match fields.get(name) {
                Some(ty) => ty.clone(),
                None => return self.no_field(&base.ty, name, at, range),
            },
            ty if types::is_open(ty) => Type::Any,
            ty => {
                let message = format!("`{ty}` has no fields");
                let call = Function::parse(name).map(|_| format!("call it: `{name}()`"));
                self.error(Code::E0805, at, message, format!("of `{ty}`"), call);
                return unknown(range);
            }
        };
        Expr { node: Node::Field(Box::new(base), name.to_owned()), ty, range }
    }

    fn no_field(&mut self, ty: &Type, name: &str, at: Range<usize>, range: Range<usize>) -> Expr {
        let Type::Record(fields) = ty else { return unknown(range) };
        let known: Vec<&str> = fields.keys().map(String::as_str).collect();
        let help = match did_you_mean(name, known.iter().copied()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("its fields are `{}`", known.join("`, `")),
        };
        let message = format!("the record has no field `{name}`");
        self.error(Code::E0805, at, message, "no such field".to_owned(), Some(help));
        unknown(range)
    }

    fn index(&mut self, base: Expr, index: &Tree, position: Position) -> Expr {
        let open = self.tokens.at(position);
        let range = self.tokens.with_parentheses(&base.range).start..self.tokens.closed(open.start);
        if let Tree::FnCall(call, _) = index
            && let ".." | "..=" = &*call.name
            && call.op_token.is_some()
        {
            return self.slice(base, &call.args, &call.name == "..=", range);
        }
        let index = self.expr(index);
        let integer = index.ty == Type::I64 || types::is_open(&index.ty);
        let text = index.ty == Type::Text || types::is_open(&index.ty);
        let ty = match (&base.ty, &index.node) {
            (Type::Record(fields), Node::Constant(Constant::Text(name))) => match fields.get(name) {
                Some(ty) => ty.clone(),
                None => return self.no_field(&base.ty, name, index.range, range),
            },
            (Type::Record(_), _) if text => Type::Any,
            (Type::List(_) | Type::Text, _) if integer => types::item(&base.ty),
            (Type::List(_) | Type::Text | Type::Record(_), _) => {
                let what = if matches!(base.ty, Type::Record(_)) { "texts" } else { "integers" };
                let message = format!("`{}` is indexed by {what}, not `{}`", base.ty, index.ty);
                self.wrong_type(&index, message, None);
                return unknown(range);
            }
            (ty, _) if types::is_open(ty) => Type::Any,
            _ => return self.cannot_index(&base, range, None),
        };
        Expr { node: Node::Index(Box::new([base, index])), ty, range }
    }

    fn slice(&mut self, base: Expr, ends: &[Tree], inclusive: bool, range: Range<usize>) -> Expr {
        let [mut first, mut last] = self.bounds(ends);
        let ty = match &base.ty {
            Type::Text | Type::List(_) => base.ty.clone(),
            ty if types::is_open(ty) => Type::Any,
            _ => return self.cannot_index(&base, range, Some("texts and lists have slices".to_owned())),
        };
        for end in [&mut first, &mut last] {
            if end.ty == Type::Unit {
                *end = constant(Constant::Unit, end.range.clone());
            }
        }
        Expr { node: Node::Slice { operands: Box::new([base, first, last]), inclusive }, ty, range }
    }
}
