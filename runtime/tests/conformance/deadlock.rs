//! Deadlocks are found, named and told from what only looks like one (cases 26, 44).

use std::time::Duration;

use csprun_dsl::diagnostic::Code;
use csprun_dsl::network::ChannelKind;
use csprun_dsl::ty::Constant;
use csprun_runtime::Outcome;
use csprun_runtime::alt::{Alt, Timeout};
use csprun_runtime::compose::Kind;
use csprun_runtime::process::{Ended, recv_from_each};
use csprun_runtime::testing::{Net, within};

use crate::bodies::{Body, Log, body, identity, int, sink, sink_to_the_end, source};
use crate::{everywhere, on_all};

/// Runs a case of a deadlock on every placement, which is told in ten times the second that is promised.
fn told_soon(case: impl Fn(Net) + Copy + Send + 'static) {
    for placement in crate::PLACEMENTS {
        eprintln!("on {}", placement.name);
        within(Duration::from_secs(10), move || case(placement.net()));
    }
}

#[test]
fn case_44_a_ring_without_a_token_is_a_deadlock_with_its_cycle() {
    told_soon(|mut net| {
        let wires: Vec<_> =
            (0..3).map(|i| net.channel(&format!("c[{i}]"), ChannelKind::Rendezvous)).collect();
        for i in 0..3 {
            net.process(&format!("p[{i}]"), &[wires[i]], &[wires[(i + 1) % 3]], identity());
        }
        let report = net.run();
        assert_eq!((report.outcome, report.exit_code()), (Outcome::Deadlock, 4));
        let diagnostic = &report.diagnostics[0];
        assert_eq!(
            (diagnostic.code, diagnostic.message.as_str()),
            (Code::E0901, "deadlock: 3 processes wait")
        );
        assert_eq!(
            diagnostic.notes,
            [
                "`p[0]` waits to receive on `c[0]` (p[2].out -> p[0].in, rendezvous, nobody sending)",
                "`p[2]` waits to receive on `c[2]` (p[1].out -> p[2].in, rendezvous, nobody sending)",
                "`p[1]` waits to receive on `c[1]` (p[0].out -> p[1].in, rendezvous, nobody sending)",
            ]
        );
        assert_eq!(diagnostic.help.as_deref(), Some("the cycle has no token: give `c[0]` an `initial:` one"));
    });
}

#[test]
fn case_44_a_receive_that_nobody_serves_is_a_deadlock_that_names_both() {
    told_soon(|mut net| {
        let [never, wish] = ["never", "wish"].map(|name| net.channel(name, ChannelKind::Rendezvous));
        net.process("reader", &[never], &[wish], identity());
        // It could serve the reader, and waits itself.
        net.process("holder", &[wish], &[never], identity());
        let report = net.run();
        assert_eq!((report.outcome, report.exit_code()), (Outcome::Deadlock, 4));
        assert_eq!(
            report.diagnostics[0].notes,
            [
                "`reader` waits to receive on `never` (holder.out -> reader.in, rendezvous, nobody sending)",
                "`holder` waits to receive on `wish` (reader.out -> holder.in, rendezvous, nobody sending)",
            ]
        );
    });
}

/// Passes on `n` tokens.
fn identity_of(n: usize) -> impl Body {
    body(move |ports| {
        Box::pin(async move {
            let (mut input, mut output) = (ports.input("in"), ports.output("out"));
            for _ in 0..n {
                output.send(input.recv().await?).await?;
            }
            Ok(())
        })
    })
}

#[test]
fn a_ring_with_a_token_runs() {
    everywhere(|mut net| {
        let wires: Vec<_> = (0..3).map(|i| net.channel(&format!("c[{i}]"), ChannelKind::Buffer(1))).collect();
        net.initial(wires[0], vec![Constant::I64(1)]);
        for i in 0..3 {
            net.process(&format!("p[{i}]"), &[wires[i]], &[wires[(i + 1) % 3]], identity_of(100));
        }
        assert_eq!(net.run().exit_code(), 0);
    });
}

#[test]
fn case_26_who_waits_for_a_stuck_process_is_stuck_too() {
    everywhere(|mut net| {
        let [a, b, held] = ["a", "b", "held"].map(|name| net.channel(name, ChannelKind::Rendezvous));
        net.process("one", &[a], &[b], identity());
        // Holds the writing end of `held`, never uses it, and waits in a cycle.
        net.process(
            "two",
            &[b],
            &[a, held],
            body(|ports| {
                Box::pin(async move {
                    let (mut input, mut outputs) = (ports.input("in"), ports.outputs("out"));
                    loop {
                        outputs[0].send(input.recv().await?).await?;
                    }
                })
            }),
        );
        net.process("reader", &[held], &[], sink(&Log::new()));
        let report = net.run();
        assert_eq!(report.exit_code(), 4);
        let notes = &report.diagnostics[0].notes;
        assert_eq!(notes[2], "also stuck:");
        assert_eq!(
            notes[3],
            "`reader` waits to receive on `held` (two.out[1] -> reader.in, rendezvous, nobody sending)"
        );
    });
}

#[test]
fn of_what_goes_to_all_it_is_said_for_whom_it_is_empty_or_full() {
    for (kind, slots, empty, full) in [
        (ChannelKind::Rendezvous, "rendezvous", "nothing new for it", "not taken by all"),
        (ChannelKind::Buffer(2), "2 slots", "empty for it", "full for a reader"),
    ] {
        everywhere(move |mut net| {
            let (wire, back) = (net.all_of("c", kind), net.channel("back", ChannelKind::Rendezvous));
            net.process("writer", &[], &[wire], source(0..9));
            // Takes nothing of `c` before the other says that it has all of it.
            let waits = body(|ports| Box::pin(async move { ports.inputs("in")[1].recv().await.map(drop) }));
            net.process("first", &[wire, back], &[], waits);
            net.process(
                "second",
                &[wire],
                &[back],
                body(|ports| {
                    Box::pin(async move {
                        let (mut input, _output) = (ports.input("in"), ports.output("out"));
                        loop {
                            input.recv().await?;
                        }
                    })
                }),
            );
            let report = net.run();
            let notes = report.diagnostics[0].notes.join("\n");
            for line in [
                format!(
                    "`writer` waits to send on `c` (writer.out -> first.in[0], second.in, {slots}, {full})"
                ),
                format!(
                    "`second` waits to receive on `c` (writer.out -> first.in[0], second.in, {slots}, {empty})"
                ),
            ] {
                assert!(notes.contains(&line), "{line} in\n{notes}");
            }
        });
    }
}

#[test]
fn a_long_list_of_stuck_processes_is_cut_short() {
    everywhere(|mut net| {
        let [a, b] = ["a", "b"].map(|name| net.channel(name, ChannelKind::Rendezvous));
        net.process("one", &[a], &[b], identity());
        net.process("two", &[b], &[a], identity());
        for i in 0..50 {
            net.process(&format!("reader[{i}]"), &[a], &[], sink(&Log::new()));
        }
        let report = net.run();
        assert_eq!(report.diagnostics[0].message, "deadlock: 52 processes wait");
        let notes = &report.diagnostics[0].notes;
        assert_eq!((notes.len(), notes.last().map(String::as_str)), (34, Some("and 20 more")));
    });
}

#[test]
fn case_26_sleeping_or_computing_is_no_deadlock() {
    everywhere(|mut net| {
        let log = Log::new();
        let (slept, computed) =
            (net.channel("slept", ChannelKind::Rendezvous), net.channel("computed", ChannelKind::Rendezvous));
        net.process(
            "sleeper",
            &[],
            &[slept],
            body(|ports| {
                Box::pin(async move {
                    ports.sleep(Duration::from_millis(200)).await?;
                    ports.output("out").send(1).await
                })
            }),
        );
        net.process(
            "computer",
            &[],
            &[computed],
            body(|ports| {
                Box::pin(async move {
                    std::thread::sleep(Duration::from_millis(300));
                    ports.output("out").send(2).await
                })
            }),
        );
        net.process("first", &[slept], &[], sink(&log));
        net.process("second", &[computed], &[], sink(&log));
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(log.sorted(), [1, 2]);
    });
}

#[test]
fn a_wait_that_nobody_counted_is_not_taken_for_a_deadlock() {
    everywhere(|mut net| {
        let log = Log::new();
        let wire = net.channel("c", ChannelKind::Rendezvous);
        net.process(
            "timer",
            &[],
            &[wire],
            body(|ports| {
                Box::pin(async move {
                    // Not `ports.sleep`: the runtime does not know of it.
                    tokio::time::sleep(Duration::from_millis(200)).await;
                    ports.output("out").send(1).await
                })
            }),
        );
        net.process("sink", &[wire], &[], sink(&log));
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(log.entries(), [1]);
    });
}

/// Sends `n` tokens to the first output, then `n` to the second, to a reader that takes them in pairs.
fn uneven(mut net: Net, kind: ChannelKind, n: i64) -> csprun_runtime::Report {
    let (left, right) = (net.channel("left", kind), net.channel("right", kind));
    net.process(
        "uneven",
        &[],
        &[left, right],
        body(move |ports| {
            Box::pin(async move {
                for output in &mut ports.outputs("out") {
                    for n in 0..n {
                        output.send(n).await?;
                    }
                }
                Ok(())
            })
        }),
    );
    net.process(
        "pairs",
        &[left, right],
        &[],
        body(|ports| {
            Box::pin(async move {
                let mut inputs = ports.inputs("in");
                loop {
                    let pair = recv_from_each(&mut inputs).await?;
                    assert_eq!(int(&pair[0]), int(&pair[1]));
                }
            })
        }),
    );
    net.run()
}

#[test]
fn an_artificial_deadlock_on_auto_is_broken_and_reported() {
    everywhere(|net| {
        let report = uneven(net, ChannelKind::Auto, 1000);
        assert_eq!(report.outcome, Outcome::Done);
        assert_eq!(report.channels[0].grown_to, Some(1024));
        assert_eq!(report.channels[1].grown_to, None);
        assert_eq!(report.channels[1].counts.received, 1000);
    });
}

#[test]
fn growing_stops_at_the_memory_limit() {
    everywhere(|mut net| {
        net.plan().settings.memory = Some(10_000);
        let report = uneven(net, ChannelKind::Auto, 1000);
        assert_eq!(report.exit_code(), 4);
        let limit = "`left` would grow past the limit of 10000 bytes (`run.memory`)";
        assert!(report.diagnostics[0].notes.iter().any(|note| note == limit), "{:?}", report.diagnostics);
    });
}

#[test]
fn a_full_buffer_in_a_cycle_of_waits_is_a_deadlock() {
    everywhere(|net| {
        let report = uneven(net, ChannelKind::Buffer(10), 1000);
        assert_eq!(report.exit_code(), 4);
        let diagnostic = &report.diagnostics[0];
        assert_eq!(
            diagnostic.notes,
            [
                "`uneven` waits to send on `left` (uneven.out[0] -> pairs.in[0], 10 slots, full)",
                "`pairs` waits to receive on `right` (uneven.out[1] -> pairs.in[1], 10 slots, empty)",
            ]
        );
        let help = "let one process of the cycle receive, or send, in another order, or give `left` more slots \
                    (`kind: Buffer(11)`)";
        assert_eq!(diagnostic.help.as_deref(), Some(help));
    });
}

#[test]
fn processes_without_channels_just_end() {
    everywhere(|mut net| {
        for i in 0..10 {
            net.process(&format!("p[{i}]"), &[], &[], body(|_| Box::pin(async { Ok(()) })));
        }
        assert_eq!(net.run().outcome, Outcome::Done);
    });
    everywhere(|net| assert_eq!(net.run().outcome, Outcome::Done));
}

#[test]
fn hundreds_of_processes_on_one_channel_are_all_served() {
    everywhere(|mut net| {
        let n = 200;
        let (log, end) = (Log::new(), Log::new());
        let wire = net.channel("c", ChannelKind::Rendezvous);
        for i in 0..n {
            net.process(&format!("p[{i}]"), &[], &[wire], source(i..i + 1));
        }
        net.process("sink", &[wire], &[], sink_to_the_end(&log, &end));
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!((log.sorted(), end.entries()), ((0..n).collect(), vec!["retired".to_owned()]));
    });
}

#[test]
fn a_timeout_that_nobody_waits_for_hides_no_deadlock() {
    on_all(|mut case| {
        let (mut to, mut from) = case.channels::<u64>(2, Kind::Rendezvous);
        let (never_to, never) = (to.pop(), from.pop());
        case.process(to, |mut to| async move { Ok(to[0].send(1).await?) });
        case.process((from, never, never_to), |(mut from, never, held)| async move {
            let mut late = Timeout::after(Duration::from_secs(3600));
            let mut first = from[0].guard();
            assert_eq!(Alt::new(&mut [&mut late, &mut first]).select().await, Ok(1));
            first.take()?;
            // The timeout is still there, for a choice that never comes.
            never.ok_or_else(|| Ended::fail("there are two"))?.recv().await?;
            drop((late, held));
            Ok(())
        });
        let report = case.run();
        assert_eq!(report.outcome, Outcome::Deadlock, "{:?}", report.processes);
    });
}
