//! A ring of tokens between one writer and one reader on different threads, who use it without a lock while nobody
//! waits. `README.md` has the argument.

#![expect(unsafe_code, reason = "places of a ring are written and read without a lock")]

mod half;
mod pace;
#[cfg(test)]
mod tests;

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::{Arc, Weak};

use self::half::{Half, N_LOOKS};
use super::moved::{self, Vacant};
use super::state::Side;
use crate::schedule::{AfterPoll, after_poll, current};
use crate::sync::{AtomicU32, Ordering, Place, fence};

/// The reader waits: who puts a token must come under the lock.
pub(super) const READER_WAITS: u32 = 1;
/// The writer waits: who takes a token must come under the lock.
pub(super) const WRITER_WAITS: u32 = 2;
/// The writer finds something that only the lock shows.
pub(super) const WRITER_LOOKS: u32 = 4;
/// The reader finds something that only the lock shows.
pub(super) const READER_LOOKS: u32 = 8;

/// There are tokens behind those in the ring.
pub(super) const OVERFLOWS: u32 = 16;

/// Tokens in places, first in first out.
///
/// Whoever *has the role* of the writer puts, whoever has that of the reader takes. The thread that owns a side has its
/// role, without the lock while that side's `LOOKS` flag is clear; under the lock others have it while the end waits,
/// or before the run.
pub(super) struct Ring<T> {
    /// A power of two of them.
    places: Box<[Place<T>]>,
    /// How many may be full at most.
    limit: usize,
    /// How many may be full. Set under the lock by who has the writer's role, which alone reads it without.
    slots: Cell<usize>,
    writer: Half,
    reader: Half,
    flags: Flags,
    /// The channel, which can tell who waits.
    channel: Weak<dyn Tell>,
    /// Itself, for the end of a poll: notes of the channel would move, twice a poll, what both sides read at each token.
    own: Weak<dyn AfterPoll>,
}

/// What can tell who waits what went through its ring without the lock.
pub(super) trait Tell: Send + Sync {
    /// Tells.
    fn tell(&self);
}

#[repr(align(128))]
struct Flags(AtomicU32);

// SAFETY: the cells of a half are used by the thread that owns it, or under the lock by who has its role; places go
// from one to the other by the release of `at` and its acquire.
unsafe impl<T: Send> Sync for Ring<T> {}
// SAFETY: as above; it holds tokens, and a weak handle of something `Sync`.
unsafe impl<T: Send> Send for Ring<T> {}

impl<T> Ring<T> {
    pub(super) fn new(limit: usize, channel: Weak<dyn Tell>) -> Arc<Ring<T>>
    where
        T: Send + 'static,
    {
        let places = (0..limit.next_power_of_two()).map(|_| Place::new()).collect();
        Arc::new_cyclic(|own: &Weak<Ring<T>>| Ring {
            places,
            limit,
            slots: Cell::new(limit),
            writer: Half::new(),
            reader: Half::new(),
            flags: Flags(AtomicU32::new(0)),
            channel,
            own: own.clone(),
        })
    }

    fn half(&self, side: Side) -> &Half {
        match side {
            Side::Writing => &self.writer,
            Side::Reading => &self.reader,
        }
    }

    /// Lets the thread of that number work on that side without the lock. Called by who has that side's role; what the
    /// earlier thread had noted for the end of its poll is then for the caller to tell.
    pub(super) fn own(&self, side: Side, thread: u32) {
        let half = self.half(side);
        half.noted.set(false);
        half.owner.store(thread, Ordering::Release);
    }

    /// Whether another thread works on that side.
    pub(super) fn is_anothers(&self, side: Side) -> bool {
        let half = self.half(side);
        half.owner.load(Ordering::Relaxed) != 0 && !half.is_own()
    }

    /// Tokens that went through each side without the lock, the writer's first, and how many are in it, all at one moment.
    /// Called under the lock.
    pub(super) fn tally(&self) -> (u64, u64, usize) {
        // As in `len`.
        let [taken, put] = [&self.reader, &self.writer].map(|half| half.at.load(Ordering::Acquire));
        let quick = |at: usize, half: &Half| at.wrapping_sub(half.n_locked.load(Ordering::Relaxed)) as u64;
        (quick(put, &self.writer), quick(taken, &self.reader), put.wrapping_sub(taken))
    }

    /// Tokens in it. The one side's number may grow, the other's shrink, before the caller has used it.
    pub(super) fn len(&self) -> usize {
        // The reader's first: it is never ahead of the writer's.
        let taken = self.reader.at.load(Ordering::Acquire);
        self.writer.at.load(Ordering::Acquire).wrapping_sub(taken)
    }

    /// Whether a token can be put.
    pub(super) fn has_place(&self) -> bool {
        self.len() < self.slots.get()
    }

    /// Lets fewer places be full from now on. Called under the lock by the thread that owns the writer's side.
    pub(super) fn shrink(&self, slots: usize) {
        self.slots.set(slots.min(self.slots.get()));
    }

    /// Has the writer come under the lock from now on, before places become free that are not for it.
    pub(super) fn stop_writer(&self) {
        self.flags.0.fetch_or(WRITER_LOOKS, Ordering::Release);
    }

    /// Says what each side has to know.
    pub(super) fn publish(&self, flags: u32) {
        if self.flags.0.load(Ordering::Relaxed) != flags {
            self.flags.0.store(flags, Ordering::Release);
        }
        if flags & (READER_WAITS | WRITER_WAITS) != 0 {
            // Who waits looks at the ring once more after this; who put or took looks at the flags after its own fence.
            // One of the two sees the other.
            fence(Ordering::SeqCst);
        }
    }

    /// Puts a token, under the lock.
    ///
    /// # Safety
    /// The caller has the writer's role, and there is a place.
    pub(super) unsafe fn put(&self, token: T) {
        self.writer.count_locked();
        // SAFETY: the caller's promise.
        unsafe { self.put_last(token) };
    }

    /// Puts a token.
    ///
    /// # Safety
    /// The caller has the writer's role, and has looked at the reader's `at` and seen that there is a place.
    #[inline(always)]
    unsafe fn put_last(&self, token: T) {
        let tail = self.writer.at.load(Ordering::Relaxed);
        // SAFETY: the place is empty, and seen so: the reader's release of `at` came before the caller's look.
        unsafe { self.places[tail & (self.places.len() - 1)].put(token) };
        self.writer.at.store(tail.wrapping_add(1), Ordering::Release);
    }

    /// Takes a token, under the lock.
    ///
    /// # Safety
    /// The caller has the reader's role.
    pub(super) unsafe fn take(&self) -> Option<T> {
        // The own `at` once, and before the other's: with another look behind it, loom finds fewer of the orders in which
        // the other side looks at it.
        let head = self.reader.at.load(Ordering::Relaxed);
        if self.writer.at.load(Ordering::Acquire) == head {
            return None;
        }
        self.reader.count_locked();
        // SAFETY: the caller's promise; the first place is full, and seen so.
        Some(unsafe { self.take_at(head) })
    }

    /// Takes the first token, which stands at `head` and is known to be there.
    ///
    /// # Safety
    /// The caller has the reader's role, and has looked at the writer's `at` and seen that there is one.
    #[inline(always)]
    unsafe fn take_at(&self, head: usize) -> T {
        // SAFETY: the place is full, and seen so: the writer's release of `at` came before the caller's look.
        let token = unsafe { self.places[head & (self.places.len() - 1)].take() };
        self.reader.at.store(head.wrapping_add(1), Ordering::Release);
        token
    }

    /// Places that the writer may fill without the lock, at most `wanted`; 0: it has to come under the lock.
    #[inline(always)]
    fn room(&self, wanted: usize) -> usize {
        let own = &self.writer;
        // Before the look at `at`: while this flag is set, others may put for the writer.
        if !own.is_own() || self.stops_writer() {
            return 0;
        }
        let tail = own.at.load(Ordering::Relaxed);
        let mut room = self.slots.get().saturating_sub(tail.wrapping_sub(own.seen.get()));
        if room < wanted {
            room = own.pace.look(self.limit, || {
                own.seen.set(self.reader.at.load(Ordering::Acquire));
                self.slots.get().saturating_sub(tail.wrapping_sub(own.seen.get()))
            });
            // After the look at `at`: a place that becomes free for nobody (C7, E5) is flagged before it does.
            if self.stops_writer() {
                return 0;
            }
        }
        room.min(wanted)
    }

    #[inline(always)]
    fn stops_writer(&self) -> bool {
        self.flags.0.load(Ordering::Acquire) & WRITER_LOOKS != 0
    }

    /// Puts a token without the lock, if that is as simple as can be; whether somebody has to be told, under the lock.
    #[inline(always)]
    pub(super) fn try_put(&self, token: &mut Option<T>) -> Option<bool> {
        if token.is_none() || self.room(1) == 0 || !current::spend() {
            return None;
        }
        // SAFETY: this thread owns the side and its flag is clear, so it has the writer's role; there is room.
        unsafe { self.put_last(moved::take(token)) };
        Some(self.must_tell(&self.writer, READER_WAITS))
    }

    /// The same for many, from the front.
    pub(super) fn try_put_many(&self, tokens: &mut VecDeque<T>) -> bool {
        let n = self.room(tokens.len());
        if n == 0 {
            return false;
        }
        let tail = self.writer.at.load(Ordering::Relaxed);
        let mut at = tail;
        for token in tokens.drain(..n) {
            // SAFETY: as in `try_put`; `room` has seen as many empty places.
            unsafe { self.places[at & (self.places.len() - 1)].put(token) };
            at = at.wrapping_add(1);
        }
        self.writer.at.store(at, Ordering::Release);
        self.must_tell(&self.writer, READER_WAITS)
    }

    /// Tokens that the reader may take without the lock, at most `wanted`; 0: it has to come under the lock.
    #[inline(always)]
    fn ready(&self, wanted: usize) -> usize {
        let own = &self.reader;
        if !own.is_own() || self.flags.0.load(Ordering::Relaxed) & READER_LOOKS != 0 {
            return 0;
        }
        let head = own.at.load(Ordering::Relaxed);
        let ready = |seen: usize| usize::try_from(seen.wrapping_sub(head).cast_signed()).unwrap_or(0);
        let mut n = ready(own.seen.get());
        if n < wanted {
            n = own.pace.look(self.limit, || {
                own.seen.set(self.writer.at.load(Ordering::Acquire));
                ready(own.seen.get())
            });
        }
        n.min(wanted)
    }

    /// Takes a token without the lock, if that is as simple as can be; whether somebody has to be told, under the lock.
    #[inline(always)]
    pub(super) fn try_take(&self, into: &mut Vacant<T>) -> Option<bool> {
        if self.ready(1) == 0 || !current::spend() {
            return None;
        }
        // SAFETY: this thread owns the side and its flag is clear, so it has the reader's role; `ready` saw a token.
        into.put(unsafe { self.take_at(self.reader.at.load(Ordering::Relaxed)) });
        Some(self.must_tell(&self.reader, WRITER_WAITS))
    }

    /// The same for many.
    pub(super) fn try_take_many(&self, max: usize, into: &mut Vec<T>) -> bool {
        let n = self.ready(max);
        if n == 0 {
            return false;
        }
        into.reserve(n);
        let head = self.reader.at.load(Ordering::Relaxed);
        for at in 0..n {
            // SAFETY: as in `try_take`; `ready` has seen as many full places.
            into.push(unsafe { self.places[head.wrapping_add(at) & (self.places.len() - 1)].take() });
        }
        self.reader.at.store(head.wrapping_add(n), Ordering::Release);
        self.must_tell(&self.reader, WRITER_WAITS)
    }

    /// Whether there are tokens behind those in it.
    pub(super) fn overflows(&self) -> bool {
        self.flags.0.load(Ordering::Acquire) & OVERFLOWS != 0
    }

    /// After a token was put, or taken: whether the other side waits. Where that cannot be known for sure without a
    /// fence, a worker looks again at the end of the poll, once for all tokens of the poll; a thread now.
    #[inline(always)]
    fn must_tell(&self, own: &Half, waits: u32) -> bool {
        if self.flags.0.load(Ordering::Relaxed) & waits != 0 {
            return waits == READER_WAITS || self.len() <= self.limit / 2 || self.look_after(own, waits);
        }
        !own.noted.get() && self.look_after(own, waits)
    }

    /// Notes that the poll shall not end without a look; where there are no polls, looks.
    #[cold]
    #[inline(never)]
    fn look_after(&self, own: &Half, waits: u32) -> bool {
        if own.noted.get() {
            return false;
        }
        let noted = self.own.upgrade().is_some_and(after_poll);
        own.noted.set(noted);
        if noted {
            return false;
        }
        self.sees(waits)
    }

    /// Whether the other side waits: what was put or taken comes before the look.
    fn sees(&self, waits: u32) -> bool {
        fence(Ordering::SeqCst);
        self.flags.0.load(Ordering::Relaxed) & waits != 0
    }

    /// Whether that end, which found nothing without the lock, shall look again so, after the others of its worker,
    /// before it asks under the lock and waits.
    pub(super) fn looks_again(&self, side: Side) -> bool {
        let own = self.half(side);
        if current::is_alone() || !own.is_own() {
            return false;
        }
        let (looks, finds) = match side {
            Side::Writing => (WRITER_LOOKS, self.has_place()),
            Side::Reading => (READER_LOOKS, self.len() > 0),
        };
        if finds || self.flags.0.load(Ordering::Acquire) & looks != 0 {
            return false;
        }
        let n_looks = own.n_looks.get();
        own.n_looks.set(n_looks.checked_sub(1).unwrap_or(N_LOOKS));
        n_looks > 0
    }
}

impl<T: Send> AfterPoll for Ring<T> {
    fn after_poll(&self) {
        let mut waits = 0;
        for (own, of_other) in [(&self.writer, READER_WAITS), (&self.reader, WRITER_WAITS)] {
            if own.is_own() && own.noted.replace(false) {
                waits |= of_other;
            }
        }
        if waits != 0 && self.sees(waits) {
            self.channel.upgrade().iter().for_each(|channel| channel.tell());
        }
    }
}

impl<T> Drop for Ring<T> {
    fn drop(&mut self) {
        // SAFETY: nobody else is left.
        while let Some(token) = unsafe { self.take() } {
            drop(token);
        }
    }
}
