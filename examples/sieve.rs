//! The sieve of Eratosthenes: each prime that is found spawns a filter for the numbers that come after it.

#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use std::mem;

use csprun_runtime::StartError;
use csprun_runtime::channel::{Receiver, Sender, channel};
use csprun_runtime::compose::{Kind, Network};
use csprun_runtime::process::{Ended, spawn};

const N_PRIMES: usize = 2000;

/// 2, 3, 4 and so on, as long as somebody reads.
async fn numbers(mut to: Sender<u32>) -> Result<(), Ended> {
    for n in 2.. {
        to.send(n).await?;
    }
    Ok(())
}

/// Passes on what is no multiple of its prime. `?` ends it, and with it its two ends.
async fn filter(prime: u32, mut from: Receiver<u32>, mut to: Sender<u32>) -> Result<(), Ended> {
    loop {
        let n = from.recv().await?;
        if n % prime != 0 {
            to.send(n).await?;
        }
    }
}

/// What comes out of the last filter is prime; a filter of its own is put behind it.
async fn sieve(mut primes: Sender<u32>) -> Result<(), Ended> {
    let (to, mut last) = channel(0);
    spawn(numbers(to));
    for _ in 0..N_PRIMES {
        let prime = last.recv().await?;
        primes.send(prime).await?;
        let (to, next) = channel(0);
        spawn(filter(prime, mem::replace(&mut last, next), to));
    }
    Ok(())
}

fn main() -> Result<(), StartError> {
    let mut net = Network::new("sieve");
    let (primes, to_print) = net.channel("primes", Kind::Buffer(16));
    net.process("sieve", primes, sieve);
    net.process("print", to_print, |mut primes| async move {
        let (mut n, mut last) = (0, 0);
        while let Some(prime) = primes.next().await? {
            (n, last) = (n + 1, prime);
        }
        println!("{n} primes, the last is {last}");
        Ok(())
    });
    assert_eq!(net.run()?.exit_code(), 0);
    Ok(())
}
