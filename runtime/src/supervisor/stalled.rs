//! A run in which nothing has moved for a while because everything waits for the outside.

use std::time::{Duration, Instant};

use csprun_dsl::diagnostic::{Code, Diagnostic};

use super::crew::Crew;
use crate::schedule::activity::Activity;

/// How long nothing may move before that is said, where nobody says otherwise.
pub(super) const STALLED: Duration = Duration::from_secs(10);
/// Looks in that time.
const N_LOOKS: u32 = 10;

/// Watches for it. What it finds is said once.
pub(super) struct Stillness {
    limit: Duration,
    since: Instant,
    looked: Instant,
    last: Option<Standing>,
    said: bool,
}

/// How things stand: the same later if nothing has moved.
#[derive(PartialEq, Eq)]
struct Standing {
    /// Who waits, each with a number that changes when it has moved.
    waiting: Vec<(u32, u32)>,
    /// How often anybody began to wait for the outside.
    n_outside: u64,
}

impl Stillness {
    pub(super) fn new(limit: Option<Duration>) -> Stillness {
        let (limit, now) = (limit.unwrap_or(STALLED), Instant::now());
        Stillness { limit, since: now, looked: now, last: None, said: false }
    }

    /// Whether it is time to say so; `living` are the processes that have not ended.
    pub(super) fn is_too_long(&mut self, crew: &Crew, activity: &Activity, living: &[u32]) -> bool {
        let now = Instant::now();
        if self.said || now < self.looked + self.limit / N_LOOKS {
            return false;
        }
        self.looked = now;
        let standing = standing(crew, activity, living);
        if standing.is_none() || standing != self.last {
            (self.last, self.since) = (standing, now);
        }
        self.said = self.last.is_some() && now >= self.since + self.limit;
        self.said
    }

    /// What is said; a line for everybody who waits is to be added.
    pub(super) fn warning(&self) -> Diagnostic {
        let message = format!("nothing has moved for {:?}: everything waits for the outside", self.limit);
        Diagnostic::without_place(Code::W0901, message)
            .help("give what is waited for, or end the run with Ctrl-C or a `timeout`")
    }
}

/// `None`: something runs, or will when its time has come.
fn standing(crew: &Crew, activity: &Activity, living: &[u32]) -> Option<Standing> {
    let n_outside = activity.n_outside();
    let outside = activity.waits_outside_only()?;
    let waiting = crew.waiting(activity);
    let waits = |process: &u32| outside.contains(process) || waiting.iter().any(|(one, _)| one == process);
    (!outside.is_empty() && living.iter().all(waits)).then_some(Standing { waiting, n_outside })
}
