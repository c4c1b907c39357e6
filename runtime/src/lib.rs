//! The csprun runtime: channels, processes and their scheduling, and the supervision of a run.
//!
//! [`supervisor::start`] runs a plan with the kinds of a [`library::Library`]; [`process`] is what the author of a
//! kind sees.

pub mod alt;
mod assemble;
pub mod barrier;
pub mod benchmark;
pub mod channel;
pub mod compose;
pub mod explore;
pub mod expr;
pub mod library;
#[cfg(all(csprun_loom, test))]
mod models;
pub mod process;
mod replicate;
mod schedule;
mod script;
pub mod supervisor;
mod sync;
pub mod testing;
pub mod value;

pub use assemble::planned_flavor;
pub use schedule::thread::{Stopped, is_stopped, wait};
pub use supervisor::{Options, Outcome, Report, Run, StartError, start};
