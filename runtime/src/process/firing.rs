//! Firings kept together: what a copy of a replicated process gives for one token goes out as one list, so that
//! the copies' outputs can be put in the order of their inputs (`collect: InOrder`).

use std::sync::{Arc, Mutex, PoisonError};

use super::ended::Ended;
use crate::channel::WriteEnd;
use crate::value::Value;

/// The firing of one copy. It opens when the copy takes a token and closes when it asks for the next, or ends:
/// then each output sends one list, also an empty one. A copy that fails has sent nothing of its last firing.
pub(crate) struct Firing {
    outputs: Vec<WriteEnd<Value>>,
    /// The open firing's tokens by output; `None` while the copy has none.
    given: Mutex<Option<Vec<Vec<Value>>>>,
}

impl Firing {
    /// For a copy with these outputs.
    pub(crate) fn new(outputs: Vec<WriteEnd<Value>>) -> Firing {
        Firing { outputs, given: Mutex::new(None) }
    }

    fn with<R>(&self, change: impl FnOnce(&mut Option<Vec<Vec<Value>>>) -> R) -> R {
        change(&mut self.given.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// The copy has taken a token.
    pub(super) fn open(&self) {
        self.with(|given| *given = Some(vec![Vec::new(); self.outputs.len()]));
    }

    /// The copy sends at an output.
    pub(super) fn give(&self, output: usize, tokens: impl IntoIterator<Item = Value>) {
        self.with(|given| {
            given.get_or_insert_with(|| vec![Vec::new(); self.outputs.len()])[output].extend(tokens)
        });
    }

    /// The same, on its own.
    pub(super) async fn close_all(firing: Arc<Firing>) -> Result<(), Ended> {
        firing.close().await
    }

    /// Sends what the open firing has given.
    ///
    /// # Errors
    /// When nobody receives it.
    pub(crate) async fn close(&self) -> Result<(), Ended> {
        let given = self.with(Option::take).into_iter().flatten();
        for (output, tokens) in self.outputs.iter().zip(given) {
            output.same().send(Value::from(tokens)).await?;
        }
        Ok(())
    }
}
