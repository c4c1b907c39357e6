//! The csprun graph file: reading, checking, planning and drawing networks of CSP processes.

pub mod diagnostic;
pub mod expr;
pub mod network;
pub mod params;
pub mod plan;
pub mod render;
pub mod signature;
pub mod span;
pub mod ty;
