//! What the author of a process sees: its ports, and how it ends.
//!
//! ```
//! use csprun_runtime::process::{Ended, Params, Ports};
//!
//! /// Adds one to every token.
//! async fn successor(_params: Params, ports: &mut Ports) -> Result<(), Ended> {
//!     let (mut input, mut output) = (ports.input("in"), ports.output("out"));
//!     loop {
//!         let n = input.recv().await?.as_i64().ok_or_else(|| Ended::fail("not an integer"))?;
//!         output.send(n + 1).await?;
//!     }
//! }
//! # let _body = csprun_runtime::process::Body::new(|params, ports| Box::pin(successor(params, ports)));
//! ```
//!
//! `?` on an operation is the whole of termination: `recv` gives [`Ended::Retired`] at the end of the stream, and a
//! body that ends so has ended normally. A body that does something at the end asks for [`In::next`] instead.
//! The runtime ends all ports after the body (SEMANTICS E11), whatever became of the handles.
//!
//! A body may await any future, such as a timer of tokio, also beside its ports (`tokio::select!`, `join!`). Whoever
//! keeps a clone of the body's waker may wake it, so while one is kept the process is in no deadlock; what keeps a clone
//! for longer than it has a use for hides deadlocks of this process.

mod beside;
mod body;
mod calls;
mod console;
mod course;
mod ended;
mod firing;
mod guard;
mod guarded;
mod kinds;
mod lifecycle;
mod port;
mod ports;
mod readers;
mod room;
mod spawn;
mod timed;
mod together;
mod transfer;

pub(crate) use beside::after_all;
pub use body::Body;
pub(crate) use calls::{Answer, Calls, Desk, Party, Request};
pub use calls::{Answers, Asked, Call, Caller, Client, Serve, ServeGuard, Server};
pub use console::{Console, Sink, Source};
pub use course::Course;
pub(crate) use course::Way;
pub use csprun_dsl::params::Params;
pub use ended::{Ended, Failure};
pub(crate) use firing::Firing;
pub use guard::{InGuard, OutGuard};
pub(crate) use kinds::{PreparedPort, Wanted};
pub use lifecycle::Fate;
pub(crate) use lifecycle::{Cargo, Ends, live, run};
pub(crate) use port::Check;
pub use port::{In, Out, OutPermit};
pub use ports::{Blocking, Ports, Running};
pub(crate) use ports::{Identity, Kinds, Meetings, Prepared, Slot, Start};
pub(crate) use readers::Living;
pub use spawn::{Spawned, par, seq, spawn};
pub use together::{FairIn, ToAll, recv_from_each, send_to_all};
pub use transfer::{InRecv, InRecvReady, OutSend, OutSendAll};
