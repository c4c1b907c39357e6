//! Calls of functions.

use std::ops::Range;

use rhai::{FnCallExpr, Position};

use super::reader::{Reader, unknown};
use crate::diagnostic::Code;
use crate::expr::functions::{Function, Param, Spec};
use crate::expr::ir::{Binary, Expr, Node, Unary};
use crate::expr::mistake::{unknown_function, wrong_count};
use crate::expr::types;
use crate::ty::{Constant, Type};

impl Reader<'_> {
    /// A call `f(a, b)`, or of an operator; `receiver` is the `a` of `a.f(b)`.
    pub(super) fn call(&mut self, call: &FnCallExpr, position: Position, receiver: Option<Expr>) -> Expr {
        let name = self.tokens.at(position);
        if let ("contains", "in" | "!", [whole, part]) = (&*call.name, self.text(&name), &call.args[..]) {
            return self.contained(whole, part);
        }
        if call.op_token.is_some() && receiver.is_none() {
            return self.operator(call, position);
        }
        let mut range = self.tokens.call(&name);
        let mut arguments: Vec<Expr> = receiver.into_iter().collect();
        if let Some(first) = arguments.first() {
            range.start = self.tokens.with_parentheses(&first.range).start;
        }
        for argument in &call.args {
            arguments.push(self.expr(argument));
        }
        let Some(function) = Function::called(&call.name, arguments.len()) else {
            if matches!(&*call.name, "curry" | "call" | "Fn") {
                return self.outside("a closure or function", range);
            }
            self.errors.push(unknown_function(&call.name, name, false));
            return unknown(range);
        };
        if let Some(error) = wrong_count(function.spec(), arguments.len(), range.clone()) {
            self.errors.push(error);
            return unknown(range);
        }
        self.checked(function, arguments, range)
    }

    fn operator(&mut self, call: &FnCallExpr, position: Position) -> Expr {
        match (&call.args[..], Unary::parse(&call.name), Binary::parse(&call.name)) {
            ([operand], Some(operator), _) => self.unary(operator, operand, position),
            ([a, b], _, Some(operator)) => self.binary(operator, [a, b]),
            _ => {
                let range = self.tokens.at(position);
                self.outside("a range as a value", range)
            }
        }
    }

    /// A call with the right number of arguments: their types.
    pub(super) fn checked(&mut self, function: Function, arguments: Vec<Expr>, range: Range<usize>) -> Expr {
        let spec = function.spec();
        let before = self.errors.len();
        for (param, argument) in spec.params.iter().zip(&arguments) {
            self.argument(spec, *param, argument);
        }
        if function == Function::Contains {
            self.contains(&arguments);
        }
        if function == Function::Capture {
            self.group(&arguments);
        }
        if self.errors.len() > before {
            return unknown(range);
        }
        let types: Vec<Type> = arguments.iter().map(|argument| argument.ty.clone()).collect();
        match spec.returns.of(&types) {
            Some(ty) => Expr { ty, node: Node::Call(function, arguments), range },
            None => self.apart(spec, &arguments, range),
        }
    }

    /// Arguments that each would do, but not beside the others.
    fn apart(&mut self, spec: &Spec, arguments: &[Expr], range: Range<usize>) -> Expr {
        let types: Vec<String> = arguments.iter().map(|argument| format!("`{}`", argument.ty)).collect();
        let message = format!("`{}` does not take {} together", spec.name, types.join(" and "));
        let label = "arrays here have one shape and one type of elements, and numbers fit it".to_owned();
        self.error(Code::E0805, range.clone(), message, label, None);
        unknown(range)
    }

    fn argument(&mut self, spec: &Spec, param: Param, argument: &Expr) {
        if param == Param::Closure && types::is_open(&argument.ty) {
            self.outside.get_or_insert("a closure or function");
        } else if !param.accepts(&argument.ty) {
            let message = format!("`{}` takes {}, not `{}`", spec.name, param.describe(), argument.ty);
            let help = match param {
                Param::Text | Param::Sequence | Param::Container if argument.ty.is_numeric() => {
                    Some(format!("write `to_text({})` to make a text of it", self.text(&argument.range)))
                }
                Param::Int if argument.ty == Type::F64 => {
                    Some(format!("write `to_int({})` to drop the fraction", self.text(&argument.range)))
                }
                Param::Mask if matches!(argument.ty, Type::Array(..)) => {
                    Some(format!("compare it: `{}(.. != 0, .., ..)`", spec.name))
                }
                Param::Numbers if argument.ty.is_numeric() => {
                    let of_two = Function::called(spec.name, 2).map(Function::spec);
                    let of_two = of_two.filter(|of_two| of_two.params.len() == 2);
                    of_two.map(|of_two| format!("write `{}` for two numbers", of_two.signature()))
                }
                Param::Real if matches!(argument.ty, Type::Array(..)) => {
                    Some(format!("write `to_float({})` for an array of floats", self.text(&argument.range)))
                }
                Param::Number | Param::Numeric | Param::Real if argument.ty == Type::Text => {
                    Some(format!("write `parse_float({})` to read a number", self.text(&argument.range)))
                }
                _ => None,
            };
            self.wrong_type(argument, message, help);
        } else if let (Param::Regex, Node::Constant(Constant::Text(pattern))) = (param, &argument.node)
            && let Err(fault) = regex::Regex::new(pattern)
        {
            let message = format!("`{pattern}` is not a regular expression");
            self.error(Code::E0805, argument.range.clone(), message, regex_fault(&fault), None);
        }
    }

    /// What a text or a record is asked for is a text.
    fn contains(&mut self, arguments: &[Expr]) {
        if let [whole, part] = arguments
            && matches!(whole.ty, Type::Text | Type::Record(_))
            && !Param::Text.accepts(&part.ty)
        {
            let message = format!("`{}` contains texts, not `{}`", whole.ty, part.ty);
            self.wrong_type(part, message, None);
        }
    }

    /// A group that is written down exists in a pattern that is written down.
    fn group(&mut self, arguments: &[Expr]) {
        if let [_, pattern, group] = arguments
            && let (Node::Constant(Constant::Text(text)), Node::Constant(Constant::I64(n))) =
                (&pattern.node, &group.node)
            && let Ok(regex) = regex::Regex::new(text)
            && !usize::try_from(*n).is_ok_and(|n| n < regex.captures_len())
        {
            let last = regex.captures_len() - 1;
            let message = format!("the regular expression has no group {n}");
            let label =
                if last == 0 { "there are no groups".to_owned() } else { format!("the last is {last}") };
            self.error(Code::E0805, group.range.clone(), message, label, None);
        }
    }
}

/// The last line of regex's report says what is wrong.
fn regex_fault(fault: &regex::Error) -> String {
    let text = fault.to_string();
    let last = text.lines().last().unwrap_or("");
    last.trim().trim_start_matches("error: ").to_owned()
}
