//! Calls between closures (B2), and what their ends mean.

use csprun_runtime::channel::Poison;
use csprun_runtime::compose::{CallPlug, Kind, Plug, ServePlug};
use csprun_runtime::process::{Asked, Caller, Client, Ended, Fate, Server};

use crate::bodies::{Log, name_of};
use crate::on_all;
use crate::place::Case;

/// What goes to no graph file: a type of the program.
#[derive(Debug, PartialEq, Eq)]
struct Number(u64);

type Ask = CallPlug<Number, String>;
type Answer = ServePlug<Number, String>;

/// Replies with the number in words, and writes down who left.
fn words(case: &mut Case, serve: Answer, left: &Log<String>) {
    let left = left.clone();
    case.process(serve, |mut server: Server<Number, String>| async move {
        loop {
            match server.next().await? {
                Asked::Request(caller, Number(n)) => server.reply(caller, format!("{n}!"))?,
                Asked::Left(caller) => left.push(server.name_of(caller).to_owned()),
            }
        }
    });
}

/// Calls with each of `0..n` and checks what comes back.
async fn ask(client: &mut Client<Number, String>, n: u64) -> Result<(), Ended> {
    for n in 0..n {
        assert_eq!(client.call(Number(n)).await?, format!("{n}!"));
    }
    Ok(())
}

/// So many callers' plugs.
fn callers(first: Ask, n: usize) -> Vec<Ask> {
    let mut all = vec![first];
    while all.len() < n {
        all.push(all[0].join());
    }
    all
}

#[test]
fn every_client_gets_the_replies_to_its_own_requests() {
    on_all(|mut case| {
        let ((call, serve), left) = (case.calls(), Log::new());
        words(&mut case, serve, &left);
        for call in callers(call, 8) {
            case.process(call, |mut client| async move { ask(&mut client, 100).await });
        }
        let report = case.done();
        assert_eq!(left.sorted(), (1..9).map(|at| format!("p[{at}]")).collect::<Vec<_>>());
        assert_eq!(report.channels.len(), 1, "replies are no channel of the network");
        let counts = report.channels[0].counts;
        assert_eq!((counts.sent, counts.received, counts.undelivered), (800, 800, 0));
    });
}

#[test]
fn a_server_of_closures_may_keep_requests_open_and_reply_in_another_order() {
    on_all(|mut case| {
        let (call, serve) = case.calls::<u64, u64>();
        let plugs: Vec<_> = (0..5).map(|_| call.join()).collect();
        drop(call);
        case.process(serve, |mut server| async move {
            assert_eq!(server.n_callers(), 6, "the one that was dropped counts too");
            let mut open: Vec<(Caller, u64)> = Vec::new();
            while open.len() < 5 {
                open.push(server.request().await?);
            }
            while let Some((caller, n)) = open.pop() {
                server.reply(caller, n * n)?;
            }
            Ok(())
        });
        for (n, plug) in (0..).zip(plugs) {
            case.process(plug, move |mut client| async move {
                assert_eq!(client.call(n).await?, n * n);
                Ok(())
            });
        }
        case.done();
    });
}

/// How a server ends with requests open and others before it.
#[derive(Clone, Copy, Debug, PartialEq)]
enum End {
    /// Its process ends well, or fails.
    Returns(bool),
    /// It retires or poisons the end, and its process goes on.
    Ends(bool),
    /// It drops the end, and its process goes on.
    Drops,
}

#[test]
fn however_a_server_of_closures_ends_its_clients_are_told() {
    for end in [End::Returns(true), End::Returns(false), End::Ends(true), End::Ends(false), End::Drops] {
        on_all(move |mut case| {
            let ((call, serve), ends) = (case.calls::<u64, u64>(), Log::new());
            let (go_on, told) = case.channel::<u8>(Kind::Rendezvous);
            case.process((serve, told), move |(mut server, mut told)| async move {
                for _ in 0..3 {
                    server.request().await?;
                }
                match end {
                    End::Returns(true) => return Ok(()),
                    End::Returns(false) => return Err(Ended::fail("out of order")),
                    End::Ends(true) => server.retire(),
                    End::Ends(false) => server.poison(Poison::new("server", "closed")),
                    End::Drops => drop(server),
                }
                while told.next().await?.is_some() {}
                Ok(())
            });
            let mut call = Some(call);
            for at in 0..5 {
                let (ends, last) = (ends.clone(), go_on.join());
                let plug = if at < 4 { call.as_ref().map(Plug::join) } else { call.take() };
                let plug = plug.expect("there are five");
                case.process((plug, last), |(mut client, last)| async move {
                    let _last = last;
                    for _ in 0..2 {
                        ends.push(name_of(&client.call(1).await.expect_err("nobody replies")));
                    }
                    Ok(())
                });
            }
            drop(go_on);
            let report = case.run();
            let (name, code) = match end {
                End::Returns(false) => ("poisoned", 1),
                End::Ends(false) => ("poisoned", 0),
                _ => ("retired", 0),
            };
            assert_eq!(report.exit_code(), code, "{:?}", report.diagnostics);
            assert_eq!(ends.entries(), vec![name; 10], "{end:?}");
        });
    }
}

#[test]
fn a_client_that_fails_panics_or_retires_leaves_and_its_server_goes_on() {
    on_all(|mut case| {
        let ((call, serve), left) = (case.calls(), Log::new());
        words(&mut case, serve, &left);
        case.process(call.join(), |mut client| async move {
            ask(&mut client, 1).await?;
            Err(Ended::fail("had enough"))
        });
        case.process(call.join(), |mut client| async move {
            ask(&mut client, 1).await?;
            panic!("had enough")
        });
        case.process(call.join(), |client| async move {
            client.retire();
            Ok(())
        });
        case.process(call, |mut client| async move { ask(&mut client, 100).await });
        let report = case.run();
        assert_eq!(report.exit_code(), 1);
        assert_eq!(report.processes[0].fate, Some(Fate::Done));
        assert_eq!(report.processes[4].fate, Some(Fate::Done));
        assert_eq!(left.sorted(), ["p[1]", "p[2]", "p[3]", "p[4]"]);
    });
}

#[test]
fn a_typed_request_is_refused_dismissed_or_answered_once() {
    on_all(|mut case| {
        let ((call, serve), said) = (case.calls::<u64, u64>(), Log::new());
        case.process(serve, |mut server| async move {
            loop {
                match server.request().await? {
                    (caller, 0) => server.refuse(caller, "nothing")?,
                    (caller, 1) => server.dismiss(caller)?,
                    (caller, 3) => server.reply(caller, 3)?,
                    // The caller goes on to ask again, or has asked again and waits to be taken.
                    (caller, n) => {
                        server.reply(caller, n)?;
                        let again = server.reply(caller, n).expect_err("it has its reply");
                        assert_eq!(again.to_string(), "a second reply to one request of `p[1]`");
                    }
                }
            }
        });
        let log = said.clone();
        case.process(call, |mut client| async move {
            for n in 0..4 {
                log.push(client.call(n).await.map_or_else(|ended| ended.to_string(), |n| n.to_string()));
            }
            Ok(())
        });
        case.done();
        assert_eq!(said.entries(), ["`p[0]` refused: nothing", "retired", "2", "3"]);
    });
}

#[test]
fn one_of_several_typed_servers_takes_a_request() {
    on_all(|mut case| {
        let ((call, serve), taken) = (case.calls::<u64, u64>(), Log::new());
        for serve in [serve.join(), serve] {
            let taken = taken.clone();
            case.process(serve, |mut server| async move {
                loop {
                    let (caller, n) = server.request().await?;
                    taken.push(n);
                    server.reply(caller, n + 1)?;
                }
            });
        }
        let plugs = [call.join(), call.join(), call.join(), call];
        for (at, plug) in (0..).zip(plugs) {
            case.process(plug, move |mut client| async move {
                for n in at * 100..(at + 1) * 100 {
                    assert_eq!(client.call(n).await?, n + 1);
                }
                Ok(())
            });
        }
        case.done();
        assert_eq!(taken.sorted(), (0..400).collect::<Vec<_>>());
    });
}

#[test]
fn a_plug_of_calls_that_nobody_takes_has_retired() {
    on_all(|mut case| {
        let ((call, nobody), (gone, serve)) = (case.calls::<u64, u64>(), case.calls::<u64, u64>());
        drop((nobody, gone));
        case.process(call, |mut client| async move {
            assert_eq!(name_of(&client.call(1).await.expect_err("nobody serves")), "retired");
            Ok(())
        });
        case.process(serve, |mut server| async move {
            assert!(matches!(server.next().await?, Asked::Left(_)));
            assert_eq!(name_of(&server.next().await.expect_err("nobody calls")), "retired");
            Ok(())
        });
        case.done();
    });
}

#[test]
fn an_immune_client_sees_a_poisoned_server_as_retired() {
    on_all(|mut case| {
        let (call, serve) = case.calls::<u64, u64>();
        let (immune, ends) = (call.join().immunity(1), Log::new());
        case.process(serve, |mut server| async move {
            for _ in 0..2 {
                server.request().await?;
            }
            Err(Ended::fail("out of order"))
        });
        for plug in [call, immune] {
            let ends = ends.clone();
            case.process(plug, |mut client| async move {
                ends.push(name_of(&client.call(1).await.expect_err("nobody replies")));
                Ok(())
            });
        }
        assert_eq!(case.run().exit_code(), 1);
        assert_eq!(ends.sorted(), ["poisoned", "retired"]);
    });
}
