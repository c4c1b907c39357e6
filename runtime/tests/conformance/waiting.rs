//! Who waits, for how long, and in which order (cases 5, 6, 10, 12, 14, 17, 23, 42).

use std::pin::pin;
use std::time::Duration;

use csprun_runtime::channel::{Gone, Poison};
use csprun_runtime::compose::{Kind, Plug};
use csprun_runtime::process::{Ended, spawn};

use crate::bodies::Log;
use crate::place::{begin, sleep};
use crate::{on_all, on_all_at_all_speeds, on_all_undelayed};

fn poison() -> Poison {
    Poison::new("test", "enough")
}

#[test]
fn case_5_writers_that_begin_one_after_the_other_are_served_so() {
    on_all_undelayed(|mut case| {
        let log = Log::new();
        let (to, from) = case.channel(Kind::Rendezvous);
        // Each writer lets the next one begin when it waits itself.
        let (start, mut turn) = case.channel(Kind::Buffer(1));
        case.process(start, |mut start| async move { Ok(start.send(()).await?) });
        for n in 0..8_u64 {
            let (next, mine) = case.channel(Kind::Buffer(1));
            let mine = std::mem::replace(&mut turn, mine);
            case.process((to.join(), mine, next), move |(mut to, mut mine, mut next)| async move {
                mine.recv().await?;
                let mut send = pin!(to.send(n));
                assert!(begin(send.as_mut()).await.is_none());
                next.send(()).await?;
                Ok(send.await?)
            });
        }
        drop(to);
        let seen = log.clone();
        case.process((from, turn), move |(mut from, mut all_wait)| async move {
            all_wait.recv().await?;
            while let Some(token) = from.next().await? {
                seen.push(token);
            }
            Ok(())
        });
        case.done();
        assert_eq!(log.entries(), (0..8).collect::<Vec<_>>());
    });
}

#[test]
fn case_6_an_unbuffered_send_ends_after_its_receive_began() {
    on_all_at_all_speeds(|mut case, [writer, reader]| {
        let log = Log::new();
        let (to, from) = case.channel(Kind::Rendezvous);
        let told = log.clone();
        case.process(to, move |mut to| async move {
            for n in 0..10 {
                writer.pause(n).await;
                to.send(n).await?;
                told.push(("sent", n));
            }
            Ok(())
        });
        let told = log.clone();
        case.process(from, move |mut from| async move {
            // The first time the writer waits for it whatever its delay.
            sleep(Duration::from_millis(20)).await;
            for n in 0..10 {
                reader.pause(n).await;
                told.push(("receives", n));
                assert_eq!(from.recv().await, Ok(n));
            }
            Ok(())
        });
        case.done();
        let told = log.entries();
        let at = |what, n| told.iter().position(|entry| *entry == (what, n));
        assert!((0..10).all(|n| at("receives", n) < at("sent", n)), "{told:?}");
        assert_eq!((told.len(), told[0]), (20, ("receives", 0)));
    });
}

#[test]
fn case_10_a_million_light_processes_on_one_channel_are_all_served() {
    csprun_runtime::testing::within(crate::LIMIT, || {
        const N: u64 = 1_000_000;
        let mut case = crate::PLACEMENTS[0].case();
        let log = Log::new();
        let (to, from) = case.channel::<u64>(Kind::Rendezvous);
        case.light(to, |to| async move {
            for n in 0..N {
                let mut own = to.join();
                drop(spawn(async move { Ok(own.send(n).await?) }));
            }
            Ok(())
        });
        let seen = log.clone();
        case.light(from, move |mut from| async move {
            let (mut n, mut sum) = (0, 0);
            while let Some(token) = from.next().await? {
                (n, sum) = (n + 1, sum + token);
            }
            seen.push((n, sum));
            Ok(())
        });
        case.done();
        assert_eq!(log.entries(), [(N, N * (N - 1) / 2)]);
    });
}

#[test]
fn case_12_a_buffer_takes_n_tokens_and_one_more_waits() {
    for n in [1, 5, 10, 20] {
        on_all_at_all_speeds(move |mut case, [writer, reader]| {
            let log = Log::new();
            let (to, from) = case.channel(Kind::Buffer(n));
            let (full, is_full) = case.channel(Kind::Rendezvous);
            let (freed, is_freed) = case.channel(Kind::Rendezvous);
            case.process((to, full, is_freed), move |(mut to, mut full, mut is_freed)| async move {
                for token in 0..n {
                    writer.pause(token).await;
                    // Nobody receives before `full`.
                    to.send(token).await?;
                }
                {
                    let mut send = pin!(to.send(n));
                    assert!(begin(send.as_mut()).await.is_none());
                    full.send(()).await?;
                    is_freed.recv().await?;
                    // One receive freed it, and nobody receives again before the next `full`.
                    send.await?;
                }
                let mut send = pin!(to.send(n + 1));
                assert!(begin(send.as_mut()).await.is_none());
                full.send(()).await?;
                Ok(send.await?)
            });
            let seen = log.clone();
            case.process((from, is_full, freed), move |(mut from, mut is_full, mut freed)| async move {
                is_full.recv().await?;
                seen.push(from.recv().await?);
                freed.send(()).await?;
                is_full.recv().await?;
                while let Some(token) = from.next().await? {
                    seen.push(token);
                    reader.pause(token).await;
                }
                Ok(())
            });
            case.done();
            assert_eq!(log.entries(), (0..n + 2).collect::<Vec<_>>());
        });
    }
}

#[test]
fn case_14_what_would_block_has_no_effect() {
    for n in [0, 1, 5] {
        on_all(move |mut case| {
            let log = Log::new();
            let kind = if n == 0 { Kind::Rendezvous } else { Kind::Buffer(n) };
            let (to, from) = case.channel(kind);
            let (empty, is_empty) = case.channel(Kind::Rendezvous);
            let (full, is_full) = case.channel(Kind::Rendezvous);
            case.process((to, is_empty, full), move |(mut to, mut is_empty, mut full)| async move {
                is_empty.recv().await?;
                for token in 0..n {
                    assert_eq!(to.try_send(token), Ok(()));
                }
                assert_eq!(to.try_send(99), Err((99, None)));
                full.send(()).await?;
                Ok(to.send(n).await?)
            });
            let seen = log.clone();
            case.process((from, empty, is_full), move |(mut from, mut empty, mut is_full)| async move {
                assert_eq!(from.try_recv(), Ok(None));
                empty.send(()).await?;
                is_full.recv().await?;
                while let Some(token) = from.next().await? {
                    seen.push(token);
                }
                assert_eq!(from.try_recv(), Err(Gone::Retired));
                Ok(())
            });
            case.done();
            assert_eq!(log.entries(), (0..n + 1).collect::<Vec<_>>());
        });
    }
}

#[test]
fn case_17_a_poison_fails_the_writer_that_waits_and_spares_the_buffer() {
    on_all_undelayed(|mut case| {
        let log = Log::new();
        let (to, from) = case.channel(Kind::Buffer(2));
        let (full, is_full) = case.channel(Kind::Rendezvous);
        let (done, is_done) = case.channel(Kind::Rendezvous);
        let poisoner = to.join();
        let told = log.clone();
        case.process((to, full), move |(mut to, mut full)| async move {
            to.send(0).await?;
            to.send(1).await?;
            let mut third = pin!(to.send(2));
            assert!(begin(third.as_mut()).await.is_none());
            full.send(()).await?;
            let refused =
                third.await.err().map(|error| (error.token, error.gone == Gone::Poisoned(poison())));
            told.push(format!("{refused:?}"));
            Ok(())
        });
        case.process((poisoner, is_full, done), |(poisoner, mut is_full, mut done)| async move {
            is_full.recv().await?;
            poisoner.poison(poison());
            Ok(done.send(()).await?)
        });
        let seen = Log::new();
        let drained = seen.clone();
        case.process((from, is_done), move |(mut from, mut is_done)| async move {
            is_done.recv().await?;
            loop {
                match from.recv().await {
                    Ok(token) => drained.push(token),
                    Err(gone) => {
                        assert_eq!(gone, Gone::Poisoned(poison()));
                        return Ok(());
                    }
                }
            }
        });
        case.done();
        assert_eq!((seen.entries(), log.entries()), (vec![0, 1], vec!["Some((2, true))".to_owned()]));
    });
}

/// An end is consumed when it retires (E3), so that here to retire it twice does not compile; a script can try, in
/// `files.rs`.
#[test]
fn case_23_poison_comes_after_retire_and_one_writer_of_two_retires() {
    on_all(|mut case| {
        let log = Log::new();
        let (to, from) = case.channel(Kind::Rendezvous);
        let last = to.join();
        let (retired, is_retired) = case.channel(Kind::Rendezvous);
        case.process((to, retired), |(to, mut retired)| async move {
            to.retire();
            Ok(retired.send(()).await?)
        });
        case.process((last, is_retired), |(mut last, mut is_retired)| async move {
            is_retired.recv().await?;
            last.send(1).await?;
            last.poison(poison());
            Ok(())
        });
        let seen = log.clone();
        case.process(from, move |mut from| async move {
            assert_eq!(from.recv().await, Ok(1), "the channel stays open");
            for _ in 0..2 {
                seen.push(from.recv().await == Err(Gone::Poisoned(poison())));
            }
            Ok(())
        });
        case.done();
        assert_eq!(log.entries(), [true, true]);
    });
}

#[test]
fn case_42_waits_for_the_outside_run_beside_each_other() {
    on_all(|mut case| {
        let log = Log::new();
        for n in 0..10 {
            let log = log.clone();
            case.process((), move |()| async move {
                sleep(Duration::from_millis(if n == 0 { 1000 } else { 10 * n })).await;
                log.push(n);
                Ok::<(), Ended>(())
            });
        }
        case.done();
        // One after the other, the longest would have ended first.
        assert_eq!(log.entries().last(), Some(&0));
    });
}
