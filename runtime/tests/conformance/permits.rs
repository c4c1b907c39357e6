//! Permits where a run can be: at outputs that have retired, in firings, when processes end, and when nobody comes (C10).

use std::sync::{Arc, Mutex};
use std::time::Duration;

use csprun_dsl::check;
use csprun_dsl::diagnostic::Code;
use csprun_dsl::network::ChannelKind;
use csprun_dsl::resolve::Request;
use csprun_dsl::signature::{
    Cost, Doc, Group, PortSpec, PortType, Ports as PortSpecs, Rate, Signature, Traits,
};
use csprun_dsl::span::{ReadError, Sources};
use csprun_dsl::ty::Type;
use csprun_runtime::channel::Poison;
use csprun_runtime::library::library;
use csprun_runtime::process::{Ended, Ports};
use csprun_runtime::testing::within;
use csprun_runtime::value::Value;
use csprun_runtime::{Options, Outcome, start};

use crate::bodies::{Body, KINDS, Log, body, int, sink, sink_to_the_end, source};
use crate::place::PLACEMENTS;
use crate::{LIMIT, everywhere};

/// Kinds whose writers wait when there is no room.
fn each_kind(case: impl Fn(ChannelKind) + Copy) {
    KINDS.into_iter().for_each(case);
}

/// Sends the range by permits to each of its outputs, every other one after a while, then ends.
fn promising(range: std::ops::Range<i64>) -> impl Body {
    body(move |ports| {
        Box::pin(async move {
            let mut outputs = ports.outputs("out");
            for n in range {
                for output in &mut outputs {
                    let permit = output.reserve().await?;
                    if n % 2 == 0 {
                        ports.sleep(Duration::from_micros(10)).await?;
                    }
                    permit.send(n).await?;
                }
            }
            Ok(())
        })
    })
}

/// Takes so many tokens, then ends.
fn taker(n: usize, log: &Log<i64>) -> impl Body + use<> {
    let log = log.clone();
    body(move |ports| {
        Box::pin(async move {
            let mut input = ports.input("in");
            for _ in 0..n {
                log.push(int(&input.recv().await?));
            }
            Ok(())
        })
    })
}

#[test]
fn what_is_sent_by_permits_comes_once_and_in_order() {
    each_kind(|kind| {
        everywhere(move |mut net| {
            let (wires, log) = ([net.channel("a", kind), net.channel("b", kind)], Log::new());
            net.process("source", &[], &wires, promising(0..40));
            for (name, wire) in ["one", "two"].into_iter().zip(wires) {
                net.process(name, &[wire], &[], sink(&log));
            }
            let report = net.run();
            assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
            let twice: Vec<i64> = (0..40).flat_map(|n| [n, n]).collect();
            assert_eq!(log.sorted(), twice);
            for channel in &report.channels {
                assert_eq!((channel.counts.sent, channel.counts.received), (40, 40));
            }
        });
    });
}

#[test]
fn a_permit_for_an_output_that_has_retired_sends_to_nobody() {
    each_kind(|kind| {
        everywhere(move |mut net| {
            let wires = [net.channel("short", kind), net.channel("long", kind)];
            let (short, long) = (Log::new(), Log::new());
            net.delta("source", &[], &wires, promising(0..40));
            net.process("short", &[wires[0]], &[], taker(3, &short));
            net.process("long", &[wires[1]], &[], sink(&long));
            let report = net.run();
            assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
            assert_eq!(short.entries(), [0, 1, 2]);
            assert_eq!(long.entries(), Vec::from_iter(0..40), "the other branch gets everything");
            let counts = report.channels[0].counts;
            assert_eq!((counts.sent, counts.received, counts.undelivered), (40, 3, 37));
        });
    });
}

#[test]
fn permits_end_with_the_last_output() {
    each_kind(|kind| {
        everywhere(move |mut net| {
            let wires = [net.channel("a", kind), net.channel("b", kind)];
            let log = Log::new();
            net.delta("source", &[], &wires, promising(0..i64::MAX));
            net.process("one", &[wires[0]], &[], taker(3, &log));
            net.process("two", &[wires[1]], &[], taker(5, &log));
            assert_eq!(net.run().outcome, Outcome::Done);
            assert_eq!(log.sorted(), [0, 0, 1, 1, 2, 2, 3, 4]);
        });
    });
}

#[test]
fn a_permit_that_its_process_leaves_behind_stands_in_nobodys_way() {
    each_kind(|kind| {
        everywhere(move |mut net| {
            let (wire, log) = (net.channel("c", kind), Log::new());
            net.process(
                "brief",
                &[],
                &[wire],
                body(|ports| {
                    Box::pin(async move {
                        let mut output = ports.output("out");
                        let _permit = output.reserve().await?;
                        ports.sleep(Duration::from_millis(1)).await
                    })
                }),
            );
            net.process("source", &[], &[wire], source(0..40));
            net.process("sink", &[wire], &[], sink(&log));
            let report = net.run();
            assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
            assert_eq!(log.entries(), Vec::from_iter(0..40));
            assert_eq!(report.channels[0].counts.sent, 40, "a permit is no token");
        });
    });
}

#[test]
fn a_permit_of_a_process_that_fails_becomes_its_poison() {
    each_kind(|kind| {
        everywhere(move |mut net| {
            let (wire, log, end) = (net.channel("c", kind), Log::new(), Log::new());
            net.process(
                "failing",
                &[],
                &[wire],
                body(|ports| {
                    Box::pin(async move {
                        let mut output = ports.output("out");
                        let _permit = output.reserve().await?;
                        ports.sleep(Duration::from_millis(1)).await?;
                        Err(Ended::fail("enough"))
                    })
                }),
            );
            net.process("sink", &[wire], &[], sink_to_the_end(&log, &end));
            assert_eq!(net.run().exit_code(), 1);
            assert_eq!((log.entries(), end.entries()), (vec![], vec!["poisoned".to_owned()]));
        });
    });
}

/// How waits for a permit end when the only reader ends so after a while; without one they last for ever.
fn refused(kind: ChannelKind, poisons: bool) {
    everywhere(move |mut net| {
        let (wire, ends) = (net.channel("c", kind), Log::new());
        for name in ["one", "two"] {
            let ends = ends.clone();
            net.process(
                name,
                &[],
                &[wire],
                body(move |ports| {
                    Box::pin(async move {
                        let mut output = ports.output("out");
                        loop {
                            let sent = match output.reserve().await {
                                Ok(permit) => permit.send(1).await,
                                Err(ended) => Err(ended),
                            };
                            if let Err(ended) = sent {
                                ends.push(matches!(ended, Ended::Poisoned(_)));
                                return Ok(());
                            }
                        }
                    })
                }),
            );
        }
        net.process(
            "reader",
            &[wire],
            &[],
            body(move |ports| {
                Box::pin(async move {
                    let input = ports.input("in");
                    ports.sleep(Duration::from_millis(5)).await?;
                    if poisons {
                        input.poison(Poison::new("reader", "enough"));
                    }
                    Ok(())
                })
            }),
        );
        let report = net.run();
        assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
        assert_eq!(ends.entries(), [poisons; 2]);
        let counts = report.channels[0].counts;
        assert_eq!((counts.received, counts.sent), (0, counts.undelivered));
    });
}

#[test]
fn who_waits_for_a_permit_is_told_that_the_readers_have_retired() {
    each_kind(|kind| refused(kind, false));
}

#[test]
fn who_waits_for_a_permit_is_told_of_a_poison() {
    each_kind(|kind| refused(kind, true));
}

#[test]
fn who_waits_for_a_permit_that_nobody_can_give_is_stuck() {
    everywhere(|mut net| {
        let wires =
            [net.channel("there", ChannelKind::Buffer(1)), net.channel("back", ChannelKind::Buffer(1))];
        net.process("source", &[wires[1]], &wires[..1], promising(0..3));
        net.process(
            "other",
            &wires[..1],
            &wires[1..],
            body(|ports| {
                Box::pin(async move {
                    let (_input, mut output) = (ports.input("in"), ports.output("out"));
                    loop {
                        output.send(1).await?;
                    }
                })
            }),
        );
        let report = net.run();
        assert_eq!((report.outcome, report.diagnostics[0].code), (Outcome::Deadlock, Code::E0901));
        assert_eq!(report.diagnostics[0].message, "deadlock: 2 processes wait");
    });
}

#[test]
fn who_keeps_a_place_that_another_waits_for_is_stuck_with_it() {
    for kind in [ChannelKind::Rendezvous, ChannelKind::Buffer(1)] {
        everywhere(move |mut net| {
            let wires = [net.channel("there", kind), net.channel("back", ChannelKind::Rendezvous)];
            net.process(
                "keeper",
                &[wires[1]],
                &wires[..1],
                body(|ports| {
                    Box::pin(async move {
                        let (mut input, mut output) = (ports.input("in"), ports.output("out"));
                        let permit = output.reserve().await?;
                        permit.send(input.recv().await?).await
                    })
                }),
            );
            net.process(
                "other",
                &wires[..1],
                &wires[1..],
                body(|ports| {
                    Box::pin(async move {
                        let (mut input, mut output) = (ports.input("in"), ports.output("out"));
                        output.send(input.recv().await?).await
                    })
                }),
            );
            let report = net.run();
            assert_eq!((report.outcome, report.diagnostics[0].code), (Outcome::Deadlock, Code::E0901));
            assert_eq!(report.diagnostics[0].message, "deadlock: 2 processes wait");
        });
    }
}

#[test]
fn an_auto_channel_grows_for_who_waits_for_a_permit() {
    everywhere(|mut net| {
        let wires = [net.channel("all", ChannelKind::Auto), net.channel("then", ChannelKind::Rendezvous)];
        let log = Log::new();
        net.process(
            "source",
            &[],
            &wires,
            body(|ports| {
                Box::pin(async move {
                    let mut outputs = ports.outputs("out");
                    for n in 0..200 {
                        outputs[0].reserve().await?.send(n).await?;
                    }
                    outputs[1].send(0).await
                })
            }),
        );
        let kept = log.clone();
        net.process(
            "sink",
            &wires,
            &[],
            body(move |ports| {
                Box::pin(async move {
                    let mut inputs = ports.inputs("in");
                    inputs[1].recv().await?;
                    loop {
                        kept.push(int(&inputs[0].recv().await?));
                    }
                })
            }),
        );
        let report = net.run();
        assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
        assert_eq!(log.entries(), Vec::from_iter(0..200));
    });
}

const CHOOSY: Signature = Signature {
    kind: "Choosy",
    group: Group::User,
    doc: Doc { summary: "Sends odd numbers twice, by permits; gives those for even ones up.", ..Doc::NONE },
    ports: PortSpecs::Fixed(&[
        PortSpec::input("in", PortType::Is(Type::I64), "numbers"),
        PortSpec::output("out", PortType::Is(Type::I64), "the odd ones, each twice").rate(Rate::Dynamic),
    ]),
    params: &[],
    cost: Cost::Light,
    traits: Traits::FIRING,
};

async fn choosy(ports: &mut Ports) -> Result<(), Ended> {
    let (mut input, mut output) = (ports.input("in"), ports.output("out"));
    loop {
        let n = int(&input.recv().await?);
        let permit = output.reserve().await?;
        if n % 2 == 0 {
            continue;
        }
        permit.send(n).await?;
        output.reserve().await?.send(Value::from(n)).await?;
    }
}

struct Text(&'static str);

impl Sources for Text {
    fn read(&self, _from: Option<&str>, path: &str) -> Result<(String, String), ReadError> {
        Ok((path.to_owned(), self.0.to_owned()))
    }
}

const FARM: &str = r#"Network(
    processes: {
        "numbers": (run: Range(to: 40)),
        "choosy": (run: Choosy(), replicate: (n: 3, deal: Any, collect: InOrder)),
        "print": (run: Print()),
    },
    channels: [(from: "numbers", to: "choosy"), (from: "choosy", to: "print")],
)"#;

#[test]
fn permits_in_firings_keep_the_order_of_their_inputs() {
    let mut library = library();
    library.add(CHOOSY, |_params, ports| Box::pin(choosy(ports)));
    let (network, found) = check("farm.ron", &Text(FARM), library.catalog(), &Request::default());
    assert!(found.is_empty(), "{found:?}");
    let expected: String = (0..40).filter(|n| n % 2 == 1).map(|n| format!("{n}\n{n}\n")).collect();
    for placement in PLACEMENTS {
        let plan = placement.plan(&network).expect("it has no mistakes");
        let stdout = Arc::new(Mutex::new(Vec::new()));
        let options = Options { stdout: Some(stdout.clone()), ..Options::default() };
        let run = start(&plan, &library, &options).expect("threads are to be had");
        let report = within(LIMIT, move || run.wait());
        assert_eq!(report.outcome, Outcome::Done, "{}: {:?}", placement.name, report.diagnostics);
        let printed = String::from_utf8(stdout.lock().unwrap().clone()).unwrap();
        assert_eq!(printed, expected, "{}", placement.name);
    }
}
