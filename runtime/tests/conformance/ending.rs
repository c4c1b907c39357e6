//! Poison and retire (cases 15, 16, 18, 19, 21, 22, 24, 27, 28; more of 15, 20 and 28 in `ending_choices.rs`).

use csprun_dsl::network::{ChannelKind, OnEnd};
use csprun_runtime::Outcome;
use csprun_runtime::channel::Poison;
use csprun_runtime::process::{Ended, send_to_all};

use crate::bodies::{Body, KINDS, Log, body, identity, int, name_of, sink, sink_to_the_end, source};
use crate::everywhere;

/// Sends the first `n` integers, then poisons.
fn poisoning_source(n: i64) -> impl Body {
    body(move |ports| {
        Box::pin(async move {
            let mut output = ports.output("out");
            for n in 0..n {
                output.send(n).await?;
            }
            output.poison(Poison::new(ports.name(), "enough"));
            Ok(())
        })
    })
}

#[test]
fn case_15_a_writer_that_poisons_after_ten_rendezvous_has_delivered_ten() {
    everywhere(|mut net| {
        let (log, end) = (Log::new(), Log::new());
        let wire = net.channel("c", ChannelKind::Rendezvous);
        net.process("writer", &[], &[wire], poisoning_source(10));
        net.process("reader", &[wire], &[], sink_to_the_end(&log, &end));
        let report = net.run();
        assert_eq!(report.outcome, Outcome::Done, "an explicit poison is no failure");
        assert_eq!((log.entries(), end.entries()), ((0..10).collect(), vec!["poisoned".to_owned()]));
    });
}

#[test]
fn case_15_four_writers_that_poison_all_end() {
    for kind in KINDS {
        for placement in crate::PLACEMENTS {
            let mut net = placement.net();
            let log = Log::new();
            let wire = net.channel("c", kind);
            for writer in 0..4 {
                net.process(&format!("writer[{writer}]"), &[], &[wire], poisoning_source(10));
            }
            net.process("reader", &[wire], &[], sink(&log));
            let report = csprun_runtime::testing::within(crate::LIMIT, move || net.run());
            assert_eq!(report.exit_code(), 0);
            assert!((10..=40).contains(&log.entries().len()), "{kind:?}: {:?}", log.entries().len());
        }
    }
}

#[test]
fn case_16_buffered_tokens_are_read_before_the_poison_and_later_sends_fail() {
    everywhere(|mut net| {
        let (log, end, told) = (Log::new(), Log::new(), Log::new());
        let (wire, done) =
            (net.channel("c", ChannelKind::Buffer(5)), net.channel("done", ChannelKind::Buffer(1)));
        net.process("writer", &[], &[wire], poisoning_source(3));
        let (seen, ended) = (log.clone(), end.clone());
        net.process(
            "reader",
            &[wire],
            &[done],
            body(move |ports| {
                Box::pin(async move {
                    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
                    loop {
                        match input.recv().await {
                            Ok(token) => seen.push(int(&token)),
                            Err(poisoned) => {
                                ended.push(name_of(&poisoned).to_owned());
                                return output.send(0).await;
                            }
                        }
                    }
                })
            }),
        );
        let tell = told.clone();
        net.process(
            "second",
            &[done],
            &[wire],
            body(move |ports| {
                Box::pin(async move {
                    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
                    input.recv().await?;
                    let sent = output.send(99).await;
                    tell.push(sent.as_ref().err().map(name_of));
                    sent
                })
            }),
        );
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!((log.entries(), end.entries()), (vec![0, 1, 2], vec!["poisoned".to_owned()]));
        assert_eq!(told.entries(), [Some("poisoned")]);
    });
}

#[test]
fn case_18_a_readers_poison_reaches_everyone_and_discards() {
    everywhere(|mut net| {
        let end = Log::new();
        let wire = net.channel("c", ChannelKind::Buffer(3));
        let full = net.channel("full", ChannelKind::Rendezvous);
        let done = net.channel("done", ChannelKind::Rendezvous);
        let told = end.clone();
        net.process(
            "writer",
            &[],
            &[wire, full, done],
            body(move |ports| {
                Box::pin(async move {
                    let mut outputs = ports.outputs("out");
                    for n in 0..3 {
                        outputs[0].send(n).await?;
                    }
                    outputs[1].send(0).await?;
                    let sent = outputs[0].send(3).await;
                    told.push(sent.as_ref().err().map_or("sent", name_of));
                    outputs[2].send(0).await
                })
            }),
        );
        net.process(
            "poisoner",
            &[wire, full],
            &[],
            body(|ports| {
                Box::pin(async move {
                    let mut inputs = ports.inputs("in");
                    inputs[1].recv().await?;
                    // The writer's next send finds the buffer full, and waits or comes after the poison.
                    inputs.remove(0).poison(Poison::new("poisoner", "enough"));
                    Ok(())
                })
            }),
        );
        let told = end.clone();
        net.process(
            "other",
            &[wire, done],
            &[],
            body(move |ports| {
                Box::pin(async move {
                    let mut inputs = ports.inputs("in");
                    inputs[1].recv().await?;
                    let received = inputs[0].recv().await;
                    told.push(received.as_ref().err().map_or("received", name_of));
                    Ok(())
                })
            }),
        );
        let report = net.run();
        assert_eq!(report.exit_code(), 0);
        assert_eq!(end.entries(), ["poisoned", "poisoned"]);
        assert_eq!(report.channels[0].counts.undelivered, 3);
    });
}

/// Sends 0, then passes tokens on.
fn prefix() -> impl Body {
    body(|ports| {
        Box::pin(async move {
            let (mut input, mut output) = (ports.input("in"), ports.output("out"));
            output.send(0).await?;
            loop {
                output.send(input.recv().await?).await?;
            }
        })
    })
}

/// Passes each token to both outputs.
fn delta() -> impl Body {
    body(|ports| {
        Box::pin(async move {
            let (mut input, mut outputs) = (ports.input("in"), ports.outputs("out"));
            loop {
                send_to_all(&mut outputs, input.recv().await?).await?;
            }
        })
    })
}

fn successor() -> impl Body {
    body(|ports| {
        Box::pin(async move {
            let (mut input, mut output) = (ports.input("in"), ports.output("out"));
            loop {
                let n = int(&input.recv().await?);
                output.send(n + 1).await?;
            }
        })
    })
}

#[test]
fn case_19_a_poisoned_ring_ends() {
    everywhere(|mut net| {
        let [a, b, c, d] = ["a", "b", "c", "d"].map(|name| net.channel(name, ChannelKind::Rendezvous));
        net.process("prefix", &[c], &[a], prefix());
        net.process("delta", &[a], &[b, d], delta());
        net.process("successor", &[b], &[c], successor());
        let log = Log::new();
        let seen = log.clone();
        net.process(
            "consumer",
            &[d],
            &[],
            body(move |ports| {
                Box::pin(async move {
                    let mut input = ports.input("in");
                    for _ in 0..1000 {
                        seen.push(int(&input.recv().await?));
                    }
                    input.poison(Poison::new("consumer", "a thousand is enough"));
                    Ok(())
                })
            }),
        );
        let report = net.run();
        assert_eq!(report.exit_code(), 0);
        assert!(report.processes.iter().all(|process| process.fate.is_some()));
        assert_eq!(log.entries(), (0..1000).collect::<Vec<_>>());
    });
}

#[test]
fn case_19_poison_runs_down_a_pipeline() {
    everywhere(|mut net| {
        let (log, end) = (Log::new(), Log::new());
        let wires: Vec<_> = (0..8).map(|i| net.channel(&format!("c[{i}]"), ChannelKind::Auto)).collect();
        net.process("source", &[], &[wires[0]], poisoning_source(50));
        for (i, pair) in wires.windows(2).enumerate() {
            net.process(&format!("identity[{i}]"), &[pair[0]], &[pair[1]], identity());
        }
        net.process("sink", &[wires[7]], &[], sink_to_the_end(&log, &end));
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(end.entries(), ["poisoned"]);
        assert_eq!(log.entries(), (0..50).collect::<Vec<_>>());
    });
}

#[test]
fn case_21_poison_after_a_receive_does_not_undo_it() {
    everywhere(|mut net| {
        let log = Log::new();
        let wire = net.channel("c", ChannelKind::Rendezvous);
        let told = log.clone();
        net.process(
            "writer",
            &[],
            &[wire],
            body(move |ports| {
                Box::pin(async move {
                    let mut output = ports.output("out");
                    told.push(output.send(1).await.is_ok());
                    told.push(output.send(2).await.is_ok());
                    Ok(())
                })
            }),
        );
        net.process(
            "reader",
            &[wire],
            &[],
            body(|ports| {
                Box::pin(async move {
                    let mut input = ports.input("in");
                    input.recv().await?;
                    input.poison(Poison::new("reader", "one is enough"));
                    Ok(())
                })
            }),
        );
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(log.entries(), [true, false]);
    });
}

#[test]
fn case_22_an_immune_surrounding_goes_on() {
    everywhere(|mut net| {
        let log = Log::new();
        let (inner, outer) =
            (net.channel("inner", ChannelKind::Rendezvous), net.channel("outer", ChannelKind::Auto));
        net.process("inside", &[], &[inner], poisoning_source(5));
        let surrounding = net.process(
            "surrounding",
            &[inner],
            &[outer],
            body(|ports| {
                Box::pin(async move {
                    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
                    while let Some(token) = input.next().await? {
                        output.send(token).await?;
                    }
                    output.send(100).await
                })
            }),
        );
        surrounding.ports[0].immunity = 1;
        net.process("sink", &[outer], &[], sink(&log));
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(log.entries(), [0, 1, 2, 3, 4, 100]);
    });
}

#[test]
fn case_24_poison_that_is_caught_goes_no_further() {
    everywhere(|mut net| {
        let (log, end) = (Log::new(), Log::new());
        let (first, second) =
            (net.channel("first", ChannelKind::Auto), net.channel("second", ChannelKind::Auto));
        net.process("source", &[], &[first], poisoning_source(5));
        net.process(
            "catcher",
            &[first],
            &[second],
            body(|ports| {
                Box::pin(async move {
                    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
                    loop {
                        match input.recv().await {
                            Ok(token) => output.send(token).await?,
                            Err(Ended::Poisoned(_)) => return Ok(()),
                            Err(ended) => return Err(ended),
                        }
                    }
                })
            }),
        );
        net.process("sink", &[second], &[], sink_to_the_end(&log, &end));
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!((log.entries(), end.entries()), ((0..5).collect(), vec!["retired".to_owned()]));
    });
}

#[test]
fn case_27_and_28_ends_are_retired_for_a_process_that_just_returns() {
    everywhere(|mut net| {
        let (log, end) = (Log::new(), Log::new());
        let (used, unused) =
            (net.channel("used", ChannelKind::Rendezvous), net.channel("unused", ChannelKind::Auto));
        let told = log.clone();
        net.process(
            "writer",
            &[],
            &[used],
            body(move |ports| {
                Box::pin(async move {
                    let mut output = ports.output("out");
                    let mut n = 0;
                    while output.send(n).await.is_ok() {
                        n += 1;
                    }
                    told.push(n);
                    Ok(())
                })
            }),
        );
        net.process(
            "returns",
            &[used],
            &[unused],
            body(|ports| {
                Box::pin(async move {
                    let mut input = ports.input("in");
                    input.recv().await?;
                    input.recv().await?;
                    Ok(())
                })
            }),
        );
        net.process("sink", &[unused], &[], sink_to_the_end(&Log::new(), &end));
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!((log.entries(), end.entries()), (vec![2], vec!["retired".to_owned()]));
    });
}

#[test]
fn a_normal_end_poisons_when_the_file_says_so() {
    everywhere(|mut net| {
        let (log, end) = (Log::new(), Log::new());
        let wire = net.channel("c", ChannelKind::Auto);
        net.process("source", &[], &[wire], source(0..3)).on_end = OnEnd::Poison;
        net.process("sink", &[wire], &[], sink_to_the_end(&log, &end));
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!((log.entries(), end.entries()), (vec![0, 1, 2], vec!["poisoned".to_owned()]));
    });
}
