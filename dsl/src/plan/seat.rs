//! Where each process runs: what blocks on threads of its own, the rest in runs of connected processes on the
//! workers, copies spread.

use super::{ChannelPlan, Machine, ProcessPlan, Role, Seat};
use crate::network::Network;
use crate::signature::Cost;

/// Gives every process its seat.
pub(super) fn seat(
    processes: &mut [ProcessPlan],
    channels: &[ChannelPlan],
    network: &Network,
    machine: &Machine,
) {
    let n_workers = machine.n_workers.max(1);
    let order = flow_order(processes, channels);
    let n = order.len().max(1);
    for (rank, at) in order.into_iter().enumerate() {
        let process = &processes[at];
        let original = network.process(process.of);
        let blocking = matches!(&process.role, Role::Kind(signature) if signature.cost == Cost::Blocking);
        let is_copy = original.replicate.is_some();
        processes[at].seat = if blocking || original.place.thread {
            Seat::Thread
        } else if let Some(worker) = original.place.worker {
            Seat::Worker(worker as usize % n_workers)
        } else if is_copy {
            Seat::Worker(at % n_workers)
        } else {
            Seat::Worker(rank * n_workers / n)
        };
    }
}

/// Processes in the order in which tokens reach them first: breadth first from those without inputs, then from
/// whatever a loop has left over.
fn flow_order(processes: &[ProcessPlan], channels: &[ChannelPlan]) -> Vec<usize> {
    // Not by pairs of a writer and a reader: between two wide farms there are too many.
    let mut written: Vec<Vec<usize>> = vec![Vec::new(); processes.len()];
    let mut has_input = vec![false; processes.len()];
    for (at, channel) in channels.iter().enumerate() {
        channel.readers.iter().for_each(|&(reader, _)| has_input[reader] = true);
        channel.writers.iter().for_each(|&(writer, _)| written[writer].push(at));
    }
    let mut is_followed = vec![false; channels.len()];
    let mut order = Vec::with_capacity(processes.len());
    let mut seen = vec![false; processes.len()];
    let sources = (0..processes.len()).filter(|&at| !has_input[at]);
    for start in sources.chain(0..processes.len()) {
        if seen[start] {
            continue;
        }
        seen[start] = true;
        let mut at = order.len();
        order.push(start);
        while at < order.len() {
            for &channel in &written[order[at]] {
                if std::mem::replace(&mut is_followed[channel], true) {
                    continue;
                }
                for &(reader, _) in &channels[channel].readers {
                    if !std::mem::replace(&mut seen[reader], true) {
                        order.push(reader);
                    }
                }
            }
            at += 1;
        }
    }
    order
}
