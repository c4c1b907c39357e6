//! Time: that of the machine, or the clock of a run whose time is virtual.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle};
use tokio::time::{Sleep, sleep_until};

use super::activity::{Activity, Outside};
use super::clock::Alarm;
use super::run;
use super::waker::Kept;

/// Ready when its time has come. While it is waited for, the run is not stuck.
pub struct Timer {
    deadline: Instant,
    wait: Option<Wait>,
}

enum Wait {
    Real { sleep: Pin<Box<Sleep>>, _outside: Option<Outside> },
    Virtual(Virtual),
}

/// A place in the clock of a run, given back when dropped.
struct Virtual {
    run: Arc<Activity>,
    alarm: Alarm,
}

impl Drop for Virtual {
    fn drop(&mut self) {
        if let Some(clock) = self.run.clock() {
            clock.forget(self.alarm);
        }
    }
}

impl Timer {
    /// That long after now.
    pub fn after(duration: Duration) -> Timer {
        let now = run::now();
        // Past the end of the clock is as good as thirty years from now.
        Timer::at(now.checked_add(duration).unwrap_or(now + Duration::from_secs(1_000_000_000)))
    }

    /// At that time.
    pub fn at(deadline: Instant) -> Timer {
        Timer { deadline, wait: None }
    }

    /// Begins to wait.
    fn begin(&self, cx: &Context<'_>) -> Wait {
        if let Some(run) = run::current()
            && let Some(clock) = run.clock()
        {
            let alarm = clock.wait_until(self.deadline, Kept::of(cx).uncounted());
            return Wait::Virtual(Virtual { run, alarm });
        }
        let _inside = driver().map(Handle::enter);
        Wait::Real { sleep: Box::pin(sleep_until(self.deadline.into())), _outside: run::waits_for_time() }
    }

    /// Nobody waits for it until it is polled again.
    pub(crate) fn disarm(&mut self) {
        self.wait = None;
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        if run::now() >= self.deadline {
            self.wait = None;
            return Poll::Ready(());
        }
        if self.wait.is_none() {
            self.wait = Some(self.begin(cx));
        }
        // Whoever keeps it, the wait is counted here.
        let waker = Kept::of(cx).uncounted();
        let poll = match &mut self.wait {
            Some(Wait::Real { sleep, .. }) => sleep.as_mut().poll(&mut Context::from_waker(&waker)),
            Some(Wait::Virtual(wait)) => {
                if let Some(clock) = wait.run.clock() {
                    clock.keep(wait.alarm, waker);
                }
                Poll::Pending
            }
            None => Poll::Ready(()),
        };
        if poll.is_ready() {
            self.wait = None;
        }
        poll
    }
}

/// What drives timers where no worker does: on threads of the embedding program.
fn driver() -> Option<&'static Handle> {
    static DRIVER: OnceLock<Option<Handle>> = OnceLock::new();
    if Handle::try_current().is_ok() {
        return None;
    }
    let start = || {
        let runtime = Builder::new_current_thread().enable_time().build().ok()?;
        let handle = runtime.handle().clone();
        let drive = move || runtime.block_on(std::future::pending::<()>());
        std::thread::Builder::new().name("csprun-timers".to_owned()).spawn(drive).ok()?;
        Some(handle)
    };
    DRIVER.get_or_init(start).as_ref()
}
