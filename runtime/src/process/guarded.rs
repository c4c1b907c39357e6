//! A body that is polled where its panics, and the ends that it drops, are caught (SEMANTICS E11).

use std::any::Any;
use std::cell::RefCell;
use std::future::Future;
use std::panic::{self, AssertUnwindSafe, PanicHookInfo};
use std::pin::Pin;
use std::sync::Once;
use std::task::{Context, Poll};

use pin_project_lite::pin_project;

use super::ended::Ended;
use crate::channel::{Poison, Scope, is_within};

/// What a body gave; the message of its panic.
pub(crate) type Given<T> = Result<Result<T, Ended>, String>;

pin_project! {
    /// A body, and what is done with what it gives.
    pub(crate) struct Guarded<F, N, L> {
        #[pin]
        body: Option<F>,
        name: N,
        last: Option<L>,
        poisons: bool,
    }
}

impl<F, N, L> Guarded<F, N, L> {
    /// `name` is that of the process; `last` gets what the body gives, and makes the output of it.
    pub(crate) fn new(name: N, body: F, last: L) -> Guarded<F, N, L> {
        quiet_panics();
        Guarded { body: Some(body), name, last: Some(last), poisons: false }
    }

    /// The same, of which a normal end poisons the ends that are left.
    pub(crate) fn poisoning_on_end(self) -> Guarded<F, N, L> {
        Guarded { poisons: true, ..self }
    }
}

impl<T, R, F, N, L> Future for Guarded<F, N, L>
where
    F: Future<Output = Result<T, Ended>>,
    N: AsRef<str>,
    L: FnOnce(Given<T>) -> R,
{
    type Output = R;

    #[inline]
    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<R> {
        let mut this = self.project();
        let Some(body) = this.body.as_mut().as_pin_mut() else { return Poll::Pending };
        let scope = Scope::enter();
        // The body is not polled again after a panic, and its ends are ended by what the runtime kept.
        let given = match panic::catch_unwind(AssertUnwindSafe(|| body.poll(cx))) {
            Ok(Poll::Pending) => {
                scope.leave(|| None);
                return Poll::Pending;
            }
            Ok(Poll::Ready(result)) => Ok(result),
            Err(payload) => Err(caught(payload)),
        };
        // Inside of the scope, so that the ends that it still holds end as its result says.
        this.body.set(None);
        scope.leave(|| {
            let poison = poison_of(this.name.as_ref(), &given);
            poison.or_else(|| this.poisons.then(|| poison_on_end(this.name.as_ref())))
        });
        match this.last.take() {
            Some(last) => Poll::Ready(last(given)),
            None => Poll::Pending,
        }
    }
}

/// Calls a closure of a process that is no body yet.
pub(crate) fn call<R>(name: &str, call: impl FnOnce() -> R) -> Result<R, String> {
    quiet_panics();
    let scope = Scope::enter();
    let result = panic::catch_unwind(AssertUnwindSafe(call)).map_err(caught);
    scope.leave(|| result.as_ref().err().map(|message| panicked(name, message)));
    result
}

/// The poison of a panic.
pub(crate) fn panicked(name: &str, message: &str) -> Poison {
    Poison::new(name, format!("panicked: {message}"))
}

/// The poison of a normal end, where that is asked for (SEMANTICS E1).
pub(crate) fn poison_on_end(name: &str) -> Poison {
    Poison::new(name, "it ended (`on_end: Poison`)")
}

/// How the ends end that the last poll dropped.
fn poison_of<T>(name: &str, given: &Given<T>) -> Option<Poison> {
    match given {
        Ok(Ok(_) | Err(Ended::Retired)) => None,
        Ok(Err(Ended::Poisoned(poison))) => Some(poison.clone()),
        Ok(Err(Ended::Failed(error))) => Some(Poison::new(name, error.to_string())),
        Err(message) => Some(panicked(name, message)),
    }
}

thread_local! {
    /// Where the body's last panic happened.
    static PLACE: RefCell<String> = const { RefCell::new(String::new()) };
}

#[cold]
fn caught(payload: Box<dyn Any + Send>) -> String {
    let text = payload.downcast_ref::<&str>().copied();
    let text = text.or_else(|| payload.downcast_ref::<String>().map(String::as_str));
    format!("{}{}", text.unwrap_or("(no message)"), PLACE.take())
}

/// From the first process on, panics inside bodies are not printed: the report shows them. The hook that was there
/// stays in charge of every other panic of the program.
fn quiet_panics() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let others = panic::take_hook();
        panic::set_hook(Box::new(move |panic: &PanicHookInfo<'_>| {
            if is_within() {
                let place = panic.location().map(|place| format!(" (at {place})")).unwrap_or_default();
                PLACE.set(place);
            } else {
                others(panic);
            }
        }));
    });
}
