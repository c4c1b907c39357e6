//! Arrays of a type that a parameter names.

use csprun_dsl::ty::{Elem, Type};

/// Largest array, in bytes.
const N_LARGEST: usize = 1 << 30;

/// The type's elements and extents.
pub(super) fn form(ty: &Type) -> Result<(Elem, Vec<usize>), String> {
    let example = "write `Array(F32, [64, 64])`";
    let Type::Array(elem, extents) = ty else {
        return Err(format!("`type` is {ty}, and not of arrays: {example}"));
    };
    let extent = |extent: &Option<u64>| extent.and_then(|extent| usize::try_from(extent).ok());
    let shape: Option<Vec<usize>> = extents.iter().map(extent).collect();
    let shape = shape.ok_or_else(|| format!("`type` is {ty}, of which no size is known: {example}"))?;
    let n_bytes = shape.iter().try_fold(elem.n_bytes(), |n, &extent| n.checked_mul(extent));
    match n_bytes {
        Some(1..=N_LARGEST) => Ok((*elem, shape)),
        Some(0) => Err(format!("`type` is {ty}, which has no element: {example}")),
        _ => Err(format!("`type` is {ty}, of more than 1 GiB: take parts of it, such as rows")),
    }
}
