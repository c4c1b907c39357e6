//! A ring of tokens between one writer and one reader on different threads, who use it without a lock while nobody
//! waits. `README.md` has the argument.

#![expect(unsafe_code, reason = "places of a ring are written and read without a lock")]

use std::cell::Cell;
use std::collections::VecDeque;
use std::sync::Weak;

use super::state::Side;
use crate::schedule::{AfterPoll, after_poll, current};
use crate::sync::{AtomicU32, AtomicUsize, Ordering, Place, fence};

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

/// How often a light process that finds the ring empty, or full, lets others run and looks again before it waits: what
/// the other side does meanwhile comes without a wake.
pub(super) const N_LOOKS: u32 = 64;

/// Tokens in places, first in first out.
///
/// Whoever *has the role* of the writer puts, whoever has that of the reader takes. The thread that owns a side has its
/// role, without the lock while that side's `LOOKS` flag is clear; under the lock others have it while the end waits,
/// or before the run.
pub(super) struct Ring<T> {
    /// A power of two of them.
    places: Box<[Place<T>]>,
    /// How many may be full.
    limit: usize,
    writer: Half,
    reader: Half,
    flags: Flags,
    channel: Weak<dyn AfterPoll>,
}

/// What one side writes; the other reads only `at` and, when all is over, `n_quick`.
#[repr(align(128))]
struct Half {
    /// Tokens that it has put, or taken, around the clock.
    at: AtomicUsize,
    /// The other's `at`, when it last looked.
    seen: Cell<usize>,
    /// Those that it put, or took, without the lock.
    n_quick: AtomicUsize,
    /// Number of the thread that works without the lock; 0: none.
    owner: AtomicU32,
    /// It is noted that the other side may have to be told when the poll ends.
    noted: Cell<bool>,
    /// Looks left before it waits.
    n_looks: Cell<u32>,
}

#[repr(align(128))]
struct Flags(AtomicU32);

// SAFETY: the cells of a half are used by the thread that owns it, or under the lock by who has its role; places go
// from one to the other by the release of `at` and its acquire.
unsafe impl<T: Send> Sync for Ring<T> {}
// SAFETY: as above; it holds tokens, and a weak handle of something `Sync`.
unsafe impl<T: Send> Send for Ring<T> {}

impl Half {
    fn new() -> Half {
        Half {
            at: AtomicUsize::new(0),
            seen: Cell::new(0),
            n_quick: AtomicUsize::new(0),
            owner: AtomicU32::new(0),
            noted: Cell::new(false),
            n_looks: Cell::new(N_LOOKS),
        }
    }

    /// Relaxed: it is set before its thread starts, and compared with that thread's own number.
    #[inline(always)]
    fn is_own(&self) -> bool {
        let owner = self.owner.load(Ordering::Relaxed);
        owner != 0 && owner == current::own_number()
    }

    #[inline(always)]
    fn count_quick(&self, n: usize) {
        if !cfg!(csprun_uncounted) {
            // Relaxed: only its owner writes it.
            self.n_quick.store(self.n_quick.load(Ordering::Relaxed).wrapping_add(n), Ordering::Relaxed);
        }
    }
}

impl<T> Ring<T> {
    pub(super) fn new(limit: usize, channel: Weak<dyn AfterPoll>) -> Ring<T> {
        let places = (0..limit.next_power_of_two()).map(|_| Place::new()).collect();
        let (writer, reader) = (Half::new(), Half::new());
        Ring { places, limit, writer, reader, flags: Flags(AtomicU32::new(0)), channel }
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

    /// Tokens that went through that side without the lock.
    pub(super) fn n_quick(&self, side: Side) -> u64 {
        self.half(side).n_quick.load(Ordering::Acquire) as u64
    }

    /// Tokens in it. The one side's number may grow, the other's shrink, before the caller has used it.
    pub(super) fn len(&self) -> usize {
        // The reader's first: it is never ahead of the writer's.
        let taken = self.reader.at.load(Ordering::Acquire);
        self.writer.at.load(Ordering::Acquire).wrapping_sub(taken)
    }

    /// Whether a token can be put.
    pub(super) fn has_place(&self) -> bool {
        self.len() < self.limit
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

    /// Puts a token.
    ///
    /// # Safety
    /// The caller has the writer's role, and there is a place.
    pub(super) unsafe fn put(&self, token: T) {
        let tail = self.writer.at.load(Ordering::Relaxed);
        // SAFETY: the place is empty, and seen so: the reader's release of `at` came before the caller's look.
        unsafe { self.places[tail & (self.places.len() - 1)].put(token) };
        self.writer.at.store(tail.wrapping_add(1), Ordering::Release);
    }

    /// Takes a token.
    ///
    /// # Safety
    /// The caller has the reader's role.
    pub(super) unsafe fn take(&self) -> Option<T> {
        let head = self.reader.at.load(Ordering::Relaxed);
        if self.writer.at.load(Ordering::Acquire) == head {
            return None;
        }
        // SAFETY: the place is full, and seen so: the writer's release of `at` came before the look above.
        let token = unsafe { self.places[head & (self.places.len() - 1)].take() };
        self.reader.at.store(head.wrapping_add(1), Ordering::Release);
        Some(token)
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
        let mut room = self.limit.saturating_sub(tail.wrapping_sub(own.seen.get()));
        if room < wanted {
            own.seen.set(self.reader.at.load(Ordering::Acquire));
            room = self.limit.saturating_sub(tail.wrapping_sub(own.seen.get()));
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
        let token = token.take()?;
        // SAFETY: this thread owns the side and its flag is clear, so it has the writer's role; there is room.
        unsafe { self.put(token) };
        self.writer.count_quick(1);
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
        self.writer.count_quick(at.wrapping_sub(tail));
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
            own.seen.set(self.writer.at.load(Ordering::Acquire));
            n = ready(own.seen.get());
        }
        n.min(wanted)
    }

    /// Takes a token without the lock, if that is as simple as can be; and whether somebody has to be told.
    #[inline(always)]
    pub(super) fn try_take(&self) -> Option<(T, bool)> {
        if self.ready(1) == 0 || !current::spend() {
            return None;
        }
        // SAFETY: this thread owns the side and its flag is clear, so it has the reader's role.
        let token = unsafe { self.take() }?;
        self.reader.count_quick(1);
        Some((token, self.must_tell(&self.reader, WRITER_WAITS)))
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
        self.reader.count_quick(n);
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
        let noted = self.channel.upgrade().is_some_and(after_poll);
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

    /// At the end of a poll of the thread that calls this: whether the other side waits.
    pub(super) fn look(&self) -> bool {
        let mut waits = 0;
        for (own, of_other) in [(&self.writer, READER_WAITS), (&self.reader, WRITER_WAITS)] {
            if own.is_own() && own.noted.replace(false) {
                waits |= of_other;
            }
        }
        waits != 0 && self.sees(waits)
    }

    /// Whether that end shall look again, after the others of its worker, before it waits.
    pub(super) fn looks_again(&self, side: Side) -> bool {
        let own = self.half(side);
        if current::is_alone() || !own.is_own() {
            return false;
        }
        let n_looks = own.n_looks.get();
        own.n_looks.set(n_looks.checked_sub(1).unwrap_or(N_LOOKS));
        n_looks > 0
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

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Context, Wake, Waker};
    use std::thread;

    use crate::channel::make::Form;
    use crate::channel::raw::Channel;
    use crate::channel::{Inspect, Side};
    use crate::schedule::current;

    struct Woken(AtomicBool);

    impl Wake for Woken {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    #[test]
    fn what_a_poll_had_noted_does_not_silence_the_next_owner() {
        let channel = Channel::any_of(Form::spsc(4));
        let (writer, reader) = (channel.add_writer(0), channel.add_reader(0));
        channel.own(Side::Writing, current::thread_number());
        channel.own(Side::Reading, current::thread_number());
        let woken = Arc::new(Woken(AtomicBool::new(false)));
        let waker = Waker::from(Arc::clone(&woken));
        let sent = (0..5).map(|token| {
            channel.poll_send(writer, &mut Some(token), &mut Context::from_waker(&waker)).is_ready()
        });
        assert_eq!(sent.filter(|sent| *sent).count(), 4, "the fifth waits");
        // As a poll of a worker leaves it that has taken a token, and then gives its end to a thread.
        channel.ring.as_ref().unwrap().reader.noted.set(true);
        thread::scope(|scope| {
            scope.spawn(|| {
                channel.own(Side::Reading, current::thread_number());
                let taken = channel.poll_receive(reader, &mut Context::from_waker(Waker::noop()));
                assert!(taken.is_ready());
            });
        });
        assert!(woken.0.load(Ordering::Relaxed), "there is a free place, and no more will be taken");
    }
}
