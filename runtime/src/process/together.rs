//! Several ports at a time: all of them, or whichever comes first.

use std::future::poll_fn;
use std::task::Poll;

use super::ended::Ended;
use super::guard::InGuard;
use super::port::{In, Out, coerced};
use crate::alt::{Alt, Fair, Guard};
use crate::value::Value;

/// Sends a copy of `token` to each output; all offers are open at once, so their order does not matter.
///
/// # Errors
/// As [`Out::send`], from the first output that refuses.
///
/// # Cancel safety
/// Dropped before it was ready, what had not committed is never delivered.
pub async fn send_to_all(outputs: &mut [Out], token: Value) -> Result<(), Ended> {
    ToAll::new(outputs).send(token).await
}

/// Outputs that get copies of the same tokens; for a stream of them, [`send_to_all`] without an allocation a token.
pub struct ToAll<'a> {
    outputs: &'a mut [Out],
    /// One for each output.
    offers: Vec<Offered>,
}

/// What an output has still to send.
#[derive(Default)]
struct Offered {
    token: Option<Value>,
    is_done: bool,
}

impl Offered {
    /// Begins anew, with the token as that output's channel carries it.
    #[inline(always)]
    fn begin(&mut self, output: &Out, token: Value) -> Result<(), Ended> {
        match &output.check {
            None => self.token = Some(token),
            Some(check) => self.token = Some(coerced(check, token)?),
        }
        self.is_done = false;
        Ok(())
    }
}

impl<'a> ToAll<'a> {
    /// Of these outputs.
    pub fn new(outputs: &'a mut [Out]) -> ToAll<'a> {
        let offers = outputs.iter().map(|_| Offered::default()).collect();
        ToAll { outputs, offers }
    }

    /// Sends a copy to each; all offers are open at once.
    ///
    /// # Errors
    /// As [`Out::send`], from the first output that refuses.
    ///
    /// # Cancel safety
    /// That of [`send_to_all`].
    pub async fn send(&mut self, token: Value) -> Result<(), Ended> {
        for (output, offered) in self.outputs.iter().zip(&mut self.offers) {
            offered.begin(output, token.clone())?;
        }
        drop(token);
        self.send_offers().await
    }

    /// Sends each output a token of its own, the first to the first; all offers are open at once.
    ///
    /// # Errors
    /// As [`Out::send`], from the first output that refuses.
    ///
    /// # Cancel safety
    /// That of [`send_to_all`].
    pub async fn send_each(&mut self, tokens: impl IntoIterator<Item = Value>) -> Result<(), Ended> {
        // Outputs for which there is no token have nothing to send.
        self.offers.iter_mut().for_each(|offered| offered.is_done = true);
        for ((output, offered), token) in self.outputs.iter().zip(&mut self.offers).zip(tokens) {
            offered.begin(output, token)?;
        }
        self.send_offers().await
    }

    async fn send_offers(&mut self) -> Result<(), Ended> {
        let mut guard = Withdraw { ports: self.outputs, withdraw: Out::withdraw, armed: true };
        poll_fn(|cx| {
            let mut all = true;
            for (output, offered) in guard.ports.iter_mut().zip(&mut self.offers) {
                if !offered.is_done {
                    offered.is_done = matches!(output.poll_send(&mut offered.token, cx)?, Poll::Ready(()));
                    all &= offered.is_done;
                }
            }
            if all { Poll::Ready(Ok::<(), Ended>(())) } else { Poll::Pending }
        })
        .await?;
        guard.armed = false;
        Ok(())
    }
}

/// Receives one token from each input; all offers are open at once.
///
/// # Errors
/// As [`In::recv`], from the first input that has none. Tokens of the others stay in their ports.
///
/// # Cancel safety
/// Nothing is lost: tokens stay in their ports until all are there.
pub async fn recv_from_each(inputs: &mut [In]) -> Result<Vec<Value>, Ended> {
    let mut guard = Withdraw { ports: inputs, withdraw: In::withdraw, armed: true };
    poll_fn(|cx| {
        let mut all = true;
        for input in &*guard.ports {
            all &= input.poll_hold(cx)?.is_ready();
        }
        if all { Poll::Ready(Ok::<(), Ended>(())) } else { Poll::Pending }
    })
    .await?;
    guard.armed = false;
    guard.ports.iter().filter_map(|input| input.take_held().transpose()).collect()
}

/// Withdraws what still waits when the operation ends before all its parts have, or is dropped.
struct Withdraw<'a, P> {
    ports: &'a mut [P],
    withdraw: fn(&P),
    /// Whether anything may wait.
    armed: bool,
}

impl<P> Drop for Withdraw<'_, P> {
    fn drop(&mut self) {
        if self.armed {
            self.ports.iter().for_each(self.withdraw);
        }
    }
}

/// A fair choice over a list of inputs, in which those that have retired take no part any more.
pub struct FairIn<'a> {
    guards: Vec<InGuard<'a>>,
    fair: Fair,
}

impl<'a> FairIn<'a> {
    /// Begins with the first input.
    pub fn new(inputs: &'a mut [In]) -> FairIn<'a> {
        FairIn { guards: inputs.iter_mut().map(In::guard).collect(), fair: Fair::new() }
    }

    /// Receives from any input that has a token: its index and the token. `None` when all have retired.
    ///
    /// # Errors
    /// [`Ended::Poisoned`] when an input is, or a failure when the token is not what the port takes.
    ///
    /// # Cancel safety
    /// No token is lost: what had committed is received next.
    pub async fn recv(&mut self) -> Result<Option<(usize, Value)>, Ended> {
        while let Ok(idx) = Alt::over(&mut self.guards).fair_select(&mut self.fair).await {
            match self.guards[idx].take() {
                Ok(token) => return Ok(Some((idx, token))),
                Err(Ended::Retired) => self.guards[idx].when(false),
                Err(ended) => return Err(ended),
            }
        }
        Ok(None)
    }
}
