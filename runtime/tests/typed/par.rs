//! Processes side by side within one.

use std::cell::Cell;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::mpsc;

use csprun_runtime::Outcome;
use csprun_runtime::channel::channel;
use csprun_runtime::compose::{Kind, Network, shared_channel};
use csprun_runtime::process::{Ended, par};

use super::run;

/// What one of several processes side by side does.
type Part = Pin<Box<dyn Future<Output = Result<i32, Ended>>>>;

#[test]
fn par_gives_results_in_the_order_written() {
    let mut net = Network::new("par");
    let (result, seen) = mpsc::channel();
    net.process("parent", (), move |()| async move {
        let results = par((0..11).map(|n| async move { Ok(n * n) })).await;
        let results: Result<Vec<i32>, Ended> = results.into_iter().collect();
        result.send(results?)?;
        Ok(())
    });
    assert_eq!(run(net).outcome, Outcome::Done);
    assert_eq!(seen.recv().unwrap(), (0..11).map(|n| n * n).collect::<Vec<_>>());
}

#[test]
fn par_on_a_thread_runs_its_parts_beside_each_other() {
    let mut net = Network::new("par");
    let (result, seen) = mpsc::channel();
    let process = net.process("parent", (), move |()| async move {
        let (to, from) = shared_channel::<i32>(Kind::Rendezvous);
        // Each part waits for the other, whichever is polled first.
        let ((mut back, mut there), end) = (channel::<i32>(0), Rc::new(Cell::new(0)));
        let told = Rc::clone(&end);
        let asks = async move {
            to.send(1).await?;
            Ok(there.recv().await?)
        };
        let replies = async move {
            let n = from.recv().await?;
            back.send(n + 1).await?;
            told.set(n);
            Ok(0)
        };
        let parts: [Part; 3] = [Box::pin(asks), Box::pin(replies), Box::pin(async { panic!("on purpose") })];
        let [asked, replied, panicked] = &par(parts).await[..] else {
            return Err(Ended::fail("three parts"));
        };
        assert!(matches!(panicked, Err(Ended::Failed(_))), "it fails, and no other");
        result.send((asked.as_ref().ok().copied(), replied.as_ref().ok().copied(), end.get()))?;
        Ok(())
    });
    process.on_thread();
    let report = run(net);
    assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
    assert_eq!(seen.recv(), Ok((Some(2), Some(0), 1)));
}
