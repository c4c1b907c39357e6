//! Mistakes with names and arguments, in the words that both ways of reading use.

use std::ops::Range;

use crate::diagnostic::{Code, did_you_mean};
use crate::expr::compiled::{ExprError, Scope};
use crate::expr::functions::{FUNCTIONS, Function, Spec};
use crate::expr::habit;
use crate::expr::host::{HOST, HostFunction};
use crate::expr::token::Tokens;

/// E0802 for `name`.
pub(super) fn unknown_variable(
    tokens: &Tokens<'_>,
    name: &str,
    range: Range<usize>,
    scope: &Scope,
    locals: &[&str],
) -> ExprError {
    let known: Vec<&str> = scope.names().chain(locals.iter().copied()).collect();
    // Any letter is one edit from any other, so of a single one nothing follows.
    let near = did_you_mean(name, known.iter().copied()).filter(|_| name.chars().count() > 1);
    let in_module = tokens.index_at(range.start).and_then(|at| habit::in_module(tokens, at));
    let help = match near {
        _ if in_module.is_some() => in_module,
        _ if habit::word(name).is_some() => habit::word(name),
        _ if Function::parse(name).is_some() => {
            Some(format!("`{name}` is a function: call it, `{name}(..)`"))
        }
        Some(near) => Some(format!("did you mean `{near}`?")),
        None if known.is_empty() => Some("no variables are known here; a text stands in quotes".to_owned()),
        None => Some(format!("known here: `{}`", known.join("`, `"))),
    };
    ExprError {
        code: Code::E0802,
        range,
        message: format!("unknown variable `{name}`"),
        label: "not known here".to_owned(),
        help,
    }
}

/// E0803 for `name`, in an expression or in the script of a process.
pub(super) fn unknown_function(name: &str, range: Range<usize>, in_script: bool) -> ExprError {
    let host = HOST.iter().filter(|_| in_script).map(|function| function.name);
    let near = did_you_mean(name, FUNCTIONS.iter().map(|spec| spec.name).chain(host));
    let meant = habit::function(name).filter(|_| !in_script || HostFunction::parse(name).is_none());
    ExprError {
        code: Code::E0803,
        range,
        message: format!("unknown function `{name}`"),
        label: "no function has this name".to_owned(),
        help: meant.or_else(|| {
            Some(match near {
                Some(near) => format!("did you mean `{near}`?"),
                None if in_script => {
                    "`csprun list Script` and `csprun explain expressions` list the functions".to_owned()
                }
                None if HostFunction::parse(name).is_some() => {
                    format!("only the script of a `Script` process has `{name}`")
                }
                None => "`csprun explain expressions` lists the functions".to_owned(),
            })
        }),
    }
}

/// E0804 when `given` is not the number of arguments that the function takes.
pub(super) fn wrong_count(spec: &Spec, given: usize, range: Range<usize>) -> Option<ExprError> {
    let mut counts: Vec<usize> = Function::named(spec.name).map(|spec| spec.params.len()).collect();
    counts.sort_unstable();
    let wanted = counts.iter().map(usize::to_string).collect::<Vec<_>>().join(" or ");
    let plural = if wanted == "1" { "" } else { "s" };
    (!counts.contains(&given)).then(|| ExprError {
        code: Code::E0804,
        range,
        message: format!("`{}` takes {wanted} argument{plural}, not {given}", spec.name),
        label: match given {
            1 => "1 is given".to_owned(),
            n => format!("{n} are given"),
        },
        help: Some(format!("write `{}`: {}", spec.signature(), spec.doc)),
    })
}
