//! A limit for tests that can hang.

use std::sync::mpsc::{RecvTimeoutError, channel};
use std::thread;
use std::time::Duration;

/// Runs `test` on a thread of its own and gives what it returns.
///
/// # Panics
/// When it panics, the system gives no thread, or it is not ready within `limit`; its thread is then left behind.
pub fn within<R: Send + 'static>(limit: Duration, test: impl FnOnce() -> R + Send + 'static) -> R {
    let (done, waiting) = channel();
    let thread = thread::Builder::new()
        .name("csprun-test".to_owned())
        .spawn(move || done.send(test()))
        .expect("a thread is to be had");
    match waiting.recv_timeout(limit) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => panic!("the test hangs: not ready after {limit:?}"),
        Err(RecvTimeoutError::Disconnected) => match thread.join() {
            Err(panic) => std::panic::resume_unwind(panic),
            Ok(_) => unreachable!("a thread that returned has sent its result"),
        },
    }
}
