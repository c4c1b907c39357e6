//! Rules over the resolved network, one family a file. Each adds what it finds and changes nothing.

mod available;
mod calls;
mod endings;
mod one_for_one;
mod replication;
mod unused;

pub(crate) use available::missing;
pub use calls::{CYCLE_HELP, call_cycles, cycle_said};

use crate::diagnostic::Diagnostics;
use crate::network::Network;

/// Applies every rule.
pub fn check(network: &Network, found: &mut Diagnostics) {
    calls::check(network, found);
    endings::check(network, found);
    replication::check(network, found);
    one_for_one::check(network, found);
    unused::check(network, found);
    available::check(network, found);
}
