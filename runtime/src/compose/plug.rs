//! Plugs: ends before wiring. They have no operations and may go anywhere; the network sees who holds which.

use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use csprun_dsl::network::ChannelKind as Kind;
use csprun_dsl::plan::Seat;

use crate::assemble::{Carries, WiredChannel, WiredEnd, flavor, home_of};
use crate::channel::{Channel, Flavor, Form, Inspect, ReadEnd, Receiver, Sender, Side, WriteEnd};

/// Who holds an end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Holder {
    /// Its plug is somewhere in the program.
    Plug,
    /// A process.
    Process(usize),
    /// Nobody any more.
    Dropped,
}

/// Makes a channel on which each reader gets every token.
pub(super) type AllOf<T> = fn(Form) -> Arc<Channel<T>>;

/// A channel that is described.
pub(super) struct Socket<T: Send + 'static> {
    name: String,
    kind: Kind,
    /// Present on `AllOf`.
    all_of: Option<AllOf<T>>,
    /// Holder and immunity of each end.
    writers: Mutex<Vec<(Holder, u32)>>,
    readers: Mutex<Vec<(Holder, u32)>>,
    made: OnceLock<Arc<Channel<T>>>,
}

/// The same, whatever its tokens are.
pub(super) trait AnySocket: Send + Sync {
    /// Makes the channel.
    fn wire(&self, seats: &[Seat], names: &[&str]) -> WiredChannel;
}

impl<T: Send + 'static> Socket<T> {
    pub(super) fn new(name: &str, kind: Kind, all_of: Option<AllOf<T>>) -> Socket<T> {
        let name = name.to_owned();
        let (writers, readers) = (Mutex::default(), Mutex::default());
        Socket { name, kind, all_of, writers, readers, made: OnceLock::new() }
    }

    fn ends<R>(&self, side: Side, change: impl FnOnce(&mut Vec<(Holder, u32)>) -> R) -> R {
        let ends = if side == Side::Writing { &self.writers } else { &self.readers };
        change(&mut ends.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn made(&self) -> &Arc<Channel<T>> {
        self.made.get().expect("processes run after the channels were made")
    }
}

impl<T: Send + 'static> AnySocket for Socket<T> {
    fn wire(&self, seats: &[Seat], names: &[&str]) -> WiredChannel {
        let (writers, readers) =
            (self.ends(Side::Writing, |ends| ends.clone()), self.ends(Side::Reading, |ends| ends.clone()));
        let seat = |&(holder, _): &(Holder, u32)| match holder {
            Holder::Process(process) => Some(Some(seats[process])),
            Holder::Plug => Some(None),
            Holder::Dropped => None,
        };
        let home = home_of(writers.iter().chain(&readers).filter_map(seat));
        let seats = |ends: &[(Holder, u32)]| ends.iter().filter_map(seat).collect::<Vec<_>>().into_iter();
        let shared = Form::of(self.kind, self.kind.n_slots(), Flavor::Shared);
        let form = Form { flavor: flavor(shared, seats(&writers), seats(&readers)), ..shared };
        let channel = self.all_of.map_or_else(|| Channel::any_of(form), |all_of| all_of(form));
        for (_, immunity) in &writers {
            channel.add_writer(*immunity);
        }
        for (_, immunity) in &readers {
            channel.add_reader(*immunity);
        }
        for (side, ends) in [(Side::Writing, &writers), (Side::Reading, &readers)] {
            let dropped = ends.iter().enumerate().filter(|(_, end)| end.0 == Holder::Dropped);
            dropped.for_each(|(idx, _)| channel.end(side, idx, None));
        }
        let _ = self.made.set(Arc::clone(&channel));
        let named = |ends: Vec<(Holder, u32)>| {
            let name = |(holder, _)| match holder {
                Holder::Process(process) => WiredEnd::of(process, names[process]),
                Holder::Plug | Holder::Dropped => WiredEnd::outside(),
            };
            ends.into_iter().map(name).collect()
        };
        WiredChannel {
            name: self.name.clone(),
            channel: channel as Arc<dyn Inspect>,
            kind: self.kind,
            home,
            carries: Carries::Tokens,
            copies: self.all_of.is_some(),
            writers: named(writers),
            readers: named(readers),
        }
    }
}

/// An end that is not wired: [`SendPlug`] or [`RecvPlug`].
pub trait Plug: Plugs {
    /// One more end on this side.
    #[must_use]
    fn join(&self) -> Self;
    /// Sets the immunity of the end against poison (SEMANTICS E8).
    #[must_use]
    fn immunity(self, immunity: u32) -> Self;
}

/// Plugs that a process takes along: one, a tuple, a list or an option of them.
pub trait Plugs: Send + 'static {
    /// What becomes of them on the thread where the process runs.
    type Ends: 'static;
    /// Says which process holds them.
    #[doc(hidden)]
    fn hold(&self, process: usize);
    /// Wires them.
    #[doc(hidden)]
    fn ends(self) -> Self::Ends;
}

macro_rules! plug {
    ($(#[$doc:meta])* $name:ident $end:ident $handle:ident $side:expr) => {
        $(#[$doc])*
        pub struct $name<T: Send + 'static> {
            socket: Arc<Socket<T>>,
            idx: usize,
        }

        impl<T: Send + 'static> $name<T> {
            pub(super) fn new(socket: &Arc<Socket<T>>) -> $name<T> {
                let idx = socket.ends($side, |ends| {
                    ends.push((Holder::Plug, 0));
                    ends.len() - 1
                });
                $name { socket: Arc::clone(socket), idx }
            }
        }

        impl<T: Send + 'static> Plug for $name<T> {
            fn join(&self) -> $name<T> {
                $name::new(&self.socket)
            }

            fn immunity(self, immunity: u32) -> $name<T> {
                self.socket.ends($side, |ends| ends[self.idx].1 = immunity);
                self
            }
        }

        impl<T: Send + 'static> Plugs for $name<T> {
            type Ends = $end<T>;

            fn hold(&self, process: usize) {
                self.socket.ends($side, |ends| ends[self.idx].0 = Holder::Process(process));
            }

            fn ends(self) -> $end<T> {
                let end = $end::of($handle::at(self.socket.made(), self.idx));
                self.socket.ends($side, |ends| ends[self.idx].0 = Holder::Dropped);
                end
            }
        }

        impl<T: Send + 'static> Drop for $name<T> {
            /// Retires an end that was never wired.
            fn drop(&mut self) {
                let holder = self.socket.ends($side, |ends| std::mem::replace(&mut ends[self.idx].0, Holder::Dropped));
                if holder != Holder::Dropped && let Some(channel) = self.socket.made.get() {
                    channel.end($side, self.idx, None);
                }
            }
        }
    };
}

plug! {
    /// A writing end that is not wired.
    SendPlug Sender WriteEnd Side::Writing
}

plug! {
    /// A reading end that is not wired.
    RecvPlug Receiver ReadEnd Side::Reading
}

impl<P: Plugs> Plugs for Vec<P> {
    type Ends = Vec<P::Ends>;

    fn hold(&self, process: usize) {
        self.iter().for_each(|plug| plug.hold(process));
    }

    fn ends(self) -> Vec<P::Ends> {
        self.into_iter().map(P::ends).collect()
    }
}

impl<P: Plugs> Plugs for Option<P> {
    type Ends = Option<P::Ends>;

    fn hold(&self, process: usize) {
        self.iter().for_each(|plug| plug.hold(process));
    }

    fn ends(self) -> Option<P::Ends> {
        self.map(P::ends)
    }
}

macro_rules! tuple {
    ($($plug:ident)*) => {
        impl<$($plug: Plugs),*> Plugs for ($($plug,)*) {
            type Ends = ($($plug::Ends,)*);

            #[expect(non_snake_case, reason = "the names of the types name the parts")]
            fn hold(&self, process: usize) {
                let ($($plug,)*) = self;
                $($plug.hold(process);)*
            }

            #[expect(non_snake_case, reason = "the names of the types name the parts")]
            fn ends(self) -> Self::Ends {
                let ($($plug,)*) = self;
                ($($plug.ends(),)*)
            }
        }
    };
}

impl Plugs for () {
    type Ends = ();

    fn hold(&self, _process: usize) {}

    fn ends(self) {}
}

tuple!(A B);
tuple!(A B C);
tuple!(A B C D);
tuple!(A B C D E);
tuple!(A B C D E F);
tuple!(A B C D E F G);
tuple!(A B C D E F G H);
