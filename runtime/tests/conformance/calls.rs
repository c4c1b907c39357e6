//! Calls: requests and replies, and who leaves (B2).

use csprun_runtime::Outcome;
use csprun_runtime::process::{Asked, Caller, Ended, Fate};

use crate::bodies::{Body, Log, body, caller, callers, int, name_of};
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
            caller(&mut net, &format!("c[{at}]"), wire, asks(100, log));
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
        callers(&mut net, "c", 5, wire, |at| {
            let log = log.clone();
            body(move |ports| {
                Box::pin(async move {
                    let reply = ports.call("call").call(at).await?;
                    log.push((at, int(&reply)));
                    Ok(())
                })
            })
        });
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
        callers(&mut net, "c", 5, wire, |_| asks_to_the_end(&end));
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(end.entries(), vec!["retired"; 10]);
    });
}

#[test]
fn a_server_that_fails_poisons_its_callers() {
    everywhere(|mut net| {
        let (end, wire) = (Log::new(), net.calls("ask"));
        net.server("server", wire, ends_after(3, || Err(Ended::fail("out of order"))));
        callers(&mut net, "c", 5, wire, |_| asks_to_the_end(&end));
        assert_eq!(net.run().exit_code(), 1);
        assert_eq!(end.entries(), vec!["poisoned"; 10]);
    });
}

#[test]
fn a_caller_that_fails_or_panics_leaves_and_its_server_goes_on() {
    everywhere(|mut net| {
        let (left, log, wire) = (Log::new(), Log::new(), net.calls("ask"));
        net.server("server", wire, double(&left));
        caller(
            &mut net,
            "fails",
            wire,
            body(|ports| {
                Box::pin(async move {
                    ports.call("call").call(1).await?;
                    Err(Ended::fail("had enough"))
                })
            }),
        );
        caller(
            &mut net,
            "panics",
            wire,
            body(|ports| {
                Box::pin(async move {
                    ports.call("call").call(1).await?;
                    panic!("had enough")
                })
            }),
        );
        caller(&mut net, "never asks", wire, body(|_| Box::pin(async { Ok(()) })));
        caller(&mut net, "asks", wire, asks(100, &log));
        let report = net.run();
        assert_eq!(report.exit_code(), 1);
        assert_eq!(report.processes[0].fate, Some(Fate::Done));
        assert_eq!(log.entries().len(), 100);
        assert_eq!(left.sorted(), ["asks", "fails", "never asks", "panics"]);
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
        caller(&mut net, "c", wire, asks(2, &log));
        let report = net.run();
        let why = "a second reply to one request of `c`".to_owned();
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
        caller(
            &mut net,
            "c",
            wire,
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

/// Not even when the caller has asked again since.
#[test]
fn a_second_reply_is_none_to_the_next_request() {
    everywhere(|mut net| {
        let (log, wire) = (Log::new(), net.calls("ask"));
        net.server(
            "server",
            wire,
            body(|ports| {
                Box::pin(async move {
                    let mut serve = ports.serve("serve");
                    let mut asked: Vec<Caller> = Vec::new();
                    while asked.len() < 2 {
                        if let Asked::Request(caller, n) = serve.next().await? {
                            asked.push(caller);
                            if asked.len() == 1 {
                                serve.reply(caller, n)?;
                            }
                        }
                    }
                    assert_eq!(asked[0], asked[1], "it is one caller");
                    let again = serve.reply(asked[0], 99).expect_err("it has its reply");
                    assert_eq!(again.to_string(), "a second reply to one request of `c`");
                    serve.reply(asked[1], 7)
                })
            }),
        );
        caller(&mut net, "c", wire, asks(2, &log));
        let report = net.run();
        assert_eq!(report.exit_code(), 0, "{:?}", report.diagnostics);
        assert_eq!(log.entries(), [0, 7]);
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
        callers(&mut net, "c", 4, wire, |_| {
            let ends = ends.clone();
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
            })
        });
        let report = net.run();
        assert_eq!(report.exit_code(), 0, "{:?}", report.diagnostics);
        assert!(ends.entries().len() <= 1 && ends.entries().iter().all(|end| *end == "retired"));
    });
}
