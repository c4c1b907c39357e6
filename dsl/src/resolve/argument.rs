//! The parameters of one process against its kind's signature.

use crate::diagnostic::{Code, Diagnostic, Diagnostics, did_you_mean};
use crate::params::Params;
use crate::signature::{Default as SpecDefault, ParamSpec, ParamType, Signature};
use crate::span::{SourceId, Span};
use crate::syntax::ProcessDecl;
use crate::tree::{self, Node, Tree, Word};

/// Reports parameters that the kind does not have, and required ones that the file does not give.
pub(super) fn names(signature: &Signature, kind: &Word, args: &[(Word, Node)], found: &mut Diagnostics) {
    // A required parameter that a misspelt one may stand for is not missed as well.
    let (mut meant, mut any_meant) = (Vec::new(), false);
    for (word, _) in args {
        if signature.params.iter().any(|spec| spec.name == word.text) {
            continue;
        }
        let known: Vec<&str> = signature.params.iter().map(|spec| spec.name).collect();
        let near = did_you_mean(&word.text, known.iter().copied()).or_else(|| synonym(&word.text, &known));
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
        if !given && spec.default == SpecDefault::Required {
            let message = format!("`{}` needs the parameter `{}`", signature.kind, spec.name);
            let example = format!("{}({}: {})", signature.kind, spec.name, example(spec));
            let error =
                Diagnostic::new(Code::E0702, kind.span, message).label(format!("without `{}`", spec.name));
            found.push(error.help(format!("{}; for example `{example}`", spec.doc)));
        }
    }
}

/// Whether a parameter is given that the kind does not have.
pub(super) fn any_unknown(signature: &Signature, decl: &ProcessDecl) -> bool {
    decl.args.iter().any(|(word, _)| signature.params.iter().all(|spec| spec.name != word.text))
}

/// Names that are mixed up: the one in `known`, if there is only one.
fn synonym<'a>(name: &str, known: &[&'a str]) -> Option<&'a str> {
    const GROUPS: [&[&str]; 5] = [
        &["by", "key", "on", "sort_by", "group_by"],
        &["expr", "code", "function", "f", "formula", "expression", "predicate", "condition", "where"],
        &["n", "count", "number", "size", "length", "max"],
        &["path", "file", "filename", "name", "glob", "pattern"],
        &["time", "period", "interval", "delay", "duration", "every"],
    ];
    let group = GROUPS.iter().find(|group| group.contains(&name))?;
    let mut meant = known.iter().filter(|known| group.contains(known));
    meant.next().copied().filter(|_| meant.next().is_none())
}

/// Asks the rules of the parameters; one that is broken may be the reason for others.
pub(super) fn rules(signature: &Signature, decl: &ProcessDecl, params: &Params, found: &mut Diagnostics) {
    let is_missing = |spec: &ParamSpec| {
        !spec.ty.is_code() && spec.default != SpecDefault::Absent && params.get(spec.name).is_none()
    };
    if signature.params.iter().any(is_missing) {
        return;
    }
    for spec in signature.params {
        let Some(Err(fault)) = spec.rule.map(|rule| rule(params)) else { continue };
        let given = decl.args.iter().find(|(word, _)| word.text == spec.name);
        let place = given.map_or(decl.kind.span, |(_, node)| node.span);
        if !found.has(Code::E0704, place) {
            found.push(Diagnostic::new(Code::E0704, place, fault.message).help(fault.help));
        }
        return;
    }
}

/// A value that the parameter takes.
pub(super) fn example(spec: &ParamSpec) -> &'static str {
    if let Some(example) = spec.example {
        return example;
    }
    match &spec.ty {
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
        SpecDefault::Ron(text) => tree::read(SourceId(u32::MAX), text).ok(),
        _ => None,
    }
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
