//! The kinds of processes that exist: the library's, and those that an embedding program adds.
//!
//! A kind is a file with its `SIGNATURE` and its `run`; [`library`] is the list of them, and nothing else knows it.

mod batch;
#[cfg(test)]
mod bench;
mod expression;
mod lines;

pub mod fold;
pub mod identity;
pub mod map;
pub mod print;
pub mod range;

use std::collections::BTreeMap;

use csprun_dsl::signature::{Catalog, Signature};

use crate::process::Body;

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
    add!(library: range);
    add!(library: print);
    add!(library: identity map fold);
    library
}
