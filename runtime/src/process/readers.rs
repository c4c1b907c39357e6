//! Outputs that nobody reads any more, and what that means for their process (SEMANTICS E2a).

use std::mem;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use super::ended::Ended;
use crate::channel::{Gone, WriteEnd};
use crate::value::Value;

/// The outputs of one process, where it goes on until all have retired (E2a).
#[derive(Clone)]
pub(crate) struct Living(Arc<Outputs>);

struct Outputs {
    /// How many have not.
    n_living: AtomicUsize,
    /// All writing ends behind those who read its outputs, where it ends, too, when an output has retired and nobody
    /// reads any of these.
    beyond: Vec<WriteEnd<Value>>,
}

impl Living {
    /// Of a process with so many outputs.
    pub(crate) fn new(n: usize, beyond: Vec<WriteEnd<Value>>) -> Living {
        Living(Arc::new(Outputs { n_living: n.into(), beyond }))
    }

    fn is_over(&self) -> bool {
        // Relaxed: only this process counts here.
        let Outputs { n_living, beyond } = &*self.0;
        let unread = || !beyond.is_empty() && beyond.iter().all(|end| end.gone().is_some());
        n_living.load(Ordering::Relaxed) == 0 || unread()
    }
}

/// What it means for the process that nobody reads an output any more.
pub(super) struct Readers {
    /// Present when the process's signature says `when_all_retired`.
    pub(super) living: Option<Living>,
    /// A send was refused, and `living` knows it.
    pub(super) skipped: bool,
}

impl Readers {
    /// What a refused send means (E2a): `Ok` when the process goes on without this output.
    pub(super) fn refuse(&mut self, gone: Gone) -> Result<(), Ended> {
        let Some(living) = self.living.as_ref().filter(|_| gone == Gone::Retired) else {
            return Err(gone.into());
        };
        // Relaxed: only this process counts here.
        if !mem::replace(&mut self.skipped, true) {
            living.0.n_living.fetch_sub(1, Ordering::Relaxed);
        }
        if living.is_over() { Err(Ended::Retired) } else { Ok(()) }
    }
}
