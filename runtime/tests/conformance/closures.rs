//! What a graph file says of its processes and its run, said of closures.

use csprun_runtime::Outcome;
use csprun_runtime::compose::{Kind, Network, OnEnd, Plug};
use csprun_runtime::process::{Fate, spawn};

use crate::bodies::{Log, name_of};
use crate::place::sleep;
use crate::{on_all, on_all_undelayed};

/// B2: processes that call one another in a cycle cannot start; one may have both ends for those that it spawns.
#[test]
fn closures_that_call_one_another_in_a_cycle_are_refused() {
    let mut net = Network::new("cycle");
    let ((one, serve_one), (two, serve_two)) = (net.calls::<u8, u8>("one"), net.calls::<u8, u8>("two"));
    net.process("a", (one, serve_two), |(mut client, _server)| async move {
        client.call(1).await?;
        Ok(())
    });
    net.process("b", (two, serve_one), |(mut client, _server)| async move {
        client.call(1).await?;
        Ok(())
    });
    let refused = net.run().expect_err("it is a cycle");
    assert_eq!(
        refused.to_string(),
        "these call one another in a circle: a, b; a server that waits for a reply cannot serve; let one of them \
         send instead of call"
    );
    let mut net = Network::new("both ends");
    let both = net.calls::<u8, u8>("own");
    net.process("a", both, |(mut client, mut server)| async move {
        let serves = async move {
            let (caller, n) = server.request().await?;
            server.reply(caller, n + 1)
        };
        let calls = async move { client.call(1).await.map(|n| assert_eq!(n, 2)) };
        let (served, called) = tokio::join!(spawn(serves), spawn(calls));
        served.and(called)
    })
    .on_worker(0);
    assert_eq!(net.run().expect("threads are to be had").exit_code(), 0);
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

/// B1: the phases of closures at a barrier of their network; one leaves, and the others go on.
#[test]
fn closures_pass_a_barrier_together_until_they_resign() {
    on_all(|mut case| {
        let (phase, log) = (case.barrier(), Log::new());
        for number in 0..4_usize {
            let (log, n_phases) = (log.clone(), if number == 0 { 3 } else { 10 });
            case.process(phase.join(), move |mut phase| async move {
                for at in 0..n_phases {
                    log.push(at);
                    phase.sync().await?;
                }
                Ok(())
            });
        }
        drop(phase);
        case.done();
        assert!(log.entries().is_sorted(), "nobody begins a phase before all have ended the one before");
        assert_eq!(log.entries().len(), 3 + 3 * 10);
    });
}

/// N2: who waits at a barrier for one that waits for them is stuck, whatever others do. (Under a seed, only a network
/// in which nothing moves is looked at.)
#[test]
fn closures_that_are_stuck_at_a_barrier_are_reported_beside_others_that_go_on() {
    on_all_undelayed(|mut case| {
        let phase = case.barrier();
        let (to, from) = case.channel::<u8>(Kind::Rendezvous);
        let (there, back) = (case.channel::<u8>(Kind::Rendezvous), case.channel::<u8>(Kind::Rendezvous));
        case.process((phase.join(), to), |(mut phase, mut to)| async move {
            phase.sync().await?;
            Ok(to.send(1).await?)
        });
        case.process((phase, from), |(mut phase, mut from)| async move {
            from.recv().await?;
            phase.sync().await?;
            Ok(())
        });
        for (to, from) in [(there.0, back.1), (back.0, there.1)] {
            case.process((to, from), |(mut to, mut from)| async move {
                loop {
                    let (sent, received) = tokio::join!(to.send(1), from.recv());
                    sent?;
                    received?;
                }
            });
        }
        let report = case.run();
        assert_eq!(report.outcome, Outcome::Deadlock);
        let notes = report.diagnostics[0].notes.join("\n");
        assert!(notes.contains("`p[0]` waits at barrier `phase` (1 of 2 are there)"), "{notes}");
        assert!(notes.contains("`p[1]` waits to receive on `c`"), "{notes}");
        assert!(!notes.contains("p[2]"), "{notes}");
    });
}

/// A plug that stays in the program: what joins it once the network runs has ended.
#[test]
fn a_plug_that_joins_a_network_that_runs_is_nobody() {
    let mut net = Network::new("late");
    let (to, from) = net.channel::<u8>("c", Kind::Rendezvous);
    let (call, serve) = net.calls::<u8, u8>("ask");
    let phase = net.barrier("phase");
    net.process("reader", (from, serve), |(mut from, mut server)| async move {
        assert_eq!(from.next().await?, None);
        server.request().await?;
        Ok(())
    });
    let run = net.start().expect("threads are to be had");
    drop((to.join(), call.join(), phase.join()));
    drop((to, call, phase));
    let report = run.wait();
    assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
}
