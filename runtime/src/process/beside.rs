//! Processes that a process has spawned: it has not ended while they have not (SEMANTICS E9).

use std::cell::RefCell;
use std::collections::BTreeMap;

use crate::schedule::current;

/// How many spawned processes of one go on, and what is done after the last.
type Left = (usize, Option<Box<dyn FnOnce()>>);

thread_local! {
    /// By the process that spawned them.
    static BESIDE: RefCell<BTreeMap<u32, Left>> = const { RefCell::new(BTreeMap::new()) };
}

/// A spawned process that goes on, by the process that spawned it.
pub(super) struct Beside(u32);

impl Beside {
    /// One more of the current process.
    pub(super) fn new() -> Beside {
        let process = current::process();
        BESIDE.with_borrow_mut(|beside| beside.entry(process).or_default().0 += 1);
        Beside(process)
    }

    /// It has ended.
    pub(super) fn end(self) {
        let last = BESIDE.with_borrow_mut(|beside| {
            let left = beside.get_mut(&self.0)?;
            left.0 -= 1;
            if left.0 == 0 { beside.remove(&self.0)?.1 } else { None }
        });
        if let Some(then) = last {
            then();
        }
    }
}

/// Tells what the current process gave, when all that it spawned has ended.
pub(crate) fn after_all<T: 'static>(told: Box<dyn FnOnce(T)>, given: T) {
    let alone = BESIDE.with_borrow_mut(|beside| match beside.get_mut(&current::process()) {
        Some((_, then)) => {
            *then = Some(Box::new(move || told(given)));
            None
        }
        None => Some((told, given)),
    });
    if let Some((told, given)) = alone {
        told(given);
    }
}
