//! Calls (SEMANTICS B2): a caller sends a request to a server and waits for its reply.
//!
//! Underneath are two channels and a [`desk`]. On them stand a caller's side ([`asking`]) and a server's
//! ([`answering`]); what a process has of a side is a [`port`] of its kind, or an end that is [`typed`].

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
