//! Who asks.

use std::cmp::Ordering;
use std::hash::{Hash, Hasher};

/// A caller, to its server. Two call ports of one process are two callers. One that comes with a request stands for that
/// request too, when it is replied to; it is equal to what comes with the others of that caller.
#[derive(Clone, Copy, Debug)]
pub struct Caller {
    pub(super) number: usize,
    /// Which of the caller's requests; 0: it has left.
    pub(super) turn: u64,
}

impl PartialEq for Caller {
    fn eq(&self, other: &Caller) -> bool {
        self.number == other.number
    }
}

impl Eq for Caller {}

impl PartialOrd for Caller {
    fn partial_cmp(&self, other: &Caller) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Caller {
    fn cmp(&self, other: &Caller) -> Ordering {
        self.number.cmp(&other.number)
    }
}

impl Hash for Caller {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.number.hash(state);
    }
}
