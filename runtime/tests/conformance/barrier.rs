//! Barriers (B1, case 46).

use std::time::Duration;

use csprun_dsl::network::ChannelKind;
use csprun_runtime::Outcome;
use csprun_runtime::alt::Alt;

use crate::bodies::{Body, Log, body, caller, int};
use crate::everywhere;

/// Syncs `n` times and writes down the phase before each.
fn phases(n: usize, log: &Log<usize>) -> impl Body + use<> {
    let log = log.clone();
    body(move |ports| {
        Box::pin(async move {
            let mut member = ports.barrier("phase")?;
            for phase in 0..n {
                log.push(phase);
                member.sync().await?;
            }
            Ok(())
        })
    })
}

#[test]
fn no_process_begins_a_phase_before_all_have_ended_the_one_before() {
    everywhere(|mut net| {
        let log = Log::new();
        let names: Vec<String> = (0..10).map(|at| format!("p[{at}]")).collect();
        for name in &names {
            net.process(name, &[], &[], phases(50, &log));
        }
        net.barrier("phase", &names.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(net.run().outcome, Outcome::Done);
        let entries = log.entries();
        assert!(entries.is_sorted() && entries.len() == 500, "{entries:?}");
    });
}

#[test]
fn case_46_one_of_ten_resigns_and_the_others_are_not_stuck() {
    everywhere(|mut net| {
        let log = Log::new();
        let names: Vec<String> = (0..10).map(|at| format!("p[{at}]")).collect();
        for (at, name) in names.iter().enumerate() {
            // The first one leaves by ending, when the others wait for it already.
            net.process(name, &[], &[], phases(if at == 0 { 3 } else { 20 }, &log));
        }
        net.barrier("phase", &names.iter().map(String::as_str).collect::<Vec<_>>());
        assert_eq!(net.run().outcome, Outcome::Done);
        assert_eq!(log.entries().len(), 3 + 9 * 20);
    });
}

#[test]
fn resigning_as_the_last_one_expected_completes_the_barrier() {
    everywhere(|mut net| {
        let log = Log::new();
        net.process("waits", &[], &[], phases(1, &log));
        net.process(
            "resigns",
            &[],
            &[],
            body(|ports| {
                Box::pin(async move {
                    let member = ports.barrier("phase")?;
                    ports.sleep(Duration::from_millis(50)).await?;
                    member.resign();
                    ports.sleep(Duration::from_millis(50)).await
                })
            }),
        );
        net.barrier("phase", &["waits", "resigns"]);
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(log.entries(), [0]);
    });
}

#[test]
fn a_member_that_panics_resigns() {
    everywhere(|mut net| {
        let log = Log::new();
        net.process("waits", &[], &[], phases(5, &log));
        net.process(
            "panics",
            &[],
            &[],
            body(|ports| {
                Box::pin(async move {
                    ports.barrier("phase")?.sync().await?;
                    panic!("out of step")
                })
            }),
        );
        net.barrier("phase", &["waits", "panics"]);
        assert_eq!(net.run().exit_code(), 1);
        assert_eq!(log.entries(), [0, 1, 2, 3, 4]);
    });
}

#[test]
fn an_arrival_that_is_dropped_is_withdrawn() {
    everywhere(|mut net| {
        let log = Log::new();
        let late = log.clone();
        net.process(
            "impatient",
            &[],
            &[],
            body(move |ports| {
                Box::pin(async move {
                    let mut member = ports.barrier("phase")?;
                    let limit = Duration::from_millis(20);
                    let given_up = ports.outside(tokio::time::timeout(limit, member.sync())).await?;
                    assert!(given_up.is_err(), "the other one sleeps");
                    ports.sleep(Duration::from_millis(200)).await?;
                    late.push(7);
                    Ok(member.sync().await?)
                })
            }),
        );
        let log_of_other = log.clone();
        net.process(
            "sleeper",
            &[],
            &[],
            body(move |ports| {
                Box::pin(async move {
                    ports.sleep(Duration::from_millis(100)).await?;
                    ports.barrier("phase")?.sync().await?;
                    log_of_other.push(8);
                    Ok(())
                })
            }),
        );
        net.barrier("phase", &["impatient", "sleeper"]);
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(log.entries(), [7, 8]);
    });
}

/// Takes what comes and else syncs, in that order; writes down what came before the sync.
fn prefers_its_input(log: &Log<i64>) -> impl Body + use<> {
    let log = log.clone();
    body(move |ports| {
        Box::pin(async move {
            let (mut input, mut member) = (ports.input("in"), ports.barrier("phase")?);
            loop {
                let (mut token, mut all) = (input.guard(), member.guard());
                if Alt::new(&mut [&mut token, &mut all]).pri_select().await? == 1 {
                    return Ok(all.take()?);
                }
                log.push(int(&token.take()?));
            }
        })
    })
}

#[test]
fn a_barrier_in_a_choice_comes_after_what_is_ready_before_it() {
    everywhere(|mut net| {
        let (log, wire) = (Log::new(), net.channel("c", ChannelKind::Buffer(5)));
        net.process("chooses", &[wire], &[], prefers_its_input(&log));
        for at in 0..2 {
            // The first one only comes to the barrier, early or late.
            let outputs = if at == 0 { vec![] } else { vec![wire] };
            net.process(
                &format!("p[{at}]"),
                &[],
                &outputs,
                body(move |ports| {
                    Box::pin(async move {
                        ports.sleep(Duration::from_millis(5)).await?;
                        if at == 1 {
                            let mut output = ports.output("out");
                            for n in 0..3 {
                                output.send(n).await?;
                            }
                        }
                        Ok(ports.barrier("phase")?.sync().await?)
                    })
                }),
            );
        }
        net.barrier("phase", &["chooses", "p[0]", "p[1]"]);
        assert_eq!(net.run().outcome, Outcome::Done);
        assert_eq!(log.entries(), [0, 1, 2]);
    });
}

#[test]
fn a_barrier_to_which_somebody_does_not_come_is_a_deadlock() {
    everywhere(|mut net| {
        let never = net.calls("never");
        net.process("waits", &[], &[], phases(1, &Log::new()));
        caller(
            &mut net,
            "stuck",
            never,
            body(|ports| Box::pin(async move { ports.call("call").call(1).await.map(drop) })),
        );
        net.server(
            "server",
            never,
            body(|ports| {
                Box::pin(async move {
                    let mut serve = ports.serve("serve");
                    loop {
                        serve.next().await?;
                    }
                })
            }),
        );
        net.barrier("phase", &["waits", "stuck"]);
        let report = net.run();
        assert_eq!(report.exit_code(), 4);
        let notes = report.diagnostics[0].notes.join("\n");
        assert!(notes.contains("`waits` waits at barrier `phase` (1 of 2 are there)"), "{notes}");
    });
}

#[test]
fn who_is_not_enrolled_is_told_how_to_be() {
    everywhere(|mut net| {
        net.process("alone", &[], &[], phases(1, &Log::new()));
        let report = net.run();
        assert_eq!(report.exit_code(), 1);
        let said = &report.diagnostics[0].message;
        assert!(said.contains("add `alone` to the list of `phase` under `barriers:`"), "{said}");
    });
}
