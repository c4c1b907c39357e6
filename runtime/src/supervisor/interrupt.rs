//! Ctrl-C, and times that may never come.

use std::future::pending;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use tokio::time;

/// Ready after that long, if that is said.
pub(super) async fn sleep_or_never(duration: Option<Duration>) {
    match duration {
        Some(duration) => time::sleep(duration).await,
        None => pending().await,
    }
}

/// Ready at that time, if there is one.
pub(super) async fn sleep_until_or_never(deadline: Option<time::Instant>) {
    match deadline {
        Some(deadline) => time::sleep_until(deadline).await,
        None => pending().await,
    }
}

/// Ready at the next Ctrl-C.
pub(super) type Interrupt = Pin<Box<dyn Future<Output = ()> + Send>>;

/// Takes Ctrl-C over at once, if it is ours: one that comes while processes start is not missed.
pub(super) fn interrupts(ours: bool) -> Interrupt {
    let mut interrupt: Interrupt = Box::pin(interrupted(ours));
    // The first poll is what takes it over; whoever waits polls again.
    if interrupt.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_ready() {
        return Box::pin(std::future::ready(()));
    }
    interrupt
}

/// Ready at Ctrl-C, if that is ours.
async fn interrupted(ours: bool) {
    if !ours || tokio::signal::ctrl_c().await.is_err() {
        pending().await
    }
}
