//! Ends that wait, first come first: a list through the ends themselves, so that any of them leaves in O(1).

const NONE: u32 = u32::MAX;

/// The first and the last that wait.
pub(super) struct Queue {
    head: u32,
    tail: u32,
}

/// An end's place in a queue.
pub(super) struct Link {
    prev: u32,
    next: u32,
    queued: bool,
}

impl Link {
    pub(super) const fn new() -> Link {
        Link { prev: NONE, next: NONE, queued: false }
    }

    #[inline]
    pub(super) fn is_queued(&self) -> bool {
        self.queued
    }
}

/// What has a place in a queue.
pub(super) trait Linked {
    fn link(&mut self) -> &mut Link;
}

impl Queue {
    pub(super) const fn new() -> Queue {
        Queue { head: NONE, tail: NONE }
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.head == NONE
    }

    #[inline]
    pub(super) fn front(&self) -> Option<usize> {
        (self.head != NONE).then_some(self.head as usize)
    }

    #[inline]
    pub(super) fn push_back<E: Linked>(&mut self, ends: &mut [E], idx: usize) {
        // An index of an end: there are never four thousand million of them.
        let (idx, tail) = (idx as u32, self.tail);
        *ends[idx as usize].link() = Link { prev: tail, next: NONE, queued: true };
        self.tail = idx;
        if tail == NONE {
            self.head = idx;
        } else {
            ends[tail as usize].link().next = idx;
        }
    }

    /// The one behind.
    #[inline]
    pub(super) fn next<E: Linked>(ends: &mut [E], idx: usize) -> Option<usize> {
        let next = ends[idx].link().next;
        (next != NONE).then_some(next as usize)
    }

    /// Takes the first one out.
    #[inline]
    pub(super) fn pop_front<E: Linked>(&mut self, ends: &mut [E]) {
        let Some(idx) = self.front() else { return };
        let link = ends[idx].link();
        link.queued = false;
        self.head = link.next;
        if self.head == NONE {
            self.tail = NONE;
        } else {
            ends[self.head as usize].link().prev = NONE;
        }
    }

    /// Queues the only end there is.
    #[inline]
    pub(super) fn push_only<E: Linked>(&mut self, end: &mut E) {
        *end.link() = Link { prev: NONE, next: NONE, queued: true };
        (self.head, self.tail) = (0, 0);
    }

    /// Takes the only end there is out.
    #[inline]
    pub(super) fn pop_only<E: Linked>(&mut self, end: &mut E) {
        end.link().queued = false;
        (self.head, self.tail) = (NONE, NONE);
    }

    /// Takes one out, wherever it stands; nothing if it is not in.
    #[inline]
    pub(super) fn remove<E: Linked>(&mut self, ends: &mut [E], idx: usize) {
        let link = ends[idx].link();
        if !std::mem::replace(&mut link.queued, false) {
            return;
        }
        let (prev, next) = (link.prev, link.next);
        if prev == NONE {
            self.head = next;
        } else {
            ends[prev as usize].link().next = next;
        }
        if next == NONE {
            self.tail = prev;
        } else {
            ends[next as usize].link().prev = prev;
        }
    }
}
