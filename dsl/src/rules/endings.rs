//! Ends of streams that go against the stream: a process ends when nobody reads an output, and its other outputs end
//! with it (SEMANTICS E2, E2a).

use crate::diagnostic::{Code, Diagnostic, Diagnostics};
use crate::network::{Channel, Network, Process};
use crate::params::Param;
use crate::signature::Direction;

/// Warns of processes of which one output may end before another.
pub(super) fn check(network: &Network, found: &mut Diagnostics) {
    let early = Early::of(network);
    for process in &network.processes {
        if process.signature.traits.when_all_retired || may_catch(process) {
            continue;
        }
        let (first, others): (Vec<&Channel>, Vec<&Channel>) =
            outputs(network, process).partition(|channel| early.channel(channel));
        let (Some(channel), Some(other)) = (first.first(), others.first()) else { continue };
        if found.has(Code::W0202, process.span) {
            continue;
        }
        let message = format!(
            "`{}` ends when nobody reads `{}`, and `{}` ends with it",
            process.name, channel.name, other.name
        );
        let warning = Diagnostic::new(Code::W0202, process.span, message).label("has several outputs");
        let warning = warning.also(channel.span, "what reads here may end early");
        let help =
            "let a `BlackHole` read on, `to: AllOf([.., \"rest\"])`; a script can catch the end of a port";
        found.push(warning.help(help));
    }
}

/// The channels of streams that a process writes.
fn outputs<'a>(network: &'a Network, process: &'a Process) -> impl Iterator<Item = &'a Channel> {
    let ports = process.ports.iter().filter(|port| port.direction == Direction::Out);
    ports.filter_map(|port| port.channel).map(|id| network.channel(id))
}

/// Whether its script looks whether a port has ended.
fn may_catch(process: &Process) -> bool {
    process.params.iter().any(|(_, param)| match param {
        Param::Script(code) => code.text.contains("catch") || code.text.contains("is_retired"),
        _ => false,
    })
}

/// The processes that may end while their input goes on.
struct Early(Vec<bool>);

impl Early {
    /// Those whose kind does, and those that end since all, or any, that they write to have; the least fixed point.
    fn of(network: &Network) -> Early {
        let mut early =
            Early(network.processes.iter().map(|process| process.signature.traits.ends_early).collect());
        let mut writers: Vec<usize> = Vec::new();
        let mut next: Vec<usize> = (0..early.0.len()).filter(|at| early.0[*at]).collect();
        while let Some(at) = next.pop() {
            let inputs = network.processes[at].ports.iter().filter(|port| port.direction == Direction::In);
            let read = inputs.filter_map(|port| port.channel).map(|id| network.channel(id));
            writers.extend(read.flat_map(|channel| channel.writers.iter().map(|end| end.process.idx())));
            for writer in writers.drain(..) {
                if !early.0[writer] && early.ends(network, &network.processes[writer]) {
                    early.0[writer] = true;
                    next.push(writer);
                }
            }
        }
        early
    }

    fn ends(&self, network: &Network, process: &Process) -> bool {
        let mut outputs = outputs(network, process);
        match process.signature.traits.when_all_retired {
            true => outputs.all(|channel| self.channel(channel)),
            false => !may_catch(process) && outputs.any(|channel| self.channel(channel)),
        }
    }

    /// Whether nobody may read a channel before its writers have ended.
    fn channel(&self, channel: &Channel) -> bool {
        !channel.call
            && !channel.readers.is_empty()
            && channel.readers.iter().all(|end| self.0[end.process.idx()])
    }
}
