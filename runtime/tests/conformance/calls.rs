//! Calls: requests and replies, who leaves, and what becomes of those who wait (B2).

use std::time::Duration;

use csprun_runtime::Outcome;
use csprun_runtime::process::{Asked, Caller, Ended, Fate};
use csprun_runtime::testing::{Net, Wire};

use crate::bodies::{Body, Log, body, int, name_of};
use crate::everywhere;

/// Replies with twice the number, at once, and writes down who left.
fn double(left: &Log<String>) -> impl Body + use<> {
    let left = left.clone();
    body(|ports| {
        Box::pin(async move {
            let mut serve = ports.serve("serve");
            loop {
                match serve.next().await? {
                    Asked::Request(caller, n) => serve.reply(caller, int(&n) * 2)?,
                    Asked::Left(caller) => left.push(serve.name_of(caller).to_owned()),
                }
            }
        })
    })
}

/// Calls with each of `0..n` and writes down what comes back.
fn asks(n: i64, log: &Log<i64>) -> impl Body + use<> {
    let log = log.clone();
    body(move |ports| {
        Box::pin(async move {
            let mut call = ports.call("call");
            for n in 0..n {
                log.push(int(&call.call(n).await?));
            }
            Ok(())
        })
    })
}

#[test]
fn every_caller_gets_the_replies_to_its_own_requests() {
    everywhere(|mut net| {
        let (left, wire) = (Log::new(), net.calls("ask"));
        net.server("server", wire, double(&left));
        let logs: Vec<Log<i64>> = (0..8).map(|_| Log::new()).collect();
        for (at, log) in logs.iter().enumerate() {
            net.caller(&format!("c[{at}]"), &[], &[], &[wire], asks(100, log));
        }
        let report = net.run();
        assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
        for log in logs {
            assert_eq!(log.entries(), (0..100).map(|n| n * 2).collect::<Vec<_>>());
        }
        let all: Vec<String> = (0..8).map(|at| format!("c[{at}]")).collect();
        assert_eq!(left.sorted(), all);
        assert_eq!(report.channels.len(), 1, "replies are no channel of the plan");
        let counts = report.channels[0].counts;
        assert_eq!((counts.sent, counts.received, counts.undelivered), (800, 800, 0));
    });
}

/// Takes `n` requests, then replies to all of them, the last one first.
fn late(n: usize) -> impl Body {
    body(move |ports| {
        Box::pin(async move {
            let mut serve = ports.serve("serve");
            let mut open: Vec<(Caller, i64)> = Vec::new();
            while open.len() < n {
                if let Asked::Request(caller, request) = serve.next().await? {
                    open.push((caller, int(&request)));
                }
            }
            while let Some((caller, request)) = open.pop() {
                serve.reply(caller, request)?;
            }
            Ok(())
        })
    })
}

#[test]
fn a_server_may_keep_requests_open_and_reply_in_another_order() {
    everywhere(|mut net| {
        let (log, wire) = (Log::new(), net.calls("ask"));
        net.server("server", wire, late(5));
        for at in 0..5 {
            let log = log.clone();
            net.caller(
                &format!("c[{at}]"),
                &[],
                &[],
                &[wire],
                body(move |ports| {
                    Box::pin(async move {
                        let reply = ports.call("call").call(at).await?;
                        log.push((at, int(&reply)));
                        Ok(())
                    })
                }),
            );
        }
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(log.sorted(), (0..5).map(|at| (at, at)).collect::<Vec<_>>());
    });
}

/// Calls until that ends, and writes down how.
fn asks_to_the_end(end: &Log<&'static str>) -> impl Body + use<> {
    let end = end.clone();
    body(|ports| {
        Box::pin(async move {
            let mut call = ports.call("call");
            loop {
                if let Err(ended) = call.call(1).await {
                    end.push(name_of(&ended));
                    // A later call ends in the same way.
                    end.push(name_of(&call.call(1).await.expect_err("the server is gone")));
                    return Ok(());
                }
            }
        })
    })
}

fn ends_after(n: usize, how: fn() -> Result<(), Ended>) -> impl Body {
    body(move |ports| {
        Box::pin(async move {
            let mut serve = ports.serve("serve");
            let mut n_open = 0;
            while n_open < n {
                if let Asked::Request(..) = serve.next().await? {
                    n_open += 1;
                }
            }
            how()
        })
    })
}

#[test]
fn a_server_that_ends_ends_the_open_and_the_later_calls() {
    everywhere(|mut net| {
        let (end, wire) = (Log::new(), net.calls("ask"));
        // Three are open, the other two wait to be taken.
        net.server("server", wire, ends_after(3, || Ok(())));
        (0..5).for_each(|at| {
            net.caller(&format!("c[{at}]"), &[], &[], &[wire], asks_to_the_end(&end));
        });
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(end.entries(), vec!["retired"; 10]);
    });
}

#[test]
fn a_server_that_fails_poisons_its_callers() {
    everywhere(|mut net| {
        let (end, wire) = (Log::new(), net.calls("ask"));
        net.server("server", wire, ends_after(3, || Err(Ended::fail("out of order"))));
        (0..5).for_each(|at| {
            net.caller(&format!("c[{at}]"), &[], &[], &[wire], asks_to_the_end(&end));
        });
        assert_eq!(net.run().exit_code(), 1);
        assert_eq!(end.entries(), vec!["poisoned"; 10]);
    });
}

#[test]
fn a_caller_that_fails_or_panics_leaves_and_its_server_goes_on() {
    everywhere(|mut net| {
        let (left, log, wire) = (Log::new(), Log::new(), net.calls("ask"));
        net.server("server", wire, double(&left));
        net.caller(
            "fails",
            &[],
            &[],
            &[wire],
            body(|ports| {
                Box::pin(async move {
                    ports.call("call").call(1).await?;
                    Err(Ended::fail("had enough"))
                })
            }),
        );
        net.caller(
            "panics",
            &[],
            &[],
            &[wire],
            body(|ports| {
                Box::pin(async move {
                    ports.call("call").call(1).await?;
                    panic!("had enough")
                })
            }),
        );
        net.caller("never asks", &[], &[], &[wire], body(|_| Box::pin(async { Ok(()) })));
        net.caller("asks", &[], &[], &[wire], asks(100, &log));
        let report = net.run();
        assert_eq!(report.exit_code(), 1);
        assert_eq!(report.processes[0].fate, Some(Fate::Done));
        assert_eq!(log.entries().len(), 100);
        assert_eq!(left.sorted(), ["asks", "fails", "never asks", "panics"]);
    });
}

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
        net.caller("impatient", &[], &[], &[wire], impatient(&log));
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
        net.caller("impatient", &[], &[], &[wire], impatient(&log));
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
        net.caller(
            "gives up",
            &[],
            &[],
            &[wire],
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

#[test]
fn a_reply_to_nobody_is_a_failure_of_the_server() {
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
                            serve.reply(caller, n.clone())?;
                            serve.reply(caller, n)?;
                        }
                    }
                })
            }),
        );
        net.caller("c", &[], &[], &[wire], asks(1, &log));
        let report = net.run();
        let why = "a reply to `c`, which has no open request".to_owned();
        assert_eq!(report.processes[0].fate, Some(Fate::Failed(why)));
        assert_eq!(log.entries(), [0]);
    });
}

#[test]
fn a_refused_request_fails_the_call_and_not_the_server() {
    everywhere(|mut net| {
        let (log, wire) = (Log::new(), net.calls("ask"));
        net.server(
            "server",
            wire,
            body(|ports| {
                Box::pin(async move {
                    let mut serve = ports.serve("serve");
                    loop {
                        match serve.next().await? {
                            Asked::Request(caller, n) if int(&n) < 0 => serve.refuse(caller, "below zero")?,
                            Asked::Request(caller, n) => serve.reply(caller, n)?,
                            Asked::Left(_) => {}
                        }
                    }
                })
            }),
        );
        let errors = log.clone();
        net.caller(
            "c",
            &[],
            &[],
            &[wire],
            body(|ports| {
                Box::pin(async move {
                    let mut call = ports.call("call");
                    for n in [1, -1, 2] {
                        errors.push(
                            call.call(n).await.map_or_else(|ended| ended.to_string(), |n| n.to_string()),
                        );
                    }
                    Ok(())
                })
            }),
        );
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(log.entries(), ["1", "`server` refused: below zero", "2"]);
    });
}

/// Several servers at one channel: any of them takes a request.
#[test]
fn a_request_is_answered_by_one_of_several_servers_and_one_that_ends_is_missed_by_nobody() {
    everywhere(|mut net| {
        let (left, wire) = (Log::new(), net.calls("ask"));
        net.server("one", wire, double(&left));
        net.server("two", wire, ends_after(1, || Ok(())));
        let ends = Log::new();
        for at in 0..4 {
            let ends = ends.clone();
            net.caller(
                &format!("c[{at}]"),
                &[],
                &[],
                &[wire],
                body(move |ports| {
                    Box::pin(async move {
                        let mut call = ports.call("call");
                        for n in 0..50 {
                            match call.call(n).await {
                                Ok(reply) => assert_eq!(int(&reply), 2 * n),
                                Err(ended) => ends.push(name_of(&ended)),
                            }
                        }
                        Ok(())
                    })
                }),
            );
        }
        let report = net.run();
        assert_eq!(report.exit_code(), 0, "{:?}", report.diagnostics);
        assert!(ends.entries().len() <= 1 && ends.entries().iter().all(|end| *end == "retired"));
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
        let help = report.diagnostics[0].help.as_deref();
        assert_eq!(
            help,
            Some("give back what is held before the next call, or let all call in the same order")
        );
    });
}

#[test]
fn a_server_that_never_replies_is_named_in_the_deadlock() {
    everywhere(|mut net| {
        let never = net.calls("never");
        net.caller(
            "asks",
            &[],
            &[],
            &[never],
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
