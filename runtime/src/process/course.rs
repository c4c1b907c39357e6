//! How far a process is on its way, for those who watch a run.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

/// The way of a process. Its numbers stand alone, so no order of memory matters.
#[derive(Debug, Default)]
pub(crate) struct Way {
    /// 0: not known.
    length: AtomicU64,
    /// Where it is, unless that is what it has sent.
    reached: AtomicU64,
    /// Whether the length is that of what it sends.
    in_tokens: AtomicBool,
}

impl Way {
    /// The process will send this many tokens.
    pub(super) fn tokens(&self, n: u64) {
        self.in_tokens.store(true, Ordering::Relaxed);
        self.length.store(n, Ordering::Relaxed);
    }

    /// Where the process is, and the length; `n_sent` is what it has sent.
    pub(crate) fn share(&self, n_sent: u64) -> Option<(u64, u64)> {
        let length = self.length.load(Ordering::Relaxed);
        let is_sent = self.in_tokens.load(Ordering::Relaxed);
        let reached = if is_sent { n_sent } else { self.reached.load(Ordering::Relaxed) };
        (length > 0).then_some((reached.min(length), length))
    }
}

/// Tells how far a process is on a way of known length: see [`super::Ports::course`].
#[derive(Debug)]
pub struct Course {
    way: Arc<Way>,
}

impl Course {
    pub(super) fn new(way: &Arc<Way>, length: u64) -> Course {
        way.length.store(length, Ordering::Relaxed);
        Course { way: Arc::clone(way) }
    }

    /// So far it has come.
    pub fn reached(&self, at: u64) {
        self.way.reached.store(at, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::{Course, Way};

    #[test]
    fn a_way_of_tokens_is_as_far_as_what_was_sent() {
        let way = Way::default();
        assert_eq!(way.share(3), None);
        way.tokens(10);
        assert_eq!(way.share(3), Some((3, 10)));
        assert_eq!(way.share(11), Some((10, 10)));
    }

    #[test]
    fn a_way_of_anything_else_is_as_far_as_was_told() {
        let way = Arc::new(Way::default());
        let course = Course::new(&way, 100);
        course.reached(40);
        assert_eq!(way.share(3), Some((40, 100)));
    }
}
