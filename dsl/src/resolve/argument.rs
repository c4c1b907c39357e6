//! The parameters of one process against its kind's signature.

use std::time::Duration;

use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::fields::{n_bytes, parse_duration};
use crate::params::Param;
use crate::signature::{ParamSpec, ParamType, Signature};
use crate::span::{SourceId, Span};
use crate::substitute::to_constant;
use crate::tree::{self, Node, Tree, Word};
use crate::ty::{Constant, exact_f64};
use crate::type_name::read_type;

/// Reports parameters that the kind does not have, and required ones that the file does not give.
pub(super) fn names(signature: &Signature, kind: &Word, args: &[(Word, Node)], found: &mut Diagnostics) {
    // A required parameter that a misspelt one may stand for is not missed as well.
    let (mut meant, mut any_meant) = (Vec::new(), false);
    for (word, _) in args {
        if signature.params.iter().any(|spec| spec.name == word.text) {
            continue;
        }
        let known: Vec<&str> = signature.params.iter().map(|spec| spec.name).collect();
        let near = did_you_mean(&word.text, known.iter().copied());
        match near {
            Some(near) => meant.push(near),
            None => any_meant = true,
        }
        let help = match near {
            Some(near) => format!("did you mean `{near}`?"),
            None if known.is_empty() => format!("`{}` takes no parameters", signature.kind),
            None => format!("its parameters are {}", known.join(", ")),
        };
        let message = format!("`{}` has no parameter `{}`", signature.kind, word.text);
        found.push(Diagnostic::new(Code::E0701, word.span, message).help(help));
    }
    for spec in signature.params {
        let given =
            any_meant || meant.contains(&spec.name) || args.iter().any(|(word, _)| word.text == spec.name);
        if !given && spec.default == crate::signature::Default::Required {
            let message = format!("`{}` needs the parameter `{}`", signature.kind, spec.name);
            let example = format!("{}({}: {})", signature.kind, spec.name, example(&spec.ty));
            let error =
                Diagnostic::new(Code::E0702, kind.span, message).label(format!("without `{}`", spec.name));
            found.push(error.help(format!("{}; for example `{example}`", spec.doc)));
        }
    }
}

fn example(ty: &ParamType) -> &'static str {
    match ty {
        ParamType::Bool => "true",
        ParamType::Int { .. } => "10",
        ParamType::Float { .. } => "0.5",
        ParamType::Text => "\"text\"",
        ParamType::Path => "\"file.txt\"",
        ParamType::Duration => "\"100ms\"",
        ParamType::Memory => "\"1GiB\"",
        ParamType::Word(words) => words.first().copied().unwrap_or("Word"),
        ParamType::Constant => "0",
        ParamType::Constants => "[1, 2, 3]",
        ParamType::Type => "I64",
        ParamType::Names => "[\"a\", \"b\"]",
        ParamType::Expr(_) => "\"x + 1\"",
        ParamType::Template(_) => "\"{x}\"",
        ParamType::Script => "\"send(\\\"out\\\", recv(\\\"in\\\"))\"",
        ParamType::ScriptFile => "\"process.rhai\"",
    }
}

/// The value that a signature writes as a default.
pub(super) fn default_node(spec: &ParamSpec) -> Option<Node> {
    match spec.default {
        crate::signature::Default::Ron(text) => tree::read(SourceId(u32::MAX), text).ok(),
        _ => None,
    }
}

/// Reads a parameter that is no code.
pub(super) fn value(
    signature: &Signature,
    spec: &ParamSpec,
    node: &Node,
    found: &mut Diagnostics,
) -> Option<Param> {
    let wrong = |what: &str, found: &mut Diagnostics| {
        let message =
            format!("`{}` of `{}` is {what}, and this is {}", spec.name, signature.kind, node.describe());
        let error = Diagnostic::new(Code::E0703, node.span, message).label(node.describe());
        found.push(error.help(instead(spec, node)));
        None
    };
    let range = |shown: String, limits: String, found: &mut Diagnostics| {
        let message = format!("`{}` of `{}` is {shown}, and must be {limits}", spec.name, signature.kind);
        found.push(Diagnostic::new(Code::E0704, node.span, message).label(format!("must be {limits}")));
        None
    };
    match (&spec.ty, &node.tree) {
        (ParamType::Bool, Tree::Bool(value)) => Some(Param::Bool(*value)),
        (ParamType::Bool, _) => wrong("`true` or `false`", found),
        (ParamType::Int { min, max }, Tree::Int(value)) => match i64::try_from(*value) {
            Ok(value) if (*min..=*max).contains(&value) => Some(Param::Int(value)),
            _ => range(value.to_string(), int_limits(*min, *max), found),
        },
        (ParamType::Int { .. }, _) => wrong("an integer", found),
        (ParamType::Float { min, max }, Tree::Int(_) | Tree::Float(_)) => match float(node) {
            Some(value) if (*min..=*max).contains(&value) => Some(Param::Float(value)),
            _ => range(node.to_string(), format!("{min:?} to {max:?}"), found),
        },
        (ParamType::Float { .. }, _) => wrong("a number", found),
        (ParamType::Text | ParamType::Path, Tree::Text(text)) => Some(Param::Text(text.clone())),
        (ParamType::Text, _) => wrong("a text", found),
        (ParamType::Path, _) => wrong("the path of a file, a text", found),
        (ParamType::Duration, _) => {
            time(node).map(Param::Duration).or_else(|| wrong("a time above 0 such as \"100ms\"", found))
        }
        (ParamType::Memory, _) => {
            memory(node).map(Param::Int).or_else(|| wrong("a number of bytes such as \"1GiB\"", found))
        }
        (ParamType::Word(words), _) => word(signature, spec, words, node, found),
        (ParamType::Constant, _) => match to_constant(node) {
            Ok(value) if value.ty().is_some() => Some(Param::Constant(value)),
            _ => wrong("a token", found),
        },
        (ParamType::Constants, Tree::List(_)) => match to_constant(node) {
            Ok(list) if list.ty().is_some() => match list {
                Constant::List(items) => Some(Param::Constants(items)),
                _ => None,
            },
            Ok(_) => range("a list of tokens of several types".to_owned(), "of one type".to_owned(), found),
            Err(_) => wrong("a list of tokens", found),
        },
        (ParamType::Constants, _) => wrong("a list of tokens", found),
        (ParamType::Type, _) => read_type(node, found).map(Param::Type),
        (ParamType::Names, Tree::List(items)) => {
            let names: Option<Vec<String>> =
                items.iter().map(|item| item.as_text().map(str::to_owned)).collect();
            names.map(Param::Names).or_else(|| wrong("a list of names", found))
        }
        (ParamType::Names, _) => wrong("a list of names", found),
        (ParamType::Expr(_) | ParamType::Template(_) | ParamType::Script | ParamType::ScriptFile, _) => {
            wrong("code in a text", found)
        }
    }
}

/// What belongs in the place of a value of the wrong type.
fn float(node: &Node) -> Option<f64> {
    match &node.tree {
        Tree::Int(value) => i64::try_from(*value).ok().and_then(exact_f64),
        Tree::Float(value) => Some(*value),
        _ => None,
    }
}

fn time(node: &Node) -> Option<Duration> {
    node.as_text().and_then(parse_duration).filter(|time| !time.is_zero())
}

fn memory(node: &Node) -> Option<i64> {
    n_bytes(node, "", &mut Diagnostics::default()).and_then(|n| i64::try_from(n).ok())
}

fn instead(spec: &ParamSpec, node: &Node) -> String {
    match node.as_text().filter(|text| text.starts_with('$')) {
        Some(name) => format!("`{name}` names no parameter of this file"),
        None => format!("for example `{}: {}`", spec.name, example(&spec.ty)),
    }
}

fn int_limits(min: i64, max: i64) -> String {
    match (min, max) {
        (i64::MIN, i64::MAX) => "an integer of 64 bits".to_owned(),
        (min, i64::MAX) => format!("at least {min}"),
        (min, max) => format!("{min} to {max}"),
    }
}

fn word(
    signature: &Signature,
    spec: &ParamSpec,
    words: &[&str],
    node: &Node,
    found: &mut Diagnostics,
) -> Option<Param> {
    let given = node.as_word().or_else(|| node.as_text()).unwrap_or("");
    if let Some(word) = words.iter().find(|word| **word == given) {
        return Some(Param::Text((*word).to_owned()));
    }
    let message = format!("`{}` of `{}` is one of {}", spec.name, signature.kind, words.join(", "));
    let near = did_you_mean(given, words.iter().copied()).map(|near| format!("did you mean `{near}`?"));
    found.push(Diagnostic::new(Code::E0703, node.span, message).maybe_help(near));
    None
}

/// The text of a code parameter.
pub(super) fn code(
    signature: &Signature,
    spec: &ParamSpec,
    node: &Node,
    found: &mut Diagnostics,
) -> Option<String> {
    if let Tree::Text(text) = &node.tree {
        return Some(text.clone());
    }
    let message =
        format!("`{}` of `{}` is code in a text, and this is {}", spec.name, signature.kind, node.describe());
    found.push(Diagnostic::new(Code::E0703, node.span, message).help(format!(
        "write `{}: {:?}`",
        spec.name,
        node.to_string()
    )));
    None
}

/// Where to point for a parameter: at its value, or at the kind when a default stands in.
pub(super) fn place(node: &Node, kind: &Word) -> Span {
    if node.span.source == SourceId(u32::MAX) { kind.span } else { node.span }
}
