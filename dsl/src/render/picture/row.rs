//! Families that are rows or rings: all members are joined in the same way, so one of them shows all.

use std::collections::{BTreeMap, BTreeSet};

use crate::network::{Channel, End, Family, Network};

/// A family of more members than this is a long one.
pub const LONG: u64 = 16;
/// A channel of more ends than this is one that members share.
const SHARED: usize = 8;

/// What a member finds at the other side of a port.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum Side {
    /// The ends of the channel: how many places further in a family as long, or else the process; and the port.
    Ends(Vec<(String, u64, String)>),
    /// This channel, with others.
    Shared(usize),
}

/// The names of the long families in which each port leads all members to the same, seen from where they stand; one
/// of them may differ, where a row begins or ends.
///
/// Complexity: O(E log E).
pub fn long(network: &Network) -> BTreeSet<String> {
    let mut sides: BTreeMap<(String, String), BTreeMap<Side, usize>> = BTreeMap::new();
    let mut names = BTreeSet::new();
    for family in network.processes.iter().filter_map(|process| row(process.family.as_ref())) {
        names.insert(family.name.clone());
    }
    for (idx, channel) in network.channels.iter().enumerate() {
        for end in channel.writers.iter().chain(&channel.readers) {
            let process = network.process(end.process);
            let Some(family) = row(process.family.as_ref()) else { continue };
            let port = (family.name.clone(), process.ports[end.port_idx].label());
            *sides.entry(port).or_default().entry(side(network, family, idx, channel)).or_default() += 1;
        }
    }
    for ((family, _), found) in &sides {
        let most = found.values().max().copied().unwrap_or_default();
        if found.values().sum::<usize>() > most + 1 {
            names.remove(family);
        }
    }
    names
}

/// A family of one extent that is long.
fn row(family: Option<&Family>) -> Option<&Family> {
    family.filter(|family| matches!(family.extents[..], [n] if n > LONG))
}

/// The channel of that position, as a member of `family` sees it.
fn side(network: &Network, family: &Family, idx: usize, channel: &Channel) -> Side {
    if channel.writers.len() + channel.readers.len() > SHARED {
        return Side::Shared(idx);
    }
    let seen = |end: &End| {
        let process = network.process(end.process);
        let port = process.ports[end.port_idx].label();
        match &process.family {
            Some(other) if other.extents == family.extents => {
                let n = family.extents[0];
                let further = (other.index[0] + n - family.index[0]) % n;
                (other.name.clone(), further, port)
            }
            _ => (process.name.clone(), 0, port),
        }
    };
    Side::Ends(channel.writers.iter().chain(&channel.readers).map(seen).collect())
}

#[cfg(test)]
mod tests {
    use super::long;
    use crate::network::Network;
    use crate::render::sample;
    use crate::signature::Group;

    /// `n` members, each joined to the one so many places further.
    fn ring(n: u64, step: impl Fn(u64) -> u64) -> Network {
        let mut net = sample::network("ring");
        sample::family(&mut net, "w", &[n], "Script", Group::Outside);
        for i in 0..n {
            sample::channel(&mut net, &format!("w[{i}].next"), &format!("w[{}].in", (i + step(i)) % n));
        }
        net
    }

    #[test]
    fn a_long_ring_is_one_and_so_is_a_row() {
        assert!(long(&ring(17, |_| 1)).contains("w"));
        assert!(long(&ring(64, |_| 5)).contains("w"));
        let mut row = ring(17, |_| 1);
        row.channels.pop();
        sample::process(&mut row, "print", "Print", Group::Sink);
        sample::channel(&mut row, "w[16].next", "print.in");
        assert!(long(&row).contains("w"));
    }

    #[test]
    fn a_short_ring_is_none_and_nor_is_what_is_joined_here_and_there() {
        assert!(long(&ring(16, |_| 1)).is_empty());
        assert!(long(&ring(17, |i| i)).is_empty());
        assert!(long(&sample::grid(15, 15)).is_empty());
    }
}
