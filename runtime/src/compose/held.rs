//! Who holds the ends of a channel that is described.

use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use csprun_dsl::plan::Seat;

use crate::assemble::{WiredChannel, WiredEnd};
use crate::channel::Side;

/// Who holds an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holder {
    /// Its plug is somewhere in the program.
    Plug,
    /// A process.
    Process(usize),
    /// Nobody any more.
    Dropped,
}

/// An end that is described.
#[derive(Clone, Copy)]
pub(super) struct Held {
    pub(super) holder: Holder,
    pub(super) immunity: u32,
}

/// The ends of a channel.
#[derive(Default)]
pub(super) struct Holders(Mutex<Ends>);

#[derive(Default)]
struct Ends {
    writers: Vec<Held>,
    readers: Vec<Held>,
    /// The channel has the ends that it has.
    wired: bool,
}

/// What is made of the description, once.
pub(super) struct Made<M>(OnceLock<M>);

impl<M> Made<M> {
    pub(super) fn new() -> Made<M> {
        Made(OnceLock::new())
    }

    /// Present when the network has started.
    pub(super) fn get(&self) -> Option<&M> {
        self.0.get()
    }

    /// It, to a process.
    pub(super) fn started(&self) -> &M {
        self.get().expect("processes run after the channels were made")
    }

    /// Makes it.
    pub(super) fn set(&self, made: M) {
        let _ = self.0.set(made);
    }
}

/// A channel that is described, whatever goes through it.
pub(super) trait Socket: Send + Sync + 'static {
    /// Who holds its ends.
    fn holders(&self) -> &Holders;
    /// Makes the channel, which will be at place `at`, and what lies behind it besides.
    fn wire(&self, at: usize, seats: &[Seat], names: &[&str]) -> (WiredChannel, Vec<WiredChannel>);
    /// Retires an end, if the channel was made.
    fn retire(&self, side: Side, idx: usize);
    /// Who calls whom over it.
    fn calls(&self) -> Vec<(usize, usize)> {
        Vec::new()
    }
}

impl Holders {
    fn ends(&self) -> MutexGuard<'_, Ends> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The ends that the channel will have: writing ones, then reading ones. Who joins later comes too late.
    pub(super) fn wire(&self) -> (Vec<Held>, Vec<Held>) {
        let mut ends = self.ends();
        ends.wired = true;
        (ends.writers.clone(), ends.readers.clone())
    }

    /// The processes that hold ends of a side.
    pub(super) fn processes(&self, side: Side) -> Vec<usize> {
        let of = |end: &Held| if let Holder::Process(process) = end.holder { Some(process) } else { None };
        self.ends().of(side).iter().filter_map(of).collect()
    }
}

impl Ends {
    fn of(&mut self, side: Side) -> &mut Vec<Held> {
        match side {
            Side::Writing => &mut self.writers,
            Side::Reading => &mut self.readers,
        }
    }
}

/// Which ends of these nobody holds any more.
pub(super) fn dropped(ends: &[Held]) -> impl Iterator<Item = usize> + '_ {
    ends.iter().enumerate().filter(|(_, end)| end.holder == Holder::Dropped).map(|(idx, _)| idx)
}

impl Held {
    /// Where the process sits that holds it: `Some(None)` outside of the run, `None` if nobody holds it.
    pub(super) fn seat(&self, seats: &[Seat]) -> Option<Option<Seat>> {
        match self.holder {
            Holder::Process(process) => Some(Some(seats[process])),
            Holder::Plug => Some(None),
            Holder::Dropped => None,
        }
    }

    /// The end as reports show it.
    pub(super) fn wired(&self, names: &[&str]) -> WiredEnd {
        match self.holder {
            Holder::Process(process) => WiredEnd::of(process, names[process]),
            Holder::Plug => WiredEnd::outside(),
            Holder::Dropped => WiredEnd::dropped(),
        }
    }
}

/// One end of a channel that is described, in the hands of whoever has this.
pub(super) struct Hold<S: Socket> {
    socket: Arc<S>,
    side: Side,
    idx: usize,
}

impl<S: Socket> Hold<S> {
    /// A new end; one that nobody holds when the network has started.
    pub(super) fn new(socket: &Arc<S>, side: Side) -> Hold<S> {
        let mut ends = socket.holders().ends();
        let holder = if ends.wired { Holder::Dropped } else { Holder::Plug };
        let ends = ends.of(side);
        ends.push(Held { holder, immunity: 0 });
        Hold { socket: Arc::clone(socket), side, idx: ends.len() - 1 }
    }

    /// One more end on its side.
    pub(super) fn join(&self) -> Hold<S> {
        Hold::new(&self.socket, self.side)
    }

    /// Changes the end.
    pub(super) fn change(&self, change: impl FnOnce(&mut Held)) {
        change(&mut self.socket.holders().ends().of(self.side)[self.idx]);
    }

    /// Takes the end out of the channel, which was made.
    pub(super) fn plug_in<E>(self, end: impl FnOnce(&S, usize) -> E) -> E {
        let end = end(&self.socket, self.idx);
        // Its owner ends it from now on.
        self.change(|held| held.holder = Holder::Dropped);
        end
    }
}

impl<S: Socket> Drop for Hold<S> {
    /// Retires an end that was never wired.
    fn drop(&mut self) {
        let mut before = Holder::Dropped;
        self.change(|held| before = std::mem::replace(&mut held.holder, Holder::Dropped));
        if before != Holder::Dropped {
            self.socket.retire(self.side, self.idx);
        }
    }
}
