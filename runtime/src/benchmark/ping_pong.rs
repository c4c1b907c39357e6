//! Ping-pong: a number goes to the other side, which adds one and gives it back. A round is two hand-offs, each a
//! rendezvous; nobody does anything else, so that a round is all waiting and waking.

use csprun_dsl::network::ChannelKind;

use super::ours::{answer, given};
use super::peer::{
    BlockingChannel, PeerTask, TaskChannel, on_one_thread, on_threads, side_by_side, task, thread,
};
use super::scenario::{Ran, Scenario};
use crate::process::Ended;
use crate::testing::Net;

fn scenario(name: &'static str, summary: &'static str) -> Scenario {
    // The last number that came back: each hand-over added one.
    Scenario { n_operations: 2, ..Scenario::new(name, summary, "hand-off", |n| n) }
}

/// Both sides on one worker.
pub(super) fn one_worker() -> Scenario {
    scenario("ping-pong-one-worker", "there and back over rendezvous, both processes on one worker")
        .ours("ping-pong-one-worker", |n| processes(n, Net::on_workers(1)))
}

/// Each side on a worker of its own.
pub(super) fn two_workers() -> Scenario {
    scenario("ping-pong-two-workers", "there and back over rendezvous, each process on its own worker")
        .ours("ping-pong-two-workers", |n| processes(n, Net::on_workers(2)))
}

/// Each side on a thread that blocks.
pub(super) fn threads() -> Scenario {
    scenario("ping-pong-threads", "there and back over rendezvous, each process on a thread that blocks")
        .ours("ping-pong-threads", |n| processes(n, Net::on_threads()))
}

/// csprun's: the seats are the net's.
fn processes(n_rounds: u64, mut net: Net) -> Ran {
    let [there, back] = ["there", "back"].map(|name| net.channel(name, ChannelKind::Rendezvous));
    let (tell, told) = answer();
    net.process("ping", &[back], &[there], move |ports| {
        Box::pin(async move {
            let (mut input, mut output) = (ports.input("in"), ports.output("out"));
            let mut number = 0;
            for _ in 0..n_rounds {
                output.send(number).await?;
                number = input.recv().await?.as_i64().unwrap_or(-1);
            }
            tell.send(number.cast_unsigned()).map_err(Ended::fail)
        })
    });
    net.process("pong", &[there], &[back], |ports| {
        Box::pin(async {
            let (mut input, mut output) = (ports.input("in"), ports.output("out"));
            loop {
                output.send(input.recv().await?.as_i64().unwrap_or(-1) + 1).await?;
            }
        })
    });
    Ran::timed(|| {
        net.run();
        given(&told)
    })
}

/// On threads.
pub(super) fn blocking<C: BlockingChannel>(n_rounds: u64) -> Ran {
    Ran::timed(|| {
        let (there, mut from_ping) = C::channel(0);
        let (back, mut from_pong) = C::channel(0);
        let pong = thread(move || {
            loop {
                C::send(&back, C::recv(&mut from_ping)? + 1)?;
            }
        });
        let ping = thread(move || {
            let mut number = 0;
            for _ in 0..n_rounds {
                C::send(&there, number)?;
                number = C::recv(&mut from_pong)?;
            }
            Some(number)
        });
        side_by_side(vec![pong, ping])
    })
}

/// On tasks of one thread.
pub(super) fn tasks<C: TaskChannel>(n_rounds: u64) -> Ran {
    Ran::timed(|| on_one_thread(both::<C>(n_rounds)))
}

/// On two threads with a task each.
pub(super) fn tasks_apart<C: TaskChannel>(n_rounds: u64) -> Ran {
    Ran::timed(|| on_threads(both::<C>(n_rounds)))
}

fn both<C: TaskChannel>(n_rounds: u64) -> Vec<PeerTask> {
    let (there, mut from_ping) = C::channel(0);
    let (back, mut from_pong) = C::channel(0);
    let pong = task(async move {
        loop {
            C::send(&back, C::recv(&mut from_ping).await? + 1).await?;
        }
    });
    let ping = task(async move {
        let mut number = 0;
        for _ in 0..n_rounds {
            C::send(&there, number).await?;
            number = C::recv(&mut from_pong).await?;
        }
        Some(number)
    });
    vec![pong, ping]
}
