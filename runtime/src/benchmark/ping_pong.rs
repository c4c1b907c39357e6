//! Ping-pong: a number goes to the other side, which adds one and gives it back. A round is two hand-offs, each a
//! rendezvous; nobody does anything else, so that a round is all waiting and waking.

use super::ours::{answer, run};
use super::peer::{
    BlockingChannel, PeerTask, TaskChannel, on_one_thread, on_threads, side_by_side, task, thread,
};
use super::scenario::{Ran, Scenario};
use crate::compose::{Kind, Network, Process};

fn scenario(name: &'static str, summary: &'static str) -> Scenario {
    // The last number that came back: each hand-over added one.
    Scenario { n_operations: 2, ..Scenario::new(name, summary, "hand-off", |n| n) }
}

/// Both sides on one worker.
pub(super) fn one_worker() -> Scenario {
    scenario("ping-pong-one-worker", "there and back over rendezvous, both processes on one worker")
        .ours("ping-pong-one-worker", |n| processes(n, |process, _| process.on_worker(0)))
}

/// Each side on a worker of its own.
pub(super) fn two_workers() -> Scenario {
    scenario("ping-pong-two-workers", "there and back over rendezvous, each process on its own worker")
        .ours("ping-pong-two-workers", |n| processes(n, Process::on_worker))
}

/// Each side on a thread that blocks.
pub(super) fn threads() -> Scenario {
    scenario("ping-pong-threads", "there and back over rendezvous, each process on a thread that blocks")
        .ours("ping-pong-threads", |n| processes(n, |process, _| process.on_thread()))
}

/// csprun's; `seat` says where a process sits, by its number.
fn processes(n_rounds: u64, seat: fn(&mut Process, usize)) -> Ran {
    let mut net = Network::new("ping-pong");
    net.workers(2);
    let (there, from_ping) = net.channel("there", Kind::Rendezvous);
    let (back, from_pong) = net.channel("back", Kind::Rendezvous);
    let (tell, told) = answer();
    let ping = net.process("ping", (from_pong, there), move |(mut from, mut to)| async move {
        let mut number: u64 = 0;
        for _ in 0..n_rounds {
            to.send(number).await?;
            number = from.recv().await?;
        }
        Ok(tell.send(number)?)
    });
    seat(ping, 0);
    let pong = net.process("pong", (from_ping, back), |(mut from, mut to)| async move {
        loop {
            to.send(from.recv().await? + 1).await?;
        }
    });
    seat(pong, 1);
    run(net, &told)
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
