//! Who has the ends of a channel, and which ends of others lie in its tokens.

use std::sync::Arc;

use super::core::Core;
use super::end::{ReadEnd, WriteEnd};
use super::raw::Channel;
use super::state::{EndsIn, Full, Offer, Side};
use crate::schedule::current::OUTSIDE;
use crate::schedule::{EndId, Rescuers, run};

/// Ends that lie in the tokens of a channel.
#[derive(Clone, Debug, Default)]
pub(crate) struct InTransit {
    pub(crate) ends: Vec<EndId>,
    /// Who offers such a token, and may take it back.
    pub(crate) offerers: Vec<u32>,
    /// Reading ends that have not ended, of which any can receive it, each with the process that has it, if the channel
    /// was told.
    pub(crate) readers: Vec<(usize, u32)>,
}

impl<T> Channel<T> {
    /// Tells how ends are found in a token: those that nobody else has. Lanes that come later (`AllOf`) do not look.
    pub(crate) fn carries(&self, ends_in: EndsIn<T>) {
        self.enter().lanes.iter_mut().for_each(|lane| lane.ends_in = Some(ends_in));
    }

    /// The ends in its tokens. A lossy channel has none: who sends drops what lies there. Nor has `AllOf`, which copies
    /// them, nor what a process that does not know of ends has put into a ring, where others take it meanwhile.
    pub(super) fn ends_in_transit(&self) -> Option<InTransit> {
        let core = self.enter();
        let ends_in = core.lanes.first()?.ends_in.filter(|_| core.full == Full::Block)?;
        let mut in_transit = InTransit::default();
        for token in core.lanes.iter().flat_map(|lane| lane.here()) {
            ends_in(token, &mut in_transit.ends);
        }
        for writer in &core.writers {
            let n_before = in_transit.ends.len();
            if let Offer::Waiting(token) = &writer.offer {
                ends_in(token, &mut in_transit.ends);
            }
            in_transit.offerers.extend((in_transit.ends.len() > n_before).then_some(writer.process));
        }
        if in_transit.ends.is_empty() {
            return None;
        }
        let readers = core.readers.iter().enumerate().filter(|(_, reader)| reader.living);
        in_transit.readers.extend(readers.map(|(idx, reader)| (idx, reader.holder)));
        Some(in_transit)
    }

    /// What an end of it is called where that lies in a token.
    pub(super) fn id(&self, side: Side, idx: usize) -> EndId {
        EndId { of: std::ptr::from_ref(self).addr(), writes: side == Side::Writing, idx }
    }

    /// Those who have the ends of a side.
    pub(super) fn holders(&self, core: &Core<T>, side: Side) -> Rescuers {
        let writers = core.writers.iter().enumerate();
        // Who has a permit to send can end the wait of another writer, too.
        let writers = writers.filter(|(_, end)| match side {
            Side::Writing => end.living,
            Side::Reading => matches!(end.offer, Offer::Reserved(_)),
        });
        let readers = core.readers.iter().enumerate();
        let readers = readers.filter(|(_, end)| side == Side::Reading && end.living);
        let (mut processes, mut adrift) = (Vec::new(), Vec::new());
        let mut add = |side, (idx, holder)| match holder {
            OUTSIDE => adrift.push(self.id(side, idx)),
            process => processes.push(process),
        };
        writers.for_each(|(idx, end)| add(Side::Writing, (idx, end.holder)));
        readers.for_each(|(idx, end)| add(Side::Reading, (idx, end.holder)));
        Rescuers::Holders { processes, adrift }
    }
}

macro_rules! ends {
    ($($end:ident $side:expr;)*) => {$(
        impl<T: Send + 'static> $end<T> {
            /// Says which process has it from now on.
            pub(crate) fn held_by(&self, process: u32) {
                if self.channel.hold($side, self.idx, process) {
                    run::uses_foreign(Arc::as_ptr(&self.channel).addr(), || self.channel.clone());
                }
            }

            /// What it is called where it lies in a token.
            pub(crate) fn id(&self) -> EndId {
                self.channel.id($side, self.idx)
            }
        }
    )*};
}

ends! {
    WriteEnd Side::Writing;
    ReadEnd Side::Reading;
}

impl<T> WriteEnd<T> {
    /// Says that a token with ends comes: from now on each is sent under the lock.
    pub(crate) fn sends_ends(&self) {
        self.channel.enter().has_ends = true;
    }
}
