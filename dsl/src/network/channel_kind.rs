//! Kinds of channels.

/// What the file asked a channel to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChannelKind {
    /// The runtime chooses a capacity and may grow it to break an artificial deadlock.
    Auto,
    /// The writer proceeds when a reader took the token.
    Rendezvous,
    /// First in, first out; blocks when full.
    Buffer(u64),
    /// The oldest token gives way.
    DropOldest(u64),
    /// The newest token is dropped.
    DropNewest(u64),
}

/// Slots that an `Auto` channel starts with.
const N_AUTO: u64 = 64;

impl ChannelKind {
    /// Slots at the start; 0 is a rendezvous.
    pub fn n_slots(self) -> u64 {
        match self {
            ChannelKind::Rendezvous => 0,
            ChannelKind::Auto => N_AUTO,
            ChannelKind::Buffer(n) | ChannelKind::DropOldest(n) | ChannelKind::DropNewest(n) => n,
        }
    }
}
