//! Ends a script that would go on for ever: between two steps Rhai asks here whether it may.
//!
//! A script that waits at a port is told of poison there. One that computes is not, so its ports, and the ends that it
//! has, are looked at now and then: when one was poisoned and the script has not met that within [`PATIENCE`], it ends
//! with the poison. So it does when a function that it spawned has failed and nobody has the end of its result, and at
//! once at Ctrl-C, which a script without ports meets nowhere else. Where schedules are explored, others have their turn
//! here too: one that asks for tokens again and again would keep them from being made.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rhai::{Dynamic, Engine};

use super::host::Host;
use crate::expr::{stack_address, too_deep};
use crate::process::Ended;
use crate::schedule::thread;

/// Steps between two looks at the ports.
const N_STEPS: u64 = 1 << 12;
/// How long a script may compute past a poison that it does not meet.
const PATIENCE: Duration = Duration::from_millis(500);
/// Bytes of the stack that Rhai may use; the rest is for what it does between two steps.
const STACK: usize = thread::STACK / 4;

/// What is looked at between steps.
struct Watch {
    host: Rc<Host>,
    /// Where the stack was when the script began.
    bottom: usize,
    /// Steps so far. Rhai's own count begins again in each closure that a function calls.
    n_steps: Cell<u64>,
    /// Since when there is something to end it with.
    since: Cell<Option<Instant>>,
}

/// Makes the engine ask.
pub(super) fn register(engine: &mut Engine, host: &Rc<Host>) {
    let watch = Watch {
        host: Rc::clone(host),
        bottom: stack_address(),
        n_steps: Cell::new(0),
        since: Cell::new(None),
    };
    engine.on_progress(move |_| watch.ends().then_some(Dynamic::UNIT));
}

impl Watch {
    /// Whether the script ends here.
    fn ends(&self) -> bool {
        if self.host.is_ending() {
            return true;
        }
        if self.bottom.abs_diff(stack_address()) > STACK {
            self.host.end(Ended::fail(too_deep()));
            return true;
        }
        let n_steps = self.n_steps.get().wrapping_add(1);
        self.n_steps.set(n_steps);
        n_steps.is_multiple_of(N_STEPS) && self.looks() || self.host.has_waited() && self.misses_a_failure()
    }

    /// Whether a failure that nobody sees ends it, of one that waits again and again and so takes few steps.
    fn misses_a_failure(&self) -> bool {
        self.host.unseen_failure().is_some_and(|why| self.is_too_late(Ended::fail(why)))
    }

    fn looks(&self) -> bool {
        if thread::let_others().is_err() || thread::is_stopped() {
            self.host.stopped();
            return true;
        }
        let Some(ended) = self.overdue() else {
            self.since.set(None);
            return false;
        };
        self.is_too_late(ended)
    }

    /// Ends it with that, unless it may still meet it.
    fn is_too_late(&self, ended: Ended) -> bool {
        let since = self.since.get().unwrap_or_else(Instant::now);
        self.since.set(Some(since));
        let at_once = matches!(&ended, Ended::Poisoned(poison) if poison.is_interrupt());
        if since.elapsed() < PATIENCE && !at_once {
            return false;
        }
        self.host.end(ended);
        true
    }

    /// What the script ends with unless it meets it.
    fn overdue(&self) -> Option<Ended> {
        let poison = self.host.unmet_poison().map(Ended::Poisoned);
        poison.or_else(|| self.host.unseen_failure().map(Ended::fail))
    }
}
