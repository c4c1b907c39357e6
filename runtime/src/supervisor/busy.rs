//! How long processes run, by samples: only a run that is asked for it looks at the clock.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use crate::schedule::Work;

/// Polls that are all timed: of a process that has only a few, all are known.
const N_FIRST: u64 = 64;
/// Behind those, one of so many is timed, and stands for all of them.
const EACH: u64 = 16;

/// How long a process ran. It alone writes, with values that each stand alone; the supervisor reads.
#[derive(Debug, Default)]
pub(super) struct Busy {
    n_polls: AtomicU64,
    n_timed: AtomicU64,
    nanos: AtomicU64,
}

impl Busy {
    fn add(&self, poll: u64, timed: Option<Duration>) {
        self.n_polls.store(poll, Ordering::Relaxed);
        if let Some(time) = timed {
            let stands_for = if poll > N_FIRST { EACH } else { 1 };
            let nanos = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX).saturating_mul(stands_for);
            self.n_timed.store(self.n_timed.load(Ordering::Relaxed) + 1, Ordering::Relaxed);
            self.nanos.store(self.nanos.load(Ordering::Relaxed).saturating_add(nanos), Ordering::Relaxed);
        }
    }

    /// What is known of it.
    pub(super) fn time(&self) -> Time {
        Time {
            busy: Duration::from_nanos(self.nanos.load(Ordering::Relaxed)),
            n_polls: self.n_polls.load(Ordering::Relaxed),
            n_timed: self.n_timed.load(Ordering::Relaxed),
        }
    }
}

/// How long a process ran.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Time {
    /// About so long, waits for channels not included; a blocking process's waits for files are.
    pub busy: Duration,
    /// How often it went on.
    pub n_polls: u64,
    /// How many of these were timed.
    pub n_timed: u64,
}

/// The work of a process, timed.
pub(super) struct Timed {
    work: Work,
    busy: Arc<[Busy]>,
    process: usize,
    n_polls: u64,
}

impl Timed {
    pub(super) fn new(work: Work, busy: Arc<[Busy]>, process: usize) -> Timed {
        Timed { work, busy, process, n_polls: 0 }
    }
}

impl Future for Timed {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let began = (self.n_polls < N_FIRST || self.n_polls.is_multiple_of(EACH)).then(Instant::now);
        let polled = self.work.as_mut().poll(cx);
        self.n_polls += 1;
        let timed = began.map(|began| began.elapsed());
        self.busy[self.process].add(self.n_polls, timed);
        polled
    }
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::sync::Arc;
    use std::task::{Context, Poll, Waker};
    use std::time::Duration;

    use super::{Busy, EACH, N_FIRST, Timed};

    #[test]
    fn the_first_polls_are_all_timed_and_then_one_of_many() {
        let busy: Arc<[Busy]> = Arc::new([Busy::default(), Busy::default()]);
        let mut timed = Timed::new(Box::pin(std::future::pending()), Arc::clone(&busy), 1);
        let mut poll = |n: u64| {
            for _ in 0..n {
                let polled = Pin::new(&mut timed).poll(&mut Context::from_waker(Waker::noop()));
                assert_eq!(polled, Poll::Pending);
            }
            (busy[1].time().n_polls, busy[1].time().n_timed)
        };
        assert_eq!(poll(N_FIRST), (N_FIRST, N_FIRST));
        assert_eq!(poll(2 * EACH), (N_FIRST + 2 * EACH, N_FIRST + 2));
        assert_eq!(busy[0].time().n_polls, 0);
    }

    #[test]
    fn a_timed_poll_behind_the_first_ones_stands_for_those_between() {
        let busy = Busy::default();
        busy.add(1, Some(Duration::from_nanos(10)));
        busy.add(N_FIRST + 1, Some(Duration::from_nanos(10)));
        assert_eq!(busy.time().busy, Duration::from_nanos(10 + 10 * EACH));
    }
}
