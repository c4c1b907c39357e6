//! Where tokens wait for a reader.

#![expect(unsafe_code, reason = "who holds the lock has the roles that a ring asks for")]

use std::collections::VecDeque;
use std::sync::Arc;

use super::ring::Ring;
use super::state::{EndsIn, Side};

/// Tokens for which an allocation is less work than to move one after the other.
const N_MOVED: usize = 8;

/// The buffer of a channel, or on `AllOf` of one reader. With a ring that is used without the lock, what it holds comes
/// first, and here is only what it has no place for.
pub(super) struct Lane<T> {
    ring: Option<Arc<Ring<T>>>,
    buffer: VecDeque<T>,
    /// Finds the ends in a token, where tokens may have such: one that has does not go into the ring, where nobody could
    /// look for it.
    pub(super) ends_in: Option<EndsIn<T>>,
    /// Slots of tokens whose extended rendezvous has not ended.
    pub(super) n_held: usize,
    /// Its reader has ended (only on `AllOf`): it gets no more tokens.
    pub(super) retired: bool,
}

impl<T> Lane<T> {
    pub(super) fn new(n_reserved: usize, ring: Option<Arc<Ring<T>>>) -> Lane<T> {
        Lane { ring, buffer: VecDeque::with_capacity(n_reserved), ends_in: None, n_held: 0, retired: false }
    }

    /// Slots in use.
    #[inline]
    pub(super) fn n_slots(&self) -> usize {
        self.len() + self.n_held
    }

    /// Its tokens, but for those in a ring, which others take meanwhile.
    pub(super) fn here(&self) -> impl ExactSizeIterator<Item = &T> {
        self.buffer.iter()
    }

    /// Tokens in it.
    #[inline]
    pub(super) fn len(&self) -> usize {
        self.buffer.len() + self.ring.as_ref().map_or(0, |ring| ring.len())
    }

    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Puts a token behind the others. With a ring: for who has the writer's role.
    #[inline]
    pub(super) fn push(&mut self, token: T) {
        match &self.ring {
            // SAFETY: callers hold the lock and send for a writer that is there or waits; there is a place.
            Some(ring) if self.buffer.is_empty() && ring.has_place() && !self.stays_out(&token) => unsafe {
                ring.put(token)
            },
            _ => self.buffer.push_back(token),
        }
    }

    /// Puts the first `n` of `tokens` behind the others. With a ring: for who has the writer's role.
    pub(super) fn push_many(&mut self, tokens: &mut VecDeque<T>, n: usize) {
        if self.ring.is_some() {
            tokens.drain(..n).for_each(|token| self.push(token));
        } else if n < N_MOVED {
            self.buffer.extend(tokens.drain(..n));
        } else if n < tokens.len() {
            // Neither half is moved token by token.
            let mut rest = tokens.split_off(n);
            self.buffer.append(tokens);
            tokens.append(&mut rest);
        } else if self.buffer.is_empty() {
            std::mem::swap(&mut self.buffer, tokens);
        } else {
            self.buffer.append(tokens);
        }
    }

    /// Takes the first token. With a ring: for who has the reader's role.
    #[inline]
    pub(super) fn pop(&mut self) -> Option<T> {
        // SAFETY: callers hold the lock and take for a reader that is there or waits.
        let first = self.ring.as_ref().and_then(|ring| unsafe { ring.take() });
        first.or_else(|| self.buffer.pop_front())
    }

    /// Takes up to so many tokens.
    pub(super) fn pop_many(&mut self, max: usize, into: &mut Vec<T>) -> usize {
        let n = max.min(self.len());
        match self.ring {
            None if n < self.buffer.len() => into.extend(self.buffer.drain(..n)),
            // All at once: neither conversion copies, and the buffer keeps an allocation.
            None => {
                let mut all = Vec::from(std::mem::take(&mut self.buffer));
                if into.is_empty() {
                    std::mem::swap(into, &mut all);
                } else {
                    into.append(&mut all);
                }
                self.buffer = VecDeque::from(all);
            }
            Some(_) => into.extend((0..n).map_while(|_| self.pop())),
        }
        n
    }

    /// Takes all tokens of a channel that is over, unless another thread is taking them: those that are left are
    /// dropped with the channel.
    pub(super) fn drain(&mut self) -> Vec<T> {
        if let Some(ring) = &self.ring {
            if ring.is_anothers(Side::Reading) {
                return Vec::new();
            }
            ring.stop_writer();
        }
        std::iter::from_fn(|| self.pop()).collect()
    }

    #[inline(never)]
    fn stays_out(&self, token: &T) -> bool {
        let Some(ends_in) = self.ends_in else { return false };
        let mut ends = Vec::new();
        ends_in(token, &mut ends);
        !ends.is_empty()
    }

    /// Moves what the ring had no place for into it. For who has the writer's role.
    pub(super) fn refill(&mut self) {
        let Some(ring) = &self.ring else { return };
        while ring.has_place()
            && self.buffer.front().is_some_and(|token| !self.stays_out(token))
            && let Some(token) = self.buffer.pop_front()
        {
            // SAFETY: the writer's flag is set while `buffer` holds anything, so callers, who hold the lock, have its
            // role; there is a place.
            unsafe { ring.put(token) }
        }
    }

    /// Whether the ring has no place for some.
    pub(super) fn overflows(&self) -> bool {
        !self.buffer.is_empty()
    }

    /// Whether the ring is all there is: the writer may use it without the lock.
    pub(super) fn is_plain(&self) -> bool {
        self.buffer.is_empty() && self.n_held == 0
    }

    /// Bytes of its tokens, as `weigh` tells them. Those in a ring, which others take meanwhile, are not looked into:
    /// each counts as one of those that came later, here or still `offered`, on average.
    pub(super) fn n_bytes<'a>(
        &'a self,
        weigh: fn(&T) -> usize,
        offered: impl Iterator<Item = &'a T>,
    ) -> usize {
        let here = self.buffer.iter().map(weigh).sum::<usize>();
        let Some(ring) = &self.ring else { return here };
        let (n, later) =
            offered.map(weigh).fold((self.buffer.len(), here), |(n, sum), one| (n + 1, sum + one));
        let each = later.checked_div(n).unwrap_or(size_of::<T>());
        here + ring.len() * each
    }
}
