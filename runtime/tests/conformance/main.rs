//! The conformance list of SEMANTICS, on every placement. A test names its case.
//!
//! A case is written once, for a network that seats its processes itself: [`place::PLACEMENTS`] is the one list of
//! placements. Cases over `Value`s take a `testing::Net`, the others a [`place::Case`] with typed channels.

mod barrier;
mod bodies;
mod calls;
mod choosing;
mod closures;
mod collected;
mod crossing;
mod deadlock;
mod dealt;
mod dining;
mod dropping;
mod ending;
mod ending_choices;
mod extended;
mod failure;
mod farm;
mod flow;
mod lent;
mod made;
mod mobile;
mod permits;
mod place;
mod refusals;
mod replicated;
mod servers;
mod serving;
mod sharing;
mod stalled;
mod starved;
mod strangers;
mod time;
mod timed;
mod typed_calls;
mod typed_serving;
mod unanswered;
mod waiting;

use std::time::Duration;

use csprun_runtime::testing::{Net, within};

use place::{Case, PLACEMENTS, Placement};

/// Ten times what the slowest case takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(240);

/// Runs a case over `Value`s on every placement, under a watchdog.
fn everywhere(case: impl Fn(Net) + Copy + Send + 'static) {
    run_on(PLACEMENTS, move |placement| case(placement.net()));
}

/// The same without delays, which are in virtual time: for a case that needs the clock of the machine.
fn everywhere_undelayed(case: impl Fn(Net) + Copy + Send + 'static) {
    run_on(undelayed(), move |placement| case(placement.net()));
}

/// Runs a case with typed channels on every placement, under a watchdog.
fn on_all(case: impl Fn(Case) + Copy + Send + 'static) {
    run_on(PLACEMENTS, move |placement| case(placement.case()));
}

/// The same without delays, for a case that looks at what one poll does: with them it may do nothing.
fn on_all_undelayed(case: impl Fn(Case) + Copy + Send + 'static) {
    run_on(undelayed(), move |placement| case(placement.case()));
}

fn undelayed() -> impl Iterator<Item = Placement> {
    PLACEMENTS.into_iter().filter(|placement| !placement.delays)
}

fn run_on(placements: impl IntoIterator<Item = Placement>, case: impl Fn(Placement) + Copy + Send + 'static) {
    for placement in placements {
        eprintln!("on {}", placement.name);
        within(LIMIT, move || case(placement));
    }
}

/// The same with all placements at a time: for a case that mostly sleeps.
fn on_all_at_once(case: impl Fn(Case) + Copy + Send + 'static) {
    std::thread::scope(|threads| {
        let started = PLACEMENTS.map(|placement| {
            let run = move || within(LIMIT, move || case(placement.case()));
            (placement.name, threads.spawn(run))
        });
        for (name, thread) in started {
            if let Err(panic) = thread.join() {
                eprintln!("on {name}");
                std::panic::resume_unwind(panic);
            }
        }
    });
}
