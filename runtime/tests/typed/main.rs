//! What a program that embeds the runtime relies on: networks of closures with typed channels.

#![expect(clippy::unwrap_used, reason = "a test may panic")]

mod par;
mod running;

use std::sync::mpsc;
use std::time::Duration;

use csprun_runtime::alt::{Alt, Fair, Timeout};
use csprun_runtime::compose::{Kind, Network, Plug, shared_channel};
use csprun_runtime::process::{Ended, Fate, spawn};
use csprun_runtime::testing::within;
use csprun_runtime::{Outcome, Report};

fn run(net: Network) -> Report {
    within(Duration::from_secs(60), move || net.run().unwrap())
}

fn commstime(n_workers: usize, n: u64) -> u64 {
    let mut net = Network::new("commstime");
    net.workers(n_workers);
    let (a, to_delta) = net.channel::<u64>("a", Kind::Rendezvous);
    let (b, to_successor) = net.channel::<u64>("b", Kind::Rendezvous);
    let (c, to_prefix) = net.channel::<u64>("c", Kind::Rendezvous);
    let (d, to_consumer) = net.channel::<u64>("d", Kind::Rendezvous);
    net.process("prefix", (to_prefix, a), |(mut from, mut to)| async move {
        to.send(0).await?;
        loop {
            to.send(from.recv().await?).await?;
        }
    });
    net.process("delta", (to_delta, b, d), |(mut from, mut left, mut right)| async move {
        loop {
            let n = from.recv().await?;
            left.send(n).await?;
            right.send(n).await?;
        }
    });
    net.process("successor", (to_successor, c), |(mut from, mut to)| async move {
        loop {
            to.send(from.recv().await? + 1).await?;
        }
    });
    let (result, sum) = mpsc::channel();
    net.process("consumer", to_consumer, move |mut from| async move {
        let mut sum = 0;
        for _ in 0..n {
            sum += from.recv().await?;
        }
        result.send(sum)?;
        Ok(())
    });
    assert_eq!(run(net).outcome, Outcome::Done);
    sum.recv().unwrap()
}

#[test]
fn commstime_counts_on_one_worker_and_on_two() {
    assert_eq!(commstime(1, 1000), 499_500);
    assert_eq!(commstime(2, 1000), 499_500);
    assert_eq!(commstime(4, 1000), 499_500);
}

#[test]
fn stressed_alternation_loses_nothing_and_serves_fairly() {
    for n_workers in [1, 2] {
        let mut net = Network::new("stressed");
        net.workers(n_workers);
        let mut readers = Vec::new();
        for channel in 0..8_u32 {
            let (sender, receiver) = net.channel::<(u32, u32, u32)>("c", Kind::Rendezvous);
            for writer in 0..8_u32 {
                net.process("writer", sender.join(), move |mut to| async move {
                    for n in 0.. {
                        to.send((channel, writer, n)).await?;
                    }
                    Ok(())
                });
            }
            readers.push(receiver);
        }
        let (result, seen) = mpsc::channel();
        net.process("reader", readers, move |mut readers| async move {
            let (mut fair, mut tokens) = (Fair::new(), Vec::new());
            let mut guards: Vec<_> = readers.iter_mut().map(|reader| reader.guard()).collect();
            for _ in 0..20_000 {
                let idx = Alt::over(&mut guards).fair_select(&mut fair).await?;
                tokens.push(guards[idx].take()?);
            }
            result.send(tokens)?;
            Ok(())
        });
        assert_eq!(run(net).outcome, Outcome::Done);
        let mut next = [[0; 8]; 8];
        for (channel, writer, n) in seen.recv().unwrap() {
            let next = &mut next[channel as usize][writer as usize];
            assert_eq!(*next, n);
            *next += 1;
        }
        let each: Vec<u32> = next.iter().map(|writers| writers.iter().sum()).collect();
        // On one worker every channel is ready all the time; on two the other one may not run at all.
        assert!(n_workers > 1 || each.iter().all(|n| *n == 2500), "{each:?}");
    }
}

#[test]
fn four_choosing_writers_and_four_choosing_readers_meet() {
    for (n_workers, kind) in
        [(1, Kind::Rendezvous), (2, Kind::Rendezvous), (2, Kind::Buffer(1)), (4, Kind::Rendezvous)]
    {
        let mut net = Network::new("meet");
        net.workers(n_workers);
        let mut channels = Vec::new();
        (0..4).for_each(|_| channels.push(net.channel::<u32>("c", kind)));
        for writer in 0..4_u32 {
            let outs: Vec<_> = channels.iter().map(|(sender, _)| sender.join()).collect();
            net.process("writer", outs, move |mut outs| async move {
                for n in 0..40 {
                    let mut guards: Vec<_> = outs.iter_mut().map(|out| out.guard(writer * 100 + n)).collect();
                    let idx = Alt::over(&mut guards).select().await?;
                    guards[idx].take()?;
                }
                Ok(())
            });
        }
        let (result, seen) = mpsc::channel();
        for _ in 0..4 {
            let ins: Vec<_> = channels.iter().map(|(_, receiver)| receiver.join()).collect();
            let result = result.clone();
            net.process("reader", ins, move |mut ins| async move {
                let mut guards: Vec<_> = ins.iter_mut().map(|input| input.guard()).collect();
                loop {
                    let idx = Alt::over(&mut guards).select().await?;
                    result.send(guards[idx].take()?)?;
                }
            });
        }
        drop((channels, result));
        assert_eq!(run(net).outcome, Outcome::Done);
        let mut seen: Vec<u32> = seen.iter().collect();
        seen.sort_unstable();
        let all: Vec<u32> = (0..4).flat_map(|writer| (0..40).map(move |n| writer * 100 + n)).collect();
        assert_eq!(seen, all);
    }
}

#[test]
fn an_end_that_fails_with_its_process_is_poisoned() {
    let mut net = Network::new("fail");
    let (out, input) = net.channel::<u32>("c", Kind::Rendezvous);
    net.process("writer", out, |mut out| async move {
        out.send(1).await?;
        Err(Ended::fail("out of luck"))
    });
    net.process("reader", input, |mut input| async move {
        while input.next().await?.is_some() {}
        Ok(())
    });
    let report = run(net);
    assert_eq!(report.outcome, Outcome::Failed);
    assert!(matches!(&report.processes[1].fate, Some(Fate::Poisoned(_))), "{:?}", report.processes);
}

#[test]
fn shared_ends_carry_replies_from_clients_that_travel() {
    let mut net = Network::new("replies");
    let (requests, server) = shared_channel(Kind::Rendezvous);
    net.process("server", (), move |()| async move {
        while let Ok(reply) = server.recv().await {
            let reply: csprun_runtime::compose::SharedSender<u32> = reply;
            spawn(async move {
                for n in 0..10 {
                    reply.send(n).await?;
                }
                Ok(())
            });
        }
        Ok(())
    });
    for client in 0..10 {
        let requests = requests.clone();
        net.process(&format!("client{client}"), (), move |()| async move {
            let (sender, receiver) = shared_channel(Kind::Rendezvous);
            requests.send(sender).await.map_err(|_| Ended::fail("no server"))?;
            for n in 0..10 {
                assert_eq!(receiver.recv().await?, n);
            }
            assert!(receiver.recv().await.is_err());
            Ok(())
        });
    }
    drop(requests);
    let report = run(net);
    assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
}

#[test]
fn a_deadlock_in_one_part_is_named_while_another_part_runs() {
    let mut net = Network::new("part");
    let (a, from_a) = net.channel::<u32>("a", Kind::Rendezvous);
    let (b, from_b) = net.channel::<u32>("b", Kind::Rendezvous);
    net.process("left", (from_a, b), |(mut from, mut to)| async move {
        loop {
            to.send(from.recv().await?).await?;
        }
    });
    net.process("right", (from_b, a), |(mut from, mut to)| async move {
        loop {
            to.send(from.recv().await?).await?;
        }
    });
    let (ping, pong) = net.channel::<u32>("busy", Kind::Rendezvous);
    net.process("ping", ping, |mut to| async move {
        loop {
            to.send(1).await?;
        }
    });
    net.process("pong", pong, |mut from| async move {
        loop {
            from.recv().await?;
        }
    });
    let report = run(net);
    assert_eq!(report.outcome, Outcome::Deadlock);
    let shown = format!("{:?}", report.diagnostics);
    assert!(shown.contains("`left` waits to receive on `a`") && !shown.contains("ping"), "{shown}");
}

#[test]
fn a_run_lasts_until_what_was_spawned_has_ended() {
    let mut net = Network::new("beside");
    net.workers(1);
    let (result, seen) = mpsc::channel();
    net.process("parent", (), move |()| async move {
        drop(spawn(async move {
            let mut late = Timeout::after(Duration::from_millis(20));
            Alt::new(&mut [&mut late]).select().await?;
            result.send(1)?;
            Ok(())
        }));
        Ok(())
    });
    assert_eq!(run(net).outcome, Outcome::Done);
    assert_eq!(seen.recv(), Ok(1));
}

#[test]
fn a_blocking_process_that_spawns_panics_and_the_run_ends() {
    let mut net = Network::new("no worker");
    net.process("parent", (), |()| async {
        drop(spawn(async { Ok(()) }));
        Ok(())
    })
    .on_thread();
    let report = run(net);
    assert_eq!(report.exit_code(), 1);
    let said = format!("{:?}", report.diagnostics);
    assert!(said.contains("`spawn` is for light processes"), "{said}");
}

#[test]
fn a_wait_that_the_program_can_end_is_no_deadlock() {
    let mut net = Network::new("foreign");
    let (a, from_a) = net.channel::<u32>("a", Kind::Rendezvous);
    let (b, from_b) = net.channel::<u32>("b", Kind::Rendezvous);
    let (go, gone) = shared_channel::<u32>(Kind::Rendezvous);
    // Both wait for each other, but one of them also for the program.
    net.process("left", (from_a, b), move |(mut from, mut to)| async move {
        let mut program = gone.stay();
        let (mut token, mut word) = (from.guard(), program.guard());
        assert_eq!(Alt::new(&mut [&mut token, &mut word]).select().await?, 1);
        let n = word.take()?;
        drop(token);
        to.send(n).await?;
        Ok(())
    });
    net.process("right", (from_b, a), |(mut from, mut to)| async move {
        to.send(from.recv().await?).await?;
        Ok(())
    });
    let report = within(Duration::from_secs(60), move || {
        let run = net.start().unwrap();
        std::thread::sleep(Duration::from_millis(600));
        csprun_runtime::wait(go.send(7)).unwrap().unwrap();
        run.wait()
    });
    assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
}

#[test]
fn a_process_that_has_used_a_channel_of_the_program_can_be_stuck_elsewhere() {
    let mut net = Network::new("foreign");
    let (a, from_a) = net.channel::<u32>("a", Kind::Rendezvous);
    let (b, from_b) = net.channel::<u32>("b", Kind::Rendezvous);
    let (go, gone) = shared_channel::<u32>(Kind::Rendezvous);
    net.process("left", (from_a, b), move |(mut from, mut to)| async move {
        let n = gone.recv().await?;
        from.recv().await?;
        to.send(n).await?;
        Ok(())
    });
    net.process("right", (from_b, a), |(mut from, mut to)| async move {
        to.send(from.recv().await?).await?;
        Ok(())
    });
    let report = within(Duration::from_secs(60), move || {
        let run = net.start().unwrap();
        std::thread::sleep(Duration::from_millis(300));
        csprun_runtime::wait(go.send(7)).unwrap().unwrap();
        run.wait()
    });
    assert_eq!(report.outcome, Outcome::Deadlock, "{:?}", report.diagnostics);
    assert_eq!(report.diagnostics[0].notes.len(), 2, "{:?}", report.diagnostics);
}

#[test]
fn a_process_that_waits_for_the_program_does_not_hide_a_deadlock_of_others() {
    let mut net = Network::new("foreign");
    let (a, from_a) = net.channel::<u32>("a", Kind::Rendezvous);
    let (b, from_b) = net.channel::<u32>("b", Kind::Rendezvous);
    let (go, gone) = shared_channel::<u32>(Kind::Rendezvous);
    net.process("waits", (), move |()| async move {
        gone.recv().await?;
        Ok(())
    });
    for (name, plugs) in [("left", (from_a, b)), ("right", (from_b, a))] {
        net.process(name, plugs, |(mut from, mut to)| async move {
            to.send(from.recv().await?).await?;
            Ok(())
        });
    }
    let report = run(net);
    assert_eq!(report.outcome, Outcome::Deadlock, "{:?}", report.diagnostics);
    drop(go);
}

#[test]
fn a_process_whose_part_still_runs_is_not_stuck() {
    let mut net = Network::new("part");
    let (a, from_a) = net.channel::<u32>("a", Kind::Rendezvous);
    let (b, from_b) = net.channel::<u32>("b", Kind::Rendezvous);
    net.process("left", (from_a, b), |(mut from, mut to)| async move {
        // The end that the other waits for belongs to a part that is busy for a while.
        spawn(async move {
            let began = std::time::Instant::now();
            while began.elapsed() < Duration::from_millis(600) {
                tokio::task::yield_now().await;
            }
            to.send(1).await?;
            Ok(())
        });
        from.recv().await?;
        Ok(())
    });
    net.process("right", (from_b, a), |(mut from, mut to)| async move {
        to.send(from.recv().await?).await?;
        Ok(())
    });
    let report = run(net);
    assert_eq!(report.outcome, Outcome::Done, "{:?}", report.diagnostics);
}
