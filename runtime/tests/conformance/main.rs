//! The conformance list of SEMANTICS, over one worker, two workers and threads. A test names its case.

mod barrier;
mod bodies;
mod calls;
mod deadlock;
mod dining;
mod ending;
mod failure;
mod flow;
mod made;
mod refusals;
mod servers;
mod stalled;
mod time;
mod unanswered;

use std::time::Duration;

use csprun_runtime::testing::Net;

/// Where the processes of a case run.
const SEATINGS: [fn() -> Net; 3] = [|| Net::on_workers(1), || Net::on_workers(2), Net::on_threads];

/// Ten times what the slowest case takes on a busy machine.
const LIMIT: Duration = Duration::from_secs(120);

/// Runs a case on every seating, under a watchdog.
fn everywhere(case: fn(Net)) {
    for seating in SEATINGS {
        csprun_runtime::testing::within(LIMIT, move || case(seating()));
    }
}
