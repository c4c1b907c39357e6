//! Processes that a process starts while it runs, and `par` and `seq` of them (SEMANTICS B3).

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll};

use super::beside::Beside;
use super::ended::Ended;
use super::guarded::{Given, Guarded};
use crate::schedule::{Kept, current, here, run};

/// The name by which a spawned process poisons.
const NAME: &str = "a spawned process";

/// What a spawned process leaves behind.
struct Left<T> {
    result: Option<Result<T, Ended>>,
    waker: Option<Kept>,
    /// Nobody waits for it any more.
    forsaken: bool,
}

/// A process that was spawned. Awaited, it gives the process's result; dropped, the process goes on, and its failure
/// is one of the run.
pub struct Spawned<T>(Rc<RefCell<Left<T>>>);

/// Starts a light process beside the one that calls, on the same worker. Ends that it owns end as it does
/// (SEMANTICS E11), and the process that calls ends after it. To reports it is a part of the process that spawned it.
///
/// # Panics
/// When the caller is not a light process: nobody would carry it on the thread of a blocking one, which may use [`par`].
pub fn spawn<T: 'static, F>(body: F) -> Spawned<T>
where
    F: Future<Output = Result<T, Ended>> + 'static,
{
    // Before it is counted as one that the caller waits for.
    assert!(here::carries(), "`spawn` is for light processes: this thread carries none");
    let left = Rc::new(RefCell::new(Left { result: None, waker: None, forsaken: false }));
    let (leave, beside) = (Rc::clone(&left), Beside::new());
    let work = Guarded::new(NAME, body, move |given: Given<T>| {
        let result = result_of(given);
        let mut left = leave.borrow_mut();
        match (&result, left.forsaken) {
            (Err(Ended::Failed(error)), true) => run::note_failure(error.to_string()),
            _ => left.result = Some(result),
        }
        if let Some(waker) = left.waker.take() {
            waker.wake();
        }
        drop(left);
        beside.end();
    });
    here::spawn(current::process(), Box::pin(work));
    Spawned(left)
}

impl<T> Future for Spawned<T> {
    type Output = Result<T, Ended>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<T, Ended>> {
        let mut left = self.0.borrow_mut();
        match left.result.take() {
            Some(result) => Poll::Ready(result),
            None => {
                left.waker = Some(Kept::of(cx));
                Poll::Pending
            }
        }
    }
}

impl<T> Drop for Spawned<T> {
    fn drop(&mut self) {
        let mut left = self.0.borrow_mut();
        left.forsaken = true;
        if let Some(Err(Ended::Failed(error))) = left.result.take() {
            run::note_failure(error.to_string());
        }
    }
}

/// What a process gave; a panic is a failure.
fn result_of<T>(given: Given<T>) -> Result<T, Ended> {
    given.unwrap_or_else(|panic| Err(Ended::fail(format!("panicked: {panic}"))))
}

/// Runs processes beside each other and gives their results in the order written, when all have ended.
///
/// Under a light process they are light processes themselves. On a thread of a process's own, or outside of a run, they
/// take turns there: one that blocks the thread holds the others up.
///
/// ```
/// # use csprun_runtime::{process::{Ended, par}, wait};
/// let results = wait(par((0..3).map(|n| async move { Ok::<_, Ended>(n * n) }))).expect("no run ends before");
/// assert_eq!(results.into_iter().filter_map(Result::ok).collect::<Vec<_>>(), [0, 1, 4]);
/// ```
pub async fn par<T: 'static, F>(bodies: impl IntoIterator<Item = F>) -> Vec<Result<T, Ended>>
where
    F: Future<Output = Result<T, Ended>> + 'static,
{
    if !here::carries() {
        return by_turns(bodies).await;
    }
    let spawned: Vec<Spawned<T>> = bodies.into_iter().map(spawn).collect();
    let mut results = Vec::with_capacity(spawned.len());
    for process in spawned {
        results.push(process.await);
    }
    results
}

/// Polls processes on the task that calls, whenever that is woken.
async fn by_turns<T, F>(bodies: impl IntoIterator<Item = F>) -> Vec<Result<T, Ended>>
where
    F: Future<Output = Result<T, Ended>>,
{
    let guarded = |body| Box::pin(Guarded::new(NAME, body, result_of));
    let mut parts: Vec<_> = bodies.into_iter().map(|body| (Some(guarded(body)), None)).collect();
    poll_fn(|cx| {
        for (part, result) in &mut parts {
            if let Some(Poll::Ready(given)) = part.as_mut().map(|part| part.as_mut().poll(cx)) {
                (*part, *result) = (None, Some(given));
            }
        }
        if parts.iter().all(|(part, _)| part.is_none()) { Poll::Ready(()) } else { Poll::Pending }
    })
    .await;
    parts.into_iter().filter_map(|(_, result)| result).collect()
}

/// Runs processes one after the other, in the order written, and gives their results.
pub async fn seq<T, F>(bodies: impl IntoIterator<Item = F>) -> Vec<Result<T, Ended>>
where
    F: Future<Output = Result<T, Ended>>,
{
    let mut results = Vec::new();
    for body in bodies {
        results.push(body.await);
    }
    results
}
