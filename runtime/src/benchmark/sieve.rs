//! The sieve of Eratosthenes: a process for each prime, started when the prime is found, takes out its multiples; all on
//! one worker, each channel a rendezvous. An operation is a prime.
//!
//! ```text
//! +---------+   +--------+   +--------+        +-------+
//! | numbers |-->| no 2s  |-->| no 3s  |--> ..  | grow  |
//! +---------+   +--------+   +--------+        +-------+
//! ```
//!
//! Source: McIlroy 1968; Kahn and MacQueen, Coroutines and networks of parallel processes, 1977.

use super::ours::{answer, run};
use super::peer::{TaskChannel, on_one_thread, task};
use super::scenario::{Ran, Scenario};
use crate::channel::channel;
use crate::compose::Network;
use crate::process::spawn;

/// The scenario with csprun's contenders; the result is the sum of the primes.
pub(super) fn scenario() -> Scenario {
    let summary = "the first 2000 primes, a process for each, started while the network runs; one worker";
    let scenario = Scenario::new("sieve", summary, "prime", by_hand);
    Scenario { rounds: Some(2000), ..scenario }
        .ours("sieve", processes)
        .by_hand("without channels", |n| Ran::timed(|| by_hand(n)))
}

fn by_hand(n_primes: u64) -> u64 {
    let mut primes: Vec<u64> = Vec::new();
    let mut number = 2;
    while (primes.len() as u64) < n_primes {
        if primes.iter().all(|prime| number % prime != 0) {
            primes.push(number);
        }
        number += 1;
    }
    primes.iter().sum()
}

fn processes(n_primes: u64) -> Ran {
    let mut net = Network::new("sieve");
    net.workers(1);
    let (tell, told) = answer();
    net.process("grow", (), move |()| async move {
        let (mut numbers, mut source) = channel(0);
        drop(spawn(async move {
            for number in 2_u64.. {
                numbers.send(number).await?;
            }
            Ok(())
        }));
        let mut sum = 0;
        for _ in 0..n_primes {
            let prime = source.recv().await?;
            sum += prime;
            let (mut rest, behind) = channel(0);
            let mut before = std::mem::replace(&mut source, behind);
            drop(spawn(async move {
                loop {
                    let number = before.recv().await?;
                    if number % prime != 0 {
                        rest.send(number).await?;
                    }
                }
                #[expect(unreachable_code, reason = "the loop ends by `?`; this is its type")]
                Ok(())
            }));
        }
        Ok(tell.send(sum)?)
    });
    run(net, &told)
}

/// Each filter a task of one thread.
pub(super) fn tasks<C: TaskChannel>(n_primes: u64) -> Ran {
    Ran::timed(|| {
        on_one_thread(vec![task(async move {
            let (numbers, mut source) = C::channel(0);
            tokio::spawn(async move {
                for number in 2_u64.. {
                    C::send(&numbers, number).await?;
                }
                Some(())
            });
            let mut sum = 0;
            for _ in 0..n_primes {
                let prime = C::recv(&mut source).await?;
                sum += prime;
                let (rest, behind) = C::channel(0);
                let mut before = std::mem::replace(&mut source, behind);
                tokio::spawn(async move {
                    while let Some(number) = C::recv(&mut before).await {
                        if number % prime != 0 {
                            C::send(&rest, number).await?;
                        }
                    }
                    Some(())
                });
            }
            Some(sum)
        })])
    })
}
