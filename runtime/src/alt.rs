//! Alternation: a choice among events of which exactly one commits (SEMANTICS A1 to A7).

mod guard;
mod merge;
mod select;
mod timed;

pub use guard::{Guard, Part, RecvGuard, SendGuard, Skip, Timeout};
pub use merge::Merge;
pub use select::{Alike, Alt, Fair, Guards, Mixed, NoChoice, Select};

#[cfg(test)]
mod tests;
