//! A run while it goes on: asked, stopped, dropped, let go.

use std::sync::mpsc;
use std::time::Duration;

use csprun_runtime::Outcome;
use csprun_runtime::compose::{Kind, Network, Plug};
use csprun_runtime::testing::within;

/// A network that goes on until it is stopped, whatever its immunity, and then tells so.
fn endless() -> (Network, mpsc::Receiver<()>) {
    let mut net = Network::new("endless");
    let (tell, told) = mpsc::channel();
    let (to, from) = net.channel::<u32>("c", Kind::Rendezvous);
    net.process("writer", to.immunity(7), |mut to| async move {
        loop {
            to.send(1).await?;
        }
    });
    net.process("reader", from.immunity(7), move |mut from| async move {
        while from.recv().await.is_ok() {}
        tell.send(())?;
        Ok(())
    });
    (net, told)
}

#[test]
fn a_run_is_stopped_from_another_thread() {
    let report = within(Duration::from_secs(60), || {
        let run = endless().0.start().unwrap();
        let stopper = run.stopper();
        let run = run.try_wait().unwrap_err();
        assert!(!run.is_over());
        std::thread::scope(|threads| {
            threads.spawn(|| stopper.stop());
        });
        let report = run.wait();
        // It is over, and nobody minds.
        stopper.stop();
        report
    });
    assert_eq!((report.outcome, report.exit_code()), (Outcome::Interrupted, 130));
    assert!(report.processes.iter().all(|process| process.fate.is_some()), "{:?}", report.processes);
}

#[test]
fn a_run_that_is_over_says_so() {
    let outcome = within(Duration::from_secs(60), || {
        let mut net = Network::new("short");
        net.process("ends", (), |()| async { Ok(()) });
        let mut run = net.start().unwrap();
        loop {
            match run.try_wait() {
                Ok(report) => return report.outcome,
                Err(goes_on) => run = goes_on,
            }
            std::thread::yield_now();
        }
    });
    assert_eq!(outcome, Outcome::Done);
}

#[test]
fn a_run_that_is_dropped_is_stopped_and_one_that_is_let_go_is_not() {
    let (net, end) = endless();
    drop(net.start().unwrap());
    assert_eq!(end.recv_timeout(Duration::from_secs(60)), Ok(()));

    let (net, end) = endless();
    let run = net.start().unwrap();
    let stopper = run.stopper();
    run.detach();
    assert_eq!(end.recv_timeout(Duration::from_millis(300)), Err(mpsc::RecvTimeoutError::Timeout));
    stopper.stop();
    assert_eq!(end.recv_timeout(Duration::from_secs(60)), Ok(()));
}
