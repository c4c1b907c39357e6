//! Alternation under stress: every channel always has a writer that waits, and one reader chooses fairly among the
//! channels. A round is one choice.
//!
//! The writers of channel `i` send `i`, and the reader counts the tokens that came from where they should. A thousand
//! guards and a thousand writers on one channel stand beside the eight: what a choice costs must not grow with them
//! faster than they do.
//!
//! Source: JCSP's StressedAlt.

use std::future::poll_fn;
use std::task::Poll;

use super::ours::{answer, run};
use super::peer::{
    BlockingChoice, PeerTask, TaskChannel, TaskChoice, on_one_thread, side_by_side, task, thread,
};
use super::scenario::{Ran, Scenario};
use crate::alt::{Alt, Fair};
use crate::channel::Receiver;
use crate::compose::{Kind, Network, Plug};

/// Guards, or writers, that show how a cost grows.
const MANY: usize = 1000;

fn scenario(name: &'static str, summary: &'static str) -> Scenario {
    Scenario::new(name, summary, "select", |n| n)
}

/// Channels, and writers of each, of the scenarios in which a reader chooses.
pub(super) fn shape(name: &str) -> Option<(usize, usize)> {
    match name {
        "alternation-8x8" => Some((8, 8)),
        "alternation-16x1" => Some((16, 1)),
        _ => None,
    }
}

/// Eight channels with eight writers each.
pub(super) fn eight_by_eight() -> Scenario {
    scenario("alternation-8x8", "a fair choice among 8 channels with 8 writers each, one worker")
        .ours("alternation-8x8", |n| processes(n, 8, 8))
}

/// Sixteen channels with one writer each.
pub(super) fn sixteen_by_one() -> Scenario {
    scenario("alternation-16x1", "a fair choice among 16 channels with a writer each, one worker")
        .ours("alternation-16x1", |n| processes(n, 16, 1))
}

/// A thousand guards, held against eight.
pub(super) fn thousand() -> Scenario {
    let summary = "a fair choice among 1,000 channels with a writer each, beside one among 8";
    let scenario = scenario("alternation-1000", summary).ours("alternation-1000", |n| processes(n, MANY, 1));
    beside("csprun, 8 guards", |n| processes(n, 8, 1), scenario)
}

/// A thousand writers on one channel, held against eight.
pub(super) fn fan_in() -> Scenario {
    let summary = "one rendezvous channel with 1,000 writers, one worker";
    let scenario = Scenario { operation: "token", ..scenario("fan-in-1000", summary) }
        .ours("fan-in-1000", |n| processes(n, 1, MANY));
    beside("csprun, 8 writers", |n| processes(n, 1, 8), scenario)
}

/// Holds a scenario against the same with fewer guards or writers.
fn beside(name: &'static str, run: fn(u64) -> Ran, mut scenario: Scenario) -> Scenario {
    scenario.peer(name, run);
    Scenario { against: Some(name), ..scenario }
}

/// csprun's: one channel is received from, more are chosen among.
fn processes(n_rounds: u64, n_channels: usize, n_writers: usize) -> Ran {
    let mut net = Network::new("alternation");
    net.workers(1);
    let mut inputs = Vec::new();
    for i in 0..n_channels {
        let (output, input) = net.channel(&format!("channel[{i}]"), Kind::Rendezvous);
        inputs.push(input);
        for _ in 0..n_writers {
            net.process(&format!("writer[{i}]"), output.join(), move |mut output| async move {
                loop {
                    output.send(i).await?;
                }
            });
        }
    }
    let (tell, told) = answer();
    net.process("reader", inputs, move |mut inputs| async move {
        let mut n_right = 0;
        if let [input] = &mut inputs[..] {
            for _ in 0..n_rounds {
                n_right += u64::from(input.recv().await? == 0);
            }
        } else {
            let mut fair = Fair::new();
            let mut guards: Vec<_> = inputs.iter_mut().map(Receiver::guard).collect();
            for _ in 0..n_rounds {
                let idx = Alt::over(&mut guards).fair_select(&mut fair).await?;
                n_right += u64::from(guards[idx].take()? == idx);
            }
        }
        Ok(tell.send(n_right)?)
    });
    run(net, &told)
}

/// On threads.
pub(super) fn blocking<C: BlockingChoice>(n_rounds: u64, n_channels: usize, n_writers: usize) -> Ran {
    Ran::timed(|| {
        let mut inputs = Vec::new();
        let mut bodies = Vec::new();
        for i in 0..n_channels {
            let (output, input) = C::channel(0);
            inputs.push(input);
            for _ in 0..n_writers {
                let output = output.clone();
                bodies.push(thread(move || {
                    loop {
                        C::send(&output, i as u64)?;
                    }
                }));
            }
        }
        bodies.push(thread(move || {
            let chosen = (0..n_rounds).map_while(|_| C::choose(&mut inputs));
            Some(chosen.filter(|&(idx, token)| token == idx as u64).count() as u64)
        }));
        side_by_side(bodies)
    })
}

/// On tasks of one thread. The choice is fair as ours is: the channel served last is asked last.
pub(super) fn tasks<C: TaskChoice>(n_rounds: u64, n_channels: usize, n_writers: usize) -> Ran {
    Ran::timed(|| {
        let (mut inputs, mut tasks) = (Vec::new(), Vec::new());
        for i in 0..n_channels {
            let (output, input) = C::channel(0);
            inputs.push(input);
            tasks.extend((0..n_writers).map(|_| writer::<C>(output.clone(), i as u64)));
        }
        tasks.push(task(async move {
            let (mut n_right, mut next) = (0, 0);
            for _ in 0..n_rounds {
                let chosen = poll_fn(|cx| {
                    for idx in (0..n_channels).map(|k| (next + k) % n_channels) {
                        if let Poll::Ready(token) = C::poll_recv(&mut inputs[idx], cx) {
                            return Poll::Ready((idx, token));
                        }
                    }
                    Poll::Pending
                });
                let (idx, token) = chosen.await;
                next = (idx + 1) % n_channels;
                n_right += u64::from(token == Some(idx as u64));
            }
            Some(n_right)
        }));
        on_one_thread(tasks)
    })
}

/// Many writers and one reader, on tasks of one thread.
pub(super) fn fan_in_tasks<C: TaskChannel>(n_rounds: u64) -> Ran {
    Ran::timed(|| {
        let (output, mut input) = C::channel(0);
        let mut tasks: Vec<PeerTask> = (0..MANY).map(|_| writer::<C>(output.clone(), 0)).collect();
        drop(output);
        tasks.push(task(async move {
            let mut n_right = 0;
            for _ in 0..n_rounds {
                n_right += u64::from(C::recv(&mut input).await == Some(0));
            }
            Some(n_right)
        }));
        on_one_thread(tasks)
    })
}

fn writer<C: TaskChannel>(output: C::Sender, token: u64) -> PeerTask {
    task(async move {
        loop {
            C::send(&output, token).await?;
        }
    })
}
