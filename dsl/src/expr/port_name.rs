//! Ports by name in the script of a process: a name that is written out is checked before the network starts.

use std::ops::Range;

use rhai::{Expr as Tree, FnCallExpr};

use crate::diagnostic::{Code, did_you_mean};
use crate::expr::compiled::ExprError;
use crate::expr::host::{Argument, HostFunction};
use crate::expr::token::Tokens;

/// Names of the ports of a process that has a script; `in[]` is a list of them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Hash)]
pub struct PortNames {
    /// Inputs.
    pub inputs: Vec<String>,
    /// Outputs.
    pub outputs: Vec<String>,
    /// Ports that call.
    pub calls: Vec<String>,
    /// Ports that take calls.
    pub serves: Vec<String>,
}

/// The ports that a script is checked against.
pub(super) struct Ports<'a>(pub(super) &'a PortNames);

impl Ports<'_> {
    /// Whether the process has a port of this name.
    pub(super) fn has(&self, name: &str) -> bool {
        let PortNames { inputs, outputs, calls, serves } = self.0;
        [inputs, outputs, calls, serves].into_iter().flatten().any(|port| port == name)
    }

    /// What is wrong with one call of a host function.
    pub(super) fn check(
        &self,
        call: &FnCallExpr,
        function: &HostFunction,
        n_before: usize,
        tokens: &Tokens<'_>,
        name: &Range<usize>,
        errors: &mut Vec<ExprError>,
    ) {
        let n_given = call.args.len() + n_before;
        let Some(way) = function.way(n_given) else {
            errors.push(wrong_count(function, n_given, tokens.call(name)));
            return;
        };
        for (argument, given) in way[n_before..].iter().zip(&call.args) {
            match (argument, given) {
                (Argument::Guards, Tree::Array(guards, _)) => {
                    guards.iter().for_each(|guard| self.port(Argument::Incoming, guard, tokens, errors));
                }
                _ => self.port(*argument, given, tokens, errors),
            }
        }
    }

    /// What is wrong with a port that is written out.
    fn port(&self, argument: Argument, given: &Tree, tokens: &Tokens<'_>, errors: &mut Vec<ExprError>) {
        let Tree::StringConstant(text, position) = given else { return };
        let PortNames { inputs, outputs, calls, serves } = self.0;
        let known: Vec<&String> = match argument {
            Argument::Input => inputs.iter().collect(),
            Argument::Output => outputs.iter().collect(),
            Argument::Port => [inputs, outputs, calls, serves].into_iter().flatten().collect(),
            Argument::Call => calls.iter().collect(),
            Argument::Serve => serves.iter().collect(),
            Argument::Incoming => inputs.iter().chain(serves).collect(),
            Argument::Guards | Argument::Other(_) => return,
        };
        if known.iter().any(|port| is_of(port, text)) {
            return;
        }
        let near = did_you_mean(text, known.iter().map(|port| port.as_str()));
        let elsewhere = [inputs, outputs, calls, serves].into_iter().flatten().any(|port| is_of(port, text));
        let listed = known.iter().map(|port| format!("`{port}`")).collect::<Vec<_>>().join(", ");
        let what = match argument {
            Argument::Port => "port".to_owned(),
            other => format!("{} port", other.word()),
        };
        let help = match near {
            _ if known.is_empty() => format!("the process has no port of this sort: declare `{text}`"),
            Some(near) if !elsewhere => format!("did you mean `{near}`?"),
            _ => format!("known here: {listed}"),
        };
        let label = if elsewhere { "a port of another sort" } else { "not declared" };
        errors.push(ExprError {
            code: Code::E0807,
            range: tokens.at(*position),
            message: format!("`{text}` is no {what} of this process"),
            label: label.to_owned(),
            help: Some(help),
        });
    }
}

/// Whether `text` names `port`: `in`, or one of the list `in[]` by its index.
fn is_of(port: &str, text: &str) -> bool {
    match (port.strip_suffix("[]"), text.strip_suffix(']').and_then(|text| text.split_once('['))) {
        (Some(list), Some((name, index))) => list == name && index.parse::<u32>().is_ok(),
        _ => port == text,
    }
}

fn wrong_count(function: &HostFunction, n_given: usize, range: Range<usize>) -> ExprError {
    ExprError {
        code: Code::E0804,
        range,
        message: format!("`{}` does not take {n_given} arguments", function.name),
        label: if n_given == 1 { "1 is given".to_owned() } else { format!("{n_given} are given") },
        help: Some(format!("write `{}`: {}", function.signature(), function.doc)),
    }
}
