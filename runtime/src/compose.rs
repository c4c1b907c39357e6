//! Networks built by a program: processes are closures, and channels carry any type. Calls, barriers, what an end means
//! and what buffers may hold are as in graph files.
//!
//! ```
//! use csprun_runtime::compose::{Kind, Network};
//!
//! let mut net = Network::new("squares");
//! let (numbers, to_square) = net.channel::<u64>("numbers", Kind::Rendezvous);
//! let (squares, to_sum) = net.channel::<u64>("squares", Kind::Buffer(16));
//! net.process("count", numbers, |mut numbers| async move {
//!     for n in 1..=3 {
//!         numbers.send(n).await?;
//!     }
//!     Ok(())
//! });
//! net.process("square", (to_square, squares), |(mut from, mut to)| async move {
//!     loop {
//!         let n = from.recv().await?;
//!         to.send(n * n).await?;
//!     }
//! });
//! let (result, sum) = std::sync::mpsc::channel();
//! net.process("sum", to_sum, move |mut squares| async move {
//!     let mut sum = 0;
//!     while let Some(n) = squares.next().await? {
//!         sum += n;
//!     }
//!     result.send(sum)?;
//!     Ok(())
//! });
//! assert_eq!(net.run()?.exit_code(), 0);
//! assert_eq!(sum.recv(), Ok(14));
//! # Ok::<(), csprun_runtime::StartError>(())
//! ```

mod barrier;
mod calls;
mod held;
mod network;
mod plug;
mod shared;
mod stream;

pub use barrier::{EnrollPlug, Enrolled};
pub use csprun_dsl::network::{ChannelKind as Kind, OnEnd};
pub use network::{Network, Process};
pub use plug::{CallPlug, Plug, Plugs, RecvPlug, SendPlug, ServePlug};
pub use shared::{SharedReceiver, SharedSender, shared_channel};
