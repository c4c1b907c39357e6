//! Processes and channels that come while a network runs, and larger programs (cases 9, 41, 47, 48).

use csprun_dsl::diagnostic::Code;
use csprun_runtime::Outcome;
use csprun_runtime::alt::{Alt, Guard};
use csprun_runtime::channel::{Receiver, channel};
use csprun_runtime::compose::{Kind, RecvPlug, SendPlug, SharedReceiver, SharedSender, shared_channel};
use csprun_runtime::process::{Ended, par, spawn};

use crate::bodies::Log;
use crate::on_all;
use crate::place::Case;

#[test]
fn case_9_clients_send_the_ends_for_their_replies() {
    on_all(|mut case| {
        type Request = (SharedReceiver<u64>, SharedSender<u64>);
        let (requests, server) = shared_channel::<Request>(Kind::Rendezvous);
        let log = Log::new();
        case.light((), move |()| async move {
            while let Ok((questions, replies)) = server.recv().await {
                drop(spawn(async move {
                    while let Ok(n) = questions.recv().await {
                        replies.send(n * n).await?;
                    }
                    Ok(())
                }));
            }
            Ok(())
        });
        for client in 0..10 {
            let (requests, log) = (requests.clone(), log.clone());
            case.process((), move |()| async move {
                let (ask, questions) = shared_channel(Kind::Rendezvous);
                let (replies, answers) = shared_channel(Kind::Rendezvous);
                requests.send((questions, replies)).await.map_err(|_| Ended::fail("no server"))?;
                for n in client * 10..client * 10 + 10 {
                    ask.send(n).await?;
                    assert_eq!(answers.recv().await?, n * n);
                }
                drop(ask);
                assert!(answers.recv().await.is_err(), "the handler ends with its client");
                log.push(client);
                Ok(())
            });
        }
        drop(requests);
        case.done();
        assert_eq!(log.sorted(), (0..10).collect::<Vec<_>>());
    });
}

#[test]
fn case_41_par_gives_eleven_results_in_order() {
    on_all(|mut case| {
        let log = Log::new();
        let results = log.clone();
        case.light((), move |()| async move {
            for result in par((0..11).map(|n| async move { Ok(n * n) })).await {
                results.push(result?);
            }
            Ok(())
        });
        case.done();
        assert_eq!(log.entries(), (0..11).map(|n| n * n).collect::<Vec<_>>());
    });
}

const N_PHILOSOPHERS: usize = 5;

/// A fork: whoever takes it puts it down again before another can.
fn fork(case: &mut Case, left: RecvPlug<()>, right: RecvPlug<()>) {
    case.process(vec![left, right], |mut hands| async move {
        loop {
            let mut guards: Vec<_> = hands.iter_mut().map(|hand| hand.guard()).collect();
            let Ok(idx) = Alt::over(&mut guards).select().await else { return Ok(()) };
            let taken = guards[idx].take();
            drop(guards);
            if taken.is_err() || hands[idx].recv().await.is_err() {
                // This philosopher has left for good.
                hands.remove(idx);
            }
        }
    });
}

/// What a philosopher has: the seats to take and to leave, and a fork at each hand.
type Hands = (SendPlug<bool>, SendPlug<()>, SendPlug<()>);

/// The table: gives each philosopher's forks; a seat is asked for at the channel that comes along.
fn table(case: &mut Case) -> (Vec<Hands>, Vec<RecvPlug<bool>>) {
    let (left, at_left) = case.channels(N_PHILOSOPHERS, Kind::Rendezvous);
    let (right, mut at_right) = case.channels(N_PHILOSOPHERS, Kind::Rendezvous);
    let (seats, asked) = case.channels(N_PHILOSOPHERS, Kind::Rendezvous);
    // The fork to the right of one is that to the left of the next.
    at_right.rotate_right(1);
    for (left, right) in at_left.into_iter().zip(at_right) {
        fork(case, left, right);
    }
    let hands = seats.into_iter().zip(left).zip(right).map(|((seat, left), right)| (seat, left, right));
    (hands.collect(), asked)
}

#[test]
fn case_47_philosophers_with_a_seat_too_few_eat_a_thousand_times() {
    on_all(|mut case| {
        let log = Log::new();
        let (philosophers, mut asked) = table(&mut case);
        for hands in philosophers {
            let log = log.clone();
            case.process(hands, move |(mut seat, mut left, mut right)| async move {
                for _ in 0..1000 {
                    seat.send(true).await?;
                    left.send(()).await?;
                    right.send(()).await?;
                    right.send(()).await?;
                    left.send(()).await?;
                    seat.send(false).await?;
                }
                log.push(1000);
                Ok(())
            });
        }
        let last = asked.pop();
        case.process((asked, last), |(mut asked, last)| async move {
            asked.extend(last);
            let mut seated = [false; N_PHILOSOPHERS];
            let mut guards: Vec<_> = asked.iter_mut().map(|asked| asked.guard()).collect();
            let mut gone = [false; N_PHILOSOPHERS];
            loop {
                let n_seated = seated.iter().filter(|seated| **seated).count();
                for (idx, guard) in guards.iter_mut().enumerate() {
                    guard.when(!gone[idx] && (seated[idx] || n_seated < N_PHILOSOPHERS - 1));
                }
                let Ok(idx) = Alt::over(&mut guards).select().await else { return Ok(()) };
                match guards[idx].take() {
                    Ok(sits) => seated[idx] = sits,
                    Err(_) => gone[idx] = true,
                }
            }
        });
        case.done();
        assert_eq!(log.entries(), [1000; N_PHILOSOPHERS]);
    });
}

#[test]
fn case_47_philosophers_without_a_limit_are_reported_as_a_cycle() {
    on_all(|mut case| {
        let (philosophers, asked) = table(&mut case);
        for hands in philosophers {
            case.process(hands, |(mut seat, mut left, mut right)| async move {
                left.send(()).await?;
                // All have their left fork before anyone goes on.
                seat.send(true).await?;
                seat.send(true).await?;
                seat.retire();
                right.send(()).await?;
                right.send(()).await?;
                Ok(left.send(()).await?)
            });
        }
        case.process(asked, |mut asked| async move {
            for _ in 0..2 {
                for asked in &mut asked {
                    asked.recv().await?;
                }
            }
            Ok(())
        });
        let report = case.run();
        assert_eq!((report.outcome, report.exit_code()), (Outcome::Deadlock, 4));
        let diagnostic = &report.diagnostics[0];
        assert_eq!(diagnostic.code, Code::E0901);
        assert_eq!(diagnostic.message, format!("deadlock: {} processes wait", 2 * N_PHILOSOPHERS));
        assert_eq!(diagnostic.notes.len(), 2 * N_PHILOSOPHERS, "{:?}", diagnostic.notes);
        is_one_cycle(&diagnostic.notes);
    });
}

/// Each of these waits for the process of the next line, and the last for that of the first; no process is there twice.
fn is_one_cycle(notes: &[String]) {
    // As in: `p[0]` waits to receive on `c` (p[5] -> p[0], rendezvous, nobody sending)
    let wait = |note: &String| {
        let (who, rest) = note.strip_prefix('`')?.split_once("` waits to ")?;
        let (writer, reader) = rest.split_once(" (")?.1.split_once(',')?.0.split_once(" -> ")?;
        let (this, other) = if rest.starts_with("send on ") { (writer, reader) } else { (reader, writer) };
        (this == who).then(|| (who.to_owned(), other.to_owned()))
    };
    let waits: Option<Vec<_>> = notes.iter().map(wait).collect();
    let waits = waits.unwrap_or_else(|| panic!("no waits at a channel of their own: {notes:?}"));
    for (at, (_, other)) in waits.iter().enumerate() {
        assert_eq!(*other, waits[(at + 1) % waits.len()].0, "{notes:?}");
    }
    let names: std::collections::BTreeSet<_> = waits.iter().map(|(who, _)| who).collect();
    assert_eq!(names.len(), notes.len(), "{notes:?}");
}

/// Passes on what `prime` does not divide, to a sieve that is made for the first such number.
async fn sieve(mut from: Receiver<u64>, primes: Log<u64>) -> Result<(), Ended> {
    let Some(prime) = from.next().await? else { return Ok(()) };
    primes.push(prime);
    let (mut to, next) = channel(0);
    drop(spawn(Box::pin(sieve(next, primes)) as std::pin::Pin<Box<dyn Future<Output = Result<(), Ended>>>>));
    while let Some(n) = from.next().await? {
        if !n.is_multiple_of(prime) {
            to.send(n).await?;
        }
    }
    Ok(())
}

#[test]
fn case_48_a_sieve_grows_to_two_thousand_primes() {
    on_all(|mut case| {
        let primes = Log::new();
        let log = primes.clone();
        case.light((), move |()| async move {
            let (mut to, from) = channel(0);
            drop(spawn(sieve(from, log)));
            for n in 2..=17_389 {
                to.send(n).await?;
            }
            Ok(())
        });
        case.done();
        let primes = primes.entries();
        assert_eq!((primes.len(), primes.last()), (2000, Some(&17_389)));
        assert!(primes.is_sorted());
    });
}

#[test]
fn case_48_a_token_goes_round_rings() {
    for n in [64, 256] {
        on_all(move |mut case| {
            let log = Log::new();
            let (to, mut from) = case.channels::<u64>(n, Kind::Rendezvous);
            from.rotate_right(1);
            for (number, (to, from)) in to.into_iter().zip(from).enumerate() {
                let log = log.clone();
                case.process((to, from), move |(mut to, mut from)| async move {
                    if number == 0 {
                        to.send(0).await?;
                        for _ in 0..19 {
                            to.send(from.recv().await? + 1).await?;
                        }
                        log.push(from.recv().await? + 1);
                        return Ok(());
                    }
                    while let Some(hops) = from.next().await? {
                        to.send(hops + 1).await?;
                    }
                    Ok(())
                });
            }
            case.done();
            assert_eq!(log.entries(), [20 * n as u64]);
        });
    }
}

/// Fibonacci's number, each call a process.
async fn fibonacci(n: u64) -> Result<u64, Ended> {
    if n < 2 {
        return Ok(n);
    }
    let parts = par([n - 1, n - 2]
        .map(|n| Box::pin(fibonacci(n)) as std::pin::Pin<Box<dyn Future<Output = Result<u64, Ended>>>>));
    let parts: Result<Vec<u64>, Ended> = parts.await.into_iter().collect();
    Ok(parts?.iter().sum())
}

#[test]
fn case_48_fibonacci_by_processes_is_right() {
    on_all(|mut case| {
        let log = Log::new();
        let told = log.clone();
        case.light((), move |()| async move {
            told.push(fibonacci(15).await?);
            Ok(())
        });
        case.done();
        assert_eq!(log.entries(), [610]);
    });
}

/// Runs `work` on the numbers below `n` by four processes that share them.
fn farmed(mut case: Case, n: u64, work: fn(u64) -> u64) -> Vec<(u64, u64)> {
    let log = Log::new();
    let (to, from) = case.channel(Kind::Rendezvous);
    case.process(to, move |mut to| async move {
        for job in 0..n {
            to.send(job).await?;
        }
        Ok(())
    });
    for _ in 0..4 {
        let log = log.clone();
        case.process(csprun_runtime::compose::Plug::join(&from), move |mut from| async move {
            while let Some(job) = from.next().await? {
                log.push((job, work(job)));
            }
            Ok(())
        });
    }
    drop(from);
    case.done();
    log.sorted()
}

/// How many points of a row of 64 are in the Mandelbrot set, as far as 100 steps show.
fn row(y: u64) -> u64 {
    let inside = |x: u64| {
        let (re, im) = (x as f64 / 21.3 - 2.0, y as f64 / 32.0 - 1.0);
        let (mut a, mut b) = (0.0_f64, 0.0_f64);
        (0..100).all(|_| {
            (a, b) = (a * a - b * b + re, 2.0 * a * b + im);
            a * a + b * b <= 4.0
        })
    };
    (0..64).filter(|&x| inside(x)).count() as u64
}

/// How many of a thousand points fall into a quarter of a circle.
fn throws(seed: u64) -> u64 {
    let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
    let mut random = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state >> 11) as f64 / (1_u64 << 53) as f64
    };
    (0..1000).filter(|_| random().powi(2) + random().powi(2) < 1.0).count() as u64
}

#[test]
fn case_48_farms_give_what_one_process_gives() {
    on_all(|case| assert_eq!(farmed(case, 64, row), (0..64).map(|y| (y, row(y))).collect::<Vec<_>>()));
    on_all(|case| {
        let hits: u64 = farmed(case, 100, throws).iter().map(|(_, hits)| hits).sum();
        let pi = 4.0 * hits as f64 / 100_000.0;
        assert!((3.1..3.2).contains(&pi), "{pi}");
        assert_eq!(hits, (0..100).map(throws).sum::<u64>());
    });
}
