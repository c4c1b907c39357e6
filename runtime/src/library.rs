//! The kinds of processes that exist: the library's, and those that an embedding program adds.
//!
//! A kind is a file with its `SIGNATURE` and its `run`; [`library`] is the list of them, and nothing else knows it.

mod batch;
#[cfg(test)]
mod bench;
mod counts;
mod declared;
mod expression;
mod lines;
mod numbered;
mod order;
mod serving;
mod sum;
mod unavailable;

pub mod black_hole;
pub mod bucket;
pub mod call;
pub mod collect;
pub mod condition;
pub mod count_by;
pub mod crew;
pub mod delta;
pub mod demultiplex;
pub mod event;
pub mod expect;
pub mod filter;
pub mod flat_map;
pub mod fold;
pub mod identity;
pub mod lock;
pub mod map;
pub mod merge;
pub mod multiplex;
pub mod numbers;
pub mod pairs;
pub mod paraplex;
pub mod plex;
pub mod plus;
pub mod pool;
pub mod prefix;
pub mod print;
pub mod queue;
pub mod range;
pub mod read_lines;
pub mod regulate;
pub mod rlock;
pub mod scan;
pub mod script;
pub mod semaphore;
pub mod serve;
pub mod skip;
pub mod sort;
pub mod stdin;
pub mod store;
pub mod substitute;
pub mod successor;
pub mod sync;
pub mod take;
pub mod take_while;
pub mod top;
pub mod values;
pub mod valve;
pub mod with;
pub mod write_lines;

use std::collections::BTreeMap;

use csprun_dsl::signature::{Catalog, Signature};

use crate::process::{Body, Params, Start};

/// Kinds by name, each with its signature and its body.
#[derive(Clone, Debug, Default)]
pub struct Library {
    catalog: Catalog,
    bodies: BTreeMap<&'static str, Body>,
}

impl Library {
    /// A library without kinds.
    pub fn empty() -> Library {
        Library::default()
    }

    /// Adds a kind; a later one of the same name replaces the earlier.
    pub fn add(&mut self, signature: Signature, body: Body) {
        self.bodies.insert(signature.kind, body);
        self.catalog.add(signature);
    }

    /// What `check` needs to know of the kinds.
    pub fn catalog(&self) -> &Catalog {
        &self.catalog
    }

    /// The body of a kind, with its parameters.
    pub(crate) fn start(&self, kind: &str, params: Params) -> Option<Start> {
        let body = self.body(kind)?;
        Some(Box::new(move |ports| body(params, ports)))
    }

    /// The body of a kind.
    pub fn body(&self, kind: &str) -> Option<Body> {
        self.bodies.get(kind).copied()
    }
}

/// Adds the kind of each of these files.
macro_rules! add {
    ($library:ident: $($file:ident)*) => {
        $($library.add($file::SIGNATURE, |params, ports| Box::pin($file::run(params, ports)));)*
    };
}

/// The process library.
pub fn library() -> Library {
    let mut library = Library::empty();
    add!(library: range numbers values read_lines stdin);
    add!(library: print write_lines black_hole expect);
    add!(library: identity map filter flat_map scan fold take take_while skip collect count_by sort top);
    add!(library: prefix successor delta plus pairs paraplex merge);
    add!(library: plex multiplex demultiplex substitute valve regulate);
    add!(library: script);
    add!(library: call serve with lock rlock semaphore condition event queue store bucket crew pool sync);
    unavailable::KINDS.iter().cloned().for_each(|signature| library.catalog.add_unavailable(signature));
    library
}
