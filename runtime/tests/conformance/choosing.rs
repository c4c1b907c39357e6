//! Choices between processes that run (cases 20, 31 to 40).

use std::time::Duration;

use csprun_runtime::alt::{Alt, Fair, Guard, RecvGuard, Skip, Timeout};
use csprun_runtime::channel::{Gone, Poison};
use csprun_runtime::compose::{Kind, Plug};
use csprun_runtime::process::Ended;

use crate::bodies::Log;
use crate::place::{Case, Delay, sleep};
use crate::sharing::writer;
use crate::{LIMIT, PLACEMENTS, on_all};

fn poison() -> Poison {
    Poison::new("test", "enough")
}

/// Takes the chosen guard's token; one that has retired takes no part any more.
fn token_of(guard: &mut RecvGuard<'_, u64>) -> Option<u64> {
    guard.take().map_err(|_| guard.when(false)).ok()
}

#[test]
fn case_20_poison_reaches_an_input_choice_and_an_output_choice() {
    for waits_first in [true, false] {
        on_all(move |mut case| {
            let log = Log::new();
            let (poisoner, to) = case.channel::<u64>(Kind::Rendezvous);
            let (from, reader) = case.channel::<u64>(Kind::Rendezvous);
            let (_idle, other) = case.channel::<u64>(Kind::Rendezvous);
            let told = log.clone();
            case.process((to, other), move |(mut to, mut other)| async move {
                sleep(Duration::from_millis(if waits_first { 0 } else { 5 })).await;
                let (mut poisoned, mut never) = (to.guard(), other.guard());
                let idx = Alt::new(&mut [&mut never, &mut poisoned]).select().await?;
                told.push((idx, poisoned.take() == Err(Gone::Poisoned(poison()))));
                Ok(())
            });
            let told = log.clone();
            case.process(from, move |mut from| async move {
                sleep(Duration::from_millis(if waits_first { 0 } else { 5 })).await;
                let mut guards = [from.guard(7)];
                let idx = Alt::over(&mut guards).select().await?;
                told.push((idx + 1, guards[0].take() == Err(Gone::Poisoned(poison()))));
                Ok(())
            });
            case.process((poisoner, reader), move |(poisoner, reader)| async move {
                sleep(Duration::from_millis(if waits_first { 5 } else { 0 })).await;
                poisoner.poison(poison());
                reader.poison(poison());
                Ok(())
            });
            case.done();
            assert_eq!(log.entries(), [(1, true); 2]);
        });
    }
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
            for delay in [Delay::None, Delay::Random] {
                on_all(move |mut case| {
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
    on_all(|mut case| {
        let log = Log::new();
        let (to, from) = case.channels(2, Kind::Rendezvous);
        for (to, number) in to.into_iter().zip(0..) {
            writer(&mut case, to, number * 10, Delay::None);
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
    });
}

#[test]
fn case_33_a_timeout_among_slow_inputs_loses_nothing() {
    on_all(|mut case| {
        let (log, timeouts) = (Log::new(), Log::new());
        let (to, from) = case.channels(4, Kind::Rendezvous);
        for (to, number) in to.into_iter().zip(0..) {
            writer(&mut case, to, number * 10, Delay::Fixed);
        }
        let (seen, late) = (log.clone(), timeouts.clone());
        case.process(from, move |mut from| async move {
            let mut guards: Vec<_> = from.iter_mut().map(|from| from.guard()).collect();
            let mut n = 0;
            while n < 40 {
                let mut timeout = Timeout::after(Duration::from_micros(100));
                let mut all: Vec<&mut dyn Guard> =
                    guards.iter_mut().map(|guard| guard as &mut dyn Guard).collect();
                all.push(&mut timeout);
                match Alt::new(&mut all).select().await? {
                    4 => late.push(()),
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
        assert_eq!(log.sorted(), (0..40).collect::<Vec<_>>());
        // Each writer waits longer than a choice does before its first token.
        assert!(!timeouts.entries().is_empty());
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
        csprun_runtime::testing::within(LIMIT, move || stressed(placement.case(), placement.name));
    }
}

fn stressed(mut case: Case, name: &str) {
    let log = Log::new();
    let (to, from) = case.channels::<(usize, u64)>(8, Kind::Rendezvous);
    for to in to {
        for writer in 0..8 {
            case.process(to.join(), move |mut to| async move {
                for n in 0.. {
                    to.send((writer, n)).await?;
                }
                Ok(())
            });
        }
    }
    let seen = log.clone();
    case.process(from, move |mut from| async move {
        let (mut fair, mut next, mut since, mut longest) = (Fair::new(), [[0; 8]; 8], [0; 8], 0);
        let mut guards: Vec<_> = from.iter_mut().map(|from| from.guard()).collect();
        for _ in 0..100_000 {
            let idx = Alt::over(&mut guards).fair_select(&mut fair).await?;
            let (writer, n) = guards[idx].take()?;
            assert_eq!(std::mem::replace(&mut next[idx][writer], n + 1), n, "a writer's order");
            since.iter_mut().for_each(|since| *since += 1);
            longest = longest.max(std::mem::replace(&mut since[idx], 0));
        }
        seen.push(longest);
        Ok(())
    });
    case.done();
    let longest = log.entries()[0];
    // Where writers run beside the reader, theirs need not be ready.
    assert!(name != "one worker" || longest <= 8, "a ready channel waited for {longest} choices");
}

#[test]
fn case_36_a_ring_of_choices_in_both_directions_ends_by_poison() {
    on_all(|mut case| {
        let (to, mut from) = case.channels::<u64>(4, Kind::Rendezvous);
        from.rotate_right(1);
        for (right, left) in to.into_iter().zip(from) {
            case.process((right, left), |(mut right, mut left)| async move {
                {
                    let (mut send, mut receive) = (right.guard(0), left.guard());
                    for n in 1..=10_000 {
                        match Alt::new(&mut [&mut send, &mut receive]).select().await? {
                            0 => {
                                send.take()?;
                                send.set(n);
                            }
                            _ => drop(receive.take()?),
                        }
                    }
                }
                right.poison(poison());
                left.poison(poison());
                Ok(())
            });
        }
        case.done();
    });
}

#[test]
fn case_37_crossing_choices_pair_up() {
    on_all(|mut case| {
        let log = Log::new();
        let (to, from) = case.channels::<u64>(2, Kind::Rendezvous);
        let mut from: Vec<_> = from.into_iter().map(Some).collect();
        for (to, number) in to.into_iter().zip(0..2_usize) {
            let from = from[1 - number].take();
            let told = log.clone();
            // Number 0 sends on 0 and receives on 1, number 1 the other way round.
            case.process((to, from), move |(mut to, from)| async move {
                let mut from = from.ok_or_else(|| Ended::fail("there are two"))?;
                for round in 0..1000 {
                    let (mut send, mut receive) = (to.guard(round), from.guard());
                    let chosen = match Alt::new(&mut [&mut send, &mut receive]).select().await? {
                        0 => {
                            send.take()?;
                            number
                        }
                        _ => {
                            assert_eq!(receive.take()?, round, "both are in the same round");
                            1 - number
                        }
                    };
                    told.push((round, chosen));
                }
                Ok(())
            });
        }
        case.done();
        let told = log.sorted();
        assert_eq!(told.len(), 2000);
        assert!(told.chunks(2).all(|pair| pair[0] == pair[1]), "both committed the same channel");
    });
}

#[test]
fn case_38_a_send_meets_a_receive_whoever_comes_first() {
    for writer_first in [true, false] {
        on_all(move |mut case| {
            let log = Log::new();
            let (to, from) = case.channel::<u64>(Kind::Rendezvous);
            let delay = |is_late: bool| Duration::from_millis(if is_late { 5 } else { 0 });
            case.process(to, move |mut to| async move {
                sleep(delay(!writer_first)).await;
                let mut guards = [to.guard(7)];
                assert_eq!(Alt::over(&mut guards).select().await, Ok(0));
                Ok(guards[0].take()?)
            });
            let seen = log.clone();
            case.process(from, move |mut from| async move {
                sleep(delay(writer_first)).await;
                let mut guards = [from.guard()];
                assert_eq!(Alt::over(&mut guards).pri_select().await, Ok(0));
                seen.push(guards[0].take()?);
                Ok(())
            });
            case.done();
            assert_eq!(log.entries(), [7]);
        });
    }
}

#[test]
fn case_39_a_process_that_offers_both_ends_waits_for_its_timeout() {
    on_all(|mut case| {
        let log = Log::new();
        let (to, from) = case.channel::<u64>(Kind::Rendezvous);
        let told = log.clone();
        case.process((to, from), move |(mut to, mut from)| async move {
            let (mut send, mut receive) = (to.guard(1), from.guard());
            let mut late = Timeout::after(Duration::from_millis(5));
            told.push(Alt::new(&mut [&mut send, &mut receive, &mut late]).select().await?);
            Ok(())
        });
        case.done();
        assert_eq!(log.entries(), [2]);
    });
}

#[test]
fn case_40_a_poisoned_guard_and_a_ready_one() {
    for poisoned in [0, 1] {
        on_all(move |mut case| {
            let log = Log::new();
            let (to, from) = case.channels::<u64>(2, Kind::Buffer(1));
            let (done, is_done) = case.channel::<()>(Kind::Rendezvous);
            case.process((to, done), move |(mut to, mut done)| async move {
                to[1 - poisoned].send(5).await?;
                to.remove(poisoned).poison(poison());
                Ok(done.send(()).await?)
            });
            let seen = log.clone();
            case.process((from, is_done), move |(mut from, mut is_done)| async move {
                is_done.recv().await?;
                let mut guards: Vec<_> = from.iter_mut().map(|from| from.guard()).collect();
                let idx = Alt::over(&mut guards).pri_select().await?;
                seen.push((idx, guards[idx].take().ok()));
                let idx = Alt::over(&mut guards).select().await?;
                seen.push((idx, guards[idx].take().ok()));
                Ok(())
            });
            case.done();
            let (value, end) = ((1 - poisoned, Some(5)), (poisoned, None));
            let mut seen = log.entries();
            if poisoned == 1 {
                // What follows is the end of either: the writer has retired the first by now, or will.
                assert_eq!((seen.remove(0), seen[0].1), (value, None));
            } else {
                assert_eq!(seen, [end, value], "the value is still there after the end");
            }
        });
    }
}
