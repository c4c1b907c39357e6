//! What stands in the file and does nothing.

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::network::Network;
use crate::params::Param;

/// Warns of parameters that nothing uses, and of processes that no channel joins.
pub(super) fn check(network: &Network, found: &mut Diagnostics) {
    for parameter in &network.parameters {
        let text = &network.sources.get(parameter.span.source).text;
        let after_declaration = parameter.span.range().end;
        let (before, after) = (&text[..parameter.span.range().start], &text[after_declaration..]);
        let mentioned = mentions(before, &parameter.name) || mentions(after, &parameter.name);
        if !(mentioned || in_script(network, &parameter.name)) {
            let message = format!("the parameter `{}` is not used", parameter.name);
            let help = format!("write `\"${}\"` where its value belongs, or remove it", parameter.name);
            found.push(Diagnostic::new(Code::W0102, parameter.span, message).help(help));
        }
    }
    for process in &network.processes {
        let enrolled = network.barriers.iter().any(|barrier| barrier.members.contains(&process.id));
        if !enrolled && process.ports.iter().all(|port| port.channel.is_none()) {
            let message = format!("no channel joins `{}`", process.name);
            found.push(Diagnostic::new(Code::W0201, process.span, message).help("join it, or remove it"));
        }
    }
}

/// Whether a script uses it, which may stand in a file of its own.
fn in_script(network: &Network, name: &str) -> bool {
    let params = network.processes.iter().flat_map(|process| process.params.iter());
    params.into_iter().any(|(_, param)| match param {
        Param::Script(code) => code.constants.iter().any(|(constant, _)| constant == name),
        _ => false,
    })
}

/// Whether `name` stands in `text` as a word.
fn mentions(text: &str, name: &str) -> bool {
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    text.match_indices(name)
        .any(|(at, _)| !text[..at].ends_with(is_word) && !text[at + name.len()..].starts_with(is_word))
}
