//! Choices between processes that run (cases 31 to 35).

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use csprun_runtime::alt::{Alt, Fair, Guard, RecvGuard, Skip, Timeout};
use csprun_runtime::compose::{Kind, Plug};
use csprun_runtime::process::Ended;
use csprun_runtime::testing::within;

use crate::bodies::Log;
use crate::place::{Case, DELAYS, Delay, sleep};
use crate::sharing::writer;
use crate::{LIMIT, PLACEMENTS, on_all, on_all_at_once, on_all_undelayed};

/// Takes the chosen guard's token; one that has retired takes no part any more.
fn token_of(guard: &mut RecvGuard<'_, u64>) -> Option<u64> {
    guard.take().map_err(|_| guard.when(false)).ok()
}

#[derive(Clone, Copy, Debug)]
enum Policy {
    Any,
    InOrder,
    Fair,
}

#[test]
fn case_31_every_choice_over_four_inputs_gets_everything() {
    for policy in [Policy::Any, Policy::InOrder, Policy::Fair] {
        for kind in [Kind::Rendezvous, Kind::Buffer(5)] {
            for delay in DELAYS {
                on_all_at_once(move |mut case| {
                    let log = Log::new();
                    let (to, from) = case.channels(4, kind);
                    for (to, number) in to.into_iter().zip(0..) {
                        writer(&mut case, to, number * 10, delay);
                    }
                    let seen = log.clone();
                    case.process(from, move |mut from| async move {
                        let mut guards: Vec<_> = from.iter_mut().map(|from| from.guard()).collect();
                        let mut fair = Fair::new();
                        loop {
                            let alt = Alt::over(&mut guards);
                            let chosen = match policy {
                                Policy::Any => alt.select().await,
                                Policy::InOrder => alt.pri_select().await,
                                Policy::Fair => alt.fair_select(&mut fair).await,
                            };
                            let Ok(idx) = chosen else { return Ok(()) };
                            if let Some(token) = token_of(&mut guards[idx]) {
                                seen.push(token);
                            }
                        }
                    });
                    case.done();
                    assert_eq!(log.sorted(), (0..40).collect::<Vec<_>>());
                });
            }
        }
    }
}

#[test]
fn case_32_what_stands_behind_skip_is_never_served_while_polling() {
    on_all(|case| polling(case, [Delay::None; 2]));
    // Who polls can always run, so that a virtual clock would stand still.
    for delays in [[Delay::Fixed, Delay::None], [Delay::None, Delay::Fixed], [Delay::Random; 2]] {
        on_all_undelayed(move |case| polling(case, delays));
    }
}

/// A choice between two writers, each as slow as said, with `skip` in the middle.
fn polling(mut case: Case, delays: [Delay; 2]) {
    let log = Log::new();
    let (to, from) = case.channels(2, Kind::Rendezvous);
    for ((to, number), delay) in to.into_iter().zip(0..).zip(delays) {
        writer(&mut case, to, number * 10, delay);
    }
    let seen = log.clone();
    case.process(from, move |mut from| async move {
        let [first, last] = &mut from[..] else { return Err(Ended::fail("there are two")) };
        let (mut first, mut skip, mut last) = (first.guard(), Skip::new(), last.guard());
        let mut left = 10;
        while left > 0 {
            match Alt::new(&mut [&mut first, &mut skip, &mut last]).pri_select().await? {
                0 => {
                    seen.push(first.take()?);
                    left -= 1;
                }
                1 => crate::place::give_way().await,
                _ => return Err(Ended::fail("the guard behind `skip` was served")),
            }
        }
        while let Ok(token) = {
            Alt::new(&mut [&mut last]).select().await?;
            last.take()
        } {
            seen.push(token);
        }
        Ok(())
    });
    case.done();
    assert_eq!(log.entries(), (0..20).collect::<Vec<_>>());
}

#[test]
fn case_33_four_slow_inputs_and_a_timeout_of_100_ms_give_all_tokens_and_all_timeouts() {
    on_all(|mut case| {
        let log = Log::new();
        let (to, from) = case.channels(4, Kind::Rendezvous);
        for (to, number) in to.into_iter().zip(0..4_u64) {
            case.process(to, move |mut to| async move {
                for n in number * 10..(number + 1) * 10 {
                    sleep(Duration::from_millis(250)).await;
                    to.send(n).await?;
                }
                Ok(())
            });
        }
        let seen = log.clone();
        case.process(from, move |mut from| async move {
            let mut guards: Vec<_> = from.iter_mut().map(|from| from.guard()).collect();
            let mut n_living = 4;
            while n_living > 0 {
                let mut timeout = Timeout::after(Duration::from_millis(100));
                let mut all: Vec<&mut dyn Guard> =
                    guards.iter_mut().map(|guard| guard as &mut dyn Guard).collect();
                all.push(&mut timeout);
                match Alt::new(&mut all).select().await? {
                    4 => seen.push(None),
                    idx => match token_of(&mut guards[idx]) {
                        Some(token) => seen.push(Some(token)),
                        None => n_living -= 1,
                    },
                }
            }
            Ok(())
        });
        case.virtual_time();
        case.done();
        // In 250 ms without a token two choices of 100 ms time out, and a third does not.
        let mut rounds = log.entries().chunks(6).map(<[_]>::to_vec).collect::<Vec<_>>();
        assert_eq!(rounds.len(), 10);
        for (n, round) in (0..).zip(&mut rounds) {
            round[2..].sort_unstable();
            assert_eq!(*round, [None, None, Some(n), Some(10 + n), Some(20 + n), Some(30 + n)]);
        }
    });
}

#[test]
fn timeouts_that_race_with_slow_inputs_lose_nothing() {
    on_all(|mut case| {
        let log = Log::new();
        let (to, from) = case.channels(4, Kind::Rendezvous);
        for (to, number) in to.into_iter().zip(0..) {
            writer(&mut case, to, number * 10, Delay::Fixed);
        }
        // This one sends when it is told to.
        let ((tell, told), (held, freed)) = (case.channel(Kind::Rendezvous), case.channel(Kind::Rendezvous));
        case.process(
            (told, held),
            |(mut told, mut held)| async move { Ok(held.send(told.recv().await?).await?) },
        );
        let seen = log.clone();
        case.process((from, freed, tell), move |(mut from, mut freed, mut tell)| async move {
            let mut timeout = Timeout::after(Duration::from_micros(100));
            assert_eq!(Alt::new(&mut [&mut freed.guard(), &mut timeout]).select().await?, 1);
            tell.send(40).await?;
            from.push(freed);
            let mut guards: Vec<_> = from.iter_mut().map(|from| from.guard()).collect();
            let mut n = 0;
            while n < 41 {
                let mut timeout = Timeout::after(Duration::from_micros(100));
                let mut all: Vec<&mut dyn Guard> =
                    guards.iter_mut().map(|guard| guard as &mut dyn Guard).collect();
                all.push(&mut timeout);
                match Alt::new(&mut all).select().await? {
                    5 => {}
                    idx => {
                        if let Some(token) = token_of(&mut guards[idx]) {
                            seen.push(token);
                            n += 1;
                        }
                    }
                }
            }
            Ok(())
        });
        case.done();
        assert_eq!(log.sorted(), (0..41).collect::<Vec<_>>());
    });
}

#[test]
fn case_34_filled_buffers_are_emptied_in_order_or_in_turn() {
    for fair in [false, true] {
        on_all(move |mut case| {
            let log = Log::new();
            let (to, from) = case.channels::<usize>(4, Kind::Buffer(1000));
            let (done, is_done) = case.channel::<()>(Kind::Rendezvous);
            for to in to {
                case.process((to, done.join()), |(mut to, done)| async move {
                    to.send_all(&mut (0..1000).collect()).await?;
                    done.retire();
                    Ok(())
                });
            }
            drop(done);
            let seen = log.clone();
            case.process((from, is_done), move |(mut from, mut is_done)| async move {
                assert_eq!(is_done.next().await?, None, "all writers have ended");
                let mut guards: Vec<_> = from.iter_mut().map(|from| from.guard()).collect();
                let mut state = Fair::new();
                for _ in 0..4000 {
                    let alt = Alt::over(&mut guards);
                    let idx =
                        if fair { alt.fair_select(&mut state).await? } else { alt.pri_select().await? };
                    match guards[idx].take() {
                        Ok(_) => seen.push(idx),
                        Err(_) => guards[idx].when(false),
                    }
                }
                Ok(())
            });
            case.done();
            let served = log.entries();
            if fair {
                assert!(served.chunks(4).all(|round| round == [0, 1, 2, 3]), "{served:?}");
            } else {
                assert!(served.is_sorted(), "{served:?}");
            }
        });
    }
}

#[test]
fn case_35_a_stressed_choice_loses_nothing_and_starves_nobody() {
    for placement in PLACEMENTS {
        println!("on {}", placement.name);
        within(LIMIT, move || stressed(placement.case(), Kind::Rendezvous, 100_000, placement.name));
        within(LIMIT, move || stressed(placement.case(), Kind::Buffer(4), 100_000, placement.name));
    }
}

fn stressed(mut case: Case, kind: Kind, n_choices: usize, name: &str) {
    let log = Log::new();
    let (to, from) = case.channels::<(usize, u64)>(8, kind);
    // Tokens that were sent over each channel: where it buffers, those that were not received are ready.
    let sent: Arc<[AtomicU64; 8]> = Arc::default();
    for (channel, to) in to.into_iter().enumerate() {
        for writer in 0..8 {
            let sent = Arc::clone(&sent);
            case.process(to.join(), move |mut to| async move {
                for n in 0.. {
                    to.send((writer, n)).await?;
                    sent[channel].fetch_add(1, Ordering::SeqCst);
                }
                Ok(())
            });
        }
    }
    // On one worker every writer waits to send whenever the reader chooses; elsewhere it need not be there yet.
    let all_ready = kind == Kind::Rendezvous && name == "one worker";
    let seen = log.clone();
    case.process(from, move |mut from| async move {
        let (mut fair, mut next, mut since, mut longest) = (Fair::new(), [[0; 8]; 8], [0; 8], 0);
        let mut guards: Vec<_> = from.iter_mut().map(|from| from.guard()).collect();
        for _ in 0..n_choices {
            for (channel, since) in since.iter_mut().enumerate() {
                let n_received: u64 = next[channel].iter().sum();
                let is_ready = sent[channel].load(Ordering::SeqCst) > n_received;
                *since = if all_ready || is_ready { *since + 1 } else { 0 };
            }
            let idx = Alt::over(&mut guards).fair_select(&mut fair).await?;
            let (writer, n) = guards[idx].take()?;
            assert_eq!(std::mem::replace(&mut next[idx][writer], n + 1), n, "a writer's order");
            longest = longest.max(std::mem::replace(&mut since[idx], 0));
        }
        // One that is ready still has not waited longer either.
        seen.push(since.into_iter().fold(longest, u64::max));
        Ok(())
    });
    case.done();
    let longest = log.entries()[0];
    assert!(longest <= 8, "{kind:?}: a ready channel waited for {longest} choices");
}
