//! A run in which everything waits for the outside says so once, and goes on.

use std::sync::Arc;
use std::time::Duration;

use csprun_dsl::diagnostic::Code;
use csprun_dsl::network::ChannelKind;
use csprun_runtime::Outcome;
use csprun_runtime::alt::{Alt, Timeout};

use crate::bodies::{Log, body, sink};
use crate::everywhere;

#[test]
fn everything_that_waits_for_the_outside_is_told_once_with_a_list() {
    everywhere(|mut net| {
        let wire = net.channel("c", ChannelKind::Rendezvous);
        net.process(
            "source",
            &[],
            &[wire],
            body(|ports| Box::pin(async move { ports.outside(std::future::pending::<()>()).await })),
        );
        net.process("sink", &[wire], &[], sink(&Log::new()));
        let told = Log::new();
        let tell = told.clone();
        net.options().stalled = Some(Duration::from_millis(300));
        net.options().timeout = Some(Duration::from_millis(2500));
        net.options().tell = Some(Arc::new(move |diagnostic| tell.push(diagnostic.clone())));
        assert_eq!(net.run().outcome, Outcome::Timeout);
        let told = told.entries();
        assert_eq!(told.len(), 1);
        assert_eq!(told[0].code, Code::W0901);
        assert_eq!(told[0].message, "nothing has moved for 300ms: everything waits for the outside");
        assert_eq!(
            told[0].notes,
            [
                "`sink` waits to receive on `c` (source.out -> sink.in, rendezvous, nobody sending)",
                "`source` waits for the outside",
            ]
        );
    });
}

#[test]
fn who_sleeps_is_waited_for_though_nobody_reads_it() {
    everywhere(|mut net| {
        let (wire, log) = (net.channel("c", ChannelKind::Rendezvous), Log::new());
        let told = log.clone();
        let late = body(move |ports| {
            let told = told.clone();
            Box::pin(async move {
                let mut output = ports.output("out");
                while output.send(1).await.is_ok() {}
                for n in 0..2 {
                    Alt::new(&mut [&mut Timeout::after(Duration::from_millis(60))]).select().await?;
                    told.push(n);
                }
                Ok(())
            })
        });
        net.process("late", &[], &[wire], late);
        net.process(
            "leaves",
            &[wire],
            &[],
            body(|ports| Box::pin(async move { ports.input("in").recv().await.map(drop) })),
        );
        assert_eq!(net.run().outcome, Outcome::Done);
        assert_eq!(log.entries(), [0, 1]);
    });
}

#[test]
fn who_sleeps_is_not_stalled() {
    everywhere(|mut net| {
        net.process(
            "sleeper",
            &[],
            &[],
            body(|ports| Box::pin(async move { ports.sleep(Duration::from_millis(1500)).await })),
        );
        let told = Log::<()>::new();
        let tell = told.clone();
        net.options().stalled = Some(Duration::from_millis(300));
        net.options().tell = Some(Arc::new(move |_| tell.push(())));
        assert_eq!(net.run().outcome, Outcome::Done);
        assert!(told.entries().is_empty());
    });
}
