//! Calls that get no reply: given up, withdrawn, or waiting for ever (B2).

use std::time::Duration;

use csprun_runtime::process::Asked;
use csprun_runtime::testing::{Net, Wire};

use crate::bodies::{Body, Log, body, caller, int};
use crate::everywhere;

/// Calls, gives up at once if the server has taken it, and calls again.
fn impatient(log: &Log<i64>) -> impl Body + use<> {
    let log = log.clone();
    body(|ports| {
        Box::pin(async move {
            let mut call = ports.call("call");
            let first = ports.outside(tokio::time::timeout(Duration::from_millis(100), call.call(1))).await?;
            assert!(first.is_err(), "the server replies only to the second");
            log.push(int(&call.call(2).await?));
            Ok(())
        })
    })
}

#[test]
fn the_reply_to_a_call_that_was_given_up_is_dropped_and_counted() {
    everywhere(|mut net| {
        let (log, wire) = (Log::new(), net.calls("ask"));
        net.server(
            "server",
            wire,
            body(|ports| {
                Box::pin(async move {
                    let mut serve = ports.serve("serve");
                    loop {
                        if let Asked::Request(caller, n) = serve.next().await? {
                            if int(&n) == 1 {
                                ports.sleep(Duration::from_millis(300)).await?;
                            }
                            serve.reply(caller, n)?;
                        }
                    }
                })
            }),
        );
        caller(&mut net, "impatient", wire, impatient(&log));
        let report = net.run();
        assert_eq!(report.exit_code(), 0, "{:?}", report.diagnostics);
        assert_eq!(log.entries(), [2]);
        let counts = report.channels[0].counts;
        assert_eq!((counts.sent, counts.undelivered), (2, 1));
    });
}

#[test]
fn a_request_that_was_not_taken_is_withdrawn() {
    everywhere(|mut net| {
        let (log, taken, wire) = (Log::new(), Log::new(), net.calls("ask"));
        let seen = taken.clone();
        net.server(
            "server",
            wire,
            body(|ports| {
                Box::pin(async move {
                    let mut serve = ports.serve("serve");
                    ports.sleep(Duration::from_millis(300)).await?;
                    loop {
                        if let Asked::Request(caller, n) = serve.next().await? {
                            seen.push(int(&n));
                            serve.reply(caller, n)?;
                        }
                    }
                })
            }),
        );
        caller(&mut net, "impatient", wire, impatient(&log));
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!((log.entries(), taken.entries()), (vec![2], vec![2]));
    });
}

#[test]
fn a_caller_that_leaves_with_an_open_request_gets_no_reply_and_it_is_counted() {
    everywhere(|mut net| {
        let wire = net.calls("ask");
        let told = Log::new();
        let log = told.clone();
        net.server(
            "server",
            wire,
            body(|ports| {
                Box::pin(async move {
                    let mut serve = ports.serve("serve");
                    let Asked::Request(caller, _) = serve.next().await? else { panic!("it asks first") };
                    let Asked::Left(gone) = serve.next().await? else { panic!("then it leaves") };
                    log.push(caller == gone);
                    serve.reply(caller, 1)?;
                    serve.next().await.map(drop)
                })
            }),
        );
        caller(
            &mut net,
            "gives up",
            wire,
            body(|ports| {
                Box::pin(async move {
                    let mut call = ports.call("call");
                    let limit = Duration::from_millis(100);
                    let given_up = ports.outside(tokio::time::timeout(limit, call.call(1))).await?;
                    assert!(given_up.is_err());
                    Ok(())
                })
            }),
        );
        let report = net.run();
        assert_eq!(report.exit_code(), 0, "{:?}", report.diagnostics);
        assert_eq!((told.entries(), report.channels[0].counts.undelivered), (vec![true], 1));
    });
}

/// Takes `first`, then wants `second` before it gives anything back.
fn greedy(first: usize, second: usize) -> impl Body {
    body(move |ports| {
        Box::pin(async move {
            let mut calls = ports.calls("call");
            calls[first].call("acquire").await?;
            ports.sleep(Duration::from_millis(100)).await?;
            calls[second].call("acquire").await?;
            Ok(())
        })
    })
}

/// Replies to the first caller and lets the others wait, as a lock does.
fn once() -> impl Body {
    body(|ports| {
        Box::pin(async move {
            let mut serve = ports.serve("serve");
            if let Asked::Request(caller, _) = serve.next().await? {
                serve.reply(caller, true)?;
            }
            loop {
                serve.next().await?;
            }
        })
    })
}

fn crosswise(net: &mut Net) -> [Wire; 2] {
    let locks = ["fork -> left", "fork -> right"].map(|name| net.calls(name));
    net.caller("a", &[], &[], &locks, greedy(0, 1));
    net.caller("b", &[], &[], &locks, greedy(1, 0));
    locks
}

#[test]
fn a_deadlock_through_calls_is_reported_with_its_cycle() {
    everywhere(|mut net| {
        let [left, right] = crosswise(&mut net);
        net.server("left", left, once());
        net.server("right", right, once());
        let report = net.run();
        assert_eq!(report.exit_code(), 4);
        assert_eq!(
            report.diagnostics[0].notes,
            [
                "`a` waits for the reply of `right` on `fork -> right` (a.call[1] -> right.serve)",
                "`right` waits for calls on `fork -> right` (a.call[1], b.call[1] -> right.serve)",
                "`b` waits for the reply of `left` on `fork -> left` (b.call[0] -> left.serve)",
                "`left` waits for calls on `fork -> left` (a.call[0], b.call[0] -> left.serve)",
            ]
        );
        let help = report.diagnostics[0].help.as_deref().unwrap_or_default();
        assert!(help.contains("a server may reply before the next call comes"), "{help}");
    });
}

#[test]
fn a_server_that_never_replies_is_named_in_the_deadlock() {
    everywhere(|mut net| {
        let never = net.calls("never");
        caller(
            &mut net,
            "asks",
            never,
            body(|ports| Box::pin(async move { ports.call("call").call(1).await.map(drop) })),
        );
        net.server("silent", never, never_replies());
        let report = net.run();
        assert_eq!(report.exit_code(), 4, "{:?}", report.diagnostics);
        let notes = report.diagnostics[0].notes.join("\n");
        assert!(notes.contains("`asks` waits for the reply of `silent`"), "{notes}");
    });
}

/// Takes calls and never replies.
fn never_replies() -> impl Body {
    body(|ports| {
        Box::pin(async move {
            let mut serve = ports.serve("serve");
            loop {
                serve.next().await?;
            }
        })
    })
}
