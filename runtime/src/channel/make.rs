//! How a channel and its ends are made.

use std::sync::{Arc, Weak};

use csprun_dsl::network::ChannelKind;

use super::after::After;
use super::cell::Guarded;
use super::core::{Core, Ends};
use super::lane::Lane;
use super::queue::{Link, Queue};
use super::raw::Channel;
use super::ring::Ring;
use super::state::{Counts, Full, Offer, Reader, Want, Writer};
use crate::schedule::{Made, Users, current, run};

/// How a channel is implemented.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flavor {
    /// All ends on one thread: no locks, no atomics.
    Local,
    /// One writer and one reader, each on a thread of its own, and a buffer: a ring, and a lock only to wait and to end.
    Spsc,
    /// Ends on any threads: a short critical section an operation.
    Shared,
}

/// What a channel is made by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Form {
    /// How it is implemented.
    pub flavor: Flavor,
    /// Slots; 0 is a rendezvous.
    pub capacity: usize,
    /// What happens when they are full.
    pub full: Full,
}

impl Form {
    /// What a channel of that kind is made by, with so many slots.
    pub fn of(kind: ChannelKind, n_slots: u64, flavor: Flavor) -> Form {
        let full = match kind {
            ChannelKind::Rendezvous | ChannelKind::Auto | ChannelKind::Buffer(_) => Full::Block,
            ChannelKind::DropOldest(_) => Full::DropOldest,
            ChannelKind::DropNewest(_) => Full::DropNewest,
        };
        // A capacity past the address space is one that is never reached.
        Form { flavor, capacity: usize::try_from(n_slots).unwrap_or(usize::MAX), full }
    }

    /// A blocking channel of the flavor local.
    pub fn local(capacity: usize) -> Form {
        Form { flavor: Flavor::Local, capacity, full: Full::Block }
    }

    /// A blocking channel of the flavor spsc, with at least one slot.
    pub fn spsc(capacity: usize) -> Form {
        Form { flavor: Flavor::Spsc, capacity: capacity.max(1), full: Full::Block }
    }

    /// A blocking channel of the flavor shared.
    pub fn shared(capacity: usize) -> Form {
        Form { flavor: Flavor::Shared, capacity, full: Full::Block }
    }
}

/// Longest buffer that is allocated at once; longer ones grow as they fill.
const N_ALLOCATED: usize = 1024;

impl<T> Channel<T> {
    /// A channel whose readers share one end: each token goes to exactly one of them.
    pub fn any_of(form: Form) -> Arc<Channel<T>>
    where
        T: Send + 'static,
    {
        let n_slots = form.capacity.min(N_ALLOCATED);
        if form.flavor != Flavor::Spsc {
            return Arc::new(Channel::with_lanes(form, None, vec![Lane::new(n_slots, None)], None));
        }
        Arc::new_cyclic(|channel: &Weak<Channel<T>>| {
            let ring = Ring::new(n_slots, channel.clone());
            Channel::with_lanes(form, None, vec![Lane::new(0, Some(Arc::clone(&ring)))], Some(ring))
        })
    }

    /// A channel that is made while a run may go on, which then knows who waits at it.
    pub(crate) fn made(form: Form) -> Arc<Channel<T>>
    where
        T: Send + 'static,
    {
        let channel = Channel::any_of(form);
        let known: Arc<dyn Made> = channel.clone();
        run::made(&known);
        channel
    }

    /// A channel on which each reader gets every token (SEMANTICS C8).
    pub fn all_of(form: Form) -> Arc<Channel<T>>
    where
        T: Clone,
    {
        Arc::new(Channel::with_lanes(form, Some(T::clone), Vec::new(), None))
    }

    fn with_lanes(
        form: Form,
        copy: Option<fn(&T) -> T>,
        lanes: Vec<Lane<T>>,
        ring: Option<Arc<Ring<T>>>,
    ) -> Channel<T> {
        let core = Core {
            full: form.full,
            capacity: form.capacity,
            has_grown: false,
            direct: form.capacity == 0 && copy.is_none(),
            troubled: false,
            copy,
            weigh: |_| size_of::<T>(),
            has_ends: false,
            lanes,
            sending: Queue::new(),
            receiving: Queue::new(),
            passing: false,
            passer: None,
            n_reserved: 0,
            writers: Ends::new(),
            readers: Ends::new(),
            n_writers: 0,
            n_readers: 0,
            poison: None,
            discarded: false,
            users: Users::Nobody,
            counts: Counts::default(),
        };
        let core = match form.flavor {
            Flavor::Local => Guarded::local(core),
            Flavor::Spsc | Flavor::Shared => Guarded::shared(core),
        };
        Channel { core, buffers: form.capacity > 0, ring }
    }

    /// Tells how many bytes a token takes, for limits of memory; else it is its size without what it points to.
    pub fn weigh(&self, weigh: fn(&T) -> usize) {
        self.enter().weigh = weigh;
    }

    /// Gives a local channel, all of whose ends were added here, to the thread of that number.
    pub fn hand_over(&self, thread: u32) {
        self.core.hand_over(thread);
    }

    /// Adds a writing end. On a channel that is over it is over too (E3).
    pub fn add_writer(&self, immunity: u32) -> usize {
        let mut core = self.enter();
        // All earlier writers have retired: a later one does not revive the channel.
        let living = core.writers.is_empty() || core.n_writers > 0;
        core.n_writers += usize::from(living);
        core.troubled |= !living;
        core.writers.push(Writer {
            offer: Offer::Idle,
            ticket: None,
            link: Link::new(),
            waker: None,
            process: current::OUTSIDE,
            holder: current::OUTSIDE,
            end_waker: None,
            living,
            immunity,
            n_tokens: 0,
        });
        core.writers.len() - 1
    }

    /// Adds a reading end. On a channel that is over it is over too (E3).
    pub fn add_reader(&self, immunity: u32) -> usize {
        let mut core = self.enter();
        let living = core.readers.is_empty() || core.n_readers > 0;
        core.n_readers += usize::from(living);
        let mut lane = 0;
        if core.copy.is_some() {
            core.lanes.push(Lane::new(0, None));
            lane = core.lanes.len() - 1;
        }
        core.troubled |= !living;
        core.readers.push(Reader {
            want: Want::Idle,
            ticket: None,
            link: Link::new(),
            waker: None,
            end_waker: None,
            process: current::OUTSIDE,
            holder: current::OUTSIDE,
            extends: false,
            partner: None,
            holds_slot: false,
            lane,
            living,
            immunity,
            n_tokens: 0,
        });
        core.readers.len() - 1
    }

    /// Puts tokens into the channel that nobody sent, once all its readers are there. They must fit.
    pub fn fill(&self, tokens: impl IntoIterator<Item = T>) {
        let mut after = After::new();
        let mut core = self.enter();
        for token in tokens {
            match core.copy {
                Some(copy) => {
                    (0..core.lanes.len()).for_each(|lane| core.deliver(lane, copy(&token), &mut after));
                }
                None => core.deliver(0, token, &mut after),
            }
        }
    }
}
