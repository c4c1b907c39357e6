//! How many slots an `Auto` channel has at the start.

use super::{ChannelPlan, ProcessPlan, Role, Seat};
use crate::network::ChannelKind;
use crate::signature::Ports;
use crate::ty::Type;

/// Between ends on one worker: what goes through a row of processes, batch after batch, stays in the nearest cache.
const N_TOGETHER: u64 = 256;

/// Between two workers or threads: who waits there is woken by another thread, which costs as much as many tokens.
const N_APART: u64 = 512;

/// Of tokens that are large, where nobody knows how large.
const N_LARGE: u64 = 16;

/// Bytes that arrays in a channel may take: what a core keeps near.
const N_BYTES: u64 = 1 << 20;

/// Gives every `Auto` channel its slots; all have their seats.
pub(super) fn choose(channels: &mut [ChannelPlan], processes: &[ProcessPlan]) {
    for channel in channels.iter_mut().filter(|channel| channel.kind == ChannelKind::Auto) {
        let most = if is_together(channel, processes) { N_TOGETHER } else { N_APART };
        let n_slots = match n_bytes(channel, processes) {
            Size::Small => most,
            Size::Large => N_LARGE,
            Size::Bytes(n_bytes) => (N_BYTES / n_bytes.max(1)).clamp(2, most),
        };
        // It could have grown for them.
        channel.capacity = n_slots.max(channel.initial.len() as u64);
    }
}

/// Whether all ends are on one worker.
fn is_together(channel: &ChannelPlan, processes: &[ProcessPlan]) -> bool {
    let mut seats =
        channel.writers.iter().chain(&channel.readers).map(|&(process, _)| processes[process].seat);
    let first = seats.next();
    matches!(first, Some(Seat::Worker(_))) && seats.all(|seat| Some(seat) == first)
}

/// What one token takes.
enum Size {
    /// Little, mostly.
    Small,
    Large,
    Bytes(u64),
}

fn n_bytes(channel: &ChannelPlan, processes: &[ProcessPlan]) -> Size {
    match &channel.ty {
        Type::Array(elem, extents) => {
            let n = extents.iter().try_fold(1_u64, |n, extent| extent.map(|extent| n.saturating_mul(extent)));
            n.map_or(Size::Large, |n| Size::Bytes(n.saturating_mul(elem.n_bytes() as u64)))
        }
        Type::Bytes => Size::Large,
        _ if channel.writers.iter().any(|&end| gives_large(end, processes)) => Size::Large,
        _ => Size::Small,
    }
}

/// Whether the port says that its tokens are large.
fn gives_large((process, port): (usize, usize), processes: &[ProcessPlan]) -> bool {
    let (role, port) = (&processes[process].role, &processes[process].ports[port]);
    let Role::Kind(signature) = role else { return false };
    let Ports::Fixed(specs) = signature.ports else { return false };
    specs.iter().any(|spec| spec.name == port.name && spec.is_large)
}
