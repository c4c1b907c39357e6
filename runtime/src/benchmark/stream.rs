//! A stream of numbers over a channel of 1024 slots, from one worker to another: what a token costs when neither side
//! waits for each one.

use std::iter;

use super::ours::{answer, run};
use super::peer::{BlockingChannel, TaskChannel, on_threads, side_by_side, task, thread};
use super::ring::Ring;
use super::scenario::{Ran, Scenario};
use crate::compose::{Kind, Network};

const CAPACITY: usize = 1024;

/// The scenario with csprun's contender. The result is the sum of what was received.
pub(super) fn scenario() -> Scenario {
    let summary = "numbers over a channel of 1024 slots, writer and reader on two workers";
    Scenario::new("stream-spsc", summary, "token", |n| n * n.saturating_sub(1) / 2)
        .ours("stream-spsc", processes)
        .by_hand("hand-written ring", by_hand)
}

fn processes(n_rounds: u64) -> Ran {
    let mut net = Network::new("stream");
    net.workers(2);
    let (output, input) = net.channel("numbers", Kind::Buffer(CAPACITY as u64));
    let writer = net.process("writer", output, move |mut output| async move {
        for number in 0..n_rounds {
            output.send(number).await?;
        }
        Ok(())
    });
    writer.on_worker(0);
    let (tell, told) = answer();
    let reader = net.process("reader", input, move |mut input| async move {
        let mut sum = 0;
        while let Some(number) = input.next().await? {
            sum += number;
        }
        Ok(tell.send(sum)?)
    });
    reader.on_worker(1);
    run(net, &told)
}

fn by_hand(n_rounds: u64) -> Ran {
    Ran::timed(|| {
        let ring = Ring::<CAPACITY>::new();
        std::thread::scope(|scope| {
            let (mut writer, mut reader) = ring.ends();
            scope.spawn(move || (0..n_rounds).for_each(|number| writer.send(number)));
            (0..n_rounds).map(|_| reader.recv()).sum()
        })
    })
}

/// On two threads.
pub(super) fn blocking<C: BlockingChannel>(n_rounds: u64) -> Ran {
    Ran::timed(|| {
        let (output, mut input) = C::channel(CAPACITY);
        let writer =
            thread(move || (0..n_rounds).try_for_each(|number| C::send(&output, number)).map(|()| 0));
        let reader = thread(move || Some(iter::from_fn(|| C::recv(&mut input)).sum()));
        side_by_side(vec![writer, reader])
    })
}

/// On two threads with a task each.
pub(super) fn tasks_apart<C: TaskChannel>(n_rounds: u64) -> Ran {
    Ran::timed(|| {
        let (output, mut input) = C::channel(CAPACITY);
        let writer = task(async move {
            for number in 0..n_rounds {
                C::send(&output, number).await?;
            }
            Some(0)
        });
        let reader = task(async move {
            let mut sum = 0;
            while let Some(number) = C::recv(&mut input).await {
                sum += number;
            }
            Some(sum)
        });
        on_threads(vec![writer, reader])
    })
}
