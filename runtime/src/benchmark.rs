//! Speeds beside those of others: each scenario once, for `csprun bench` and for the benches of this crate.
//!
//! A [`Scenario`] has contenders: csprun, channels of others, a loop by hand. [`compare`] runs them by turns, checks
//! what each computed, and gives a [`Row`] for each contender of csprun.

mod alternation;
mod bulk;
mod commstime;
mod compare;
mod farm;
mod mandelbrot;
mod ours;
mod peer;
mod ping_pong;
mod pipeline;
mod program;
mod ring;
mod scenario;
mod sieve;
mod spawn;
mod stream;
mod table;
#[cfg(test)]
mod tests;
mod word_count;

use std::path::Path;

pub use compare::{Effort, Floor, Row, Wrong, compare};
pub use peer::{BlockingChannel, BlockingChoice, Crossbeam, StdMpsc, TaskChannel, TaskChoice, TokioMpsc};
pub use scenario::{Contender, Ran, Scenario, Side};
pub use table::table;

/// All scenarios, with csprun's contenders and the floors that need nothing installed.
pub fn scenarios() -> Vec<Scenario> {
    let mut all = vec![
        commstime::scenario(),
        ping_pong::one_worker(),
        ping_pong::two_workers(),
        ping_pong::threads(),
        stream::scenario(),
        alternation::eight_by_eight(),
        alternation::sixteen_by_one(),
        alternation::thousand(),
        alternation::fan_in(),
        spawn::scenario(),
        pipeline::eight(),
        pipeline::sixty_four(),
        mandelbrot::scenario(),
        bulk::scenario(),
        word_count::scenario(),
        farm::any_order(),
        farm::in_order(),
        sieve::scenario(),
    ];
    blocking_peer::<Crossbeam>(&mut all);
    blocking_peer::<StdMpsc>(&mut all);
    task_peer::<TokioMpsc>(&mut all);
    blocking_choice::<Crossbeam>(&mut all);
    task_choice::<TokioMpsc>(&mut all);
    all
}

/// Scenarios of the whole program: the command `csprun` that stands there is started, as a person does.
pub fn program(csprun: &Path) -> [Scenario; 2] {
    program::scenarios(csprun)
}

/// Adds channels between threads to each scenario that they can take part in.
pub fn blocking_peer<C: BlockingChannel>(scenarios: &mut [Scenario]) {
    for scenario in scenarios {
        if let Some(n_stages) = pipeline::n_stages(scenario.name) {
            scenario.peer(C::NAME, move |n| pipeline::blocking::<C>(n, n_stages));
        }
        match scenario.name {
            "commstime" => scenario.peer(C::NAME, commstime::blocking::<C>),
            "ping-pong-two-workers" | "ping-pong-threads" => scenario.peer(C::NAME, ping_pong::blocking::<C>),
            "stream-spsc" => scenario.peer(C::NAME, stream::blocking::<C>),
            _ => {}
        }
    }
}

/// Adds channels between tasks to each scenario that they can take part in.
pub fn task_peer<C: TaskChannel>(scenarios: &mut [Scenario]) {
    for scenario in scenarios {
        match scenario.name {
            "commstime" => scenario.peer(C::NAME, commstime::tasks::<C>),
            "ping-pong-one-worker" => scenario.peer(C::NAME, ping_pong::tasks::<C>),
            "ping-pong-two-workers" => {
                scenario.peer(&format!("{}, two threads", C::NAME), ping_pong::tasks_apart::<C>);
            }
            "stream-spsc" => scenario.peer(C::NAME, stream::tasks_apart::<C>),
            "fan-in-1000" => scenario.peer(C::NAME, alternation::fan_in_tasks::<C>),
            "sieve" => scenario.peer(C::NAME, sieve::tasks::<C>),
            _ => {}
        }
    }
}

/// Adds a choice among channels between threads to the scenarios that choose.
pub fn blocking_choice<C: BlockingChoice>(scenarios: &mut [Scenario]) {
    for scenario in scenarios {
        if let Some((n_channels, n_writers)) = alternation::shape(scenario.name) {
            scenario.peer(C::NAME, move |n| alternation::blocking::<C>(n, n_channels, n_writers));
        }
    }
}

/// Adds a choice among channels between tasks to the scenarios that choose.
pub fn task_choice<C: TaskChoice>(scenarios: &mut [Scenario]) {
    for scenario in scenarios {
        if let Some((n_channels, n_writers)) = alternation::shape(scenario.name) {
            scenario.peer(C::NAME, move |n| alternation::tasks::<C>(n, n_channels, n_writers));
        }
    }
}
