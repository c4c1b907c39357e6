//! The csprun graph file: reading, checking, planning and drawing networks of CSP processes.

pub mod arithmetic;
pub mod diagnostic;
pub mod expr;
pub mod fields;
pub mod network;
pub mod params;
pub mod parse;
pub mod plan;
pub mod resolve;
pub mod signature;
pub mod span;
pub mod substitute;
pub mod syntax;
pub mod tree;
pub mod ty;
pub mod type_name;
