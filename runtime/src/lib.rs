//! The csprun runtime.

pub mod channel;
pub mod library;
pub mod process;
mod schedule;
pub mod value;
