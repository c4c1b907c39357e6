//! Deadlocks at channels and barriers that processes make while the run goes on.

use std::cell::Cell;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use csprun_dsl::diagnostic::Code;
use csprun_dsl::network::ChannelKind;
use csprun_runtime::barrier::Barrier;
use csprun_runtime::channel::{Sender, channel};
use csprun_runtime::compose::{Kind, Network, SharedSender, shared_channel};
use csprun_runtime::process::Ended;
use csprun_runtime::{Outcome, Report};

use crate::bodies::{Log, body, sink};
use crate::place::sleep;
use crate::{everywhere, on_all};

/// Expects a deadlock, and gives who waits.
#[track_caller]
fn waits(report: Report) -> Vec<String> {
    assert_eq!(report.outcome, Outcome::Deadlock);
    assert_eq!(report.diagnostics[0].code, Code::E0901);
    report.diagnostics.into_iter().next().map(|diagnostic| diagnostic.notes).unwrap_or_default()
}

#[test]
fn who_waits_at_a_channel_of_its_own_is_named() {
    everywhere(|mut net| {
        net.process(
            "alone",
            &[],
            &[],
            body(|_ports| {
                Box::pin(async move {
                    let (_sender, receiver) = shared_channel::<i32>(ChannelKind::Rendezvous);
                    receiver.recv().await.ok();
                    Ok(())
                })
            }),
        );
        assert_eq!(
            waits(net.run()),
            ["`alone` waits to receive on a channel of its own (rendezvous, nobody sending)"]
        );
    });
}

#[test]
fn who_waits_for_somebody_at_a_channel_of_its_own_is_named_too() {
    everywhere(|mut net| {
        let wire = net.channel("c", ChannelKind::Rendezvous);
        net.process(
            "maker",
            &[],
            &[wire],
            body(|_ports| {
                Box::pin(async move {
                    let (sender, _receiver) = shared_channel(ChannelKind::Rendezvous);
                    sender.send(1).await.ok();
                    Ok(())
                })
            }),
        );
        net.process("sink", &[wire], &[], sink(&Log::new()));
        assert_eq!(
            waits(net.run()),
            [
                "`sink` waits to receive on `c` (maker.out -> sink.in, rendezvous, nobody sending)",
                "`maker` waits to send on a channel of its own (rendezvous, nobody receiving)",
            ]
        );
    });
}

#[test]
fn who_waits_at_a_channel_for_its_own_thread_is_named() {
    everywhere(|mut net| {
        let wire = net.channel("c", ChannelKind::Rendezvous);
        net.process(
            "maker",
            &[],
            &[wire],
            body(|_ports| {
                Box::pin(async move {
                    let (mut sender, mut receiver) = channel::<i32>(0);
                    // One after the other: the second waits for ever.
                    let (sent, received) = tokio::join!(sender.send(1), receiver.recv());
                    assert!(sent.is_ok() && received.is_ok());
                    sender.send(2).await.ok();
                    drop(receiver);
                    Ok(())
                })
            }),
        );
        net.process("sink", &[wire], &[], sink(&Log::new()));
        net.options().timeout = Some(Duration::from_secs(60));
        assert_eq!(
            waits(net.run()),
            [
                "`maker` waits to send on a channel of its own (rendezvous, nobody receiving)",
                "also stuck:",
                "`sink` waits to receive on `c` (maker.out -> sink.in, rendezvous, nobody sending)",
            ]
        );
    });
}

/// A network of two workers: these bodies on the first, and on the second one that goes on until it is told.
fn beside_one_that_goes_on(net: &mut Network) {
    net.workers(2);
    net.process("busy", (), |()| async {
        loop {
            sleep(Duration::from_millis(1)).await;
        }
    })
    .on_worker(1);
}

#[test]
fn who_waits_at_a_channel_for_its_own_thread_is_found_beside_others_that_go_on() {
    let mut net = Network::new("parts");
    beside_one_that_goes_on(&mut net);
    net.process("stuck", (), |()| async {
        let (_sender, mut receiver) = channel::<i32>(0);
        receiver.recv().await?;
        Ok(())
    })
    .on_worker(0);
    assert_eq!(
        waits(net.run().unwrap()),
        ["`stuck` waits to receive on a channel of its own (rendezvous, nobody sending)"]
    );
}

thread_local! {
    /// An end that goes from one process to another of the same worker.
    static SHELF: Cell<Option<Sender<i32>>> = const { Cell::new(None) };
}

#[test]
fn another_process_of_the_thread_can_end_a_wait_at_such_a_channel() {
    let mut net = Network::new("parts");
    net.workers(2);
    net.process("waits", (), |()| async {
        let (sender, mut receiver) = channel(0);
        SHELF.set(Some(sender));
        assert_eq!(receiver.recv().await, Ok(5));
        Ok(())
    })
    .on_worker(0);
    net.process("late", (), |()| async {
        sleep(Duration::from_millis(700)).await;
        let mut sender = SHELF.take().expect("the other came first");
        Ok(sender.send(5).await?)
    })
    .on_worker(0);
    net.process("elsewhere", (), |()| async {
        sleep(Duration::from_millis(1000)).await;
        Ok(())
    })
    .on_worker(1);
    assert_eq!(net.run().unwrap().outcome, Outcome::Done);
}

#[test]
fn a_part_that_sleeps_can_end_a_wait_at_a_channel_for_its_own_thread() {
    everywhere(|mut net| {
        net.process(
            "parts",
            &[],
            &[],
            body(move |ports| {
                Box::pin(async move {
                    let (mut sender, mut receiver) = channel(0);
                    let late = async {
                        ports.sleep(Duration::from_millis(300)).await?;
                        Ok::<_, Ended>(sender.send(5).await?)
                    };
                    let (sent, received) = tokio::join!(late, receiver.recv());
                    assert_eq!(received, Ok(5));
                    sent
                })
            }),
        );
        assert_eq!(net.run().outcome, Outcome::Done);
    });
}

#[test]
fn who_waits_there_no_more_is_not_named() {
    on_all(|mut case| {
        let (to, from) = case.channel::<u64>(Kind::Rendezvous);
        // It has waited at a channel of its own, which is still there, when it waits at another.
        case.process(from, |mut from| {
            let (mut sender, mut receiver) = channel(0);
            async move {
                let late = async {
                    sleep(Duration::from_millis(300)).await;
                    sender.send(5).await
                };
                let (sent, received) = tokio::join!(late, receiver.recv());
                assert!(sent.is_ok() && received.is_ok());
                from.recv().await?;
                Ok(())
            }
        });
        case.process(to, |to| async move {
            let (_sender, mut receiver) = channel::<u64>(1);
            // Until the other waits where it stays.
            sleep(Duration::from_millis(1000)).await;
            receiver.recv().await?;
            drop(to);
            Ok(())
        });
        let waits = waits(case.run());
        let made: Vec<&String> = waits.iter().filter(|line| line.contains("a channel of its own")).collect();
        assert_eq!(made, ["`p[1]` waits to receive on a channel of its own (1 slot, empty)"]);
        assert!(waits.iter().any(|line| line.starts_with("`p[0]` waits to receive on `c")), "{waits:?}");
    });
}

#[test]
fn a_wait_at_such_a_channel_that_somebody_can_still_end_is_no_deadlock() {
    everywhere(|mut net| {
        let shelf: Arc<Mutex<Option<SharedSender<i32>>>> = Arc::default();
        let (given, log) = (Arc::clone(&shelf), Log::new());
        let kept = log.clone();
        net.process(
            "maker",
            &[],
            &[],
            body(move |_ports| {
                Box::pin(async move {
                    let (sender, receiver) = shared_channel(ChannelKind::Rendezvous);
                    *given.lock().unwrap() = Some(sender);
                    kept.push(receiver.recv().await?);
                    Ok(())
                })
            }),
        );
        net.process(
            "sleeper",
            &[],
            &[],
            body(move |ports| {
                Box::pin(async move {
                    ports.sleep(Duration::from_millis(300)).await?;
                    let sender = shelf.lock().unwrap().take().expect("the other came first");
                    sender.send(5).await.ok();
                    Ok(())
                })
            }),
        );
        assert_eq!(net.run().outcome, Outcome::Done);
        assert_eq!(log.entries(), [5]);
    });
}

#[test]
fn who_waits_at_a_barrier_that_no_plan_knows_is_named() {
    everywhere(|mut net| {
        let (_barrier, mut members) = Barrier::new(3);
        let absent = members.pop();
        for name in ["a", "b"] {
            let mut member = members.pop().expect("there were three");
            net.process(
                name,
                &[],
                &[],
                body(move |_ports| Box::pin(async move { Ok(member.sync().await?) })),
            );
        }
        assert_eq!(waits(net.run()), ["`a` waits at a barrier", "`b` waits at a barrier"]);
        drop(absent);
    });
}
