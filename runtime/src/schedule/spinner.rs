//! How long a thread that has nothing to do looks for a wake before it parks.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicU32, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

/// Looks for a wake before a thread asks for a core to go on looking.
const N_LOOKS: u32 = 50;
/// How long a thread looks at most: what parking and being woken costs on a virtual machine.
const LONGEST: Duration = Duration::from_micros(50);
/// How long it looks when its waits have been much longer than that.
const SHORTEST: Duration = Duration::from_micros(2);
/// How long it looks without a core for it: whoever has it may be about to leave.
const PATIENCE: Duration = Duration::from_micros(2);
/// How long it looks before it lets others run on its core: who shall wake it may be among them.
const ALONE: Duration = Duration::from_micros(4);

/// That of one thread.
pub(super) struct Spinner {
    /// How long it looks, in nanoseconds. Only its thread uses it.
    limit: AtomicU32,
}

/// A place among the threads that look for a wake. There are fewer of them than cores: one is for who shall wake them.
struct Place(());

static N_PLACES: AtomicUsize = AtomicUsize::new(0);

impl Spinner {
    pub(super) fn new() -> Spinner {
        Spinner { limit: AtomicU32::new(LONGEST.as_nanos() as u32) }
    }

    /// Looks for a while; `false`: there was none.
    pub(super) fn finds(&self, mut found: impl FnMut() -> bool) -> bool {
        let mut look = || {
            (0..N_LOOKS).any(|_| {
                std::hint::spin_loop();
                found()
            })
        };
        if look() {
            return true;
        }
        let (began, limit) =
            (Instant::now(), Duration::from_nanos(self.limit.load(Ordering::Relaxed).into()));
        let mut place = Place::take();
        loop {
            if look() {
                return true;
            }
            let looked = began.elapsed();
            place = place.or_else(Place::take);
            if looked > limit || (place.is_none() && looked > PATIENCE) {
                return false;
            }
            if looked > ALONE {
                thread::yield_now();
            }
        }
    }

    /// It was parked for so long: a wake that came soon is one that looking longer would have found.
    pub(super) fn learn(&self, parked: Duration) {
        let limit = if parked < 4 * LONGEST {
            LONGEST.as_nanos() as u32
        } else {
            (self.limit.load(Ordering::Relaxed) / 2).max(SHORTEST.as_nanos() as u32)
        };
        self.limit.store(limit, Ordering::Relaxed);
    }
}

impl Place {
    fn take() -> Option<Place> {
        static N_CORES: OnceLock<usize> = OnceLock::new();
        let n_cores = *N_CORES.get_or_init(|| thread::available_parallelism().map_or(1, usize::from));
        // Relaxed: nothing hangs on it but speed.
        if N_PLACES.fetch_add(1, Ordering::Relaxed) + 1 < n_cores {
            return Some(Place(()));
        }
        N_PLACES.fetch_sub(1, Ordering::Relaxed);
        None
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        N_PLACES.fetch_sub(1, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::{LONGEST, N_LOOKS, SHORTEST, Spinner};
    use std::sync::atomic::Ordering;
    use std::time::Duration;

    fn limit(spinner: &Spinner) -> Duration {
        Duration::from_nanos(spinner.limit.load(Ordering::Relaxed).into())
    }

    #[test]
    fn what_comes_at_once_is_found_and_what_never_comes_is_given_up() {
        let (spinner, mut n_looks) = (Spinner::new(), 0);
        assert!(spinner.finds(|| {
            n_looks += 1;
            n_looks == N_LOOKS
        }));
        assert_eq!(n_looks, N_LOOKS);
        assert!(!spinner.finds(|| false));
    }

    #[test]
    fn long_waits_make_looks_shorter_until_a_short_one() {
        let spinner = Spinner::new();
        spinner.learn(Duration::from_secs(1));
        assert_eq!(limit(&spinner), LONGEST / 2);
        (0..100).for_each(|_| spinner.learn(Duration::from_secs(1)));
        assert_eq!(limit(&spinner), SHORTEST);
        spinner.learn(LONGEST);
        assert_eq!(limit(&spinner), LONGEST);
    }
}
