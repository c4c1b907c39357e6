//! Parameters of a graph file: declarations, values that were set, ranges.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{text, wrong_kind};
use crate::network::{Parameter, ParameterType};
use crate::span::Span;
use crate::substitute::to_constant;
use crate::syntax::ParamDecl;
use crate::tree::{Node, Tree, Word};
use crate::ty::{Constant, exact_f64};

/// A value given from outside: `--set name=value` (text still) or the `params:` of a `Network(..)` process.
#[derive(Clone, Debug)]
pub(super) struct Given {
    /// Which parameter.
    pub name: Word,
    /// The value.
    pub value: GivenValue,
}

#[derive(Clone, Debug)]
pub(super) enum GivenValue {
    /// Read by the parameter's type.
    Text(String),
    /// Already a value.
    Node(Node),
}

/// The parameters with their values, as far as they have one.
/// `owner` is where a missing value is reported: the file's declaration, or the process that uses the file.
pub(super) fn parameters(
    decls: &[ParamDecl],
    given: &[Given],
    owner: Option<Span>,
    found: &mut Diagnostics,
) -> Vec<Parameter> {
    for one in given {
        if !decls.iter().any(|decl| decl.name.text == one.name.text) {
            found.push(unknown(&one.name, decls));
        }
    }
    decls
        .iter()
        .map(|decl| {
            let given = given.iter().rfind(|one| one.name.text == decl.name.text);
            parameter(decl, given, owner, found)
        })
        .collect()
}

fn unknown(name: &Word, decls: &[ParamDecl]) -> Diagnostic {
    let help = match did_you_mean(&name.text, decls.iter().map(|decl| decl.name.text.as_str())) {
        Some(near) => format!("did you mean `{near}`?"),
        None if decls.is_empty() => "the file declares no parameters".to_owned(),
        None => {
            let names: Vec<&str> = decls.iter().map(|decl| decl.name.text.as_str()).collect();
            format!("its parameters are {}", names.join(", "))
        }
    };
    Diagnostic::new(Code::E0701, name.span, format!("the file has no parameter `{}`", name.text)).help(help)
}

fn parameter(
    decl: &ParamDecl,
    given: Option<&Given>,
    owner: Option<Span>,
    found: &mut Diagnostics,
) -> Parameter {
    let before = found.len();
    let ty = if decl.broken { ParameterType::Text } else { parameter_type(decl, found) };
    let mut read = |node: &Option<Node>| node.as_ref().and_then(|node| constant(node, ty, decl, found));
    let (default, min, max) = (read(&decl.default), read(&decl.min), read(&decl.max));
    let one_of = match decl.one_of.as_ref() {
        Some(Node { tree: Tree::List(items), .. }) => {
            items.iter().filter_map(|item| constant(item, ty, decl, found)).collect()
        }
        Some(other) => {
            found.push(wrong_kind(other, "`one_of` is a list of values"));
            Vec::new()
        }
        None => Vec::new(),
    };
    let mut parameter = Parameter {
        name: decl.name.text.clone(),
        ty,
        default,
        value: None,
        min,
        max,
        one_of,
        doc: decl.doc.as_ref().and_then(|doc| text(doc, "`doc`", found)).unwrap_or_default(),
        span: decl.name.span,
    };
    let declared_well = found.len() == before && !decl.broken;
    if let Some(default) = &parameter.default
        && let Some(why) = out_of_range(&parameter, default)
    {
        let place = decl.default.as_ref().map_or(decl.name.span, |node| node.span);
        let error = Diagnostic::new(Code::E0707, place, format!("the default of `{}` {why}", parameter.name));
        found.push(error.label("not allowed").help(format!("{}, or another limit", limits(&parameter))));
    }
    let value = given.filter(|_| declared_well).and_then(|given| given_value(given, &parameter, found));
    if value.is_none() && given.is_none() && parameter.default.is_none() && declared_well {
        let message = format!("the parameter `{}` has no value", parameter.name);
        let mut error = Diagnostic::new(Code::E0702, owner.unwrap_or(decl.name.span), message);
        let give = if owner.is_some() {
            error = error.label("used here").also(decl.name.span, "declared here without a default");
            format!("`params: {{\"{}\": {}}}`", parameter.name, example(ty))
        } else {
            error = error.label("no default");
            format!("`--set {}={}`", parameter.name, example(ty))
        };
        found.push(error.help(format!("give it one: {give}, or `default:` where it is declared")));
    }
    parameter.value = value.or(parameter.default.clone());
    parameter
}

fn parameter_type(decl: &ParamDecl, found: &mut Diagnostics) -> ParameterType {
    if let Some(node) = &decl.ty {
        return match node.as_word() {
            Some("Bool") => ParameterType::Bool,
            Some("Int") => ParameterType::Int,
            Some("Float") => ParameterType::Float,
            Some("Text") => ParameterType::Text,
            Some("List") => ParameterType::List,
            _ => {
                let error = Diagnostic::new(Code::E0707, node.span, "unknown type of a parameter");
                let here = match node.as_word().unwrap_or("").to_lowercase().as_str() {
                    "integer" | "i64" | "i32" | "u64" => Some("write `Int`"),
                    "double" | "f64" | "f32" => Some("write `Float`"),
                    "string" | "str" => Some("write `Text`"),
                    "boolean" => Some("write `Bool`"),
                    _ => None,
                };
                found
                    .push(error.help(here.unwrap_or("types of parameters are Bool, Int, Float, Text, List")));
                ParameterType::Text
            }
        };
    }
    match decl.default.as_ref().map(|node| &node.tree) {
        Some(Tree::Bool(_)) => ParameterType::Bool,
        Some(Tree::Int(_)) => ParameterType::Int,
        Some(Tree::Float(_)) => ParameterType::Float,
        Some(Tree::List(_)) => ParameterType::List,
        Some(_) => ParameterType::Text,
        None => {
            let message = format!("the parameter `{}` has neither `default` nor `type`", decl.name.text);
            let error = Diagnostic::new(Code::E0707, decl.name.span, message);
            found.push(error.help("add `default: value`, or `type: Int` for one that must be given"));
            ParameterType::Text
        }
    }
}

fn constant(node: &Node, ty: ParameterType, decl: &ParamDecl, found: &mut Diagnostics) -> Option<Constant> {
    let value = to_constant(node).ok().and_then(|value| of_type(value, ty));
    if value.is_none() {
        let message = format!("`{}` is {}, and this is {}", decl.name.text, type_words(ty), node.describe());
        let error = Diagnostic::new(Code::E0707, node.span, message).label(node.describe());
        found.push(error.help("the default, the limits and `type` of a parameter are of one type"));
    }
    value
}

fn of_type(value: Constant, ty: ParameterType) -> Option<Constant> {
    match (value, ty) {
        (value @ Constant::Bool(_), ParameterType::Bool)
        | (value @ Constant::I64(_), ParameterType::Int)
        | (value @ Constant::F64(_), ParameterType::Float)
        | (value @ Constant::Text(_), ParameterType::Text)
        | (value @ Constant::List(_), ParameterType::List) => Some(value),
        (Constant::I64(n), ParameterType::Float) => exact_f64(n).map(Constant::F64),
        _ => None,
    }
}

fn example(ty: ParameterType) -> String {
    let example = match ty {
        ParameterType::Bool => "true",
        ParameterType::Int => "10",
        ParameterType::Float => "0.5",
        ParameterType::Text => "\"text\"",
        ParameterType::List => "[1, 2, 3]",
    };
    example.to_owned()
}

fn type_words(ty: ParameterType) -> &'static str {
    match ty {
        ParameterType::Bool => "`true` or `false`",
        ParameterType::Int => "an integer",
        ParameterType::Float => "a float",
        ParameterType::Text => "a text",
        ParameterType::List => "a list",
    }
}

fn given_value(given: &Given, parameter: &Parameter, found: &mut Diagnostics) -> Option<Constant> {
    let (read, shown, place) = match &given.value {
        GivenValue::Text(text) => (from_text(text, parameter.ty), format!("`{text}`"), given.name.span),
        GivenValue::Node(node) => {
            let read = to_constant(node).ok().and_then(|value| of_type(value, parameter.ty));
            (read, node.describe().to_owned(), node.span)
        }
    };
    let Some(value) = read else {
        let message = format!("`{}` is {}, and not {shown}", parameter.name, type_words(parameter.ty));
        let error = Diagnostic::new(Code::E0703, place, message).label("given here");
        let example =
            parameter.default.clone().map_or_else(|| example(parameter.ty), |value| value.to_string());
        found.push(error.also(parameter.span, "declared here").help(format!("a value such as `{example}`")));
        return None;
    };
    if let Some(why) = out_of_range(parameter, &value) {
        let error = Diagnostic::new(Code::E0704, place, format!("`{}` {why}", parameter.name));
        let error = error.label("given here").also(parameter.span, "its limits are declared here");
        found.push(error.help(limits(parameter)));
        return None;
    }
    Some(value)
}

/// Reads the text after `--set name=` by the parameter's type.
fn from_text(text: &str, ty: ParameterType) -> Option<Constant> {
    match ty {
        ParameterType::Text => Some(Constant::Text(text.to_owned())),
        ParameterType::Bool => text.trim().parse().ok().map(Constant::Bool),
        ParameterType::Int => text.trim().replace('_', "").parse().ok().map(Constant::I64),
        ParameterType::Float => {
            text.trim().parse::<f64>().ok().filter(|value| value.is_finite()).map(Constant::F64)
        }
        ParameterType::List => {
            let node = crate::tree::read(crate::span::SourceId(0), text).ok()?;
            to_constant(&node).ok().filter(|value| matches!(value, Constant::List(_)))
        }
    }
}

/// Which values a parameter takes.
fn limits(parameter: &Parameter) -> String {
    match (&parameter.min, &parameter.max) {
        _ if !parameter.one_of.is_empty() => {
            let values: Vec<String> = parameter.one_of.iter().map(ToString::to_string).collect();
            format!("one of {}", values.join(", "))
        }
        (Some(min), Some(max)) => format!("a value from {min} to {max}"),
        (Some(min), None) => format!("a value of at least {min}"),
        (None, Some(max)) => format!("a value of at most {max}"),
        (None, None) => "any value of its type".to_owned(),
    }
}

fn out_of_range(parameter: &Parameter, value: &Constant) -> Option<String> {
    let less = |a: &Constant, b: &Constant| match (a, b) {
        (Constant::I64(a), Constant::I64(b)) => a < b,
        (Constant::F64(a), Constant::F64(b)) => a < b,
        _ => false,
    };
    if let Some(min) = parameter.min.as_ref().filter(|min| less(value, min)) {
        return Some(format!("is {value}, below its least value {min}"));
    }
    if let Some(max) = parameter.max.as_ref().filter(|max| less(max, value)) {
        return Some(format!("is {value}, above its greatest value {max}"));
    }
    if !parameter.one_of.is_empty() && !parameter.one_of.contains(value) {
        return Some(format!("is {value}, which it cannot be"));
    }
    None
}
