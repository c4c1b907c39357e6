//! The csprun graph file: reading, checking, planning and drawing networks of CSP processes.
//!
//! RON text becomes a spanned tree, [`syntax::Graph`], [`network::Network`] and, on a certain machine,
//! [`plan::Plan`]; each is made only by the stage before it. Analysis never stops at the first error: it
//! gives what it made together with all [`Diagnostics`] at once.
//!
//! The crate knows processes only through the [`Catalog`] that it is given. It starts no
//! thread, opens no file and no socket, and executes nothing that a graph file names.

pub mod arithmetic;
pub mod diagnostic;
pub mod expr;
pub mod fields;
pub mod network;
pub mod params;
pub mod parse;
pub mod plan;
pub mod render;
pub mod resolve;
pub mod rules;
pub mod signature;
pub mod span;
pub mod substitute;
pub mod syntax;
pub mod tree;
pub mod ty;
pub mod type_name;

use diagnostic::Diagnostics;
use network::Network;
use plan::{Machine, Plan};
use resolve::Request;
use signature::Catalog;
use span::Sources;

/// Reads the graph file `root` with all that it uses, and everything that is wrong with it.
pub fn check(
    root: &str,
    sources: &dyn Sources,
    catalog: &Catalog,
    request: &Request,
) -> (Network, Diagnostics) {
    let (network, mut found) = resolve::resolve(root, sources, catalog, request);
    if !found.has_errors() {
        rules::check(&network, &mut found);
    }
    found.sort();
    (network, found)
}

/// What will run of a network that [`check`] found no errors in. `None`: it asks for something that this version
/// does not do, and the diagnostics say what.
pub fn plan(network: &Network, machine: &Machine) -> (Option<Plan>, Diagnostics) {
    plan::make::make(network, machine)
}
