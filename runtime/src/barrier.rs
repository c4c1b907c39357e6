//! Barriers: processes that wait for one another (SEMANTICS B1).
//!
//! ```
//! use csprun_runtime::barrier::Barrier;
//!
//! let (barrier, mut members) = Barrier::new(2);
//! let late = barrier.enroll();
//! late.resign();
//! // Each member syncs in a process of its own; here both are polled in turn.
//! # use std::{future::Future, pin::pin, task::{Context, Poll, Waker}};
//! # let mut cx = Context::from_waker(Waker::noop());
//! let (mut b, mut a) = (members.pop().expect("two"), members.pop().expect("two"));
//! let (mut first, mut second) = (pin!(a.sync()), pin!(b.sync()));
//! assert!(first.as_mut().poll(&mut cx).is_pending());
//! assert!(matches!(second.as_mut().poll(&mut cx), Poll::Ready(Ok(()))));
//! assert!(matches!(first.as_mut().poll(&mut cx), Poll::Ready(Ok(()))));
//! ```

mod guard;
mod member;
mod state;

pub use guard::SyncGuard;
pub use member::{Barrier, Member};
