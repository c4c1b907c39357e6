//! Ends a script that would go on for ever: between two steps Rhai asks here whether it may.
//!
//! A script that waits at a port is told of poison there. One that computes is not, so its ports are looked at now
//! and then: when one was poisoned and the script has not met that within [`PATIENCE`], it ends with the poison.

use std::cell::Cell;
use std::rc::Rc;
use std::time::{Duration, Instant};

use rhai::{Dynamic, Engine};

use super::host::Host;
use super::port::Port;
use crate::channel::Poison;
use crate::expr::{stack_address, too_deep};
use crate::process::{Ended, In, Out};
use crate::schedule::thread;

/// Steps between two looks at the ports.
const N_STEPS: u64 = 1 << 12;
/// How long a script may compute past a poison at one of its ports.
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
    /// Since when a poison waits at a port.
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
        n_steps.is_multiple_of(N_STEPS) && self.looks()
    }

    fn looks(&self) -> bool {
        if thread::is_stopped() {
            self.host.stopped();
            return true;
        }
        let Some(poison) = self.poison() else {
            self.since.set(None);
            return false;
        };
        let since = self.since.get().unwrap_or_else(Instant::now);
        self.since.set(Some(since));
        // Nobody is immune to Ctrl-C.
        if since.elapsed() < PATIENCE && poison.strength() < u32::MAX {
            return false;
        }
        self.host.end(Ended::Poisoned(poison));
        true
    }

    /// A poison at a port that the script was not told of, or Ctrl-C.
    fn poison(&self) -> Option<Poison> {
        fn of<E>(port: &Port<E>, poisoned: fn(&E) -> Option<Poison>) -> Option<Poison> {
            let poison = port.end.as_ref().and_then(poisoned)?;
            (!port.told || poison.strength() == u32::MAX).then_some(poison)
        }
        let table = &self.host.table;
        let input = table.inputs.borrow().values().flatten().find_map(|port| of(port, In::poisoned));
        let output = || table.outputs.borrow().values().flatten().find_map(|port| of(port, Out::poisoned));
        input.or_else(output)
    }
}
