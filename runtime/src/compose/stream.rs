//! Channels of tokens that are described.

use std::sync::Arc;

use csprun_dsl::network::ChannelKind as Kind;
use csprun_dsl::plan::Seat;

use super::held::{Held, Holders, Made, Socket, dropped};
use crate::assemble::{Carries, WiredChannel, flavor, home_of};
use crate::channel::{Channel, Flavor, Form, Inspect, ReadEnd, Receiver, Sender, Side, WriteEnd};

/// Makes a channel on which each reader gets every token.
pub(super) type AllOf<T> = fn(Form) -> Arc<Channel<T>>;

/// A channel that is described.
pub(super) struct Stream<T: Send + 'static> {
    name: String,
    kind: Kind,
    /// Present on `AllOf`.
    all_of: Option<AllOf<T>>,
    holders: Holders,
    made: Made<Arc<Channel<T>>>,
}

impl<T: Send + 'static> Stream<T> {
    pub(super) fn new(name: &str, kind: Kind, all_of: Option<AllOf<T>>) -> Stream<T> {
        let (name, holders) = (name.to_owned(), Holders::default());
        Stream { name, kind, all_of, holders, made: Made::new() }
    }

    /// The only owner of that writing end.
    pub(super) fn sender(&self, idx: usize) -> Sender<T> {
        Sender::of(WriteEnd::at(self.made.started(), idx))
    }

    /// The only owner of that reading end.
    pub(super) fn receiver(&self, idx: usize) -> Receiver<T> {
        Receiver::of(ReadEnd::at(self.made.started(), idx))
    }
}

impl<T: Send + 'static> Socket for Stream<T> {
    fn holders(&self) -> &Holders {
        &self.holders
    }

    fn wire(&self, _at: usize, seats: &[Seat], names: &[&str]) -> (WiredChannel, Vec<WiredChannel>) {
        let (writers, readers) = self.holders.wire();
        let seat = |end: &Held| end.seat(seats);
        let home = home_of(writers.iter().chain(&readers).filter_map(seat));
        let of = |ends: &[Held]| ends.iter().filter_map(seat).collect::<Vec<_>>().into_iter();
        let shared = Form::of(self.kind, self.kind.n_slots(), Flavor::Shared);
        let form = Form { flavor: flavor(shared, of(&writers), of(&readers)), ..shared };
        let channel = self.all_of.map_or_else(|| Channel::any_of(form), |all_of| all_of(form));
        for writer in &writers {
            channel.add_writer(writer.immunity);
        }
        for reader in &readers {
            channel.add_reader(reader.immunity);
        }
        self.made.set(Arc::clone(&channel));
        dropped(&writers).for_each(|idx| channel.end(Side::Writing, idx, None));
        dropped(&readers).for_each(|idx| channel.end(Side::Reading, idx, None));
        let named = |ends: Vec<Held>| ends.iter().map(|end| end.wired(names)).collect();
        let wired = WiredChannel {
            name: self.name.clone(),
            channel: channel as Arc<dyn Inspect>,
            kind: self.kind,
            home,
            carries: Carries::Tokens,
            copies: self.all_of.is_some(),
            writers: named(writers),
            readers: named(readers),
        };
        (wired, Vec::new())
    }

    fn retire(&self, side: Side, idx: usize) {
        if let Some(channel) = self.made.get() {
            channel.end(side, idx, None);
        }
    }
}
