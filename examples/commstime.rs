//! CommsTime, the classic small network: typed channels between processes that are closures.
//!
//! `prefix` sends 0 round the ring, `successor` makes it one more each time, and `delta` shows each to the consumer,
//! which has enough after ten. Its end retires, `delta` learns of it at its next send, and so the ring ends.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use csprun_runtime::compose::{Kind, Network};
use csprun_runtime::{Outcome, StartError};

fn main() -> Result<(), StartError> {
    let mut net = Network::new("commstime");
    let (a, to_delta) = net.channel::<u64>("a", Kind::Rendezvous);
    let (b, to_successor) = net.channel::<u64>("b", Kind::Rendezvous);
    let (c, to_prefix) = net.channel::<u64>("c", Kind::Rendezvous);
    let (d, to_consumer) = net.channel::<u64>("d", Kind::Rendezvous);

    net.process("prefix", (to_prefix, a), |(mut from, mut to)| async move {
        to.send(0).await?;
        loop {
            to.send(from.recv().await?).await?;
        }
    });
    net.process("delta", (to_delta, b, d), |(mut from, mut left, mut right)| async move {
        loop {
            let n = from.recv().await?;
            left.send(n).await?;
            right.send(n).await?;
        }
    });
    net.process("successor", (to_successor, c), |(mut from, mut to)| async move {
        loop {
            to.send(from.recv().await? + 1).await?;
        }
    });
    net.process("consumer", to_consumer, |mut from| async move {
        for _ in 0..10 {
            println!("{}", from.recv().await?);
        }
        Ok(())
    });

    let report = net.run()?;
    assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
    for channel in &report.channels {
        println!("{}: {} tokens received", channel.name, channel.counts.received);
    }
    Ok(())
}
