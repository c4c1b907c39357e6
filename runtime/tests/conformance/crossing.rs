//! Choices of both sides: that meet one another, or an end (cases 20, 36 to 40).

use std::time::Duration;

use csprun_runtime::alt::{Alt, Timeout};
use csprun_runtime::channel::{Gone, Poison};
use csprun_runtime::compose::Kind;
use csprun_runtime::process::Ended;

use crate::bodies::Log;
use crate::place::{Case, Delay, sleep};
use crate::{on_all, on_all_at_all_speeds};

fn poison() -> Poison {
    Poison::new("test", "enough")
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

/// Four in a ring, each of which chooses so often between its neighbours; every other one waits as said.
fn ring(mut case: Case, n_choices: u64, delays: [Delay; 2]) {
    let (to, mut from) = case.channels::<u64>(4, Kind::Rendezvous);
    from.rotate_right(1);
    for ((right, left), number) in to.into_iter().zip(from).zip(0..) {
        let delay = delays[number % 2];
        case.process((right, left), move |(mut right, mut left)| async move {
            {
                let (mut send, mut receive) = (right.guard(0), left.guard());
                for n in 1..=n_choices {
                    delay.pause(n).await;
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
}

#[test]
fn case_36_a_ring_of_choices_in_both_directions_ends_by_poison() {
    on_all(|case| ring(case, 10_000, [Delay::None; 2]));
    on_all_at_all_speeds(|case, delays| ring(case, 100, delays));
}

#[test]
fn case_37_crossing_choices_pair_up() {
    on_all_at_all_speeds(|mut case, delays| {
        let n_rounds = if delays == [Delay::None; 2] { 1000 } else { 100 };
        let log = Log::new();
        let (to, from) = case.channels::<u64>(2, Kind::Rendezvous);
        let mut from: Vec<_> = from.into_iter().map(Some).collect();
        for (to, number) in to.into_iter().zip(0..2_usize) {
            let from = from[1 - number].take();
            let told = log.clone();
            // Number 0 sends on 0 and receives on 1, number 1 the other way round.
            case.process((to, from), move |(mut to, from)| async move {
                let mut from = from.ok_or_else(|| Ended::fail("there are two"))?;
                for round in 0..n_rounds {
                    delays[number].pause(round + number as u64).await;
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
        assert_eq!(told.len() as u64, 2 * n_rounds);
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
