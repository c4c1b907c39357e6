//! Calls between closures of which a server or a caller has not heard the end: in choices, given up, in a server's
//! hands, and for ever (B2).

use std::pin::pin;

use csprun_runtime::Outcome;
use csprun_runtime::alt::{Alt, Fair, Guard};
use csprun_runtime::compose::{Kind, Plug};
use csprun_runtime::process::Asked;

use crate::bodies::{Log, name_of};
use crate::on_all;
use crate::place::{begin, give_way};

/// What a server has in hand when it ends is no other server's any more: its caller is told, and does not wait.
#[test]
fn a_request_in_the_hands_of_a_server_that_ends_is_dismissed() {
    on_all(|mut case| {
        let ((call, serve), end) = (case.calls::<u64, u64>(), Log::new());
        let (to, from) = case.channel::<u8>(Kind::Rendezvous);
        let other = serve.join();
        case.process((serve, from), |(mut server, mut from)| async move {
            let at_once = {
                let mut next = pin!(server.request());
                let asked = begin(next.as_mut()).await;
                from.recv().await?;
                asked
            };
            if let Some(asked) = at_once {
                let (caller, n) = asked?;
                server.reply(caller, n)?;
            }
            drop(server);
            from.recv().await?;
            Ok(())
        });
        case.process((other, to), |(mut server, mut to)| async move {
            to.send(1).await?;
            // Until the other server has ended, nobody serves here.
            to.send(2).await?;
            loop {
                let (caller, n) = server.request().await?;
                server.reply(caller, n)?;
            }
        });
        let log = end.clone();
        case.process(call, |mut client| async move {
            log.push(client.call(1).await.map_or_else(|ended| name_of(&ended), |_| "replied"));
            assert_eq!(client.call(2).await?, 2);
            Ok(())
        });
        case.done();
        // It may have asked after that server had ended.
        assert!(["retired", "replied"].contains(&end.entries()[0]), "{:?}", end.entries());
    });
}

#[test]
fn a_typed_server_chooses_between_requests_and_a_stream() {
    on_all(|mut case| {
        let (call, serve) = case.calls::<u64, u64>();
        let (to, from) = case.channel::<u64>(Kind::Rendezvous);
        case.process((serve, from), |(mut server, mut stream)| async move {
            let (mut fair, mut sum, mut n_left, mut living) = (Fair::new(), 0, 0, true);
            let (mut asked, mut token) = (server.guard(), stream.guard());
            while n_left < 3 || living {
                asked.when(n_left < 3);
                token.when(living);
                if Alt::new(&mut [&mut asked, &mut token]).fair_select(&mut fair).await? == 0 {
                    match asked.take()? {
                        Some(Asked::Request(caller, n)) => asked.answers().reply(caller, n * 2)?,
                        Some(Asked::Left(_)) => n_left += 1,
                        None => panic!("nothing is refused here"),
                    }
                } else if let Ok(n) = token.take() {
                    sum += n;
                } else {
                    living = false;
                }
            }
            assert_eq!(sum, 99 * 100 / 2);
            Ok(())
        });
        for plug in [call.join(), call.join(), call] {
            case.process(plug, |mut client| async move {
                for n in 0..50 {
                    assert_eq!(client.call(n).await?, n * 2);
                }
                Ok(())
            });
        }
        case.process(to, |mut to| async move {
            for n in 0..100 {
                to.send(n).await?;
            }
            Ok(())
        });
        case.done();
    });
}

#[test]
fn a_typed_call_that_is_given_up_is_withdrawn_or_its_reply_is_counted() {
    on_all(|mut case| {
        let ((call, serve), taken) = (case.calls::<u64, u64>(), Log::new());
        // The server serves when it is let, and replies to the second when it is let again.
        let (let_go, wait) = case.channel::<u8>(Kind::Rendezvous);
        let seen = taken.clone();
        case.process((serve, wait), |(mut server, mut wait)| async move {
            wait.recv().await?;
            let (caller, n) = server.request().await?;
            seen.push(n);
            wait.recv().await?;
            server.reply(caller, n)?;
            loop {
                let (caller, n) = server.request().await?;
                seen.push(n);
                server.reply(caller, n)?;
            }
        });
        let waits = taken.clone();
        case.process((call, let_go), |(mut client, mut let_go)| async move {
            assert!(begin(pin!(client.call(1))).await.is_none(), "nobody serves");
            let_go.send(1).await?;
            {
                let mut second = pin!(client.call(2));
                while waits.entries().is_empty() {
                    assert!(begin(second.as_mut()).await.is_none(), "nobody has replied");
                    give_way().await;
                }
            }
            let_go.send(2).await?;
            assert_eq!(client.call(3).await?, 3);
            Ok(())
        });
        let report = case.done();
        assert_eq!(taken.entries(), [2, 3], "the first was withdrawn");
        let counts = report.channels[0].counts;
        assert_eq!((counts.sent, counts.received, counts.undelivered), (2, 2, 1));
    });
}

#[test]
fn a_typed_call_that_nobody_answers_is_a_deadlock_that_names_both() {
    on_all(|mut case| {
        let (call, serve) = case.calls::<u64, u64>();
        let (to, from) = case.channel::<u64>(Kind::Rendezvous);
        // It keeps the request open and waits for a token of the one who asks.
        case.process((serve, from), |(mut server, mut from)| async move {
            let (caller, _) = server.request().await?;
            let n = from.recv().await?;
            server.reply(caller, n)
        });
        case.process((call, to), |(mut client, mut to)| async move {
            let n = client.call(1).await?;
            Ok(to.send(n).await?)
        });
        let report = case.run();
        assert_eq!((&report.outcome, report.exit_code()), (&Outcome::Deadlock, 4));
        let said = format!("{:?}", report.diagnostics);
        assert!(said.contains("`p[1]`") && said.contains("p[0]") && said.contains("reply"), "{said}");
    });
}
