//! Channels: typed, bounded, with retire and poison. See `channel/README.md` for states and invariants.

mod after;
mod cell;
mod claim;
mod core;
mod dropped;
mod end;
mod ending;
mod enter;
mod error;
mod event;
mod inspect;
mod lane;
mod make;
mod moved;
mod outlet;
mod pair;
mod permit;
mod queue;
mod quick;
mod raw;
mod receive;
mod ring;
mod state;
mod transfer;
mod transit;
mod typed;

pub(crate) use after::After;
pub(crate) use cell::Guarded;
pub(crate) use claim::{Claim, Ticket};
pub(crate) use dropped::{AnyEnd, Endable, Scope, is_within, later};
pub(crate) use end::{ReadEnd, WriteEnd};

pub use error::{Cause, Gone, Poison, SendError};
pub(crate) use event::{Completion, Event, Ready, Receiving, Sending};
pub(crate) use inspect::{Inspect, Snapshot, Tally};
pub use make::{Flavor, Form};
pub(crate) use moved::Vacant;
pub(crate) use outlet::Outlet;
pub use permit::{Permit, Reserve};
pub use raw::Channel;
pub(crate) use state::Step;
pub use state::{Counts, Full, Side, Wait, WaitFor};
pub use transfer::{Recv, Send};
pub(crate) use transit::InTransit;
pub(crate) use typed::Stays;
pub use typed::{Receiver, Sender, channel};

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
