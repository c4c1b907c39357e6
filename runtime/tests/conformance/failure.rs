//! Failures and panics (cases 43, 50), and what else ends a run early.

use std::time::Duration;

use csprun_dsl::diagnostic::Code;
use csprun_dsl::network::ChannelKind;
use csprun_dsl::ty::Type;
use csprun_runtime::Outcome;
use csprun_runtime::process::{Ended, Fate};

use crate::bodies::{Log, body, identity, sink_to_the_end, source};
use crate::{everywhere, everywhere_undelayed};

#[test]
fn case_43_a_panic_ends_all_peers_and_the_report_names_it() {
    everywhere(|mut net| {
        let end = Log::new();
        let (first, second) =
            (net.channel("first", ChannelKind::Auto), net.channel("second", ChannelKind::Auto));
        net.process("source", &[], &[first], source(0..i64::MAX));
        net.process(
            "bad",
            &[first],
            &[second],
            body(|ports| {
                Box::pin(async move {
                    ports.input("in").recv().await?;
                    panic!("out of {}", "luck")
                })
            }),
        );
        net.process("sink", &[second], &[], sink_to_the_end(&Log::new(), &end));
        let report = net.run();
        assert_eq!((report.outcome, report.exit_code()), (Outcome::Failed, 1));
        assert_eq!(report.diagnostics.len(), 1, "{:?}", report.diagnostics);
        let diagnostic = &report.diagnostics[0];
        assert_eq!(diagnostic.code, Code::E0903);
        assert!(diagnostic.message.starts_with("`bad` panicked: out of luck (at "), "{}", diagnostic.message);
        assert!(report.processes.iter().all(|process| process.fate.is_some()));
        assert_eq!(end.entries(), ["poisoned"]);
    });
}

#[test]
fn case_50_readers_of_a_process_that_fails_never_see_end_of_stream() {
    everywhere(|mut net| {
        let (log, end) = (Log::new(), Log::new());
        let (wire, out) = (net.channel("c", ChannelKind::Auto), net.channel("out", ChannelKind::Auto));
        net.process(
            "bad",
            &[],
            &[wire],
            body(|ports| {
                Box::pin(async move {
                    let mut output = ports.output("out");
                    for n in 0..3 {
                        output.send(n).await?;
                    }
                    // The handle is dropped before the body fails: that must not look like an end of stream.
                    drop(output);
                    Err(Ended::from(std::io::Error::other("disk on fire")))
                })
            }),
        );
        net.process("identity", &[wire], &[out], identity());
        net.process("sink", &[out], &[], sink_to_the_end(&log, &end));
        let report = net.run();
        assert_eq!(report.exit_code(), 1);
        assert_eq!((log.entries(), end.entries()), (vec![0, 1, 2], vec!["poisoned".to_owned()]));
        let said: Vec<_> = report.diagnostics.iter().map(|d| (d.code, d.message.as_str())).collect();
        assert_eq!(said, [(Code::E0902, "`bad` failed: disk on fire")], "the cause, not its echo");
        let Some(Fate::Poisoned(poison)) = &report.processes[2].fate else { panic!("it was poisoned") };
        assert_eq!((poison.cause().who.as_str(), poison.cause().what.as_str()), ("bad", "disk on fire"));
    });
}

#[test]
fn a_token_of_another_type_is_a_failure_that_names_the_channel() {
    everywhere(|mut net| {
        let wire = net.channel("numbers", ChannelKind::Auto);
        net.process(
            "source",
            &[],
            &[wire],
            body(|ports| Box::pin(async move { ports.output("out").send("seven").await })),
        );
        net.process("sink", &[wire], &[], sink_to_the_end(&Log::new(), &Log::new()));
        net.plan().processes[1].ports[0].ty = Type::I64;
        let report = net.run();
        assert_eq!(report.exit_code(), 1);
        assert_eq!(
            report.diagnostics[0].message,
            "`sink` failed: channel `numbers` takes I64, not \"seven\" (Text)"
        );
    });
}

#[test]
fn an_integer_too_large_for_a_channel_of_floats_is_a_failure_of_its_writer() {
    everywhere(|mut net| {
        let wire = net.channel("floats", ChannelKind::Auto);
        net.process("source", &[], &[wire], source((1 << 53) + 1..(1 << 53) + 2));
        net.process("sink", &[wire], &[], sink_to_the_end(&Log::new(), &Log::new()));
        net.plan().channels[0].ty = Type::F64;
        net.plan().processes[0].ports[0].ty = Type::I64;
        let report = net.run();
        assert_eq!(
            report.diagnostics[0].message,
            "`source` failed: channel `floats` takes F64, not 9007199254740993 (I64)"
        );
    });
}

#[test]
fn a_run_that_takes_too_long_says_who_is_left() {
    // In virtual time an hour is no time.
    everywhere_undelayed(|mut net| {
        let wire = net.channel("c", ChannelKind::Auto);
        net.process(
            "sleeper",
            &[],
            &[wire],
            body(|ports| Box::pin(async move { ports.sleep(Duration::from_secs(3600)).await })),
        );
        net.process("sink", &[wire], &[], sink_to_the_end(&Log::new(), &Log::new()));
        net.options().timeout = Some(Duration::from_millis(50));
        let report = net.run();
        assert_eq!((report.outcome, report.exit_code()), (Outcome::Timeout, 124));
        let diagnostic = &report.diagnostics[0];
        assert_eq!((diagnostic.code, diagnostic.message.as_str()), (Code::E0904, "timeout after 50ms"));
        assert_eq!(
            diagnostic.notes,
            ["`sink` waits to receive on `c` (sleeper.out -> sink.in, 64 slots, empty)", "`sleeper` sleeps"]
        );
    });
}

#[test]
fn a_source_that_waits_outside_ends_when_nobody_reads_it_any_more() {
    everywhere(|mut net| {
        let wire = net.channel("c", ChannelKind::Auto);
        net.process(
            "clock",
            &[],
            &[wire],
            body(|ports| {
                Box::pin(async move {
                    ports.output("out").send(0).await?;
                    ports.sleep(Duration::from_secs(3600)).await
                })
            }),
        );
        net.process(
            "sink",
            &[wire],
            &[],
            body(|ports| Box::pin(async move { ports.input("in").recv().await.map(drop) })),
        );
        assert_eq!(net.run().outcome, Outcome::Done);
    });
}

#[test]
fn a_read_that_never_returns_does_not_keep_the_run() {
    csprun_runtime::testing::within(crate::LIMIT, || {
        let mut net = csprun_runtime::testing::Net::on_threads();
        let wire = net.channel("c", ChannelKind::Auto);
        net.process(
            "stdin",
            &[],
            &[wire],
            body(|ports| {
                Box::pin(async move {
                    ports.output("out").send(0).await?;
                    let _reading = ports.blocking()?;
                    loop {
                        std::thread::park();
                    }
                })
            }),
        );
        net.process(
            "sink",
            &[wire],
            &[],
            body(|ports| Box::pin(async move { ports.input("in").recv().await.map(drop) })),
        );
        assert_eq!(net.run().outcome, Outcome::Done);
    });
}
