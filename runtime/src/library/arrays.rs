//! Arrays of a type that a parameter names.

use csprun_dsl::signature::ParamFault;
use csprun_dsl::ty::{Elem, Type};

use crate::process::Params;

/// Largest array, in bytes.
const N_LARGEST: usize = 1 << 30;

/// Such a type.
pub(super) const EXAMPLE: &str = "Array(F32, [64, 64])";

/// The rule of the parameter: the type is of arrays whose size is known.
pub(super) fn is_sized(params: &Params) -> Result<(), ParamFault> {
    form(params.token_type("type")).map(drop)
}

/// The type's elements and extents.
pub(super) fn form(ty: &Type) -> Result<(Elem, Vec<usize>), ParamFault> {
    let fault = |what: &str, help: &str| ParamFault::new(format!("`type` is {ty}, {what}"), help);
    let example = format!("write `{EXAMPLE}`");
    let Type::Array(elem, extents) = ty else { return Err(fault("and not of arrays", &example)) };
    let extent = |extent: &Option<u64>| extent.and_then(|extent| usize::try_from(extent).ok());
    let shape: Option<Vec<usize>> = extents.iter().map(extent).collect();
    let shape = shape.ok_or_else(|| fault("of which no size is known", &example))?;
    let n_bytes = shape.iter().try_fold(elem.n_bytes(), |n, &extent| n.checked_mul(extent));
    match n_bytes {
        Some(1..=N_LARGEST) => Ok((*elem, shape)),
        Some(0) => Err(fault("which has no element", &example)),
        _ => Err(fault("of more than 1 GiB", "take parts of it, such as rows")),
    }
}
