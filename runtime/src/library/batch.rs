//! Tokens in batches: what makes long streams fast, and never shows (SEMANTICS C11).

use crate::process::{Ended, In, Out};
use crate::value::Value;

/// Most tokens taken or given at a time.
pub(crate) const N_BATCH: usize = 256;

/// Sends all of `tokens`.
pub(super) async fn send_each(
    output: &mut Out,
    tokens: impl IntoIterator<Item = Value>,
) -> Result<(), Ended> {
    let (mut tokens, mut batch) = (tokens.into_iter(), Vec::with_capacity(N_BATCH));
    loop {
        batch.extend(tokens.by_ref().take(N_BATCH));
        let is_last = batch.len() < N_BATCH;
        output.send_all(&mut batch).await?;
        if is_last {
            return Ok(());
        }
    }
}

/// Sends all that was given and leaves it empty. Also with nothing to send: so a filter that lets nothing through learns
/// that nobody reads any more. One token goes by itself, which is less work: at a rendezvous it is always one.
async fn send_given(output: &mut Out, given: &mut Vec<Value>) -> Result<(), Ended> {
    if given.len() == 1
        && let Some(only) = given.pop()
    {
        return output.send(only).await;
    }
    output.send_all(given).await
}

/// Passes all tokens on as they are, to the end of the stream.
pub(super) async fn pass(input: &mut In, output: &mut Out) -> Result<(), Ended> {
    let mut batch = Vec::new();
    loop {
        input.recv_ready(&mut batch, N_BATCH).await?;
        send_given(output, &mut batch).await?;
    }
}

/// Fires for each token, to the end of the stream: `firing` puts what it gives into the list. What came before a
/// failure is sent before it is reported, as if tokens had gone one by one.
pub(super) async fn fire(
    input: &mut In,
    output: &mut Out,
    mut firing: impl FnMut(Value, &mut Vec<Value>) -> Result<(), Ended>,
) -> Result<(), Ended> {
    let (mut taken, mut given) = (Vec::new(), Vec::new());
    loop {
        input.recv_ready(&mut taken, N_BATCH).await?;
        for token in taken.drain(..) {
            let fired = firing(token, &mut given);
            if fired.is_err() || given.len() >= N_BATCH {
                output.send_all(&mut given).await?;
            }
            fired?;
        }
        send_given(output, &mut given).await?;
    }
}

/// Fires for batches of tokens, to the end of the stream: `firing` takes all tokens of the first list and puts what
/// they give into the second. What came before a failure is sent before it is reported.
pub(crate) async fn fire_each(
    input: &mut In,
    output: &mut Out,
    mut firing: impl FnMut(&mut Vec<Value>, &mut Vec<Value>) -> Result<(), Ended>,
) -> Result<(), Ended> {
    let (mut taken, mut given) = (Vec::new(), Vec::new());
    loop {
        input.recv_ready(&mut taken, N_BATCH).await?;
        let fired = firing(&mut taken, &mut given);
        send_given(output, &mut given).await?;
        fired?;
    }
}

/// Uses up all tokens, to the end of the stream.
pub(super) async fn drain(
    input: &mut In,
    mut firing: impl FnMut(Value) -> Result<(), Ended>,
) -> Result<(), Ended> {
    drain_each(input, |taken| taken.drain(..).try_for_each(&mut firing)).await
}

/// Uses up all tokens, to the end of the stream; `firing` takes all of its list.
pub(crate) async fn drain_each(
    input: &mut In,
    mut firing: impl FnMut(&mut Vec<Value>) -> Result<(), Ended>,
) -> Result<(), Ended> {
    let mut taken = Vec::new();
    while input.next_ready(&mut taken, N_BATCH).await? {
        firing(&mut taken)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::sync::{Arc, Mutex};
    use std::time::Duration;

    use csprun_dsl::network::ChannelKind;

    use super::{N_BATCH, drain_each, send_each};
    use crate::testing::{Net, within};
    use crate::value::Value;

    #[test]
    fn a_writer_that_was_let_go_fills_the_next_batch() {
        const N_BATCHES: usize = 10;
        let mut net = Net::on_workers(1);
        let wire = net.channel("numbers", ChannelKind::Buffer(N_BATCH as u64));
        net.process("source", &[], &[wire], |ports| {
            Box::pin(async move {
                let numbers = 0..(N_BATCHES * N_BATCH) as i64;
                send_each(&mut ports.output("out"), numbers.map(Value::from)).await
            })
        });
        let sizes = Arc::new(Mutex::new(Vec::new()));
        let noted = Arc::clone(&sizes);
        net.process("sink", &[wire], &[], move |ports| {
            Box::pin(async move {
                drain_each(&mut ports.input("in"), |taken| {
                    noted.lock().unwrap().push(taken.drain(..).count());
                    Ok(())
                })
                .await
            })
        });
        assert_eq!(within(Duration::from_secs(60), move || net.run()).exit_code(), 0);
        let sizes = sizes.lock().unwrap();
        assert_eq!(sizes.iter().sum::<usize>(), N_BATCHES * N_BATCH);
        assert!(sizes.len() <= N_BATCHES + 2, "{sizes:?}");
    }
}
