//! The csprun runtime.

pub mod value;
