//! What stands between the cells of a row.

use csprun_dsl::signature::{ParamFault, ParamSpec, ParamType};

use crate::process::Params;

/// The parameter.
pub(super) const SEPARATOR: ParamSpec = ParamSpec::with_default(
    "separator",
    ParamType::Text,
    "\",\"",
    "what stands between cells, one ASCII character: `\";\"`, `\"\\t\"`",
)
.rule(is_separator);

fn is_separator(params: &Params) -> Result<(), ParamFault> {
    separator(params).map(drop)
}

/// Its value.
pub(super) fn separator(params: &Params) -> Result<u8, ParamFault> {
    match params.text("separator").as_bytes() {
        [byte @ (b'\t' | b' '..=b'~')] if *byte != b'"' => Ok(*byte),
        _ => {
            let message = format!("`separator` is {:?}", params.text("separator"));
            Err(ParamFault::new(message, "it must be one ASCII character such as \";\""))
        }
    }
}
