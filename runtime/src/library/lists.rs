//! Types of lists at ports.

use csprun_dsl::signature::Known;
use csprun_dsl::ty::Type;

/// A list of the tokens at `in`.
pub(super) fn list_of_input(known: &Known<'_>) -> Option<Type> {
    known.inputs.get("in").cloned().map(Type::list)
}

/// The elements of the lists at `in`.
pub(super) fn element_of_input(known: &Known<'_>) -> Option<Type> {
    Some(match known.inputs.get("in")? {
        Type::List(element) => (**element).clone(),
        other => other.clone(),
    })
}
