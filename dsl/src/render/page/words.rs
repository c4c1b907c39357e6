//! Signatures in words, the same on every page.

use crate::signature::{
    Arity, Default, ExprSpec, Group, ParamSpec, ParamType, PortSpec, PortType, ResultType, Signature,
};

/// The chapters, in the order in which a reader meets them.
pub(super) const GROUPS: [Group; 7] = [
    Group::Source,
    Group::Transform,
    Group::Sink,
    Group::Csp,
    Group::Coordination,
    Group::Outside,
    Group::User,
];

/// Heading of a chapter.
pub(super) fn group(group: Group) -> &'static str {
    match group {
        Group::Source => "Sources: make tokens",
        Group::Transform => "Transforms: from tokens to tokens",
        Group::Sink => "Sinks: use tokens up",
        Group::Csp => "CSP: the classic small processes",
        Group::Coordination => "Coordination: servers that others call",
        Group::Outside => "Outside: programs, scripts, devices",
        Group::User => "Of this program",
    }
}

/// A port as an end names it: `in`, `in[0..]` for a list.
pub(super) fn port_name(port: &PortSpec) -> String {
    match port.arity {
        Arity::One => port.name.to_string(),
        Arity::List => format!("{}[0..]", port.name),
        Arity::Optional => format!("{} (optional)", port.name),
    }
}

/// Type of a port's tokens.
pub(super) fn port_type(ty: &PortType) -> String {
    match ty {
        PortType::Is(ty) => ty.to_string(),
        PortType::Var(name) => (*name).to_owned(),
        PortType::OfParam(name) => format!("type of `{name}`"),
        PortType::ElementOf(name) => format!("type of the `{name}`"),
        PortType::OfExpr(name) => format!("what `{name}` gives"),
        PortType::ElementOfExpr(name) => format!("elements of `{name}`"),
        PortType::Rule(_) => "tokens".to_owned(),
    }
}

/// What a parameter takes.
pub(super) fn param_type(ty: &ParamType) -> String {
    match ty {
        ParamType::Bool => "true or false".to_owned(),
        ParamType::Int { min: i64::MIN, max: i64::MAX } => "integer".to_owned(),
        ParamType::Int { min, max: i64::MAX } => format!("integer from {min}"),
        ParamType::Int { min, max } => format!("integer {min} to {max}"),
        ParamType::Float { min, max } if min.is_infinite() && max.is_infinite() => "float".to_owned(),
        ParamType::Float { min, max } if max.is_infinite() => format!("float from {min}"),
        ParamType::Float { min, max } => format!("float {min} to {max}"),
        ParamType::Text => "text".to_owned(),
        ParamType::Path => "path of a file".to_owned(),
        ParamType::Duration => "time".to_owned(),
        ParamType::Memory => "bytes".to_owned(),
        ParamType::Word(words) => words.join(" or "),
        ParamType::Constant => "token".to_owned(),
        ParamType::Constants => "list of tokens".to_owned(),
        ParamType::Type => "type".to_owned(),
        ParamType::Names => "list of names".to_owned(),
        ParamType::Expr(spec) => match spec.result {
            ResultType::Bool => format!("condition{}", of_variables(spec)),
            _ => format!("expression{}", of_variables(spec)),
        },
        ParamType::Script => "script".to_owned(),
        ParamType::ScriptFile => "path of a script".to_owned(),
        ParamType::Template(spec) => format!("template{}", of_variables(spec)),
    }
}

/// Whether a script is among the parameters.
pub(super) fn has_script(signature: &Signature) -> bool {
    signature.params.iter().any(|param| matches!(param.ty, ParamType::Script))
}

fn of_variables(spec: &ExprSpec) -> String {
    let names: Vec<&str> = spec.variables.iter().map(|(name, _)| *name).collect();
    if names.is_empty() { String::new() } else { format!(" of {}", names.join(", ")) }
}

/// A parameter's type with what holds when it is left out.
pub(super) fn with_default(ty: &str, param: &ParamSpec) -> String {
    match param.default {
        Default::Required => format!("{ty}, required"),
        Default::Absent => format!("{ty}, optional"),
        Default::Ron(value) => format!("{ty} = {value}"),
    }
}
