//! Where and when processes run. See `schedule/README.md` for the states of a task and why quiescence is exact.

pub mod activity;
mod address;
mod adversary;
mod afterwards;
mod alarm;
pub mod chance;
mod clock;
pub mod current;
pub mod here;
mod job;
mod made;
mod parker;
mod parts;
mod remote;
pub mod run;
mod spinner;
pub mod thread;
pub mod timer;
mod turns;
mod waker;
pub mod worker;

pub(crate) use afterwards::{AfterPoll, after_poll};
pub use job::{Job, Work};
pub(crate) use made::{EndId, Made, MadeWait, Rescuers, Transit, Users, WaitHere};
pub(crate) use waker::Kept;
