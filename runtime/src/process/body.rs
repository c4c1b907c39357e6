//! What a kind of process does.

use std::fmt;
use std::sync::Arc;

use csprun_dsl::params::Params;

use super::ports::{Ports, Running};

/// What a kind of process does: `|params, ports| Box::pin(run(params, ports))` of an `async fn run`. It is called once
/// for each process of the kind, and may capture what they all share.
#[derive(Clone)]
pub struct Body(Arc<Call>);

type Call = dyn for<'a> Fn(Params, &'a mut Ports) -> Running<'a> + Send + Sync;

impl Body {
    /// Of a closure.
    pub fn new<F>(run: F) -> Body
    where
        F: for<'a> Fn(Params, &'a mut Ports) -> Running<'a> + Send + Sync + 'static,
    {
        Body(Arc::new(run))
    }

    /// Begins a process of the kind.
    pub fn call<'a>(&self, params: Params, ports: &'a mut Ports) -> Running<'a> {
        (self.0)(params, ports)
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Body")
    }
}
