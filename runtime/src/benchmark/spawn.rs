//! Spawn and join: light processes without channels, all alive before the first runs.

use super::scenario::{Ran, Scenario};
use crate::process::Fate;
use crate::testing::Net;

/// The scenario with its contenders; the result is how many processes ended well.
pub(super) fn scenario() -> Scenario {
    let summary = "100,000 light processes that end at once: made, run and counted, one worker";
    let scenario = Scenario::new("spawn-join", summary, "process", |n| n);
    let mut scenario = Scenario { rounds: Some(100_000), ..scenario }.ours("spawn-join", processes);
    scenario.peer("tokio tasks", tasks);
    scenario
}

fn processes(n_rounds: u64) -> Ran {
    Ran::timed(|| {
        let mut net = Net::on_workers(1);
        for _ in 0..n_rounds {
            net.process("process", &[], &[], |_ports| Box::pin(async { Ok(()) }));
        }
        let ended = net.run().processes;
        ended.iter().filter(|process| process.fate == Some(Fate::Done)).count() as u64
    })
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
