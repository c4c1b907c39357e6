//! Where comes out what is dealt by a key. A copy whose keys do not come sends nothing, and so would never learn that
//! nobody reads; who deals to it learns it for all copies, and ends as one process in their place would.

use super::copies::Between;
use super::{ChannelPlan, ProcessPlan, Role};
use crate::network::{Deal, Network};
use crate::signature::Direction;

/// Notes who deals by a key at each channel that leads out of the copies.
///
/// # Complexity
/// Linear in the network, for each process that deals by a key.
pub(super) fn note(
    network: &Network,
    processes: &[ProcessPlan],
    channels: &mut [ChannelPlan],
    between: &Between,
) {
    for (dealer, process) in processes.iter().enumerate() {
        if !matches!(process.role, Role::Deal(Deal::Key(_))) {
            continue;
        }
        let is_inside: Vec<bool> = match between.get(&dealer) {
            None => processes.iter().map(|other| other.of == process.of && is_kind(other)).collect(),
            Some(copies) => {
                let mut is_inside = vec![false; network.parents.len()];
                for (at, &parent) in network.parents.iter().enumerate().skip(copies.start) {
                    is_inside[at] = copies.contains(&at) || is_inside[parent];
                }
                let within = |(at, other): (usize, &ProcessPlan)| match between.get(&at) {
                    Some(copies) => network.parents[copies.start],
                    None => network.process(other.of).within,
                };
                processes.iter().enumerate().map(within).map(|at| is_inside[at]).collect()
            }
        };
        for channel in exits(processes, channels, &is_inside) {
            channels[channel].dealers.push(dealer);
        }
    }
}

fn is_kind(process: &ProcessPlan) -> bool {
    matches!(process.role, Role::Kind(_))
}

/// The channels from the processes inside to others; none where one of them is a sink, which has something to do
/// whether anybody reads outside or not.
fn exits(processes: &[ProcessPlan], channels: &[ChannelPlan], is_inside: &[bool]) -> Vec<usize> {
    let joined = |process: &ProcessPlan, direction: Direction| {
        let ports = process.ports.iter().filter(|port| port.direction == direction);
        ports.filter_map(|port| port.channel).collect::<Vec<usize>>()
    };
    let is_sink = |process: &&ProcessPlan| {
        joined(process, Direction::Out).is_empty() && joined(process, Direction::Serve).is_empty()
    };
    let inside =
        || processes.iter().zip(is_inside).filter(|(_, is_inside)| **is_inside).map(|(process, _)| process);
    if inside().any(|process| is_sink(&process)) {
        return Vec::new();
    }
    let leads_out =
        |channel: &usize| channels[*channel].readers.iter().any(|(reader, _)| !is_inside[*reader]);
    let mut exits: Vec<usize> =
        inside().flat_map(|process| joined(process, Direction::Out)).filter(leads_out).collect();
    exits.sort_unstable();
    exits.dedup();
    exits
}
