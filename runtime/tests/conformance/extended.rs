//! Extended rendezvous (C7): a writer goes on only when what the reader does with the token has ended, failed or was
//! dropped.

use std::cell::Cell;
use std::pin::pin;
use std::time::Duration;

use csprun_dsl::network::ChannelKind;
use csprun_runtime::Outcome;
use csprun_runtime::channel::Gone;
use csprun_runtime::compose::{Kind, Plug};
use csprun_runtime::process::Ended;

use crate::bodies::{Log, body, int};
use crate::place::{Case, begin, give_way, sleep};
use crate::{everywhere, on_all, on_all_undelayed};

const A_WHILE: Duration = Duration::from_millis(5);

/// A writer of three tokens that writes down when each send is over.
fn writer(
    case: &mut Case,
    shared: bool,
    log: &Log<(&'static str, u64)>,
) -> csprun_runtime::compose::RecvPlug<u64> {
    let (to, from) = case.channel::<u64>(Kind::Rendezvous);
    // With one more end the channel takes none of its shortcuts.
    let second = shared.then(|| to.join());
    let told = log.clone();
    case.process((to, second), move |(mut to, second)| async move {
        let _second = second;
        for n in 0..3 {
            to.send(n).await?;
            told.push(("sent", n));
        }
        Ok(())
    });
    from
}

#[test]
fn a_writer_goes_on_when_the_closure_has_ended() {
    for shared in [false, true] {
        on_all(move |mut case| {
            let log = Log::new();
            let from = writer(&mut case, shared, &log);
            let told = log.clone();
            case.process(from, move |mut from| async move {
                for n in 0..3 {
                    let told = told.clone();
                    let used = from
                        .recv_with(async |token| {
                            sleep(A_WHILE).await;
                            told.push(("used", token));
                            token
                        })
                        .await;
                    assert_eq!(used, Ok(n));
                }
                assert_eq!(from.recv_with(async |_| ()).await, Err(Gone::Retired));
                Ok(())
            });
            let counts = case.done().channels[0].counts;
            let expected = [("used", 0), ("sent", 0), ("used", 1), ("sent", 1), ("used", 2), ("sent", 2)];
            assert_eq!(log.entries(), expected);
            assert_eq!((counts.sent, counts.received, counts.undelivered), (3, 3, 0));
        });
    }
}

#[test]
fn a_writer_is_let_go_with_success_when_the_closure_fails() {
    for panics in [false, true] {
        on_all_undelayed(move |mut case| {
            let log = Log::new();
            let (to, from) = case.channel::<u64>(Kind::Rendezvous);
            let told = log.clone();
            case.process(to, move |mut to| async move {
                told.push(("first", to.send(1).await.is_ok()));
                told.push(("second", matches!(to.send(2).await, Err(error) if error.gone != Gone::Retired)));
                Ok(())
            });
            let told = log.clone();
            case.process(from, move |mut from| async move {
                from.recv_with(async |_| {
                    sleep(A_WHILE).await;
                    told.push(("fails", true));
                    assert!(!panics, "on purpose");
                    Err(Ended::fail("on purpose"))
                })
                .await?
            });
            let report = case.run();
            assert_eq!((report.outcome, report.channels[0].counts.received), (Outcome::Failed, 1));
            assert_eq!(log.entries(), [("fails", true), ("first", true), ("second", true)]);
        });
    }
}

#[test]
fn a_writer_is_let_go_with_success_when_the_closure_is_dropped() {
    for shared in [false, true] {
        on_all(move |mut case| {
            let log = Log::new();
            let from = writer(&mut case, shared, &log);
            let told = log.clone();
            case.process(from, move |mut from| async move {
                {
                    let began = Cell::new(false);
                    let mut receive = pin!(from.recv_with(async |token| {
                        told.push(("began", token));
                        began.set(true);
                        std::future::pending::<()>().await;
                    }));
                    while !began.get() {
                        assert!(begin(receive.as_mut()).await.is_none());
                        give_way().await;
                    }
                    sleep(A_WHILE).await;
                    told.push(("drops", 0));
                }
                // What follows are plain receives again.
                assert_eq!((from.recv().await, from.next().await), (Ok(1), Ok(Some(2))));
                Ok(())
            });
            let counts = case.done().channels[0].counts;
            let entries = log.entries();
            assert_eq!(entries[..3], [("began", 0), ("drops", 0), ("sent", 0)]);
            assert_eq!((entries.len(), counts.received), (5, 3));
        });
    }
}

#[test]
fn dropped_before_a_token_came_it_has_done_nothing() {
    on_all_undelayed(|mut case| {
        let log = Log::new();
        let (to, from) = case.channel::<u64>(Kind::Rendezvous);
        let (go, gone) = case.channel::<()>(Kind::Rendezvous);
        case.process((to, gone), |(mut to, mut gone)| async move {
            gone.recv().await?;
            Ok(to.send(7).await?)
        });
        let seen = log.clone();
        case.process((from, go), move |(mut from, mut go)| async move {
            assert!(begin(pin!(from.recv_with(async |_| ()))).await.is_none());
            go.send(()).await?;
            seen.push(from.recv().await?);
            Ok(())
        });
        case.done();
        assert_eq!(log.entries(), [7]);
    });
}

#[test]
fn on_a_buffer_the_slot_is_held_until_the_closure_has_ended() {
    for (n_slots, shared) in [(1, false), (1, true), (5, false), (5, true)] {
        on_all_undelayed(move |mut case| {
            let log = Log::new();
            let (to, from) = case.channel::<u64>(Kind::Buffer(n_slots));
            let second = shared.then(|| to.join());
            let (begun, has_begun) = case.channel::<()>(Kind::Rendezvous);
            let (full, is_full) = case.channel::<()>(Kind::Rendezvous);
            let told = log.clone();
            let plugs = (to, second, has_begun, full);
            case.process(plugs, move |(mut to, second, mut has_begun, mut full)| async move {
                let _second = second;
                to.send(0).await?;
                has_begun.recv().await?;
                // The first token is in use, and keeps its slot.
                for n in 1..n_slots {
                    to.send(n).await?;
                }
                let mut last = pin!(to.send(n_slots));
                assert!(begin(last.as_mut()).await.is_none(), "the slot is held");
                full.send(()).await?;
                last.await?;
                told.push("sent");
                Ok(())
            });
            let told = log.clone();
            case.process((from, begun, is_full), move |(mut from, mut begun, mut is_full)| async move {
                let used = from
                    .recv_with(async |token| {
                        begun.send(()).await?;
                        is_full.recv().await?;
                        sleep(A_WHILE).await;
                        told.push("used");
                        Ok::<u64, Ended>(token)
                    })
                    .await??;
                let mut tokens = vec![used];
                while let Some(token) = from.next().await? {
                    tokens.push(token);
                }
                assert_eq!(tokens, (0..=n_slots).collect::<Vec<_>>());
                Ok(())
            });
            case.done();
            assert_eq!(log.entries(), ["used", "sent"]);
        });
    }
}

#[test]
fn at_a_port_a_writer_goes_on_when_the_closure_has_ended() {
    everywhere(|mut net| {
        let log = Log::new();
        let wire = net.channel("c", ChannelKind::Rendezvous);
        let told = log.clone();
        net.process(
            "writer",
            &[],
            &[wire],
            body(move |ports| {
                Box::pin(async move {
                    let mut output = ports.output("out");
                    for n in 0..3 {
                        output.send(n).await?;
                        told.push(("sent", n));
                    }
                    Ok(())
                })
            }),
        );
        let told = log.clone();
        net.process(
            "reader",
            &[wire],
            &[],
            body(move |ports| {
                Box::pin(async move {
                    let mut input = ports.input("in");
                    loop {
                        let told = told.clone();
                        input
                            .recv_with(async move |token| {
                                sleep(A_WHILE).await;
                                told.push(("used", int(&token)));
                            })
                            .await?;
                    }
                })
            }),
        );
        assert_eq!(net.run().outcome, Outcome::Done);
        let expected = [("used", 0), ("sent", 0), ("used", 1), ("sent", 1), ("used", 2), ("sent", 2)];
        assert_eq!(log.entries(), expected);
    });
}
