//! Ports chosen by number.

use crate::process::Ended;
use crate::value::Value;

/// The port of that number. `param` is what gave it, and `what` the word for such ports.
pub(super) fn numbered<'a, P>(
    ports: &'a mut [P],
    param: &str,
    which: &Value,
    what: &str,
) -> Result<&'a mut P, Ended> {
    let n = ports.len();
    let idx = which.as_i64().and_then(|which| usize::try_from(which).ok());
    idx.and_then(|idx| ports.get_mut(idx)).ok_or_else(|| {
        let (are, s) = if n == 1 { ("is", "") } else { ("are", "s") };
        Ended::fail(format!(
            "`{param}` gave {}, and there {are} {n} {what}{s}, counted from 0",
            which.shown()
        ))
    })
}
