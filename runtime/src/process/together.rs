//! Several ports at a time: all of them, or whichever comes first.

use std::future::poll_fn;
use std::task::{Context, Poll};

use super::ended::Ended;
use super::port::{In, Out};
use crate::schedule::budget;
use crate::value::Value;

/// Sends a copy of `token` to each output; all offers are open at once, so their order does not matter.
///
/// # Errors
/// As [`Out::send`], from the first output that refuses.
///
/// # Cancel safety
/// Dropped before it was ready, what had not committed is never delivered.
pub async fn send_to_all(outputs: &mut [Out], token: Value) -> Result<(), Ended> {
    let mut offers = Vec::with_capacity(outputs.len());
    for output in &*outputs {
        offers.push((Some(output.checked(token.clone())?), false));
    }
    let mut guard = Withdraw { ports: outputs, withdraw: Out::withdraw, armed: true };
    poll_fn(|cx| {
        let mut all = true;
        for (output, (token, done)) in guard.ports.iter_mut().zip(&mut offers) {
            if !*done {
                *done = matches!(output.poll_send(token, cx)?, Poll::Ready(()));
                all &= *done;
            }
        }
        if all { Poll::Ready(Ok::<(), Ended>(())) } else { Poll::Pending }
    })
    .await?;
    guard.armed = false;
    Ok(())
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

/// A fair choice over a list of inputs: the one served last is asked last. Keeps its state between choices;
/// always call it with the same inputs.
#[derive(Clone, Debug, Default)]
pub struct Fair {
    next: usize,
    retired: Vec<bool>,
}

impl Fair {
    /// A choice that begins with the first input.
    pub fn new() -> Fair {
        Fair::default()
    }

    /// Receives from any input that has a token: its index and the token. Retired inputs are left out; `None` when
    /// all have retired.
    ///
    /// # Errors
    /// [`Ended::Poisoned`] when an input is, or a failure when the token is not what the port takes.
    ///
    /// # Cancel safety
    /// Nothing is taken before the choice is made.
    pub async fn recv(&mut self, inputs: &mut [In]) -> Result<Option<(usize, Value)>, Ended> {
        self.retired.resize(inputs.len(), false);
        let mut guard = Withdraw { ports: inputs, withdraw: In::withdraw, armed: false };
        poll_fn(|cx| {
            let chosen = budget::poll(cx, |cx| self.poll(guard.ports, cx));
            // Once it has waited, other inputs are still watched when one is chosen.
            guard.armed |= chosen.is_pending();
            chosen
        })
        .await
    }

    fn poll(
        &mut self,
        inputs: &mut [In],
        cx: &mut Context<'_>,
    ) -> Poll<Result<Option<(usize, Value)>, Ended>> {
        let n = inputs.len();
        loop {
            for idx in (0..n).map(|k| (self.next + k) % n) {
                if self.retired[idx] {
                    continue;
                }
                match inputs[idx].try_recv() {
                    Ok(Some(token)) => {
                        self.next = (idx + 1) % n;
                        return Poll::Ready(Ok(Some((idx, token))));
                    }
                    Ok(None) => {}
                    Err(Ended::Retired) => self.retired[idx] = true,
                    Err(ended) => return Poll::Ready(Err(ended)),
                }
            }
            let living = || inputs.iter().zip(&self.retired).filter(|(_, retired)| !**retired);
            if living().next().is_none() {
                return Poll::Ready(Ok(None));
            }
            // Something that came after it was asked above makes a watch ready: then ask again.
            if !living().any(|(input, _)| input.poll_watch(cx).is_ready()) {
                return Poll::Pending;
            }
        }
    }
}
