//! The kinds that exist.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::kind::Signature;

/// The kinds that exist: the library's and those that an embedding program registers.
#[derive(Clone, Debug, Default)]
pub struct Catalog {
    kinds: BTreeMap<&'static str, Kind>,
}

#[derive(Clone, Debug)]
struct Kind {
    signature: Arc<Signature>,
    available: bool,
}

impl Catalog {
    /// Adds a kind; a later one of the same name replaces the earlier.
    pub fn add(&mut self, signature: Signature) {
        self.kinds.insert(signature.kind, Kind { signature: Arc::new(signature), available: true });
    }

    /// Adds a kind that graph files may name, but that this build cannot run.
    pub fn add_unavailable(&mut self, signature: Signature) {
        self.kinds.insert(signature.kind, Kind { signature: Arc::new(signature), available: false });
    }

    /// The kind of that name.
    pub fn get(&self, kind: &str) -> Option<&Arc<Signature>> {
        self.kinds.get(kind).map(|kind| &kind.signature)
    }

    /// Whether this build can run the kind.
    pub fn is_available(&self, kind: &str) -> bool {
        self.kinds.get(kind).is_some_and(|kind| kind.available)
    }

    /// All kinds, by name.
    pub fn iter(&self) -> impl Iterator<Item = &Arc<Signature>> {
        self.kinds.values().map(|kind| &kind.signature)
    }
}
