//! Where comes out what is dealt by a key. A copy whose keys do not come sends nothing, and so would never learn that
//! nobody reads; who deals to it learns it for all copies, and ends as one process in their place would.

use std::collections::BTreeMap;

use super::{ChannelPlan, ProcessPlan, Role};
use crate::network::Deal;
use crate::signature::Direction;

/// Notes who deals by a key at each channel that leads out of the copies.
///
/// # Complexity
/// Linear in the ends of copies, for each process that deals to them.
pub(super) fn note(processes: &[ProcessPlan], channels: &mut [ChannelPlan]) {
    let by_name: BTreeMap<&str, usize> =
        processes.iter().enumerate().map(|(at, process)| (process.name.as_str(), at)).collect();
    for (dealer, process) in processes.iter().enumerate() {
        let (Role::Deal(Deal::Key(_)), Some(of)) = (&process.role, process.name.strip_suffix(".deal")) else {
            continue;
        };
        // A copy is `work[2]`; what is in the copy of a sub-network, `work[2]/first`.
        let prefix = format!("{of}[");
        let inside = by_name.range(prefix.as_str()..).take_while(|(name, _)| name.starts_with(&prefix));
        let inside: Vec<usize> = inside.map(|(_, at)| *at).collect();
        for channel in exits(processes, channels, &inside) {
            channels[channel].dealers.push(dealer);
        }
    }
}

/// The channels from these processes to others; none where a process inside is a sink, which has something to do
/// whether anybody reads outside or not.
fn exits(processes: &[ProcessPlan], channels: &[ChannelPlan], inside: &[usize]) -> Vec<usize> {
    let joined = |process: usize, direction: Direction| {
        let ports = processes[process].ports.iter();
        ports.filter(move |port| port.direction == direction).filter_map(|port| port.channel)
    };
    let is_sink = |process: &&usize| {
        joined(**process, Direction::Out).next().is_none()
            && joined(**process, Direction::Serve).next().is_none()
    };
    if inside.iter().any(|process| is_sink(&process)) {
        return Vec::new();
    }
    let leads_out = |channel: &usize| {
        channels[*channel].readers.iter().any(|(reader, _)| inside.binary_search(reader).is_err())
    };
    let mut exits: Vec<usize> =
        inside.iter().flat_map(|&process| joined(process, Direction::Out)).filter(leads_out).collect();
    exits.sort_unstable();
    exits.dedup();
    exits
}
