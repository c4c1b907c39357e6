//! What a kind of process does.

use std::pin::Pin;

use csprun_dsl::params::Params;

use super::ended::Ended;
use super::ports::Ports;

/// A process on its way.
pub type Running<'a> = Pin<Box<dyn Future<Output = Result<(), Ended>> + 'a>>;

/// What a kind of process does: `|params, ports| Box::pin(run(params, ports))` of an `async fn run`.
pub type Body = for<'a> fn(Params, &'a mut Ports) -> Running<'a>;
