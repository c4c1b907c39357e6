//! Tokens arrive: once, in order, as they were sent (cases 1, 2, 7, 8, 11 to 13, 25, 29, 51).

use csprun_dsl::network::ChannelKind;
use csprun_runtime::Outcome;
use csprun_runtime::process::{FairIn, send_to_all};
use csprun_runtime::testing::Net;
use csprun_runtime::value::Value;

use crate::bodies::{KINDS, Log, body, int, sink, sink_to_the_end, source, source_with};
use crate::place::Delay;
use crate::{everywhere, everywhere_at_all_speeds};

/// `n_writers` send `n_each` tokens each over one channel to `n_readers`.
fn fan(mut net: Net, kind: ChannelKind, n_writers: i64, n_each: i64, n_readers: usize) {
    let log = Log::new();
    let wire = net.channel("c", kind);
    for writer in 0..n_writers {
        net.process(
            &format!("writer[{writer}]"),
            &[],
            &[wire],
            source(writer * n_each..(writer + 1) * n_each),
        );
    }
    for reader in 0..n_readers {
        net.process(&format!("reader[{reader}]"), &[wire], &[], sink(&log));
    }
    let report = net.run();
    assert_eq!(report.outcome, Outcome::Done);
    assert_eq!(log.sorted(), (0..n_writers * n_each).collect::<Vec<_>>());
    let counts = report.channels[0].counts;
    assert_eq!(
        (counts.sent, counts.received, counts.undelivered),
        (log.sorted().len() as u64, counts.sent, 0)
    );
}

#[test]
fn case_1_four_channels_with_one_writer_and_one_reader_each() {
    everywhere(|mut net| {
        let log = Log::new();
        for channel in 0..4 {
            let wire = net.channel(&format!("c[{channel}]"), ChannelKind::Rendezvous);
            net.process(&format!("writer[{channel}]"), &[], &[wire], source(channel * 10..channel * 10 + 10));
            net.process(&format!("reader[{channel}]"), &[wire], &[], sink(&log));
        }
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(log.sorted(), (0..40).collect::<Vec<_>>());
    });
}

#[test]
fn case_2_shared_ends_give_every_token_to_exactly_one() {
    for placement in crate::PLACEMENTS {
        for kind in KINDS {
            let sizes = [(1, 10, 1), (4, 10, 1), (1, 40, 4), (4, 10, 4), (5, 10, 5)];
            for (n_writers, n_each, n_readers) in sizes {
                csprun_runtime::testing::within(crate::LIMIT, move || {
                    fan(placement.net(), kind, n_writers, n_each, n_readers);
                });
            }
        }
    }
}

#[test]
fn case_7_what_a_sender_does_afterwards_is_not_seen() {
    everywhere(|mut net| {
        let log = Log::new();
        let wire = net.channel("c", ChannelKind::Buffer(4));
        net.process(
            "writer",
            &[],
            &[wire],
            body(|ports| {
                Box::pin(async move {
                    let mut output = ports.output("out");
                    let mut list = vec![Value::from(0)];
                    for n in 1..5 {
                        let token = Value::from(list);
                        output.send(token.clone()).await?;
                        list = token.into_list().expect("it is a list");
                        list[0] = Value::from(n);
                    }
                    Ok(())
                })
            }),
        );
        let seen = log.clone();
        net.process(
            "reader",
            &[wire],
            &[],
            body(|ports| {
                Box::pin(async move {
                    let mut input = ports.input("in");
                    loop {
                        let list = input.recv().await?.into_list().expect("it is a list");
                        seen.push(int(&list[0]));
                    }
                })
            }),
        );
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(log.entries(), [0, 1, 2, 3]);
    });
}

/// Sends payloads of all sizes over a channel of that kind; `shared`: with a second writer, which sends nothing.
fn payloads(mut net: Net, kind: ChannelKind, shared: bool) {
    let sizes = [0, 1, 22, 23, 64 << 10, 16 << 20];
    let all_bytes: Vec<u8> = (0..256).map(|i| (i * 151 % 256) as u8).collect();
    let all_sizes = all_bytes.repeat((16 << 20) / 256);
    let log = Log::new();
    let wire = net.channel("c", kind);
    let sent = all_sizes.clone();
    net.process(
        "writer",
        &[],
        &[wire],
        body(move |ports| {
            Box::pin(async move {
                let mut output = ports.output("out");
                for n in sizes {
                    output.send(sent[..n].to_vec()).await?;
                }
                Ok(())
            })
        }),
    );
    let seen = log.clone();
    net.process(
        "reader",
        &[wire],
        &[],
        body(move |ports| {
            Box::pin(async move {
                let mut input = ports.input("in");
                for n in sizes {
                    seen.push(input.recv().await?.as_bytes() == Some(&all_sizes[..n]));
                }
                Ok(())
            })
        }),
    );
    if shared {
        net.process("second", &[], &[wire], source(0..0));
    }
    assert_eq!(net.run().exit_code(), 0);
    assert_eq!(log.entries(), [true; 6]);
}

#[test]
fn case_8_payloads_of_every_size_arrive_byte_for_byte() {
    // A buffer between two threads is a ring; where it holds fewer, they wait for one another; with a second writer
    // it is no ring.
    for kind in [ChannelKind::Rendezvous, ChannelKind::Buffer(2), ChannelKind::Buffer(10)] {
        for shared in [false, true] {
            everywhere(move |net| payloads(net, kind, shared));
        }
    }
}

/// A writer that sends `n` and ends; a reader that starts only then.
fn late_reader(
    mut net: Net,
    kind: ChannelKind,
    n: i64,
    [writer, reader]: [Delay; 2],
) -> (Vec<i64>, Vec<String>, u64) {
    let (log, end) = (Log::new(), Log::new());
    let (wire, done) = (net.channel("c", kind), net.channel("done", ChannelKind::Rendezvous));
    net.process(
        "writer",
        &[],
        &[wire, done],
        body(move |ports| {
            Box::pin(async move {
                let mut outputs = ports.outputs("out");
                for n in 0..n {
                    writer.pause(n.unsigned_abs()).await;
                    outputs[0].send(n).await?;
                }
                Ok(())
            })
        }),
    );
    let (seen, ended) = (log.clone(), end.clone());
    net.process(
        "reader",
        &[wire, done],
        &[],
        body(move |ports| {
            Box::pin(async move {
                let mut inputs = ports.inputs("in");
                assert_eq!(inputs[1].next().await?, None);
                while let Some(token) = inputs[0].next().await? {
                    seen.push(int(&token));
                    reader.pause(int(&token).unsigned_abs()).await;
                }
                ended.push("retired".to_owned());
                Ok(())
            })
        }),
    );
    let report = net.run();
    assert_eq!(report.exit_code(), 0);
    (log.entries(), end.entries(), report.channels[0].counts.dropped)
}

#[test]
fn case_11_a_buffer_outlives_its_writer() {
    everywhere_at_all_speeds(|net, delays| {
        let (tokens, end, _) = late_reader(net, ChannelKind::Buffer(10), 10, delays);
        assert_eq!((tokens, end), ((0..10).collect(), vec!["retired".to_owned()]));
    });
}

#[test]
fn case_13_lossy_kinds_never_block_and_count() {
    everywhere_at_all_speeds(|net, delays| {
        let (tokens, _, n_dropped) = late_reader(net, ChannelKind::DropOldest(4), 7, delays);
        assert_eq!((tokens, n_dropped), (vec![3, 4, 5, 6], 3));
    });
    everywhere_at_all_speeds(|net, delays| {
        let (tokens, _, n_dropped) = late_reader(net, ChannelKind::DropNewest(4), 7, delays);
        assert_eq!((tokens, n_dropped), (vec![0, 1, 2, 3], 3));
    });
}

#[test]
fn case_29_a_merge_outlives_its_first_input() {
    everywhere_at_all_speeds(|mut net, [writers, readers]| {
        let (log, end) = (Log::new(), Log::new());
        let out = net.channel("out", ChannelKind::Buffer(2));
        let ins: Vec<_> = (0..3).map(|i| net.channel(&format!("in[{i}]"), ChannelKind::Rendezvous)).collect();
        for (i, wire) in (0..).zip(&ins) {
            let tokens = 100 * i..100 * i + 10 * (i + 1);
            net.process(&format!("source[{i}]"), &[], &[*wire], source_with(writers, tokens));
        }
        net.process(
            "merge",
            &ins,
            &[out],
            body(move |ports| {
                Box::pin(async move {
                    let (mut inputs, mut output) = (ports.inputs("in"), ports.output("out"));
                    let mut fair = FairIn::new(&mut inputs);
                    while let Some((_, token)) = fair.recv().await? {
                        readers.pause(int(&token).unsigned_abs()).await;
                        output.send(token).await?;
                    }
                    Ok(())
                })
            }),
        );
        net.process("sink", &[out], &[], sink_to_the_end(&log, &end));
        assert_eq!(net.run().exit_code(), 0);
        assert_eq!(log.sorted(), (0..10).chain(100..120).chain(200..230).collect::<Vec<_>>());
        assert_eq!(end.entries(), ["retired"]);
    });
}

#[test]
fn a_merge_over_buffers_serves_each_input_in_turn() {
    everywhere(|mut net| {
        let log = Log::new();
        let ready = net.channel("ready", ChannelKind::Rendezvous);
        let ins: Vec<_> =
            (0..4).map(|i| net.channel(&format!("in[{i}]"), ChannelKind::Buffer(100))).collect();
        for (i, wire) in (0..).zip(&ins) {
            net.process(
                &format!("source[{i}]"),
                &[],
                &[*wire, ready],
                body(move |ports| {
                    Box::pin(async move {
                        let mut outputs = ports.outputs("out");
                        for _ in 0..100 {
                            outputs[0].send(i).await?;
                        }
                        Ok(())
                    })
                }),
            );
        }
        let seen = log.clone();
        let all: Vec<_> = ins.iter().copied().chain([ready]).collect();
        net.process(
            "merge",
            &all,
            &[],
            body(move |ports| {
                Box::pin(async move {
                    let mut inputs = ports.inputs("in");
                    let mut ready = inputs.pop().expect("five inputs");
                    assert_eq!(ready.next().await?, None, "all sources have ended");
                    let mut fair = FairIn::new(&mut inputs);
                    while let Some((idx, _)) = fair.recv().await? {
                        seen.push(i64::try_from(idx).expect("below five"));
                    }
                    Ok(())
                })
            }),
        );
        assert_eq!(net.run().exit_code(), 0);
        let served = log.entries();
        assert_eq!(served.len(), 400);
        assert!(served.chunks(4).all(|round| round == [0, 1, 2, 3]), "{served:?}");
    });
}

#[test]
fn case_51_a_branch_that_retires_does_not_stop_the_other() {
    everywhere(|mut net| {
        let log = Log::new();
        let input = net.channel("in", ChannelKind::Auto);
        let (short, long) = (net.channel("short", ChannelKind::Auto), net.channel("long", ChannelKind::Auto));
        net.process("source", &[], &[input], source(0..1000));
        net.delta(
            "delta",
            &[input],
            &[short, long],
            body(|ports| {
                Box::pin(async move {
                    let (mut input, mut outputs) = (ports.input("in"), ports.outputs("out"));
                    loop {
                        send_to_all(&mut outputs, input.recv().await?).await?;
                    }
                })
            }),
        );
        net.process(
            "take",
            &[short],
            &[],
            body(|ports| {
                Box::pin(async move {
                    let mut input = ports.input("in");
                    for _ in 0..3 {
                        input.recv().await?;
                    }
                    Ok(())
                })
            }),
        );
        net.process("sink", &[long], &[], sink(&log));
        let report = net.run();
        assert_eq!(report.exit_code(), 0);
        assert_eq!(log.entries(), (0..1000).collect::<Vec<_>>());
        let counts = report.channels[1].counts;
        assert_eq!((counts.sent, counts.received, counts.undelivered), (1000, 3, 997));
    });
}

#[test]
fn every_reader_of_an_all_of_channel_gets_every_token() {
    for kind in KINDS {
        for placement in crate::PLACEMENTS {
            csprun_runtime::testing::within(crate::LIMIT, move || {
                let mut net = placement.net();
                let logs = [Log::new(), Log::new(), Log::new()];
                let wire = net.all_of("c", kind);
                net.process("source", &[], &[wire], source(0..200));
                for (i, log) in logs.iter().enumerate() {
                    net.process(&format!("sink[{i}]"), &[wire], &[], sink(log));
                }
                assert_eq!(net.run().exit_code(), 0);
                for log in &logs {
                    assert_eq!(log.entries(), (0..200).collect::<Vec<_>>());
                }
            });
        }
    }
}
