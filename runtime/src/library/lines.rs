//! Tokens as lines of text, and back.

use std::io::{self, Write};
use std::slice;
use std::sync::Arc;

use csprun_dsl::expr::Template;
use csprun_dsl::signature::{ExprSpec, ResultType, VarType};

use super::batch::N_BATCH;
use crate::expr::Formatter;
use crate::process::{Ended, In};

/// What the template of a line may use.
pub(super) const LINE: ExprSpec =
    ExprSpec { variables: &[("x", VarType::Port("in"))], result: ResultType::Any };

/// Writes a line for each token, to the end of the stream. What is written is flushed whenever no more tokens are
/// ready: a reader behind it sees each line in time, a fast stream does not pay for that.
pub(super) async fn write_lines(
    input: &mut In,
    template: &Arc<Template>,
    to: &mut impl Write,
    explain: impl Fn(io::Error) -> Ended,
) -> Result<(), Ended> {
    let mut formatter = Formatter::new(template);
    let (mut taken, mut line) = (Vec::new(), String::new());
    while input.next_ready(&mut taken, N_BATCH).await? {
        for x in taken.drain(..) {
            line.clear();
            if let Err(error) = formatter.write(slice::from_ref(&x), &mut line) {
                return Err(Ended::fail(format!("the format fails with x = {}: {error}", x.shown())));
            }
            line.push('\n');
            to.write_all(line.as_bytes()).map_err(&explain)?;
        }
        to.flush().map_err(&explain)?;
    }
    Ok(())
}
