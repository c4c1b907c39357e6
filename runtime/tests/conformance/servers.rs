//! The coordination servers: what they reply, and what becomes of what a caller held.

use std::collections::BTreeMap;
use std::task::Poll;
use std::time::Duration;

use csprun_dsl::params::{Param, Params};
use csprun_runtime::Outcome;
use csprun_runtime::library::library;
use csprun_runtime::process::Ended;
use csprun_runtime::testing::{Net, Wire};
use csprun_runtime::value::Value;

use crate::bodies::{Body, Log, body, caller, callers, int};
use crate::everywhere;

/// Adds a server of a kind of the library.
pub fn server(net: &mut Net, kind: &str, n: i64) -> Wire {
    server_named(net, "server", kind, n)
}

/// The same under another name, which its channel has too.
pub fn server_named(net: &mut Net, name: &str, kind: &str, n: i64) -> Wire {
    let wire = net.calls(name);
    let (body, mut params) = (library().body(kind).expect("the library has it"), Params::default());
    params.set("n", Param::Int(n));
    net.server(name, wire, move |ports| body.call(params, ports));
    wire
}

/// A request with fields.
fn record<const N: usize>(op: &str, fields: [(&str, Value); N]) -> Value {
    let mut all: BTreeMap<String, Value> =
        fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    all.insert("op".to_owned(), Value::from(op));
    Value::record(all)
}

/// Lets the others of its worker run.
async fn give_way() {
    let mut waited = false;
    std::future::poll_fn(|cx| {
        cx.waker().wake_by_ref();
        if std::mem::replace(&mut waited, true) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
}

/// Reads, yields, writes: loses updates unless it is alone.
fn rounds(n: i64, shared: &Log<i64>) -> impl Body + use<> {
    let shared = shared.clone();
    body(move |ports| {
        Box::pin(async move {
            let mut call = ports.call("call");
            for _ in 0..n {
                call.call("acquire").await?;
                let before = shared.entries().len();
                give_way().await;
                shared.push(i64::try_from(before).expect("a few"));
                call.call("release").await?;
            }
            Ok(())
        })
    })
}

#[test]
fn a_lock_keeps_its_holders_apart() {
    for kind in ["Lock", "RLock", "Semaphore", "Condition", "Pool"] {
        everywhere(move |mut net| {
            let (shared, wire) = (Log::new(), server(&mut net, kind, 1));
            callers(&mut net, "c", 4, wire, |_| rounds(50, &shared));
            assert_eq!(net.run().outcome, Outcome::Done, "{kind}");
            assert_eq!(shared.entries(), (0..200).collect::<Vec<_>>(), "{kind}");
        });
    }
}

/// Sends the requests, waits for the others, then fails with what it holds.
fn dies_after(requests: &'static [&'static str], panics: bool) -> impl Body {
    body(move |ports| {
        Box::pin(async move {
            let mut call = ports.call("call");
            for request in requests {
                call.call(*request).await?;
            }
            ports.sleep(Duration::from_millis(100)).await?;
            assert!(!panics, "with something in its hands");
            Err(Ended::fail("with something in its hands"))
        })
    })
}

#[test]
fn what_a_caller_holds_when_it_dies_is_given_back() {
    type Case = (&'static str, &'static [&'static str], &'static str);
    const CASES: [Case; 7] = [
        ("Lock", &["acquire"], "acquire"),
        ("RLock", &["acquire", "acquire", "acquire"], "acquire"),
        ("Semaphore", &["acquire", "acquire"], "acquire"),
        ("Condition", &["acquire"], "acquire"),
        ("Pool", &["acquire", "acquire"], "acquire"),
        ("Crew", &["start_write"], "start_read"),
        ("Crew", &["start_read"], "start_write"),
    ];
    for (kind, held, wanted) in CASES {
        for panics in [false, true] {
            everywhere(move |mut net| {
                let (log, wire) = (Log::new(), server(&mut net, kind, 2));
                caller(&mut net, "dies", wire, dies_after(held, panics));
                callers(&mut net, "waits", 3, wire, |at| {
                    let log = log.clone();
                    body(move |ports| {
                        Box::pin(async move {
                            ports.sleep(Duration::from_millis(20)).await?;
                            ports.call("call").call(wanted).await?;
                            log.push(at);
                            Ok(())
                        })
                    })
                });
                let report = net.run();
                assert_eq!((report.exit_code(), log.sorted()), (1, vec![0, 1, 2]), "{kind}");
            });
        }
    }
}

#[test]
fn who_waits_at_a_condition_holds_its_lock_again_when_it_was_told() {
    everywhere(|mut net| {
        let (log, wire) = (Log::new(), server(&mut net, "Condition", 1));
        callers(&mut net, "waits", 3, wire, |_| {
            let log = log.clone();
            body(move |ports| {
                Box::pin(async move {
                    let mut call = ports.call("call");
                    call.call("acquire").await?;
                    call.call("wait").await?;
                    log.push("told");
                    // Still alone: it may let go.
                    call.call("release").await?;
                    Ok(())
                })
            })
        });
        let told = log.clone();
        caller(
            &mut net,
            "tells",
            wire,
            body(move |ports| {
                Box::pin(async move {
                    let mut call = ports.call("call");
                    ports.sleep(Duration::from_millis(200)).await?;
                    call.call("acquire").await?;
                    told.push("tells one");
                    assert_eq!(int(&call.call("notify").await?), 1);
                    call.call("release").await?;
                    ports.sleep(Duration::from_millis(200)).await?;
                    call.call("acquire").await?;
                    told.push("tells all");
                    assert_eq!(int(&call.call("notify_all").await?), 2);
                    Ok(())
                })
            }),
        );
        assert_eq!(net.run().outcome, Outcome::Done);
        assert_eq!(log.entries(), ["tells one", "told", "tells all", "told", "told"]);
    });
}

#[test]
fn all_who_wait_for_an_event_or_lie_in_a_bucket_go_when_one_says_so() {
    for (kind, wait, go) in [("Event", "wait", "set"), ("Bucket", "fall_into", "flush")] {
        everywhere(move |mut net| {
            let (log, wire) = (Log::new(), server(&mut net, kind, 1));
            callers(&mut net, "waits", 5, wire, |_| {
                let log = log.clone();
                body(move |ports| {
                    Box::pin(async move {
                        ports.call("call").call(wait).await?;
                        log.push("goes");
                        Ok(())
                    })
                })
            });
            let said = log.clone();
            caller(
                &mut net,
                "says so",
                wire,
                body(move |ports| {
                    Box::pin(async move {
                        ports.sleep(Duration::from_millis(200)).await?;
                        said.push("now");
                        ports.call("call").call(go).await.map(drop)
                    })
                }),
            );
            assert_eq!(net.run().outcome, Outcome::Done, "{kind}");
            assert_eq!(log.entries(), ["now", "goes", "goes", "goes", "goes", "goes"], "{kind}");
        });
    }
}

/// Puts the range.
fn puts(from: i64, to: i64) -> impl Body {
    body(move |ports| {
        Box::pin(async move {
            let mut call = ports.call("call");
            for n in from..to {
                call.call(record("put", [("value", Value::from(n))])).await?;
            }
            Ok(())
        })
    })
}

/// Gets until nothing can come any more.
fn gets(log: &Log<i64>) -> impl Body + use<> {
    let log = log.clone();
    body(move |ports| {
        Box::pin(async move {
            let mut call = ports.call("call");
            loop {
                log.push(int(&call.call("get").await?));
            }
        })
    })
}

#[test]
fn a_queue_loses_nothing_and_ends_when_nobody_puts_any_more() {
    everywhere(|mut net| {
        let (log, wire) = (Log::new(), server(&mut net, "Queue", 3));
        callers(&mut net, "puts", 4, wire, |at| puts(at * 100, (at + 1) * 100));
        callers(&mut net, "gets", 3, wire, |_| gets(&log));
        assert_eq!(net.run().outcome, Outcome::Done);
        assert_eq!(log.sorted(), (0..400).collect::<Vec<_>>());
    });
}

#[test]
fn a_full_queue_that_nobody_empties_ends_those_who_put() {
    everywhere(|mut net| {
        let wire = server(&mut net, "Queue", 3);
        caller(&mut net, "puts", wire, puts(0, 100));
        let report = net.run();
        assert_eq!(report.outcome, Outcome::Done);
        assert_eq!(report.channels[0].counts.received, 4, "three fit, the fourth waited");
    });
}

#[test]
fn readers_are_in_together_and_writers_alone() {
    everywhere(|mut net| {
        let (inside, wire) = (Log::new(), server(&mut net, "Crew", 1));
        for at in 0..6 {
            let inside = inside.clone();
            let (start, end, weight) =
                if at % 3 == 0 { ("start_write", "end_write", 100) } else { ("start_read", "end_read", 1) };
            caller(
                &mut net,
                &format!("c[{at}]"),
                wire,
                body(move |ports| {
                    Box::pin(async move {
                        let mut call = ports.call("call");
                        for _ in 0..50 {
                            call.call(start).await?;
                            inside.push(weight);
                            assert!(inside.entries().iter().sum::<i64>() <= 100, "a writer is alone");
                            give_way().await;
                            inside.push(-weight);
                            call.call(end).await?;
                        }
                        Ok(())
                    })
                }),
            );
        }
        let report = net.run();
        assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
    });
}
