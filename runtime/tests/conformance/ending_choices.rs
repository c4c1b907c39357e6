//! Choices that meet an end, and ends joined after one (cases 15, 20, 28).

use std::time::Duration;

use csprun_runtime::alt::{Alt, Guard};
use csprun_runtime::channel::{Gone, Poison};
use csprun_runtime::compose::{Kind, Plug};

use crate::bodies::Log;
use crate::place::{KINDS, sleep};
use crate::{on_all, on_all_at_all_speeds};

fn poison() -> Poison {
    Poison::new("test", "enough")
}

#[test]
fn case_15_four_choosing_writers_that_poison_all_end() {
    for kind in KINDS {
        on_all_at_all_speeds(move |mut case, [writers, reader]| {
            let log = Log::new();
            let (to, from) = case.channels::<u64>(4, kind);
            for number in 0..4 {
                let own: Vec<_> = to.iter().map(Plug::join).collect();
                case.process(own, move |mut to| async move {
                    for n in number * 10..(number + 1) * 10 {
                        writers.pause(n).await;
                        let mut guards: Vec<_> = to.iter_mut().map(|to| to.guard(n)).collect();
                        let idx = Alt::over(&mut guards).select().await?;
                        guards[idx].take()?;
                    }
                    to.into_iter().for_each(|to| to.poison(poison()));
                    Ok(())
                });
            }
            drop(to);
            let seen = log.clone();
            case.process(from, move |mut from| async move {
                let mut guards: Vec<_> = from.iter_mut().map(|from| from.guard()).collect();
                // Until none takes part any more.
                while let Ok(idx) = Alt::over(&mut guards).select().await {
                    match guards[idx].take() {
                        Ok(token) => {
                            seen.push(token);
                            reader.pause(token).await;
                        }
                        Err(gone) => {
                            assert_eq!(gone, Gone::Poisoned(poison()));
                            guards[idx].when(false);
                        }
                    }
                }
                Ok(())
            });
            let report = case.done();
            assert!(report.processes.iter().all(|process| process.fate.is_some()));
            let mut tokens = log.sorted();
            let n_tokens = tokens.len();
            tokens.dedup();
            assert_eq!(tokens.len(), n_tokens, "a token came twice");
            assert!((10..=40).contains(&n_tokens), "{kind:?}: {n_tokens}");
        });
    }
}

#[test]
fn case_20_a_poisoned_input_choice_leaves_nothing_queued() {
    for waits_first in [true, false] {
        on_all(move |mut case| {
            let log = Log::new();
            let (poisoner, poisoned) = case.channel::<u64>(Kind::Rendezvous);
            let (to, from) = case.channel::<u64>(Kind::Rendezvous);
            let other = from.join();
            let (over, is_over) = case.channel::<()>(Kind::Rendezvous);
            let (next, is_next) = case.channel::<()>(Kind::Rendezvous);
            let told = log.clone();
            let plugs = (poisoned, from, over, is_next);
            case.process(plugs, move |(mut poisoned, mut from, mut over, mut is_next)| async move {
                sleep(Duration::from_millis(if waits_first { 0 } else { 10 })).await;
                {
                    let (mut never, mut poisoned) = (from.guard(), poisoned.guard());
                    assert_eq!(Alt::new(&mut [&mut never, &mut poisoned]).select().await, Ok(1));
                    assert_eq!(poisoned.take(), Err(Gone::Poisoned(poison())));
                }
                over.send(()).await?;
                // Whoever stood in the queue before the other reader would get the first token.
                is_next.recv().await?;
                told.push(("chooser", from.recv().await?));
                Ok(())
            });
            case.process(poisoner, move |poisoner| async move {
                sleep(Duration::from_millis(if waits_first { 10 } else { 0 })).await;
                poisoner.poison(poison());
                Ok(())
            });
            let told = log.clone();
            case.process((other, next), move |(mut other, mut next)| async move {
                told.push(("other", other.recv().await?));
                Ok(next.send(()).await?)
            });
            case.process((to, is_over), |(mut to, mut is_over)| async move {
                is_over.recv().await?;
                to.send(1).await?;
                Ok(to.send(2).await?)
            });
            let counts = case.done().channels[1].counts;
            assert_eq!(log.entries(), [("other", 1), ("chooser", 2)]);
            assert_eq!((counts.sent, counts.received, counts.undelivered), (2, 2, 0));
        });
    }
}

#[test]
fn case_20_a_poisoned_output_choice_leaves_nothing_queued() {
    for waits_first in [true, false] {
        on_all(move |mut case| {
            let log = Log::new();
            let (poisoned, poisoner) = case.channel::<u64>(Kind::Rendezvous);
            let (to, from) = case.channel::<u64>(Kind::Rendezvous);
            let (over, is_over) = case.channel::<()>(Kind::Rendezvous);
            case.process((poisoned, to, over), move |(mut poisoned, mut to, mut over)| async move {
                sleep(Duration::from_millis(if waits_first { 0 } else { 10 })).await;
                {
                    let (mut never, mut poisoned) = (to.guard(7), poisoned.guard(8));
                    assert_eq!(Alt::new(&mut [&mut never, &mut poisoned]).select().await, Ok(1));
                    assert_eq!(poisoned.take(), Err(Gone::Poisoned(poison())));
                    assert_eq!((never.into_token(), poisoned.into_token()), (Some(7), Some(8)));
                }
                over.send(()).await?;
                Ok(to.send(9).await?)
            });
            case.process(poisoner, move |poisoner| async move {
                sleep(Duration::from_millis(if waits_first { 10 } else { 0 })).await;
                poisoner.poison(poison());
                Ok(())
            });
            let seen = log.clone();
            case.process((from, is_over), move |(mut from, mut is_over)| async move {
                is_over.recv().await?;
                while let Some(token) = from.next().await? {
                    seen.push(token);
                }
                Ok(())
            });
            let counts = case.done().channels[1].counts;
            assert_eq!(log.entries(), [9]);
            assert_eq!((counts.sent, counts.received, counts.undelivered), (1, 1, 0));
        });
    }
}

#[test]
fn case_28_an_end_joined_after_retirement_is_over_from_the_start() {
    for kind in KINDS {
        on_all(move |mut case| {
            let log = Log::new();
            // Its readers retire first, and the writers of the other.
            let (readers_go, writers_go) = (case.channel::<u64>(kind), case.channel::<u64>(kind));
            let (over, is_over) = case.channel::<()>(Kind::Rendezvous);
            let told = log.clone();
            let plugs = (readers_go.0, writers_go.0, is_over);
            case.process(plugs, move |(mut to, other, mut is_over)| async move {
                other.retire();
                // The reader has retired when its process says no more.
                assert_eq!(is_over.next().await?, None);
                for _ in 0..2 {
                    let mut joined = to.join();
                    told.push(joined.send(1).await.err().map(|error| error.gone));
                    told.push(to.send(2).await.err().map(|error| error.gone));
                }
                Ok(())
            });
            let told = log.clone();
            let plugs = (readers_go.1, writers_go.1, over);
            case.process(plugs, move |(from, mut other, over)| async move {
                from.retire();
                for _ in 0..2 {
                    told.push(other.recv().await.err());
                    told.push(other.join().recv().await.err());
                }
                over.retire();
                Ok(())
            });
            let report = case.done();
            assert_eq!(log.entries(), vec![Some(Gone::Retired); 8]);
            assert!(report.channels.iter().all(|channel| channel.counts.received == 0));
        });
    }
}
