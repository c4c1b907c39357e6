//! Plugs: ends before wiring. They have no operations and may go anywhere; the network sees who holds which.

use std::sync::Arc;

use super::calls::CallSocket;
use super::held::{Hold, Holder};
use super::stream::Stream;
use crate::channel::{Receiver, Sender, Side};
use crate::process::{Client, Server};

/// An end that is not wired: [`SendPlug`] or [`RecvPlug`], [`CallPlug`] or [`ServePlug`].
pub trait Plug: Plugs {
    /// One more end on this side; one that has retired when the network has started.
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
    ($(#[$doc:meta])* $name:ident[$($t:ident)*]: $side:expr, $socket:ident.$make:ident -> $end:ident) => {
        $(#[$doc])*
        pub struct $name<$($t: Send + 'static),*>(Hold<$socket<$($t),*>>);

        impl<$($t: Send + 'static),*> $name<$($t),*> {
            pub(super) fn new(socket: &Arc<$socket<$($t),*>>) -> Self {
                $name(Hold::new(socket, $side))
            }
        }

        impl<$($t: Send + 'static),*> Plug for $name<$($t),*> {
            fn join(&self) -> Self {
                $name(self.0.join())
            }

            fn immunity(self, immunity: u32) -> Self {
                self.0.change(|held| held.immunity = immunity);
                self
            }
        }

        impl<$($t: Send + 'static),*> Plugs for $name<$($t),*> {
            type Ends = $end<$($t),*>;

            fn hold(&self, process: usize) {
                self.0.change(|held| held.holder = Holder::Process(process));
            }

            fn ends(self) -> Self::Ends {
                self.0.plug_in($socket::$make)
            }
        }
    };
}

plug! {
    /// A writing end that is not wired.
    SendPlug[T]: Side::Writing, Stream.sender -> Sender
}

plug! {
    /// A reading end that is not wired.
    RecvPlug[T]: Side::Reading, Stream.receiver -> Receiver
}

plug! {
    /// A caller's end of a channel of calls that is not wired.
    CallPlug[Q A]: Side::Writing, CallSocket.client -> Client
}

plug! {
    /// A server's end of a channel of calls that is not wired.
    ServePlug[Q A]: Side::Reading, CallSocket.server -> Server
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
