//! A serve port in a choice (A1, B2).

use std::time::Duration;

use csprun_runtime::Outcome;
use csprun_runtime::alt::{Alt, Fair, Guard, Timeout};
use csprun_runtime::process::{Asked, Ended};
use csprun_runtime::testing::Net;

use crate::bodies::{Body, Log, body, callers, int, source};
use crate::everywhere;
use crate::place::begin;

const N_CALLERS: i64 = 4;
const N_CALLS: i64 = 50;

/// Chooses between requests and a stream, and writes down who left and what was streamed, until both have ended.
fn between(left: &Log<String>, streamed: &Log<i64>) -> impl Body + use<> {
    let (left, streamed) = (left.clone(), streamed.clone());
    body(move |ports| {
        Box::pin(async move {
            let (mut serve, mut input) = (ports.serve("serve"), ports.input("in"));
            let (mut fair, mut calls, mut streams) = (Fair::new(), true, true);
            let (mut asked, mut token) = (serve.guard(), input.guard());
            while calls || streams {
                asked.when(calls);
                token.when(streams);
                if Alt::new(&mut [&mut asked, &mut token]).fair_select(&mut fair).await? == 0 {
                    match asked.take() {
                        Ok(Some(Asked::Request(caller, n))) => {
                            asked.answers().reply(caller, (int(&n) * 2).into())?
                        }
                        Ok(Some(Asked::Left(caller))) => {
                            left.push(asked.answers().name_of(caller).to_owned());
                        }
                        Ok(None) => {}
                        Err(Ended::Retired) => calls = false,
                        Err(ended) => return Err(ended),
                    }
                } else {
                    match token.take() {
                        Ok(n) => streamed.push(int(&n)),
                        Err(Ended::Retired) => streams = false,
                        Err(ended) => return Err(ended),
                    }
                }
            }
            Ok(())
        })
    })
}

/// Calls with each of the numbers, and checks the replies.
fn doubled() -> impl Body {
    body(|ports| {
        Box::pin(async move {
            let mut call = ports.call("call");
            for n in 0..N_CALLS {
                assert_eq!(int(&call.call(n).await?), n * 2);
            }
            Ok(())
        })
    })
}

#[test]
fn a_server_chooses_between_requests_and_a_stream() {
    everywhere(|mut net| {
        let (left, streamed) = (Log::new(), Log::new());
        let (stream, calls) =
            (net.channel("stream", csprun_dsl::network::ChannelKind::Rendezvous), net.calls("calls"));
        net.server_reading("server", &[stream], calls, between(&left, &streamed));
        net.process("source", &[], &[stream], source(0..100));
        let names = callers(&mut net, "c", N_CALLERS, calls, |_| doubled());
        let report = net.run();
        assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
        assert_eq!(left.sorted(), names, "each leaves once");
        assert_eq!(streamed.entries(), (0..100).collect::<Vec<_>>());
    });
}

/// Chooses with one guard that soon gives up, or drops the choice half way, until all have left.
fn hasty(left: &Log<String>) -> impl Body + use<> {
    let left = left.clone();
    body(move |ports| {
        Box::pin(async move {
            let mut serve = ports.serve("serve");
            for round in 0.. {
                let mut asked = serve.guard();
                let mut late = Timeout::after(Duration::from_micros(50));
                let mut guards: [&mut dyn Guard; 2] = [&mut asked, &mut late];
                let chosen = {
                    let mut choice = std::pin::pin!(Alt::new(&mut guards).select());
                    let at_once = begin(choice.as_mut()).await;
                    if at_once.is_none() && round % 2 == 0 { Some(choice.await) } else { at_once }
                };
                let came = match chosen {
                    // Every third request is committed to, and not taken out of the guard: the next round has it.
                    Some(Ok(0)) if round % 3 > 0 => asked.take()?,
                    _ => continue,
                };
                match came {
                    Some(Asked::Request(caller, n)) => asked.answers().reply(caller, (int(&n) * 2).into())?,
                    Some(Asked::Left(caller)) => left.push(asked.answers().name_of(caller).to_owned()),
                    None => {}
                }
            }
            Ok(())
        })
    })
}

#[test]
fn a_choice_that_is_dropped_loses_no_request_and_nobody_who_leaves() {
    everywhere(|mut net: Net| {
        let (left, calls) = (Log::new(), net.calls("calls"));
        net.server("server", calls, hasty(&left));
        let names = callers(&mut net, "c", N_CALLERS, calls, |_| doubled());
        let report = net.run();
        assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
        assert_eq!(left.sorted(), names);
    });
}
