//! The csprun graph file: reading, checking, planning and drawing networks of CSP processes.

pub mod diagnostic;
pub mod expr;
pub mod params;
pub mod signature;
pub mod span;
pub mod ty;
