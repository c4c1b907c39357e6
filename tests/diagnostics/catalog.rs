//! The process library, and a kind that only checks need: it has no body.

use csprun_dsl::signature::{Catalog, PortSpec, PortType, Ports, Signature};
use csprun_dsl::ty::Type;
use csprun_runtime::library::library;

/// All kinds.
pub fn catalog() -> Catalog {
    let mut catalog = library().catalog().clone();
    // Takes texts and nothing else, as kinds of the library rarely do.
    let identity = catalog.get("Identity").expect("the library has it");
    let length = Signature { kind: "Length", ports: Ports::Fixed(LENGTH), ..Signature::clone(identity) };
    catalog.add(length);
    catalog
}

const LENGTH: &[PortSpec] = &[
    PortSpec::input("in", PortType::Is(Type::Text), "texts"),
    PortSpec::output("out", PortType::Is(Type::I64), "their lengths"),
];
