//! For tests: one process alone ([`Bench`]), a network of closures ([`Net`]), and a limit for what can hang
//! ([`within`]).

mod bench;
mod net;
mod watchdog;

pub use bench::{Bench, Ran};
pub use net::{Net, Wire};
pub use watchdog::within;
