//! A channel as the supervisor sees it, whatever its tokens are.

use std::task::{Context, Poll};

use super::after::After;
use super::core::Core;
use super::error::{Gone, Poison};
use super::lane::Lane;
use super::raw::Channel;
use super::transit::InTransit;

use super::state::{Counts, Offer, Side, Wait, WaitFor, Want};
use crate::schedule::current::OUTSIDE;
use crate::schedule::{Kept, Made, Rescuers, Transit, Users, WaitHere, run};

/// What can be asked of any channel. On the flavor local only its own worker may ask.
pub trait Inspect: Send + Sync {
    /// Gives a local channel to the thread of that number.
    fn hand_over(&self, thread: u32);
    /// Lets the thread of that number, on which the only end of that side lives, work without the lock where it can.
    fn own(&self, side: Side, thread: u32);
    /// Poisons it from outside, as a writer would: what is buffered is still read.
    fn poison(&self, poison: Poison);
    /// Gives it more slots and lets waiting writers in.
    fn grow(&self, capacity: usize);
    /// How it stands.
    fn snapshot(&self) -> Snapshot;
    /// What went through.
    fn tally(&self) -> Tally;
    /// The ends that lie in its tokens, if there are any.
    fn in_transit(&self) -> Option<InTransit>;
}

/// A channel at one moment.
#[derive(Clone, Debug, Default)]
pub struct Snapshot {
    /// Every operation that waits.
    pub waits: Vec<Wait>,
    /// Writing ends that have not ended: any of them can end the wait of a receive.
    pub writers: Vec<usize>,
    /// Reading ends that can end the wait of a send: those that have not ended; on `AllOf` those without room.
    pub readers: Vec<usize>,
    /// Writing ends with a permit: who gives it up or uses it can end the wait of a send, too.
    pub permits: Vec<usize>,
    /// Ends of which the channel was told who has them: they are not where they were planned.
    pub holders: Vec<(Side, usize, u32)>,
    /// Slots.
    pub capacity: usize,
    /// Tokens in its buffer.
    pub n_tokens: usize,
    /// Their bytes.
    pub n_bytes: usize,
}

/// What went through a channel.
#[derive(Clone, Debug, Default)]
pub struct Tally {
    /// All of it.
    pub counts: Counts,
    /// Tokens that each writing end sent.
    pub sent: Vec<u64>,
    /// Tokens that each reading end received.
    pub received: Vec<u64>,
    /// Slots.
    pub capacity: usize,
    /// Tokens in its buffer; on `AllOf` those that the slowest reader still has to take.
    pub n_tokens: usize,
    /// Tokens in its buffer, or in the hands of ends that have not ended; on `AllOf` each copy counts.
    pub n_left: u64,
}

impl<T> Channel<T> {
    /// The poison that a living reader meets, once it has what is buffered.
    pub(super) fn poisoned_reader(&self, reader: usize) -> Option<Poison> {
        self.enter().poison_of(reader)
    }

    /// Has fewer slots from now on, one at least, unless it had to grow. Called by the process that has this writing end.
    pub(super) fn shrink(&self, writer: usize, capacity: usize) {
        let mut core = self.enter();
        // A ring is made for one writer.
        if core.has_grown || core.writers.len() > 1 && self.ring.is_some() || !core.writers[writer].living {
            return;
        }
        core.capacity = core.capacity.min(capacity.max(1));
        self.ring.iter().for_each(|ring| ring.shrink(core.capacity));
    }

    /// Says which process of the run of this thread has an end from now on; [`OUTSIDE`]: that is not known. Whether the
    /// channel was of another run alone until now.
    pub(super) fn hold(&self, side: Side, end: usize, process: u32) -> bool {
        let mut core = self.enter();
        *core.holder(side, end) = process;
        let Some(run) = run::number().filter(|_| process != OUTSIDE) else { return false };
        let before = core.users;
        core.users.add(run);
        before != Users::Nobody && before != core.users
    }

    /// One more end of that side, which the process has that has this one.
    pub(super) fn join(&self, side: Side, end: usize) -> usize {
        let joined = match side {
            Side::Writing => self.add_writer(0),
            Side::Reading => self.add_reader(0),
        };
        let mut core = self.enter();
        *core.holder(side, joined) = *core.holder(side, end);
        joined
    }

    /// The program around the run that made it uses it, too.
    pub(crate) fn used_outside(&self) {
        self.enter().users = Users::Others;
    }

    /// Ready when there is such a poison.
    pub(super) fn poll_poisoned_reader(&self, reader: usize, cx: &Context<'_>) -> Poll<Poison> {
        let mut core = self.enter();
        if let Some(poison) = core.poison_of(reader) {
            return Poll::Ready(poison);
        }
        core.readers[reader].end_waker = Some(Kept::of(cx));
        Poll::Pending
    }
}

impl<T> Core<T> {
    fn poison_of(&self, reader: usize) -> Option<Poison> {
        match self.reader_gone(reader) {
            Some(Gone::Poisoned(poison)) if self.readers[reader].living => Some(poison),
            _ => None,
        }
    }

    /// Who has an end, if that is known.
    fn holder(&mut self, side: Side, end: usize) -> &mut u32 {
        match side {
            Side::Writing => &mut self.writers[end].holder,
            Side::Reading => &mut self.readers[end].holder,
        }
    }

    /// Each end of which it was told who has it, with who that is.
    fn given_away(&self) -> Vec<(Side, usize, u32)> {
        let writers = self.writers.iter().map(|end| end.holder).enumerate();
        let readers = self.readers.iter().map(|end| end.holder).enumerate();
        let writers = writers.map(|(end, holder)| (Side::Writing, end, holder));
        let readers = readers.map(|(end, holder)| (Side::Reading, end, holder));
        writers.chain(readers).filter(|(.., holder)| *holder != OUTSIDE).collect()
    }

    /// Tokens that wait to be sent.
    pub(super) fn offered(&self) -> impl Iterator<Item = &T> {
        self.writers.iter().filter_map(|writer| match &writer.offer {
            Offer::Waiting(token) => Some(token),
            _ => None,
        })
    }

    /// Everything that waits, for a report.
    pub(super) fn waits(&self) -> Vec<Wait> {
        let sends = self.writers.iter().enumerate().filter_map(|(end, writer)| {
            let waits = match writer.offer {
                Offer::Waiting(_) => writer.ticket.is_none_or(|ticket| ticket.is_open()),
                // Also of a choice that was decided: for this.
                Offer::Passing | Offer::Reserving => true,
                Offer::Idle | Offer::Taken | Offer::Returned(_) | Offer::Reserved(_) => false,
            };
            let chooses = matches!(writer.offer, Offer::Waiting(_)) && writer.ticket.is_some();
            waits.then_some(Wait { operation: WaitFor::Send, end, process: writer.process, chooses })
        });
        let receives = self.readers.iter().enumerate().filter_map(|(end, reader)| {
            let waits = match reader.want {
                Want::Waiting => reader.ticket.is_none_or(|ticket| ticket.is_open()),
                Want::Promised => reader.waker.is_some(),
                Want::Idle | Want::Holding(_) => false,
            };
            let chooses = matches!(reader.want, Want::Waiting) && reader.ticket.is_some();
            waits.then_some(Wait { operation: WaitFor::Receive, end, process: reader.process, chooses })
        });
        sends.chain(receives).collect()
    }
}

impl<T: Send> Inspect for Channel<T> {
    fn hand_over(&self, thread: u32) {
        self.core.hand_over(thread);
    }

    fn own(&self, side: Side, thread: u32) {
        if let Some(ring) = &self.ring {
            ring.own(side, thread);
            self.tell();
        }
    }

    fn poison(&self, poison: Poison) {
        let mut after = After::new();
        self.enter().poison(poison, false, &mut after);
    }

    fn grow(&self, capacity: usize) {
        let mut after = After::new();
        let mut core = self.enter();
        core.capacity = capacity.max(core.capacity);
        core.has_grown = true;
        core.admit(&mut after);
    }

    fn snapshot(&self) -> Snapshot {
        let core = self.enter();
        let waits = core.waits();
        let n_tokens = core.lanes.iter().map(Lane::len).sum();
        let n_bytes = core.lanes.iter().map(|lane| lane.n_bytes(core.weigh, core.offered())).sum();
        if waits.is_empty() {
            return Snapshot { waits, capacity: core.capacity, n_tokens, n_bytes, ..Snapshot::default() };
        }
        let blocks = |lane: usize| core.copy.is_none() || core.lanes[lane].len() >= core.capacity.max(1);
        let writers = core.writers.iter().enumerate().filter(|(_, writer)| writer.living);
        let readers =
            core.readers.iter().enumerate().filter(|(_, reader)| reader.living && blocks(reader.lane));
        let permits =
            core.writers.iter().enumerate().filter(|(_, writer)| matches!(writer.offer, Offer::Reserved(_)));
        Snapshot {
            permits: permits.map(|(end, _)| end).collect(),
            holders: core.given_away(),
            writers: writers.map(|(end, _)| end).collect(),
            readers: readers.map(|(end, _)| end).collect(),
            waits,
            capacity: core.capacity,
            n_tokens,
            n_bytes,
        }
    }

    fn tally(&self) -> Tally {
        let core = self.enter();
        let (by_writer, by_reader, in_ring) = self.ring.as_ref().map_or((0, 0, 0), |ring| ring.tally());
        let sent: Vec<u64> = core.writers.iter().map(|writer| writer.n_tokens + by_writer).collect();
        let received: Vec<u64> = core.readers.iter().map(|reader| reader.n_tokens + by_reader).collect();
        let mut counts = core.counts;
        counts.sent += sent.iter().sum::<u64>();
        counts.received += received.iter().sum::<u64>();
        let held = core.readers.iter().filter(|end| end.living && matches!(end.want, Want::Holding(_)));
        let mut n_left = held.count() as u64;
        let in_lanes = core.lanes.iter().map(|lane| lane.here().len() + in_ring);
        let n_buffered = in_lanes.clone().sum::<usize>() as u64;
        if core.n_readers == 0 {
            counts.undelivered += n_buffered;
        } else {
            n_left += n_buffered;
        }
        Tally {
            counts,
            sent,
            received,
            capacity: core.capacity,
            n_tokens: in_lanes.max().unwrap_or(0),
            n_left,
        }
    }

    fn in_transit(&self) -> Option<InTransit> {
        self.ends_in_transit()
    }
}

impl WaitFor {
    /// How full a channel of that capacity is at which somebody waits so; `copies`: each token goes to all readers.
    pub(crate) fn fill(self, capacity: usize, copies: bool) -> String {
        let slots = match capacity {
            0 => "rendezvous".to_owned(),
            1 => "1 slot".to_owned(),
            n => format!("{n} slots"),
        };
        // Where all readers get each token, they are not all as far.
        let state = match (self, capacity, copies) {
            (WaitFor::Receive, 0, false) => "nobody sending",
            (WaitFor::Receive, 0, true) => "nothing new for it",
            (WaitFor::Receive, _, false) => "empty",
            (WaitFor::Receive, _, true) => "empty for it",
            (WaitFor::Send, 0, false) => "nobody receiving",
            (WaitFor::Send, 0, true) => "not taken by all",
            (WaitFor::Send, _, false) => "full",
            (WaitFor::Send, _, true) => "full for a reader",
        };
        format!("{slots}, {state}")
    }
}

impl<T: Send> Made for Channel<T> {
    fn stays(&self) -> bool {
        self.core.is_local()
    }

    fn used_in(&self, run: u32) {
        self.enter().users.add(run);
    }

    fn transit(&self) -> Option<Transit> {
        let InTransit { ends, offerers: mut processes, readers } = self.ends_in_transit()?;
        let (adrift, held): (Vec<_>, Vec<_>) =
            readers.into_iter().partition(|(_, holder)| *holder == OUTSIDE);
        processes.extend(held.into_iter().map(|(_, holder)| holder));
        let adrift = adrift.into_iter().map(|(idx, _)| self.id(Side::Reading, idx)).collect();
        Some(Transit { ends, takers: Rescuers::Holders { processes, adrift } })
    }

    fn waits(&self, run: u32) -> Vec<WaitHere> {
        let core = self.enter();
        let rescuers = |side| match core.users {
            Users::Run(of) if of == run => self.holders(&core, side),
            Users::Nobody => Rescuers::Somebody,
            Users::Run(_) | Users::Others => Rescuers::Anybody,
        };
        let wait = |Wait { process, operation, chooses, .. }: Wait| {
            let (what, side) = match operation {
                WaitFor::Receive => ("waits to receive on a channel", Side::Writing),
                WaitFor::Send => ("waits to send on a channel", Side::Reading),
            };
            let fill = operation.fill(core.capacity, core.lanes.len() > 1);
            WaitHere { process, what: what.into(), fill, rescuers: rescuers(side), chooses }
        };
        core.waits().into_iter().map(wait).collect()
    }
}
