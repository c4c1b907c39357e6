//! `replicate` and `restart`: which kinds can be dealt to, collected from and given a token again.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::network::{Collect, Deal, Network, Process, Restart};
use crate::signature::Direction;

/// Reports ways to deal or collect that the kind cannot take, and restarts of kinds that keep state.
pub(super) fn check(network: &Network, found: &mut Diagnostics) {
    for process in &network.processes {
        if process.replicate.is_some() {
            replicate(process, found);
        }
        if let Restart::OnFailure { state_lost: false, .. } = process.restart
            && !process.signature.traits.firing
            // A build that lacks a kind does not know how it behaves.
            && process.available
        {
            let message =
                format!("`{}` keeps state, so it cannot be given a token again", process.signature.kind);
            let error =
                Diagnostic::new(Code::E0502, process.span, message).label("its `restart` would do that");
            found.push(error.help("add `state: Lost` to restart it from the next token without its state"));
        }
    }
}

fn replicate(process: &Process, found: &mut Diagnostics) {
    let Some(replicate) = &process.replicate else { return };
    let n = |direction| process.ports.iter().filter(|port| port.direction == direction).count();
    let (n_inputs, n_outputs) = (n(Direction::In), n(Direction::Out));
    let kind = process.signature.kind;
    let traits = &process.signature.traits;
    let mut wrong = |message: String, help: &str| {
        found.push(Diagnostic::new(Code::E0210, replicate.span, message).help(help));
    };
    let keyed = matches!(replicate.deal, Deal::All | Deal::Key(_));
    if n_inputs > 1 && !keyed {
        let message = format!(
            "`{kind}` has {n_inputs} inputs, so its copies would take tokens that do not belong together"
        );
        wrong(message, "with several inputs `deal` is `All` or `Key(\"..\")`");
    }
    if n_inputs == 0 && replicate.deal != Deal::Any {
        wrong(format!("`{kind}` has no input to deal to"), "leave `deal` out");
    }
    if n_outputs == 0 && replicate.collect != Collect::Any {
        wrong(format!("`{kind}` has no output to collect"), "leave `collect` out");
    }
    match replicate.collect {
        Collect::InOrder if !traits.firing || n_inputs > 1 => {
            let why = if n_inputs > 1 {
                "has several inputs"
            } else if traits.when_all_retired {
                "goes on when one of its outputs has retired"
            } else if traits.stateless {
                "is none"
            } else {
                "keeps state"
            };
            let message = format!("`collect: InOrder` needs a kind that fires, and `{kind}` {why}");
            wrong(
                message,
                "kinds that fire take one token and give its outputs, such as Map, Filter, FlatMap",
            );
        }
        Collect::RoundRobin if matches!(replicate.deal, Deal::Key(_)) => {
            let message =
                "with `deal: Key(\"..\")` some copies get more tokens than others, so there are no turns";
            let help = if traits.firing && n_inputs == 1 {
                "`collect: InOrder` gives the outputs in the order of the inputs"
            } else {
                "`collect` is `Any` then"
            };
            wrong(message.to_owned(), help);
        }
        Collect::RoundRobin if !process.signature.is_one_for_one(&process.params) => {
            let message = format!(
                "`collect: RoundRobin` needs a kind that gives one token for one, and `{kind}` does not"
            );
            wrong(message, "`collect: InOrder` keeps the order for kinds that fire");
        }
        _ => {}
    }
}
