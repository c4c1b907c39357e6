//! Where and when processes run. See `schedule/README.md` for the states of a task and why quiescence is exact.

pub mod activity;
pub mod budget;
mod task;
pub mod thread;
pub mod worker;

pub use task::Job;
