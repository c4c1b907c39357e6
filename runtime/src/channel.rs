//! Channels: typed, bounded, with retire and poison. See `channel/README.md` for states and invariants.

mod core;
mod end;
mod ending;
mod error;
mod raw;
mod wakes;

pub use core::{Counts, Full, Wait, WaitFor};
pub use end::{ReadEnd, Receiver, Sender, WriteEnd, channel};
pub use error::{Cause, Gone, Poison, SendError};
pub use raw::{Channel, Side};

#[cfg(test)]
mod laws;
#[cfg(test)]
mod tests;
