//! Time: a clock that is real, or one that a run's supervisor turns (`--virtual`).

use std::future::Future;
use std::pin::Pin;
use std::sync::OnceLock;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Handle};
use tokio::time::{Sleep, sleep_until};

use super::activity::Outside;
use super::run;

/// Ready when its time has come. While it is waited for, the run waits for the outside.
pub struct Timer {
    deadline: Instant,
    sleep: Option<Pin<Box<Sleep>>>,
    outside: Option<Outside>,
}

impl Timer {
    /// That long after now.
    pub fn after(duration: Duration) -> Timer {
        let now = Instant::now();
        // Past the end of the clock is as good as thirty years from now.
        Timer::at(now.checked_add(duration).unwrap_or(now + Duration::from_secs(1_000_000_000)))
    }

    /// At that time.
    pub fn at(deadline: Instant) -> Timer {
        Timer { deadline, sleep: None, outside: None }
    }

    /// Nobody waits for it until it is polled again.
    pub(crate) fn disarm(&mut self) {
        self.outside = None;
    }
}

impl Future for Timer {
    type Output = ();

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<()> {
        let this = &mut *self;
        let deadline = this.deadline;
        if Instant::now() >= deadline {
            (this.sleep, this.outside) = (None, None);
            return Poll::Ready(());
        }
        let sleep = this.sleep.get_or_insert_with(|| {
            let _inside = driver().map(Handle::enter);
            Box::pin(sleep_until(deadline.into()))
        });
        let poll = sleep.as_mut().poll(cx);
        if poll.is_ready() {
            (this.sleep, this.outside) = (None, None);
        } else if this.outside.is_none() {
            this.outside = run::outside();
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
