//! Who keeps a clone of a process's waker may wake it: no deadlock is told meanwhile, and none is missed afterwards
//! (SEMANTICS N2).

use std::future::poll_fn;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Context, Poll, Waker};
use std::thread::{self, Builder};
use std::time::Duration;

use csprun_dsl::network::ChannelKind;
use csprun_runtime::compose::shared_channel;
use csprun_runtime::process::Ended;
use csprun_runtime::testing::Net;
use csprun_runtime::{Outcome, Report};

use crate::bodies::{Log, body, identity};
use crate::{everywhere, everywhere_undelayed};

/// Longer than the supervisor takes to believe in a deadlock.
const LONG: Duration = Duration::from_millis(400);

/// Whom a part of a process waits for.
#[derive(Clone, Copy, Debug)]
enum Stranger {
    /// tokio's timer.
    Timer,
    /// A value that a thread of the program gives by a channel of tokio.
    Giver,
    /// A thread of the program with a clone of the waker.
    Waker,
    /// The same with a clone that was made on yet another thread.
    ClonedElsewhere,
    /// One that drops its clone, and will never wake anybody.
    Dropper,
}

const WAKING: [Stranger; 4] = [Stranger::Timer, Stranger::Giver, Stranger::Waker, Stranger::ClonedElsewhere];

/// Does it on a thread of the program, a long time from now.
fn later(what: impl FnOnce() + Send + 'static) {
    let wait = || {
        thread::sleep(LONG);
        what();
    };
    Builder::new().spawn(wait).expect("threads are to be had");
}

impl Stranger {
    async fn wait(self) {
        match self {
            Stranger::Timer => tokio::time::sleep(LONG).await,
            Stranger::Giver => {
                let (to, from) = tokio::sync::oneshot::channel();
                later(move || to.send(()).expect("the process waits"));
                from.await.expect("a thread gives it");
            }
            Stranger::Waker => woken(Waker::clone).await,
            Stranger::ClonedElsewhere => {
                let on_a_thread = |waker: &Waker| {
                    thread::scope(|scope| scope.spawn(|| waker.clone()).join().expect("it does not panic"))
                };
                woken(on_a_thread).await;
            }
            Stranger::Dropper => {
                let mut given = false;
                let dropped = poll_fn(|cx| {
                    if !std::mem::replace(&mut given, true) {
                        let waker = cx.waker().clone();
                        later(move || drop(waker));
                    }
                    Poll::<()>::Pending
                });
                dropped.await;
            }
        }
    }
}

/// Ready when a thread has woken it that got the waker so.
async fn woken(cloned: impl Fn(&Waker) -> Waker) {
    let (done, mut given) = (Arc::new(AtomicBool::new(false)), false);
    let woken = poll_fn(|cx| {
        if done.load(Ordering::Acquire) {
            return Poll::Ready(());
        }
        if !std::mem::replace(&mut given, true) {
            let (done, waker) = (Arc::clone(&done), cloned(cx.waker()));
            later(move || {
                done.store(true, Ordering::Release);
                // A clone of a clone, which another one outlives.
                let another = waker.clone();
                another.wake();
                drop(waker);
            });
        }
        Poll::Pending
    });
    woken.await;
}

/// Two parts in one task: the one waits for a stranger, and then lets the other process go on if it `goes_on`; the other
/// part waits all the time for what that process gives then.
fn beside(net: &mut Net, stranger: Stranger, goes_on: bool) {
    let [go, gone] = ["go", "gone"].map(|name| net.channel(name, ChannelKind::Rendezvous));
    net.process(
        "parts",
        &[gone],
        &[go],
        body(move |ports| {
            Box::pin(async move {
                let (mut input, mut output) = (ports.input("in"), ports.output("out"));
                let first = async {
                    stranger.wait().await;
                    if goes_on { output.send(7).await } else { Ok(()) }
                };
                let second = async { input.recv().await.map(drop) };
                let (first, second) = tokio::join!(first, second);
                first.and(second)
            })
        }),
    );
    net.process("other", &[go], &[gone], identity());
}

/// Runs it to its end, or to a deadlock that comes too late to be one.
fn run(mut net: Net) -> Report {
    net.options().timeout = Some(Duration::from_secs(60));
    net.run()
}

/// Expects a deadlock of so many.
#[track_caller]
fn is_deadlock(report: &Report, n: usize) {
    assert_eq!(report.outcome, Outcome::Deadlock, "{:?}", report.diagnostics);
    assert_eq!(report.diagnostics[0].notes.len(), n, "{:?}", report.diagnostics);
}

#[test]
fn a_stranger_beside_a_wait_at_a_channel_is_no_deadlock() {
    for stranger in WAKING {
        everywhere(move |mut net| {
            beside(&mut net, stranger, true);
            let report = run(net);
            assert_eq!(report.outcome, Outcome::Done, "{stranger:?}: {:?}", report.diagnostics);
        });
    }
}

#[test]
fn when_the_stranger_is_gone_the_deadlock_is_told() {
    for stranger in WAKING.into_iter().chain([Stranger::Dropper]) {
        everywhere(move |mut net| {
            beside(&mut net, stranger, false);
            is_deadlock(&run(net), 2);
        });
    }
}

/// A ring of two without a token.
fn ring(net: &mut Net) {
    let [a, b] = ["a", "b"].map(|name| net.channel(name, ChannelKind::Rendezvous));
    net.process("one", &[a], &[b], identity());
    net.process("two", &[b], &[a], identity());
}

#[test]
fn a_stranger_hides_no_deadlock_of_other_processes() {
    // Who looks while others run does so by the clock of the machine.
    everywhere_undelayed(|mut net| {
        net.process(
            "waits",
            &[],
            &[],
            body(|_ports| {
                Box::pin(async {
                    tokio::time::sleep(Duration::from_secs(3600)).await;
                    Ok(())
                })
            }),
        );
        ring(&mut net);
        is_deadlock(&run(net), 2);
    });
}

#[test]
fn who_has_ended_is_woken_by_nobody() {
    everywhere(|mut net| {
        let shelf: Arc<Mutex<Vec<Waker>>> = Arc::default();
        let kept = Arc::clone(&shelf);
        net.process(
            "leaves",
            &[],
            &[],
            body(move |_ports| {
                Box::pin(poll_fn(move |cx| {
                    kept.lock().unwrap().push(cx.waker().clone());
                    Poll::Ready(Ok(()))
                }))
            }),
        );
        net.process(
            "alone",
            &[],
            &[],
            body(|_ports| {
                Box::pin(async {
                    let (_sender, receiver) = shared_channel::<i32>(ChannelKind::Rendezvous);
                    receiver.recv().await.ok();
                    Ok(())
                })
            }),
        );
        // Its wait is told only when nothing is left that could run.
        is_deadlock(&run(net), 1);
        assert_eq!(shelf.lock().unwrap().len(), 1);
    });
}

#[test]
fn an_end_that_is_polled_with_a_clone_keeps_none() {
    everywhere(|mut net| {
        let [a, b] = ["a", "b"].map(|name| net.channel(name, ChannelKind::Rendezvous));
        net.process(
            "clones",
            &[a],
            &[b],
            body(|ports| {
                Box::pin(async move {
                    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
                    let mut received = pin!(input.recv());
                    let token = poll_fn(|cx| {
                        let waker = cx.waker().clone();
                        received.as_mut().poll(&mut Context::from_waker(&waker))
                    });
                    output.send(token.await?).await
                })
            }),
        );
        net.process("other", &[b], &[a], identity());
        is_deadlock(&run(net), 2);
    });
}

#[test]
fn who_waits_for_a_stranger_only_is_told_of_when_nothing_moves() {
    everywhere(|mut net| {
        net.process(
            "waits",
            &[],
            &[],
            body(|_ports| {
                Box::pin(async {
                    let (_to, from) = tokio::sync::oneshot::channel::<()>();
                    from.await.map_err(Ended::fail)
                })
            }),
        );
        let told = Log::new();
        let tell = told.clone();
        net.options().stalled = Some(Duration::from_millis(300));
        net.options().timeout = Some(Duration::from_millis(2500));
        net.options().tell = Some(Arc::new(move |diagnostic| tell.push(diagnostic.notes.clone())));
        assert_eq!(net.run().outcome, Outcome::Timeout);
        assert_eq!(told.entries(), [["`waits` waits for the outside"]]);
    });
}
