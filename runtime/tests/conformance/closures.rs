//! What a graph file says of its processes and its run, said of closures.

use csprun_runtime::Outcome;
use csprun_runtime::compose::{Kind, Network, OnEnd};
use csprun_runtime::process::Fate;

use crate::bodies::{Log, name_of};
use crate::on_all;
use crate::place::sleep;

/// Processes that call one another in a circle cannot start.
#[test]
fn closures_that_call_one_another_in_a_circle_are_refused() {
    let mut net = Network::new("circle");
    let ((one, serve_one), (two, serve_two)) = (net.calls::<u8, u8>("one"), net.calls::<u8, u8>("two"));
    net.process("a", (one, serve_two), |(mut client, _server)| async move {
        client.call(1).await?;
        Ok(())
    });
    net.process("b", (two, serve_one), |(mut client, _server)| async move {
        client.call(1).await?;
        Ok(())
    });
    let refused = net.run().expect_err("it is a circle");
    assert_eq!(
        refused.to_string(),
        "these call one another in a circle: a, b; a server that waits for a reply cannot serve; let one of them \
         send instead of call"
    );
}

/// E1: `on_end`, which a graph file says of a process, is said of a closure too.
#[test]
fn a_closure_that_shall_poison_on_its_end_does() {
    on_all(|mut case| {
        let ends = Log::new();
        for on_end in [OnEnd::Retire, OnEnd::Poison] {
            let (to, from) = case.channel::<u8>(Kind::Buffer(4));
            let (early, read) = case.channel::<u8>(Kind::Buffer(4));
            case.process((to, early), |(mut to, early)| async move {
                early.retire();
                to.send(1).await?;
                sleep(std::time::Duration::from_micros(1)).await;
                Ok(())
            })
            .on_end(on_end);
            let log = ends.clone();
            case.process((from, read), move |(mut from, mut read)| async move {
                let gone = loop {
                    if let Err(gone) = from.recv().await {
                        break gone;
                    }
                };
                log.push((on_end == OnEnd::Poison, name_of(&gone.into())));
                assert_eq!(read.next().await?, None, "what had retired stays so");
                Ok(())
            });
        }
        let report = case.done();
        assert!(report.processes.iter().all(|process| process.fate == Some(Fate::Done)));
        assert_eq!(ends.sorted(), [(false, "retired"), (true, "poisoned")]);
    });
}

/// N3: `Auto` channels of closures grow to the limit of memory and no further.
#[test]
fn channels_of_closures_grow_to_the_limit_of_memory() {
    on_all(|mut case| {
        case.memory(size_of::<u64>() * 100);
        let (first, from_first) = case.channel::<u64>(Kind::Auto);
        let (second, from_second) = case.channel::<u64>(Kind::Rendezvous);
        case.process((first, second), |(mut first, mut second)| async move {
            for n in 0..1000 {
                first.send(n).await?;
            }
            Ok(second.send(1).await?)
        });
        case.process((from_first, from_second), |(mut first, mut second)| async move {
            second.recv().await?;
            while first.next().await?.is_some() {}
            Ok(())
        });
        let report = case.run();
        assert_eq!(report.outcome, Outcome::Deadlock);
        let said = format!("{:?}", report.diagnostics);
        assert!(said.contains("would grow past the limit of 800 bytes"), "{said}");
        assert!(report.channels[0].grown_to.is_some_and(|n| n <= 100), "{:?}", report.channels[0]);
    });
}
