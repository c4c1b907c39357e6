//! The kinds of processes that exist: the library's, and those that an embedding program adds.

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
