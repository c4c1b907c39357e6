//! A fair choice among inputs that outlives each of them.

use std::fmt;

use super::guard::{Guard, RecvGuard};
use super::select::{Alt, Fair};
use crate::channel::{Gone, Receiver};

/// Receives from several channels, each in turn where more than one has a token; one that has retired is left out
/// (SEMANTICS A3).
///
/// ```
/// # use csprun_runtime::alt::Merge;
/// # use csprun_runtime::channel::{Receiver, Sender};
/// # use csprun_runtime::process::Ended;
/// /// Passes on what comes, until all inputs have retired.
/// async fn merge(mut inputs: Vec<Receiver<i32>>, mut output: Sender<i32>) -> Result<(), Ended> {
///     let mut merged = Merge::new(&mut inputs);
///     while let Some((_input, token)) = merged.recv().await? {
///         output.send(token).await?;
///     }
///     Ok(())
/// }
/// ```
pub struct Merge<'a, T> {
    guards: Vec<RecvGuard<'a, T>>,
    fair: Fair,
}

impl<'a, T: Send + 'static> Merge<'a, T> {
    /// Begins with the first input.
    pub fn new(inputs: &'a mut [Receiver<T>]) -> Merge<'a, T> {
        Merge { guards: inputs.iter_mut().map(Receiver::guard).collect(), fair: Fair::new() }
    }

    /// Receives from any input that has a token: its index and the token. `None` when all have retired.
    ///
    /// # Errors
    /// [`Gone::Poisoned`] when an input is.
    ///
    /// # Cancel safety
    /// No token is lost: what had committed is received next.
    pub async fn recv(&mut self) -> Result<Option<(usize, T)>, Gone> {
        while let Ok(idx) = Alt::over(&mut self.guards).fair_select(&mut self.fair).await {
            match self.guards[idx].take() {
                Ok(token) => return Ok(Some((idx, token))),
                Err(Gone::Retired) => self.guards[idx].when(false),
                Err(poisoned) => return Err(poisoned),
            }
        }
        Ok(None)
    }
}

impl<T> fmt::Debug for Merge<'_, T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Merge").finish_non_exhaustive()
    }
}
