//! Deadlocks through what servers lend: the report says who holds what, and they are found though others may still
//! call the servers (N2, B2).

use std::time::Duration;

use csprun_runtime::Outcome;
use csprun_runtime::testing::{Net, Wire};

use crate::bodies::{Body, Log, body, caller};
use crate::everywhere;
use crate::servers::server_named;

/// Kinds that lend, and how one asks to hold alone.
const LENDERS: [(&str, &str); 6] = [
    ("Lock", "acquire"),
    ("RLock", "acquire"),
    ("Semaphore", "acquire"),
    ("Condition", "acquire"),
    ("Pool", "acquire"),
    ("Crew", "start_write"),
];

/// Asks `first`, then wants something of `second` before it gives anything back.
fn greedy(first: usize, second: usize, ask: &'static str) -> impl Body {
    body(move |ports| {
        Box::pin(async move {
            let mut calls = ports.calls("call");
            calls[first].call(ask).await?;
            ports.sleep(Duration::from_millis(100)).await?;
            calls[second].call(ask).await?;
            Ok(())
        })
    })
}

/// `a` holds `left` and wants `right`; `b` the other way round.
fn crosswise(net: &mut Net, kind: &str, ask: &'static str) -> [Wire; 2] {
    let lent = ["left", "right"].map(|name| server_named(net, name, kind, 1));
    net.caller("a", &[], &[], &lent, greedy(0, 1, ask));
    net.caller("b", &[], &[], &lent, greedy(1, 0, ask));
    lent
}

#[test]
fn the_report_says_who_holds_what_is_waited_for() {
    for (kind, ask) in LENDERS {
        everywhere(move |mut net| {
            crosswise(&mut net, kind, ask);
            let report = net.run();
            assert_eq!(report.exit_code(), 4, "{kind}");
            let said = &report.diagnostics[0];
            assert_eq!(said.message, "deadlock: 4 processes wait", "{kind}");
            let cycle = [
                "`a` waits for the reply of `right` on `right` (a.call[1] -> right.serve)",
                "`right` is held by `b` and waits for calls on `right` (a.call[1], b.call[1] -> right.serve)",
                "`b` waits for the reply of `left` on `left` (b.call[0] -> left.serve)",
                "`left` is held by `a` and waits for calls on `left` (a.call[0], b.call[0] -> left.serve)",
            ];
            assert_eq!(said.notes, cycle, "{kind}");
            let help = "give back what is held before the next call, or let all call in the same order";
            assert_eq!(said.help.as_deref(), Some(help));
        });
    }
}

/// Tries to get hold of all there is, again and again, and gives it back.
fn restless(ask: &'static str, give: &'static str) -> impl Body {
    body(move |ports| {
        Box::pin(async move {
            let mut calls = ports.calls("call");
            loop {
                ports.sleep(Duration::from_millis(3)).await?;
                for call in &mut calls {
                    if call.call(ask).await?.as_bool() == Some(true) {
                        call.call(give).await?;
                    }
                }
            }
        })
    })
}

#[test]
fn it_is_found_beside_others_who_still_call_the_same_servers() {
    for kind in ["Lock", "RLock", "Semaphore"] {
        everywhere(move |mut net| {
            let lent = crosswise(&mut net, kind, "acquire");
            net.caller("restless", &[], &[], &lent, restless("try_acquire", "release"));
            let report = net.run();
            assert_eq!(report.outcome, Outcome::Deadlock, "{kind}");
            let said = &report.diagnostics[0];
            assert_eq!(said.message, "deadlock: 2 processes wait", "{kind}");
            let of = "a.call[1], b.call[1], restless.call[1] -> right.serve";
            assert_eq!(
                said.notes[1],
                format!("`right` is held by `b` and waits for calls on `right` ({of})")
            );
            assert_eq!(said.notes.len(), 4, "{kind}: {:?}", said.notes);
        });
    }
}

#[test]
fn it_is_found_beside_a_part_that_goes_on() {
    for (kind, ask) in LENDERS {
        everywhere(move |mut net| {
            crosswise(&mut net, kind, ask);
            let other = server_named(&mut net, "other", "Semaphore", 3);
            net.caller("restless", &[], &[], &[other], restless("try_acquire", "release"));
            let report = net.run();
            assert_eq!(report.outcome, Outcome::Deadlock, "{kind}");
            assert_eq!(report.diagnostics[0].message, "deadlock: 4 processes wait", "{kind}");
        });
    }
}

#[test]
fn who_waits_for_what_it_holds_itself_is_a_cycle_of_its_own() {
    everywhere(|mut net| {
        let places = server_named(&mut net, "places", "Semaphore", 2);
        let thrice = |times: usize| {
            body(move |ports| {
                Box::pin(async move {
                    let mut call = ports.call("call");
                    for _ in 0..times {
                        call.call("acquire").await?;
                    }
                    Ok(())
                })
            })
        };
        caller(&mut net, "thrice", places, thrice(3));
        net.caller("restless", &[], &[], &[places], restless("try_acquire", "release"));
        let report = net.run();
        assert_eq!(report.outcome, Outcome::Deadlock);
        let notes = &report.diagnostics[0].notes;
        assert_eq!(notes.len(), 2, "{notes:?}");
        assert!(
            notes[1].starts_with("`places` is held by `thrice` (2 times) and waits for calls "),
            "{notes:?}"
        );
    });
}

#[test]
fn a_holder_that_takes_its_time_or_leaves_is_no_deadlock() {
    for (kind, ask) in LENDERS {
        everywhere(move |mut net| {
            let (log, lent) = (Log::new(), server_named(&mut net, "lent", kind, 1));
            for (name, late) in [("holds", 0), ("waits", 20), ("waits too", 20)] {
                let log = log.clone();
                let slow = body(move |ports| {
                    Box::pin(async move {
                        let mut call = ports.call("call");
                        ports.sleep(Duration::from_millis(late)).await?;
                        call.call(ask).await?;
                        // Longer than it takes to look twice; then what is held is given back by the end.
                        ports.sleep(Duration::from_millis(250)).await?;
                        log.push(name);
                        Ok(())
                    })
                });
                caller(&mut net, name, lent, slow);
            }
            let report = net.run();
            assert_eq!(report.outcome, Outcome::Done, "{kind}: {:?}", report.diagnostics);
            assert_eq!(log.entries().len(), 3, "{kind}");
        });
    }
}
