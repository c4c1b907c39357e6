//! Spawn and join: a process starts light processes without channels, all alive before the first runs, and waits for
//! all.

use super::ours::{answer, run};
use super::scenario::{Ran, Scenario};
use crate::compose::Network;
use crate::process::spawn;

/// The scenario with its contenders; the result is how many processes ended well.
pub(super) fn scenario() -> Scenario {
    let summary = "a million light processes that end at once, spawned and joined, one worker";
    let scenario = Scenario::new("spawn-join", summary, "process", |n| n);
    let mut scenario = Scenario { rounds: Some(1_000_000), ..scenario }.ours("spawn-join", processes);
    scenario.peer("tokio tasks", tasks);
    scenario
}

fn processes(n_rounds: u64) -> Ran {
    let mut net = Network::new("spawn");
    net.workers(1);
    let (tell, told) = answer();
    net.process("parent", (), move |()| async move {
        let spawned: Vec<_> = (0..n_rounds).map(|_| spawn(async { Ok(1) })).collect();
        let mut n_ended = 0;
        for process in spawned {
            n_ended += process.await?;
        }
        Ok(tell.send(n_ended)?)
    });
    run(net, &told)
}

fn tasks(n_rounds: u64) -> Ran {
    Ran::timed(|| {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("no driver is asked for");
        runtime.block_on(async {
            let spawned: Vec<_> = (0..n_rounds).map(|_| tokio::spawn(async { 1 })).collect();
            let mut n_ended = 0;
            for task in spawned {
                n_ended += task.await.unwrap_or(0);
            }
            n_ended
        })
    })
}
