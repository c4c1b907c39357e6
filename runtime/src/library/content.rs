//! What comes from outside as it is: texts or bytes, as a parameter says.

use csprun_dsl::signature::ParamFault;
use csprun_dsl::ty::Type;

use crate::process::Params;

/// The rule of the parameter.
pub(super) fn is_content(params: &Params) -> Result<(), ParamFault> {
    is_text(params).map(drop)
}

/// Whether it asks for texts, not for bytes.
pub(super) fn is_text(params: &Params) -> Result<bool, ParamFault> {
    match params.token_type("type") {
        Type::Text => Ok(true),
        Type::Bytes => Ok(false),
        ty => {
            let help = "it must be `Text` or `Bytes`; `Parse` makes other tokens of texts";
            Err(ParamFault::new(format!("`type` is {ty}, and comes from outside"), help))
        }
    }
}
