//! What a kind of process does.

use csprun_dsl::params::Params;

use super::ports::{Ports, Running};

/// What a kind of process does: `|params, ports| Box::pin(run(params, ports))` of an `async fn run`.
pub type Body = for<'a> fn(Params, &'a mut Ports) -> Running<'a>;
