//! A clock that the supervisor of a run turns: time stands still while anything can run.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use super::current;

/// Virtual time, and who waits for it.
#[derive(Debug)]
pub(super) struct Clock(Mutex<State>);

#[derive(Debug)]
struct State {
    now: Instant,
    next: u64,
    timers: BTreeMap<Alarm, Waiting>,
}

#[derive(Debug)]
struct Waiting {
    waker: Waker,
    process: u32,
}

/// A timer to its clock: when it is ready, and its number among those of that time.
pub(super) type Alarm = (Instant, u64);

impl Clock {
    pub(super) fn new() -> Clock {
        Clock(Mutex::new(State { now: Instant::now(), next: 0, timers: BTreeMap::new() }))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn now(&self) -> Instant {
        self.state().now
    }

    /// Has the process that is being polled woken at that time.
    pub(super) fn wait_until(&self, deadline: Instant, waker: Waker) -> Alarm {
        let mut state = self.state();
        let alarm = (deadline, state.next);
        state.next += 1;
        state.timers.insert(alarm, Waiting { waker, process: current::process() });
        alarm
    }

    /// Has the process that is being polled woken instead of who was.
    pub(super) fn keep(&self, alarm: Alarm, waker: Waker) {
        if let Some(waiting) = self.state().timers.get_mut(&alarm) {
            waiting.waker = waker;
            waiting.process = current::process();
        }
    }

    pub(super) fn forget(&self, alarm: Alarm) {
        self.state().timers.remove(&alarm);
    }

    /// The processes that wait for a time.
    pub(super) fn processes(&self) -> BTreeSet<u32> {
        self.state().timers.values().map(|waiting| waiting.process).collect()
    }

    /// Whether anybody waits for a time.
    pub(super) fn is_awaited(&self) -> bool {
        !self.state().timers.is_empty()
    }

    /// Goes on to the next time for which somebody waits, and wakes whoever waits for it.
    pub(super) fn turn(&self) {
        let mut due = Vec::new();
        {
            let mut state = self.state();
            let Some((&(next, _), _)) = state.timers.first_key_value() else { return };
            state.now = state.now.max(next);
            while let Some(first) = state.timers.first_entry().filter(|first| first.key().0 <= next) {
                due.push(first.remove().waker);
            }
        }
        due.into_iter().for_each(Waker::wake);
    }
}

#[cfg(test)]
mod tests {
    use std::task::Waker;
    use std::time::Duration;

    use super::Clock;

    #[test]
    fn time_stands_still_until_it_is_turned_and_then_goes_to_the_next_timer() {
        let clock = Clock::new();
        let waker = || Waker::noop().clone();
        let start = clock.now();
        let later = clock.wait_until(start + Duration::from_secs(2), waker());
        clock.wait_until(start + Duration::from_secs(1), waker());
        assert_eq!(clock.now(), start);
        clock.turn();
        assert_eq!(clock.now(), start + Duration::from_secs(1));
        assert!(clock.is_awaited());
        clock.forget(later);
        clock.turn();
        assert!(!clock.is_awaited());
        assert_eq!(clock.now(), start + Duration::from_secs(1));
    }
}
