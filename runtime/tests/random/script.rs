//! What a random process does, step by step.

use std::collections::BTreeSet;
use std::future::poll_fn;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use csprun_runtime::alt::{Alt, Fair, Guard, Skip, Timeout};
use csprun_runtime::channel::{Gone, Poison, Receiver, Sender};
use csprun_runtime::process::{Ended, spawn};

/// A token: its channel, its writing end, and the how-manieth of that end's it is.
pub type Token = (usize, usize, u64);

/// Numbers that look random, the same for the same seed (xorshift).
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    pub fn new(seed: u64) -> Random {
        Random((seed ^ 0x5851_f42d_4c95_7f2d).wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    /// One below `n`.
    pub fn below(&mut self, n: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        ((self.0 >> 33) as usize) % n
    }
}

/// What all processes of a network write down.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<Told>>);

#[derive(Clone, Default)]
pub struct Told {
    /// What readers got: the reader's number with each token, in its order.
    pub tokens: Vec<(usize, Token)>,
    /// Readers that were told of the end of the stream.
    pub retired: BTreeSet<usize>,
    /// Somebody has poisoned an end.
    pub poisoned: bool,
}

impl Seen {
    fn told(&self) -> MutexGuard<'_, Told> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// What was written down until now.
    pub fn so_far(&self) -> Told {
        self.told().clone()
    }

    /// Writes down what a receive gave.
    fn got(&self, reader: usize, received: Result<Token, Gone>) -> Result<(), Ended> {
        match received {
            Ok(token) => self.told().tokens.push((reader, token)),
            Err(gone) => {
                if gone == Gone::Retired {
                    self.told().retired.insert(reader);
                }
                return Err(gone.into());
            }
        }
        Ok(())
    }
}

/// A writing end with what it has sent, and a reading end with its number.
pub struct Out {
    pub end: Sender<Token>,
    pub channel: usize,
    pub number: usize,
    pub n: u64,
}

pub struct In {
    pub end: Receiver<Token>,
    pub number: usize,
}

impl Out {
    fn next(&mut self) -> Token {
        self.n += 1;
        (self.channel, self.number, self.n)
    }
}

/// A process's ends and its dice.
pub struct Actor {
    pub outs: Vec<Out>,
    pub ins: Vec<In>,
    pub random: Random,
    pub seen: Seen,
    /// It may start processes beside itself.
    pub light: bool,
    /// It never waits for ever: all it does is choices with a timeout.
    pub impatient: bool,
    pub fair: Fair,
}

/// Polls once or twice, then drops.
async fn polled<F: Future>(future: F, n_polls: usize) -> Option<F::Output> {
    let mut future = pin!(future);
    for _ in 0..n_polls {
        let poll = poll_fn(|cx| Poll::Ready(future.as_mut().poll(cx))).await;
        if let Poll::Ready(output) = poll {
            return Some(output);
        }
        give_way().await;
    }
    None
}

async fn give_way() {
    let mut gave = false;
    poll_fn(|cx| {
        if std::mem::replace(&mut gave, true) {
            return Poll::Ready(());
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    })
    .await;
}

impl Actor {
    /// Takes so many steps, or fewer if it has no ends any more.
    pub async fn act(mut self, n_steps: usize) -> Result<(), Ended> {
        for _ in 0..n_steps {
            if self.outs.is_empty() && self.ins.is_empty() {
                break;
            }
            let step = if self.impatient { 4 + self.random.below(4) } else { self.random.below(24) };
            match step {
                0..2 => self.send().await?,
                2..4 => self.receive().await?,
                4..8 => self.choose().await?,
                8..11 => self.drop_send().await?,
                11..14 => self.drop_receive().await?,
                14..16 => self.try_each()?,
                16 if self.random.below(8) == 0 => self.end(),
                17 if self.light && self.random.below(4) == 0 => self.start_another(),
                18..21 => give_way().await,
                _ => self.choose().await?,
            }
        }
        Ok(())
    }

    async fn send(&mut self) -> Result<(), Ended> {
        let idx = self.random.below(self.outs.len().max(1));
        let Some(out) = self.outs.get_mut(idx) else { return Ok(()) };
        let token = out.next();
        Ok(out.end.send(token).await?)
    }

    async fn receive(&mut self) -> Result<(), Ended> {
        let idx = self.random.below(self.ins.len().max(1));
        let Some(input) = self.ins.get_mut(idx) else { return Ok(()) };
        let received = input.end.recv().await;
        self.seen.got(input.number, received)
    }

    async fn drop_send(&mut self) -> Result<(), Ended> {
        let (idx, n_polls) = (self.random.below(self.outs.len().max(1)), 1 + self.random.below(2));
        let Some(out) = self.outs.get_mut(idx) else { return Ok(()) };
        let token = out.next();
        polled(out.end.send(token), n_polls).await.transpose()?;
        Ok(())
    }

    async fn drop_receive(&mut self) -> Result<(), Ended> {
        let (idx, n_polls) = (self.random.below(self.ins.len().max(1)), 1 + self.random.below(2));
        let Some(input) = self.ins.get_mut(idx) else { return Ok(()) };
        match polled(input.end.recv(), n_polls).await {
            Some(received) => self.seen.got(input.number, received),
            None => Ok(()),
        }
    }

    fn try_each(&mut self) -> Result<(), Ended> {
        for out in &mut self.outs {
            let token = out.next();
            if let Err((_, Some(gone))) = out.end.try_send(token) {
                return Err(gone.into());
            }
        }
        for input in &mut self.ins {
            if let Some(received) = input.end.try_recv().transpose() {
                self.seen.got(input.number, received)?;
            }
        }
        Ok(())
    }

    /// A choice over some of its ends, perhaps with a timeout or a skip; sometimes dropped.
    async fn choose(&mut self) -> Result<(), Ended> {
        let mask = self.random.below(1 << 12) | 1 << self.random.below(4);
        let (policy, last, n_polls) = (self.random.below(3), self.random.below(3), self.random.below(12));
        let (n_outs, delay) = (self.outs.len(), Duration::from_micros(self.random.below(300) as u64));
        let (mut skip, mut late) = (Skip::new(), Timeout::after(delay));
        late.when(self.impatient || last == 1);
        skip.when(last == 2);
        let mut sends: Vec<_> = self
            .outs
            .iter_mut()
            .map(|out| {
                let token = out.next();
                out.end.guard(token)
            })
            .collect();
        let numbers: Vec<usize> = self.ins.iter().map(|input| input.number).collect();
        let mut receives: Vec<_> = self.ins.iter_mut().map(|input| input.end.guard()).collect();
        let mut guards: Vec<&mut dyn Guard> = Vec::new();
        for guard in &mut sends {
            guards.push(guard);
        }
        for guard in &mut receives {
            guards.push(guard);
        }
        for (at, guard) in guards.iter_mut().enumerate() {
            guard.when(mask >> at & 1 == 1);
        }
        guards.push(&mut late);
        guards.push(&mut skip);
        let alt = Alt::new(&mut guards);
        let chosen = {
            let choice = match policy {
                0 => alt.select(),
                1 => alt.pri_select(),
                _ => alt.fair_select(&mut self.fair),
            };
            // Few choices are dropped.
            if n_polls == 0 { polled(choice, 1).await } else { Some(choice.await) }
        };
        let Some(Ok(idx)) = chosen else { return Ok(()) };
        if let Some(send) = sends.get_mut(idx) {
            send.take()?;
        } else if let Some(receive) = receives.get_mut(idx - n_outs) {
            self.seen.got(numbers[idx - n_outs], receive.take())?;
        }
        Ok(())
    }

    /// Ends one of its ends, in one of the two ways.
    fn end(&mut self) {
        let poison = (self.random.below(3) == 0).then(|| Poison::new("random", "enough"));
        self.seen.told().poisoned |= poison.is_some();
        if self.random.below(2) == 0 && !self.outs.is_empty() {
            let out = self.outs.swap_remove(self.random.below(self.outs.len())).end;
            match poison {
                Some(poison) => out.poison(poison),
                None => out.retire(),
            }
        } else if !self.ins.is_empty() {
            let input = self.ins.swap_remove(self.random.below(self.ins.len())).end;
            match poison {
                Some(poison) => input.poison(poison),
                None => input.retire(),
            }
        }
    }

    /// Gives one of its reading ends to a process beside it.
    fn start_another(&mut self) {
        let Some(mut input) = self.ins.pop() else { return };
        let seen = self.seen.clone();
        drop(spawn(async move {
            for _ in 0..10 {
                match seen.got(input.number, input.end.recv().await) {
                    Ok(()) => {}
                    Err(Ended::Retired) => break,
                    Err(ended) => return Err(ended),
                }
            }
            Ok(())
        }));
    }
}
