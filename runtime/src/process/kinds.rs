//! A process that is started by the name of its kind while a run goes on: what is wanted, and where ends are plugged.

use std::collections::BTreeMap;

use csprun_dsl::ty::Constant;

use super::port::Check;

/// A process that somebody wants to start.
pub(crate) struct Wanted {
    pub(crate) kind: String,
    pub(crate) params: BTreeMap<String, Constant>,
    /// Ports for which there is an end: `in`, `in[2]`.
    pub(crate) inputs: Vec<String>,
    pub(crate) outputs: Vec<String>,
}

/// A port to plug in.
pub(crate) struct PreparedPort {
    pub(crate) name: String,
    pub(crate) index: Option<usize>,
    /// What its tokens must be, which an end made while running does not ensure.
    pub(crate) check: Option<Check>,
}
