//! Calls: a caller sends a request to a server and waits for its reply (SEMANTICS B2).
//!
//! Between them stand [`channels`] and a [`desk`]. A caller's side is [`asking`], a server's [`answering`]. A process has
//! either as a [`port`] of its kind, which the runtime ends, or as an end of its own, which is [`typed`].

mod answering;
mod asking;
mod caller;
mod channels;
mod desk;
mod guard;
mod port;
mod typed;

pub use answering::{Answers, Asked};
pub use caller::Caller;
pub(crate) use channels::{Answer, Calls, Party, Request};
pub(crate) use desk::Desk;
pub use guard::ServeGuard;
pub use port::{Call, Serve};
pub use typed::{Client, Server};
