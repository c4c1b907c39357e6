//! Operators.

use std::ops::Range;

use rhai::{Expr as Tree, Position};

use super::reader::{Reader, unknown};
use crate::diagnostic::Code;
use crate::expr::functions::{Function, Param};
use crate::expr::ir::{Binary, Expr, Node, Unary};
use crate::expr::types;
use crate::ty::{Constant, Type};

impl Reader<'_> {
    pub(super) fn unary(&mut self, operator: Unary, operand: &Tree, position: Position) -> Expr {
        let symbol = self.tokens.at(position);
        let operand = self.expr(operand);
        let end = self.tokens.with_parentheses(&operand.range).end;
        let range = symbol.start.min(operand.range.start)..end;
        let Some(ty) = types::unary(operator, &operand.ty) else {
            let wanted = if operator == Unary::Not { "`Bool`" } else { "a number" };
            let message = format!("`{}` wants {wanted}, not `{}`", operator.symbol(), operand.ty);
            self.wrong_type(&operand, message, None);
            return unknown(range);
        };
        Expr { node: Node::Unary(operator, Box::new(operand)), ty, range }
    }

    pub(super) fn binary(&mut self, operator: Binary, operands: [&Tree; 2]) -> Expr {
        let [a, b] = operands.map(|operand| self.expr(operand));
        self.combined(operator, a, b)
    }

    /// An operator between what was read.
    pub(super) fn combined(&mut self, operator: Binary, a: Expr, b: Expr) -> Expr {
        let range = self.around(Some(&a), Some(&b));
        if let Some(ty) = types::binary(operator, &a.ty, &b.ty) {
            return Expr { node: Node::Binary(operator, Box::new([a, b])), ty, range };
        }
        self.does_not_apply(operator, &a, &b);
        unknown(range)
    }

    fn does_not_apply(&mut self, operator: Binary, a: &Expr, b: &Expr) {
        let word = match operator {
            Binary::Subtract => "from",
            Binary::Multiply | Binary::Divide | Binary::ShiftLeft | Binary::ShiftRight => "by",
            _ => "and",
        };
        // Of two numbers with the wrong operator, or a number and a text, the odd one is shown.
        let (first, second) = if operator == Binary::Subtract { (b, a) } else { (a, b) };
        let message = format!("cannot {} `{}` {word} `{}`", operator.verb(), first.ty, second.ty);
        let odd = match (&a.ty, &b.ty) {
            (Type::Text, other) if *other != Type::Text && operator == Binary::Add => b,
            (_, Type::Text) if operator == Binary::Add => a,
            (left, _) if left.is_numeric() => b,
            _ => a,
        };
        let help = match operator {
            Binary::Add if a.ty == Type::Text || b.ty == Type::Text => {
                Some(format!("write `to_text({})` to make a text of it", self.text(&odd.range)))
            }
            Binary::And | Binary::Or if a.ty == Type::Bool || b.ty == Type::Bool => {
                Some(format!("write `{0}{0}` for conditions", operator.symbol()))
            }
            Binary::Multiply if is_word(odd) => {
                let text = self.text(&odd.range);
                Some(format!("to repeat a text, `join(range(0, 3).map(|i| {text}), \"\")`"))
            }
            _ if odd.ty == Type::Text => {
                Some(format!("write `parse_float({})` to read a number", self.text(&odd.range)))
            }
            _ => match (&a.ty, &b.ty) {
                (Type::Array(..), Type::Array(..)) => {
                    Some("an operator takes arrays of one shape and one type of elements".to_owned())
                }
                (Type::Array(..), Type::F64) | (Type::F64, Type::Array(..)) => {
                    Some(format!("write `to_float({})` for an array of floats", self.text(&odd.range)))
                }
                _ => None,
            },
        };
        let odd = odd.clone();
        self.wrong_type(&odd, message, help);
    }

    /// `a in b`, which Rhai reads as `contains(b, a)`.
    pub(super) fn contained(&mut self, whole: &Tree, part: &Tree) -> Expr {
        let container = self.expr(whole);
        let part = self.expr(part);
        let range = self.around(Some(&part), Some(&container));
        if !Param::Container.accepts(&container.ty) {
            let message = format!("`in` looks into {}, not `{}`", Param::Container.describe(), container.ty);
            self.wrong_type(&container, message, None);
            return unknown(range);
        }
        self.checked(Function::Contains, vec![container, part], range)
    }

    /// Bounds of a slice; an end that is left out is `()`.
    pub(super) fn bounds(&mut self, ends: &[Tree]) -> [Expr; 2] {
        [0, 1].map(|index| match ends.get(index) {
            Some(tree) => {
                let bound = self.expr(tree);
                let left_out = bound.ty == Type::Unit;
                if bound.ty != Type::I64 && !types::is_open(&bound.ty) && !left_out {
                    let message = format!("a slice is bounded by integers, not `{}`", bound.ty);
                    self.wrong_type(&bound, message, None);
                }
                bound
            }
            None => unknown(0..0),
        })
    }

    /// E0805 for an index that does not suit what is indexed.
    pub(super) fn cannot_index(&mut self, base: &Expr, range: Range<usize>, help: Option<String>) -> Expr {
        let message = format!("cannot index `{}`", base.ty);
        let label = format!("this is `{}`", base.ty);
        self.error(Code::E0805, base.range.clone(), message, label, help);
        unknown(range)
    }
}

/// Whether it is a text that is written out and is no number.
fn is_word(expr: &Expr) -> bool {
    matches!(&expr.node, Node::Constant(Constant::Text(text)) if text.trim().parse::<f64>().is_err())
}
