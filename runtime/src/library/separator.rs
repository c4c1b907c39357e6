//! What stands between the cells of a row.

use csprun_dsl::signature::{ParamSpec, ParamType};

use crate::process::{Ended, Params};

/// The parameter.
pub(super) const SEPARATOR: ParamSpec = ParamSpec::with_default(
    "separator",
    ParamType::Text,
    "\",\"",
    "what stands between cells, one ASCII character: `\";\"`, `\"\\t\"`",
);

/// Its value.
pub(super) fn separator(params: &Params) -> Result<u8, Ended> {
    match params.text("separator").as_bytes() {
        [byte @ (b'\t' | b' '..=b'~')] if *byte != b'"' => Ok(*byte),
        _ => {
            let text = params.text("separator");
            Err(Ended::fail(format!(
                "`separator` is {text:?}, and must be one ASCII character such as \";\""
            )))
        }
    }
}
