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
mod files;
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
mod shared_ends;
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

use place::{Case, DELAYS, Delay, PLACEMENTS, Placement};

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

/// Runs a case over `Value`s on every placement with each pair of delays: of who writes, and of who reads.
fn everywhere_at_all_speeds(case: impl Fn(Net, [Delay; 2]) + Copy + Send + 'static) {
    each_speed(|speeds| {
        everywhere(move |mut net| {
            net.options().virtual_time |= speeds.is_some();
            case(net, speeds.unwrap_or([Delay::None; 2]));
        });
    });
}

/// The same for a case with typed channels.
fn on_all_at_all_speeds(case: impl Fn(Case, [Delay; 2]) + Copy + Send + 'static) {
    each_speed(|speeds| {
        on_all(move |mut net| {
            if speeds.is_some() {
                net.virtual_time();
            }
            case(net, speeds.unwrap_or([Delay::None; 2]));
        });
    });
}

/// Every pair of delays; none where neither side has any. Their time is virtual, so that they cost none: who waits
/// goes on when all others wait too, as it would if the others were much faster.
fn each_speed(run: impl Fn(Option<[Delay; 2]>)) {
    for writer in DELAYS {
        for reader in DELAYS {
            let speeds = [writer, reader];
            eprintln!("delays {speeds:?}");
            run((speeds != [Delay::None; 2]).then_some(speeds));
        }
    }
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
